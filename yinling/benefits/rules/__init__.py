"""The rules of payment as pure functions: moves between states, what is due, publicity, rosters and file layouts."""

from yinling.benefits.rules.due import dues, months_lost, offset_share, row_reference
from yinling.benefits.rules.files import bank_txt, bank_xlsx, read_return
from yinling.benefits.rules.moves import (
    BATCH_ENDS,
    BATCH_MOVES,
    LINE_ENDS,
    LINE_MOVES,
    RECOVERY_MOVES,
    WrongMove,
    batch_after,
    line_after,
    line_sources,
)
from yinling.benefits.rules.publicity import is_workday, last_day_of_publicity, public_name
from yinling.benefits.rules.roster import roster_digest, roster_xlsx

__all__ = [
    "BATCH_ENDS",
    "BATCH_MOVES",
    "LINE_ENDS",
    "LINE_MOVES",
    "RECOVERY_MOVES",
    "WrongMove",
    "bank_txt",
    "bank_xlsx",
    "batch_after",
    "dues",
    "is_workday",
    "last_day_of_publicity",
    "line_after",
    "line_sources",
    "months_lost",
    "offset_share",
    "public_name",
    "read_return",
    "roster_digest",
    "roster_xlsx",
    "row_reference",
]
