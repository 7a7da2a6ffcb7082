"""The verbs of payment: the only writer of this room's tables, one verb one transaction, trail inside."""

from yinling.benefits.services.answers import notify, record_consent, record_objection, settle_objection
from yinling.benefits.services.candidates import build_candidates
from yinling.benefits.services.chain import (
    approve,
    cancel,
    check,
    close_publicity,
    make_batch,
    publish,
    send_back,
    submit,
)
from yinling.benefits.services.demo import Officers, PaidMonth, demo_pay_month
from yinling.benefits.services.funds import appropriate, cleared_fen, finish
from yinling.benefits.services.payees import confirm_payee, propose_payee
from yinling.benefits.services.reconciling import Reconciliation, check_ledger, reconcile, verify_ledger
from yinling.benefits.services.releasing import Released, reissue, release
from yinling.benefits.services.returns import Booked, book_return
from yinling.benefits.services.sending import exchange, exchange_until_answered, file_body, mark_sent
from yinling.benefits.services.vital import repay, settle_vital, sweep

__all__ = [
    "Booked",
    "Officers",
    "PaidMonth",
    "Reconciliation",
    "Released",
    "appropriate",
    "approve",
    "book_return",
    "build_candidates",
    "cancel",
    "check",
    "check_ledger",
    "cleared_fen",
    "close_publicity",
    "confirm_payee",
    "demo_pay_month",
    "exchange",
    "exchange_until_answered",
    "file_body",
    "finish",
    "make_batch",
    "mark_sent",
    "notify",
    "propose_payee",
    "publish",
    "reconcile",
    "record_consent",
    "record_objection",
    "reissue",
    "release",
    "repay",
    "send_back",
    "settle_objection",
    "settle_vital",
    "submit",
    "sweep",
    "verify_ledger",
]
