"""Verbs of work orders, the only writers of this room's tables."""

from .escalation import TIMER, escalate_due, fire
from .moves import close, close_by_cause, finish, hand_over, reopen, take
from .opening import open_order, open_orders

__all__ = [
    "TIMER", "close", "close_by_cause", "escalate_due", "finish", "fire", "hand_over", "open_order", "open_orders",
    "reopen", "take",
]  # fmt: skip
