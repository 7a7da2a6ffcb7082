"""Verbs of the policy room: packs loaded, drafted, approved and withdrawn, months determined, looks ahead."""

from .approving import approve_row, approve_version, withdraw_version
from .determining import determine_month
from .drafting import checked, copy_draft, draft_sum, drop_draft, save_draft, start_draft, submit_draft
from .loading import load_pack
from .looking_ahead import look_ahead
from .night import fire, plan_night, run_night

__all__ = [
    "approve_row", "approve_version", "checked", "copy_draft", "determine_month", "draft_sum", "drop_draft", "fire", "load_pack",
    "look_ahead", "plan_night", "run_night", "save_draft", "start_draft", "submit_draft", "withdraw_version",
]  # fmt: skip
