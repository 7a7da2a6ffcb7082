"""What other rooms may see of a home's day: stages of a stay, kinds of care, risks, states; no Django."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from yinling.base.contracts import said


class Stage(StrEnum):
    """Where a stay stands, from the first question to its end."""

    ENQUIRY = "enquiry"
    VISITED = "visited"
    ASSESSED = "assessed"
    SIGNED = "signed"
    TRIAL = "trial"
    RESIDENT = "resident"
    AWAY = "away"
    HOSPITAL = "hospital"
    DISCHARGED = "discharged"
    DIED = "died"
    DECLINED = "declined"


class Verb(StrEnum):
    """What can happen to a stay."""

    VISIT = "visit"
    ASSESS = "assess"
    SIGN = "sign"
    ADMIT = "admit"
    CONFIRM = "confirm"
    TRANSFER = "transfer"
    LEAVE = "leave"
    HOSPITALISE = "hospitalise"
    RETURN = "return"
    RETURN_TRIAL = "return_trial"
    DISCHARGE = "discharge"
    DIE = "die"
    DECLINE = "decline"


STAGE_NAMES: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.ENQUIRY: said("咨询"),
        Stage.VISITED: said("已参观"),
        Stage.ASSESSED: said("已评估"),
        Stage.SIGNED: said("已签约"),
        Stage.TRIAL: said("试住"),
        Stage.RESIDENT: said("在住"),
        Stage.AWAY: said("请假外出"),
        Stage.HOSPITAL: said("住院"),
        Stage.DISCHARGED: said("已退住"),
        Stage.DIED: said("已故"),
        Stage.DECLINED: said("未入住"),
    }
)
VERB_NAMES: Mapping[Verb, str] = MappingProxyType(
    {
        Verb.VISIT: said("登记参观"),
        Verb.ASSESS: said("核对身份与评估结果"),
        Verb.SIGN: said("签订服务协议"),
        Verb.ADMIT: said("办理入住"),
        Verb.CONFIRM: said("试住转正式"),
        Verb.TRANSFER: said("调床"),
        Verb.LEAVE: said("请假外出"),
        Verb.HOSPITALISE: said("送医住院"),
        Verb.RETURN: said("返院"),
        Verb.RETURN_TRIAL: said("返院"),
        Verb.DISCHARGE: said("办理退住"),
        Verb.DIE: said("登记去世"),
        Verb.DECLINE: said("不再入住"),
    }
)
IN_HOUSE = frozenset({Stage.TRIAL, Stage.RESIDENT})
HOLDS_A_BED = IN_HOUSE | {Stage.AWAY, Stage.HOSPITAL}
ENDED = frozenset({Stage.DISCHARGED, Stage.DIED, Stage.DECLINED})
STAGE_TONES: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.TRIAL: "info", Stage.RESIDENT: "yes", Stage.AWAY: "warn", Stage.HOSPITAL: "unknown", Stage.DISCHARGED: "quiet",
        Stage.DIED: "quiet", Stage.DECLINED: "quiet",
    }
)  # fmt: skip


class Risk(StrEnum):
    """The nine service risks of GB 38600-2019 养老机构服务安全基本规范."""

    CHOKING = "choking"
    MISTAKEN = "mistaken"
    SORE = "sore"
    BURN = "burn"
    BED_FALL = "bed_fall"
    FALL = "fall"
    LOST = "lost"
    HARM = "harm"
    ACTIVITY = "activity"


RISK_NAMES: Mapping[Risk, str] = MappingProxyType(
    {
        Risk.CHOKING: said("噎食"),
        Risk.MISTAKEN: said("食品药品误食"),
        Risk.SORE: said("压疮"),
        Risk.BURN: said("烫伤"),
        Risk.BED_FALL: said("坠床"),
        Risk.FALL: said("跌倒"),
        Risk.LOST: said("走失"),
        Risk.HARM: said("他伤和自伤"),
        Risk.ACTIVITY: said("文娱活动意外"),
    }
)


class Care(StrEnum):
    """Kinds of care that are planned and recorded."""

    ROUND = "round"
    TURN = "turn"
    TOILET = "toilet"
    MEAL = "meal"
    FLUID = "fluid"
    VITALS = "vitals"
    WASH = "wash"
    REHAB = "rehab"
    ACTIVITY = "activity"
    OTHER = "other"


CARE_NAMES: Mapping[Care, str] = MappingProxyType(
    {
        Care.ROUND: said("巡视"),
        Care.TURN: said("翻身"),
        Care.TOILET: said("如厕"),
        Care.MEAL: said("进餐"),
        Care.FLUID: said("饮水"),
        Care.VITALS: said("生命体征"),
        Care.WASH: said("洗浴清洁"),
        Care.REHAB: said("康复训练"),
        Care.ACTIVITY: said("文娱活动"),
        Care.OTHER: said("其他照护"),
    }
)


class Shift(StrEnum):
    EARLY = "early"
    LATE = "late"
    NIGHT = "night"


SHIFT_NAMES: Mapping[Shift, str] = MappingProxyType(
    {Shift.EARLY: said("早班"), Shift.LATE: said("中班"), Shift.NIGHT: said("夜班")}
)


class TaskState(StrEnum):
    DUE = "due"
    DONE = "done"
    REFUSED = "refused"
    MISSED = "missed"


class DoseState(StrEnum):
    DUE = "due"
    GIVEN = "given"
    REFUSED = "refused"
    HELD = "held"
    MISSED = "missed"


DOSE_NAMES: Mapping[DoseState, str] = MappingProxyType(
    {
        DoseState.DUE: said("待服"),
        DoseState.GIVEN: said("已服"),
        DoseState.REFUSED: said("拒服"),
        DoseState.HELD: said("暂停"),
        DoseState.MISSED: said("漏服"),
    }
)


class EntryKind(StrEnum):
    """How money of a resident moves at a home; every entry is positive, its kind says which way."""

    PAYMENT = "payment"  # pays bills
    DEPOSIT_IN = "deposit_in"
    DEPOSIT_OUT = "deposit_out"
    PREPAID_IN = "prepaid_in"
    PREPAID_USE = "prepaid_use"  # pays bills out of what was prepaid
    PREPAID_OUT = "prepaid_out"
    MEMBER_IN = "member_in"


ENTRY_NAMES: Mapping[EntryKind, str] = MappingProxyType(
    {
        EntryKind.PAYMENT: said("缴费"),
        EntryKind.DEPOSIT_IN: said("收取押金"),
        EntryKind.DEPOSIT_OUT: said("退还押金"),
        EntryKind.PREPAID_IN: said("预收养老服务费"),
        EntryKind.PREPAID_USE: said("预收款抵账单"),
        EntryKind.PREPAID_OUT: said("退还预收款"),
        EntryKind.MEMBER_IN: said("收取会员费"),
    }
)

# The nine clauses that 民政部令第66号 asks of a service agreement.
CLAUSES: tuple[tuple[str, str], ...] = (
    ("home", said("养老机构的名称、住所、法定代表人、联系方式")),
    ("elder", said("老年人及其代理人、紧急联系人的信息")),
    ("care", said("照料护理等级和服务内容、服务方式")),
    ("fees", said("收费标准和支付方式")),
    ("term", said("服务期限和场所")),
    ("change", said("协议变更、解除与终止的条件")),
    ("transfer", said("暂停或者终止服务时的安置方式")),
    ("breach", said("违约责任和争议解决方式")),
    ("other", said("当事人协商一致的其他内容")),
)
