"""Verbs of work orders, the only writers of this room's tables."""

from .closing import attach, call_back, opened_file, tick
from .escalation import TIMER, escalate_due, fire
from .moves import close, close_by_cause, finish, hand_over, reopen, take
from .opening import open_order, open_orders

__all__ = [
    "TIMER", "attach", "call_back", "close", "close_by_cause", "escalate_due", "finish", "fire", "hand_over", "open_order",
    "open_orders", "opened_file", "reopen", "take", "tick",
]  # fmt: skip
