"""What others may see of payments: states, kinds, reasons and the rows of files, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from yinling.base.contracts import said


class LineState(StrEnum):
    """Where one person's payment for one item and month stands."""

    PROPOSED = "proposed"
    AWAITING = "awaiting"
    BLOCKED = "blocked"
    BATCHED = "batched"
    PUBLICISED = "publicised"
    CLEARED = "cleared"
    RELEASED = "released"
    SENT = "sent"
    PAID = "paid"
    RETURNED = "returned"
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


LINE_NAMES: Mapping[LineState, str] = MappingProxyType(
    {
        LineState.PROPOSED: "拟发放",
        LineState.AWAITING: "待确认",
        LineState.BLOCKED: "已拦截",
        LineState.BATCHED: "审批中",
        LineState.PUBLICISED: "公示中",
        LineState.CLEARED: "待拨付",
        LineState.RELEASED: "已放行",
        LineState.SENT: "已发送",
        LineState.PAID: "已发放",
        LineState.RETURNED: "退回",
        LineState.STOPPED: "停发",
        LineState.WITHDRAWN: "已撤销",
    }
)


class BatchState(StrEnum):
    """Where one batch stands in the chain from 经办 to 银行代发."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHECKED = "checked"
    APPROVED = "approved"
    PUBLICISED = "publicised"
    CLOSED = "closed"
    FUNDED = "funded"
    RELEASED = "released"
    SENT = "sent"
    BOOKED = "booked"
    FINISHED = "finished"
    CANCELLED = "cancelled"


BATCH_NAMES: Mapping[BatchState, str] = MappingProxyType(
    {
        BatchState.DRAFT: "编制中",
        BatchState.SUBMITTED: "待复核",
        BatchState.CHECKED: "待审批",
        BatchState.APPROVED: "待公示",
        BatchState.PUBLICISED: "公示中",
        BatchState.CLOSED: "待拨付",
        BatchState.FUNDED: "待放行",
        BatchState.RELEASED: "待发送",
        BatchState.SENT: "银行办理中",
        BatchState.BOOKED: "有退回待处理",
        BatchState.FINISHED: "办结",
        BatchState.CANCELLED: "作废",
    }
)


class Kind(StrEnum):
    """Why a sum is paid for a month."""

    NORMAL = "normal"
    ARREARS = "arrears"
    OFFSET = "offset"


KIND_NAMES: Mapping[Kind, str] = MappingProxyType(
    {Kind.NORMAL: "正常", Kind.ARREARS: "补发", Kind.OFFSET: "追回抵扣"}
)


class Step(StrEnum):
    """The three signatures under a batch, by three persons."""

    MAKE = "make"
    CHECK = "check"
    APPROVE = "approve"


STEP_NAMES: Mapping[Step, str] = MappingProxyType(
    {Step.MAKE: "经办", Step.CHECK: "复核", Step.APPROVE: "审批"}
)


class Award(StrEnum):
    """How an item is granted: after a confirming answer, unless the person objects, or only on an application decided."""

    CONSENT = "consent"
    SILENT = "silent"
    APPLICATION = "application"


class Block(StrEnum):
    """Why a line does not go on. The value is stored; `BLOCK_NAMES` is what people read."""

    DEAD = "dead"
    MOVED = "moved"
    SUSPENDED = "suspended"
    SOURCES_DISAGREE = "sources_disagree"
    NO_ACCOUNT = "no_account"
    SHARED_ACCOUNT = "shared_account"
    BAD_ACCOUNT = "bad_account"
    ACCOUNT_CHANGED = "account_changed"
    OBJECTION = "objection"
    VERDICT_CHANGED = "verdict_changed"
    DECLINED = "declined"
    NO_LONGER_DUE = "no_longer_due"
    BATCH_CANCELLED = "batch_cancelled"
    CASE_OPEN = "case_open"
    OTHER = "other"


BLOCK_NAMES: Mapping[Block, str] = MappingProxyType(
    {
        Block.DEAD: "已登记去世",
        Block.MOVED: "户籍已迁出",
        Block.SUSPENDED: "暂停发放情形",
        Block.SOURCES_DISAGREE: "各来源信息不一致，待核实",
        Block.NO_ACCOUNT: "没有收款账户",
        Block.SHARED_ACCOUNT: "收款账户与他人相同",
        Block.ACCOUNT_CHANGED: "收款账户在签名后有变化",
        Block.BAD_ACCOUNT: "收款账户曾被银行退回，待更正",
        Block.OBJECTION: "公示期间有异议",
        Block.VERDICT_CHANGED: "资格或金额有变化",
        Block.DECLINED: "本人表示不领取",
        Block.NO_LONGER_DUE: "当月已无应发金额",
        Block.BATCH_CANCELLED: "所在批次作废",
        Block.CASE_OPEN: said("须先申请并办结，办件尚未批准"),
        Block.OTHER: "其他情形",
    }
)


class RecoveryState(StrEnum):
    """Where a case of money to be returned stands."""

    OPEN = "open"
    SETTLED = "settled"
    REVERSED = "reversed"


RECOVERY_NAMES: Mapping[RecoveryState, str] = MappingProxyType(
    {
        RecoveryState.OPEN: "追回中",
        RecoveryState.SETTLED: "已追回",
        RecoveryState.REVERSED: "已撤销",
    }
)

STEP_CHAIN = ("拟发放名单", "经办", "复核", "审批", "公示", "财政拨付", "放行", "银行代发", "回盘入账")


@dataclass(frozen=True, slots=True)
class Term:
    """A dated figure or choice with the paper it stands on."""

    value: str
    since: date
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """One item as the payer needs to know it."""

    key: str
    name: str
    list_no: str
    award: Award
    award_source: str
    use: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """The difference for one month: above zero to pay, below zero to recover."""

    month: str
    fen: int


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """The part of a line that three people sign; a later change of any of it breaks the roster's digest."""

    line: UUID
    person: UUID
    item: str
    month: str
    kind: str
    fen: int
    policy_version: str
    facts_digest: str
    payee_index: str


@dataclass(frozen=True, slots=True)
class PayRow:
    """One row of a payment file for the bank, plain because the bank needs it plain; never stored so."""

    seq: int
    row_ref: str
    name: str
    id_number: str
    account: str
    bank: str
    fen: int
    item: str
    item_name: str
    month: str
    street: str = ""
    community: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PayHead:
    """The head of a payment file."""

    reference: str
    pay_on: date
    payer: str


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """What the bank said about one row."""

    row_ref: str
    fen: int
    paid: bool
    code: str
    reason: str
    serial: str


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A return file that was read whole and whose totals hold."""

    reference: str
    booked_on: date
    rows: tuple[ReturnRow, ...]


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of the printed roster, masked."""

    seq: int
    name: str
    id_masked: str
    account_masked: str
    street: str
    community: str
    item_name: str
    month: str
    kind: str
    fen: int
    state: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a step, and when."""

    step: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    """发放花名册: title, rows, totals and signatures."""

    number: str
    month: str
    area_name: str
    rows: tuple[RosterRow, ...]
    signatures: tuple[Signature, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of a person's payment history, in words for the person page and the phone."""

    line: UUID
    item: str
    item_name: str
    month: str
    kind: str
    fen: int
    state: str
    state_name: str
    reason: str
    paid_at: datetime | None
    account_tail: str
    policy_version: str
    batch_number: str
