"""Moving one case along the chain by a clerk, and what a person's own word does to a case."""

from datetime import datetime
from uuid import UUID

from yinling.base.contracts import Actor, Refusal
from yinling.benefits.contracts.cases import CaseVerb
from yinling.benefits.models import Case
from yinling.benefits.queries.sql import rows
from yinling.benefits.rules.cases import DESKS, PERSONS_DO, case_after, sources_of, verbs_for
from yinling.benefits.services.cases.writing import beside_the_night_run, day_of, locked, step


class NotYourDesk(Refusal):
    code = "benefits_case_not_your_desk"
    status = 403
    zh = "这一步由{desk}办理。"
    en = "This step belongs to the {desk_en} desk."


class SayWhy(Refusal):
    code = "benefits_case_say_why"
    status = 422
    zh = "请写明理由。"
    en = "Say why."


class TooLate(Refusal):
    code = "benefits_case_too_late"
    zh = "申请复核的期限是 {until}，已经过了。"
    en = "The time for an appeal ended on {until}."


DESK_WORDS = {"village": "村（社区）", "street": "乡镇（街道）", "district": "区县民政局", "": "本人"}
NEED_WORDS = (CaseVerb.SEND_BACK, CaseVerb.APPEAL)


def move(
    *, case: UUID, verb: CaseVerb, by: Actor, at: datetime, seen: int | None = None, note: str = ""
) -> Case:
    """One step that needs no judgement of the facts: 受理, 审核通过, 退回, 申请复核, 撤回."""
    row = locked(case, seen)
    case_after(row.state, verb)
    ensure_desk(row, verb, by)
    if verb in NEED_WORDS and not note.strip():
        raise SayWhy(field="note")
    changes: dict[str, object] = {}
    if verb is CaseVerb.APPEAL:
        if row.appeal_until is not None and day_of(at) > row.appeal_until:
            raise TooLate(until=row.appeal_until)
        changes["appeal_text"] = note.strip()[:500]
    return step(row, verb, at=at, note=note, changes=changes)


def ensure_desk(row: Case, verb: CaseVerb, by: Actor) -> None:
    """NotYourDesk unless it is this role's turn; what only the person may do, a clerk may write down for them."""
    if by.account is None or verb in verbs_for(row.state, by.role):
        return
    if verb in PERSONS_DO and by.role in ("village", "street", "district"):
        return
    desk = DESKS.get(row.state, "")  # type: ignore[call-overload]
    raise NotYourDesk(desk=DESK_WORDS[desk], desk_en=desk or "person's own")


def answered(*, person: UUID, item: str, agreed: bool, at: datetime) -> int:
    """The person said yes or no to an award: their case goes on or ends; how many cases moved."""
    verb = CaseVerb.AGREE if agreed else CaseVerb.DECLINE
    for (area,) in rows("SELECT DISTINCT hukou_area FROM benefits_case WHERE person = %s", [person]):
        beside_the_night_run(area)
    found = rows(
        """SELECT uid FROM benefits_case WHERE person = %s AND item = %s AND state = ANY(%s)
           ORDER BY (state = 'declined'), opened_at DESC LIMIT 1""",
        [person, item, sources_of(verb)],
    )
    for (uid,) in found:
        row = locked(uid)
        if verb is CaseVerb.AGREE and _another_lives(row):
            continue
        step(row, verb, at=at)
    return len(found)


def _another_lives(row: Case) -> bool:
    return bool(
        rows(
            """SELECT 1 FROM benefits_case WHERE person = %s AND item = %s AND uid <> %s
               AND state IN ('found', 'submitted', 'checking', 'deciding', 'appealed', 'approved')""",
            [row.person, row.item, row.uid],
        )
    )
