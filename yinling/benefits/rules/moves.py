"""States of lines, batches and recoveries as tables of moves: what is not written here is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from yinling.base.contracts import Refusal
from yinling.benefits.contracts import BATCH_NAMES, BatchState, LineState, RecoveryState

L, B, R = LineState, BatchState, RecoveryState

LINE_MOVES: Mapping[tuple[LineState, str], LineState] = MappingProxyType(
    {
        (L.PROPOSED, "enter"): L.BATCHED,
        (L.PROPOSED, "ask"): L.AWAITING,
        (L.PROPOSED, "hold"): L.BLOCKED,
        (L.PROPOSED, "stop"): L.STOPPED,
        (L.PROPOSED, "withdraw"): L.WITHDRAWN,
        (L.AWAITING, "consent"): L.PROPOSED,
        (L.AWAITING, "hold"): L.BLOCKED,
        (L.AWAITING, "stop"): L.STOPPED,
        (L.AWAITING, "withdraw"): L.WITHDRAWN,
        (L.BLOCKED, "clear"): L.PROPOSED,
        (L.BLOCKED, "ask"): L.AWAITING,
        (L.BLOCKED, "readmit"): L.PUBLICISED,
        (L.BLOCKED, "stop"): L.STOPPED,
        (L.BLOCKED, "withdraw"): L.WITHDRAWN,
        (L.BATCHED, "publish"): L.PUBLICISED,
        (L.BATCHED, "pass"): L.CLEARED,
        (L.BATCHED, "hold"): L.BLOCKED,
        (L.BATCHED, "stop"): L.STOPPED,
        (L.BATCHED, "leave"): L.PROPOSED,
        (L.PUBLICISED, "pass"): L.CLEARED,
        (L.PUBLICISED, "hold"): L.BLOCKED,
        (L.PUBLICISED, "stop"): L.STOPPED,
        (L.PUBLICISED, "leave"): L.PROPOSED,
        (L.CLEARED, "release"): L.RELEASED,
        (L.CLEARED, "hold"): L.BLOCKED,
        (L.CLEARED, "stop"): L.STOPPED,
        (L.CLEARED, "leave"): L.PROPOSED,
        (L.RELEASED, "send"): L.SENT,
        (L.RELEASED, "return"): L.RETURNED,
        (L.SENT, "pay"): L.PAID,
        (L.SENT, "return"): L.RETURNED,
        (L.RETURNED, "reissue"): L.RELEASED,
        (L.RETURNED, "stop"): L.STOPPED,
    }
)
LINE_ENDS = frozenset({L.PAID, L.STOPPED, L.WITHDRAWN})
# Lines that no longer claim their month, so that a new one may be made for it.
LINE_DEAD = frozenset({L.STOPPED, L.WITHDRAWN})
# Before the point of no return: whatever is learned still changes the line.
LINE_OPEN = frozenset({L.PROPOSED, L.AWAITING, L.BLOCKED, L.BATCHED, L.PUBLICISED, L.CLEARED})
# What a new computation of the month may still rewrite.
LINE_LOOSE = frozenset({L.PROPOSED, L.AWAITING, L.BLOCKED})

BATCH_MOVES: Mapping[tuple[BatchState, str], BatchState] = MappingProxyType(
    {
        (B.DRAFT, "submit"): B.SUBMITTED,
        (B.DRAFT, "cancel"): B.CANCELLED,
        (B.SUBMITTED, "check"): B.CHECKED,
        (B.SUBMITTED, "send_back"): B.DRAFT,
        (B.CHECKED, "approve"): B.APPROVED,
        (B.CHECKED, "send_back"): B.DRAFT,
        (B.APPROVED, "publish"): B.PUBLICISED,
        (B.APPROVED, "skip_publicity"): B.CLOSED,
        (B.APPROVED, "cancel"): B.CANCELLED,
        (B.PUBLICISED, "close_publicity"): B.CLOSED,
        (B.PUBLICISED, "cancel"): B.CANCELLED,
        (B.CLOSED, "appropriate"): B.FUNDED,
        (B.CLOSED, "cancel"): B.CANCELLED,
        (B.FUNDED, "release"): B.RELEASED,
        (B.FUNDED, "cancel"): B.CANCELLED,
        (B.RELEASED, "send"): B.SENT,
        (B.RELEASED, "file_refused"): B.BOOKED,
        (B.SENT, "book_all_paid"): B.FINISHED,
        (B.SENT, "book_some_returned"): B.BOOKED,
        (B.BOOKED, "reissue"): B.RELEASED,
        (B.BOOKED, "finish"): B.FINISHED,
    }
)
BATCH_ENDS = frozenset({B.FINISHED, B.CANCELLED})

RECOVERY_MOVES: Mapping[tuple[RecoveryState, str], RecoveryState] = MappingProxyType(
    {
        (R.OPEN, "settle"): R.SETTLED,
        (R.OPEN, "reverse"): R.REVERSED,
        (R.SETTLED, "reverse"): R.REVERSED,
    }
)


class WrongMove(Refusal):
    code = "benefits_wrong_move"
    zh = "批次现为“{state}”，不能办理这一步。"
    en = "The batch is in state {state_code}; this step is not possible now."


def batch_after(state: str, move: str) -> BatchState:
    """The state of a batch after a move; WrongMove when the table has no such move."""
    found = BATCH_MOVES.get((BatchState(state), move))
    if found is None:
        raise WrongMove(state=BATCH_NAMES[BatchState(state)], state_code=state)
    return found


def line_after(state: str, move: str) -> LineState | None:
    """The state of a line after a move; None when the table has no such move."""
    return LINE_MOVES.get((LineState(state), move))


def line_sources(move: str) -> tuple[str, ...]:
    """The states from which a move starts: what a set-based UPDATE writes into its WHERE."""
    return tuple(sorted(state.value for state, name in LINE_MOVES if name == move))
