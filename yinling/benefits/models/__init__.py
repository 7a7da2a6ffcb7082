"""Tables of payments, each with the constraints that hold even when code does not."""

from yinling.benefits.models.bank import BankFile, BankResult, FileRow, Payee
from yinling.benefits.models.batches import Approval, Batch, PayMonth, Publicity
from yinling.benefits.models.cases import Case, CaseFact, CaseMove
from yinling.benefits.models.ledger import Recovery, Transfer
from yinling.benefits.models.lines import Consent, Line, Notice, Objection

__all__ = [
    "Approval",
    "BankFile",
    "BankResult",
    "Batch",
    "Case",
    "CaseFact",
    "CaseMove",
    "Consent",
    "FileRow",
    "Line",
    "Notice",
    "Objection",
    "PayMonth",
    "Payee",
    "Publicity",
    "Recovery",
    "Transfer",
]
