"""区县审批: approve what the record supports, refuse with reason, remedy and time limit; a second officer reviews an appeal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from yinling.base.api import record
from yinling.base.contracts import Actor, Event, Month, Refusal
from yinling.benefits.contracts.cases import CaseState, CaseVerb
from yinling.benefits.models import Case, CaseFact, Consent
from yinling.benefits.queries.sql import rows, run
from yinling.benefits.rules.cases import case_after
from yinling.benefits.rules.terms import remedy_words, term
from yinling.benefits.services.cases.asking import explained
from yinling.benefits.services.cases.moving import SayWhy, ensure_desk
from yinling.benefits.services.cases.writing import day_of, locked, step
from yinling.policy import api as policy
from yinling.policy.contracts import YES

MANY_MAX = 500


class NotEntitled(Refusal):
    code = "benefits_case_not_entitled"
    zh = "核定结论不是“符合”，不能批准：{why}"
    en = "The determination is not yes, so this cannot be approved."


class FactsMissing(Refusal):
    code = "benefits_case_facts_missing"
    zh = "还有 {count} 项材料没有补齐，不能批准。"
    en = "{count} requests for evidence are still open."


class SameOfficer(Refusal):
    code = "benefits_case_same_officer"
    status = 403
    zh = "复核须由作出原决定以外的人办理。"
    en = "An appeal is decided by somebody other than who decided first."


class NoOfficer(Refusal):
    code = "benefits_case_no_officer"
    status = 403
    zh = "审批须由本人账号办理。"
    en = "A decision needs an account of a person."


def decide(
    *, case: UUID, verb: CaseVerb, by: Actor, at: datetime, seen: int | None = None, reason: str = ""
) -> Case:
    """批准, 不予批准, 复核改为批准 or 复核维持 one case."""
    row = locked(case, seen)
    case_after(row.state, verb)
    ensure_desk(row, verb, by)
    if by.account is None:
        raise NoOfficer
    if verb in (CaseVerb.GRANT, CaseVerb.UPHOLD) and row.decided_by == by.account:
        raise SameOfficer
    if verb in (CaseVerb.APPROVE, CaseVerb.GRANT):
        return _approve(row, verb, by, at, reason)
    if not reason.strip():
        raise SayWhy(field="reason")
    day = day_of(at)
    done = step(
        row,
        verb,
        at=at,
        note=reason,
        changes={
            "decided_at": at,
            "decided_by": by.account,
            "reason": reason.strip()[:500],
            "remedy": remedy_words()[:500],
            "appeal_until": day + timedelta(days=int(term("appeal_days", day).value)),
        },
    )
    _tell(done, "case_no", at)
    return done


def _approve(row: Case, verb: CaseVerb, by: Actor, at: datetime, reason: str) -> Case:
    open_facts = CaseFact.objects.filter(bundle=row.bundle, given_at__isnull=True).count()
    if not entitled(row):
        if open_facts:
            raise FactsMissing(count=open_facts)
        found = explained(row.person, row.item, Month.parse(row.month)) if row.person else None
        raise NotEntitled(why=found.sentence if found else "还没有核定过")
    why = reason.strip() or "核定结论：符合"
    done = step(
        row,
        verb,
        at=at,
        note=why,
        changes={"decided_at": at, "decided_by": by.account, "reason": why[:500]},
    )
    _agree(done, by, at)
    _tell(done, "case_yes", at)
    return done


def entitled(row: Case) -> bool:
    """Does the verdict that holds now, or held in the month applied for, say yes?"""
    latest = policy.latest_run()
    if row.person is None:
        return False
    months = {row.month} | ({latest.month} if latest else set())
    return any(
        found.item == row.item and found.verdict == YES
        for month in months
        for found in policy.verdicts(row.person, Month.parse(month))
    )


def _agree(row: Case, by: Actor, at: datetime) -> None:
    """An application that was approved is the agreement that the month's list asks for."""
    from yinling.benefits.services.answers import follow_answer

    assert row.person is not None
    live = Consent.objects.filter(person=row.person, item=row.item, ended_at__isnull=True)
    if not live.filter(agreed=True).exists():
        live.update(ended_at=at)
        Consent.objects.create(
            uid=uuid4(),
            person=row.person,
            item=row.item,
            hukou_area=row.hukou_area,
            live_area=row.live_area,
            agreed=True,
            via="申请",
            words=f"申请 {row.number}",
            on=day_of(row.opened_at),
            recorded_at=at,
            account=by.account,
        )
    follow_answer(row.person, row.item, agreed=True, at=at)


def _tell(row: Case, kind: str, at: datetime) -> None:
    """The person is told once a decision."""
    run(
        """INSERT INTO benefits_notice (uid, person, item, month, hukou_area, live_area, kind, fen, channel, sent_at)
           VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, 0, 'sms', %s)
           ON CONFLICT (person, item, month, kind) DO NOTHING""",
        [row.person, row.item, Month.of(day_of(at)).text, row.hukou_area, row.live_area, kind, at],
    )


def approve_many(*, cases: Sequence[UUID], by: Actor, at: datetime) -> tuple[int, list[tuple[int, str]]]:
    """Approve what is alike in one go; each case that cannot be approved is left where it is and named with why."""
    done, left = 0, []
    order = rows("SELECT uid FROM benefits_case WHERE uid = ANY(%s) ORDER BY uid", [list(cases)[:MANY_MAX]])
    for (uid,) in order:
        row = locked(uid)
        if row.state != CaseState.DECIDING:
            continue
        try:
            decide(case=uid, verb=CaseVerb.APPROVE, by=by, at=at)
        except (NotEntitled, FactsMissing) as why:
            left.append((row.number, why.sentence_zh))
        else:
            done += 1
    record(
        Event("benefits.cases_approved_many", "cases", "approval", data={"count": done, "left": len(left)})
    )
    return done, left
