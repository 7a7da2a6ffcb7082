"""The door of work orders: open them, end those of a cause, handle one, list those about a subject."""

from .queries import order, orders_about
from .services import (
    attach,
    call_back,
    close,
    close_by_cause,
    finish,
    hand_over,
    open_order,
    open_orders,
    reopen,
    take,
    tick,
)

__all__ = [
    "attach", "call_back", "close", "close_by_cause", "finish", "hand_over", "open_order", "open_orders", "order",
    "orders_about", "reopen", "take", "tick",
]  # fmt: skip
