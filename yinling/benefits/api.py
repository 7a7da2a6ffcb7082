"""The door of payments for rooms above: a person's payments, the month's verbs, and the demonstration's driver."""

from yinling.benefits.contracts import BatchState, LineState, Payment, RecoveryState
from yinling.benefits.queries.persons import history, next_payment
from yinling.benefits.services import (
    Officers,
    PaidMonth,
    build_candidates,
    demo_pay_month,
    exchange,
    reconcile,
    record_consent,
    repay,
    settle_vital,
    sweep,
    verify_ledger,
)

__all__ = [
    "BatchState",
    "LineState",
    "Officers",
    "PaidMonth",
    "Payment",
    "RecoveryState",
    "build_candidates",
    "demo_pay_month",
    "exchange",
    "history",
    "next_payment",
    "reconcile",
    "record_consent",
    "repay",
    "settle_vital",
    "sweep",
    "verify_ledger",
]
