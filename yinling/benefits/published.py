"""Tables of payments that rooms above may read in bulk; names and columns are stable."""

LINES = "benefits_line"
TRANSFERS = "benefits_transfer"
RECOVERIES = "benefits_recovery"
BATCHES = "benefits_batch"
MONTHS = "benefits_month"

LINE_COLUMNS = (
    "uid",
    "person",
    "item",
    "month",
    "kind",
    "fen",
    "state",
    "block",
    "hukou_area",
    "live_area",
    "policy_version",
    "batch_id",
    "proposed_at",
    "released_at",
    "paid_at",
)
TRANSFER_COLUMNS = ("uid", "at", "area", "kind", "cause", "debit", "credit", "fen", "person", "line", "batch")
