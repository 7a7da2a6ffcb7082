"""The lists of payments: columns, filters, order."""

from yinling.benefits.lists.cases import ALIKE_CASES, CASES, ODD_CASES
from yinling.benefits.lists.lines import BATCH_LINES, BATCHES, LINES, WAITING
from yinling.benefits.lists.money import (
    FILE_ROWS,
    FILES,
    LEDGER,
    RECOVERIES,
    RETURNED,
    account_text,
    transfer_text,
)
from yinling.benefits.lists.publicity import OBJECTIONS, PUBLIC_LINES, PUBLICITY
from yinling.benefits.lists.words import FILE_NAMES

__all__ = [
    "ALIKE_CASES",
    "BATCHES",
    "BATCH_LINES",
    "CASES",
    "FILES",
    "FILE_NAMES",
    "FILE_ROWS",
    "LEDGER",
    "LINES",
    "OBJECTIONS",
    "ODD_CASES",
    "PUBLICITY",
    "PUBLIC_LINES",
    "RECOVERIES",
    "RETURNED",
    "WAITING",
    "account_text",
    "transfer_text",
]
