"""办件: states, moves and reasons of a case as others may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from yinling.base.contracts import said


class Way(StrEnum):
    """How a case came in."""

    PROACTIVE = "proactive"
    ASKED = "asked"
    COUNTER = "counter"


class CaseState(StrEnum):
    """Where a case stands in the chain 村社区受理 → 乡镇街道审核 → 区县审批."""

    FOUND = "found"
    SUBMITTED = "submitted"
    CHECKING = "checking"
    DECIDING = "deciding"
    APPROVED = "approved"
    REFUSED = "refused"
    APPEALED = "appealed"
    UPHELD = "upheld"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class CaseVerb(StrEnum):
    """What may be done with a case."""

    AGREE = "agree"
    DECLINE = "decline"
    ACCEPT = "accept"
    PASS = "pass"  # noqa: S105 - a step of the chain, no password
    SEND_BACK = "send_back"
    APPROVE = "approve"
    REFUSE = "refuse"
    APPEAL = "appeal"
    GRANT = "grant"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"


WAY_NAMES: Mapping[Way, str] = MappingProxyType(
    {Way.PROACTIVE: said("免申即享"), Way.ASKED: said("本人或家属申请"), Way.COUNTER: said("窗口受理")}
)
CASE_NAMES: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.FOUND: said("待本人确认"),
        CaseState.SUBMITTED: said("待受理"),
        CaseState.CHECKING: said("待审核"),
        CaseState.DECIDING: said("待审批"),
        CaseState.APPROVED: said("已批准"),
        CaseState.REFUSED: said("不予批准"),
        CaseState.APPEALED: said("复核中"),
        CaseState.UPHELD: said("维持原决定"),
        CaseState.DECLINED: said("本人不领取"),
        CaseState.WITHDRAWN: said("已撤回"),
        CaseState.LAPSED: said("已终止"),
    }
)
VERB_NAMES: Mapping[CaseVerb, str] = MappingProxyType(
    {
        CaseVerb.AGREE: said("同意领取"),
        CaseVerb.DECLINE: said("不领取"),
        CaseVerb.ACCEPT: said("受理"),
        CaseVerb.PASS: said("审核通过"),
        CaseVerb.SEND_BACK: said("退回"),
        CaseVerb.APPROVE: said("批准"),
        CaseVerb.REFUSE: said("不予批准"),
        CaseVerb.APPEAL: said("申请复核"),
        CaseVerb.GRANT: said("复核改为批准"),
        CaseVerb.UPHOLD: said("复核维持"),
        CaseVerb.WITHDRAW: said("撤回"),
        CaseVerb.LAPSE: said("终止"),
    }
)


class Odd(StrEnum):
    """Why a case stands out from those that are alike."""

    NOT_ENTITLED = "not_entitled"
    UNKNOWN = "unknown"
    EVIDENCE = "evidence"
    DISAGREE = "disagree"
    NO_ACCOUNT = "no_account"
    PROXY = "proxy"
    ELSEWHERE = "elsewhere"
    REPEATED = "repeated"


ODD_NAMES: Mapping[Odd, str] = MappingProxyType(
    {
        Odd.NOT_ENTITLED: said("核定结论为不符合"),
        Odd.UNKNOWN: said("资格待核实"),
        Odd.EVIDENCE: said("材料未齐"),
        Odd.DISAGREE: said("各来源信息不一致"),
        Odd.NO_ACCOUNT: said("没有收款账户"),
        Odd.PROXY: said("由他人代办"),
        Odd.ELSEWHERE: said("异地代收"),
        Odd.REPEATED: said("此前曾被拒绝"),
    }
)

ASKED_NAMES: Mapping[str, str] = MappingProxyType(
    {"source": said("向部门核实"), "person": said("请本人补充")}
)
PROXIES = ("", said("配偶"), said("子女"), said("其他亲属"), said("村社区工作人员"), said("其他受托人"))


@dataclass(frozen=True, slots=True)
class CaseCard:
    """One case in the words of a list."""

    uid: UUID
    number: int
    person: UUID | None
    item: str
    item_name: str
    way: Way
    state: CaseState
    bundle: UUID
    hukou_area: str
    live_area: str
    taken_area: str
    opened_at: datetime
    changed_at: datetime
    due_on: date | None
    decided_at: datetime | None
    reason: str
    remedy: str
    appeal_until: date | None
    appeal_text: str
    proxy_name: str
    proxy_relation: str
    version: int

    @property
    def code(self) -> str:
        """The number that a person reads on the phone to the clerk."""
        return f"BJ{self.opened_at:%Y%m}-{self.number:06d}"


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the way to the money: done, now, wait or stop, and until when or since when."""

    words: str
    state: str
    when: date | None = None


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What a person reads: what is happening, what comes next and by when."""

    now: str
    next: str
    by: date | None
    steps: tuple[ChainStep, ...]
