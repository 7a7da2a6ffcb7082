"""The door of payments for rooms above: a person's payments, the month's verbs, and the demonstration's driver."""

from yinling.benefits.contracts import BatchState, LineState, Payment, RecoveryState
from yinling.benefits.contracts.cases import CaseCard, CaseStatus, Way
from yinling.benefits.queries.cases import cases_of, status_of
from yinling.benefits.queries.persons import history, next_payment
from yinling.benefits.rules.cases import CASE_LIVE, CASE_UNDER_WAY
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
from yinling.benefits.services.cases import Proxy, open_bundle, open_found
from yinling.benefits.services.cases.demo import Desks, demo_applications, demo_cases

__all__ = [
    "CASE_LIVE",
    "CASE_UNDER_WAY",
    "BatchState",
    "CaseCard",
    "CaseStatus",
    "Desks",
    "LineState",
    "Officers",
    "PaidMonth",
    "Payment",
    "Proxy",
    "RecoveryState",
    "Way",
    "build_candidates",
    "cases_of",
    "demo_applications",
    "demo_cases",
    "demo_pay_month",
    "exchange",
    "history",
    "next_payment",
    "open_bundle",
    "open_found",
    "reconcile",
    "record_consent",
    "repay",
    "settle_vital",
    "status_of",
    "sweep",
    "verify_ledger",
]
