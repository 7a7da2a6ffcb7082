"""Plain words for older people: what became of each payment, and what somebody did with the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yinling.base.contracts import said
from yinling.benefits.contracts import LineState, Payment

PAID, COMING, WAITING, STOPPED = "paid", "coming", "waiting", "stopped"
PHASES: Mapping[str, str] = {
    LineState.PAID: PAID, LineState.RETURNED: STOPPED, LineState.BLOCKED: STOPPED, LineState.STOPPED: STOPPED,
    LineState.AWAITING: WAITING,
}  # fmt: skip
# Each event on a person's record in words the person understands; data classes of the event choose between them.
LOOKS: Mapping[str, str] = {
    "people.viewed": "看了档案", "people.record_opened": "看了档案", "people.opened": "看了档案",
    "people.searched": "查询到您的档案", "base.unmasked": "查看了完整的证件号或账号",
    "accounts.emergency_opened": "因紧急情况调阅了档案", "people.death_confirmed": "登记了去世信息",
    "people.death_rejected": "核实您健在", "people.question_answered": "核对了档案信息",
    "benefits.consent_recorded": "登记了您对补贴的答复", "benefits.objected": "登记了异议",
    "benefits.objection_settled": "处理了异议", "benefits.recovery_opened": "办理了追回",
    "benefits.recovery_repaid": "登记了退回款项", "benefits.payee_proposed": "提出更改收款账户",
    "benefits.payee_confirmed": "确认更改收款账户", "policy.explained": "看了补贴的认定依据",
    "benefits.line_released": "放行了您的补贴", "benefits.line_paid": "登记了补贴到账",
    "benefits.line_returned": "登记了银行退回", "benefits.line_stopped": "停发了补贴",
    "benefits.line_taken_out": "放行前把您的补贴移出名单",
    "benefits.cases_opened": said("受理了您的申请"), "benefits.case_accept": said("受理了您的申请"),
    "benefits.case_pass": said("审核了您的申请"), "benefits.case_send_back": said("退回了您的申请"),
    "benefits.case_approve": said("批准了您的申请"), "benefits.case_refuse": said("对您的申请作出不予批准的决定"),
    "benefits.case_appeal": said("登记了您的复核申请"), "benefits.case_grant": said("复核后批准了您的申请"),
    "benefits.case_uphold": said("复核后维持了原决定"), "benefits.case_agree": said("登记了您对补贴的答复"),
    "benefits.case_decline": said("登记了您对补贴的答复"), "benefits.case_fact_given": said("登记了您的材料"),
    "homecare.visit_registered": said("上门看望了您"), "homecare.call_registered": said("打电话问候了您"),
    "homecare.admitted": said("登记了您住院"), "homecare.discharged": said("登记了您出院"),
}  # fmt: skip
OTHERWISE = "办理了与您有关的业务"


@dataclass(frozen=True, slots=True)
class Told:
    """One payment as it is told: what, how much, which phase, why it stopped."""

    item: str
    name: str
    fen: int
    phase: str
    kind: str
    reason: str
    paid_on: Any
    tail: str


def told(one: Payment) -> Told:
    phase = PHASES.get(one.state, COMING)
    return Told(one.item, one.item_name, one.fen, phase, one.kind, one.reason, one.paid_at, one.account_tail)


def sums(rows: Sequence[Payment]) -> tuple[int, int]:
    """What arrived and what is on its way, in fen; what is kept back for a recovery counts against it."""
    sign = {"追回抵扣": -1}
    paid = sum(one.fen * sign.get(one.kind, 1) for one in rows if PHASES.get(one.state) == PAID)
    coming = sum(one.fen * sign.get(one.kind, 1) for one in rows if one.state not in PHASES)
    return paid, coming


def look_words(verb: str, data: Mapping[str, Any]) -> str:
    return LOOKS.get(verb, OTHERWISE)
