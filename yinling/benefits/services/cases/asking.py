"""Missing facts: asked of the source first; only when it stays silent past its days is the person asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from yinling.base.api import record
from yinling.base.contracts import Event, Month, Refusal
from yinling.benefits.models import Case, CaseFact
from yinling.benefits.queries.sql import run
from yinling.benefits.services.cases.writing import day_of, workdays_later
from yinling.policy import api as policy
from yinling.policy.contracts import UNKNOWN, Explanation
from yinling.workorders import api as workorders


class NoOpenFact(Refusal):
    code = "benefits_case_no_open_fact"
    status = 404
    zh = "没有这项待补材料，或已经补齐。"
    en = "There is no such open request for evidence."


def explained(person: UUID, item: str, month: Month) -> Explanation | None:
    """The policy's answer for one person, item and month; None while nothing was ever determined."""
    latest = policy.latest_run()
    if latest is None:
        return None
    known = min(month, Month.parse(latest.month))
    found = policy.cards(person, known, (item,))
    return found[0].explanation if found else None


def ask_what_is_missing(cases: Sequence[Case], *, at: datetime) -> int:
    """Each fact that any item of the bundle lacks, asked once of who supplies it; how many."""
    asked = 0
    for row in cases:
        if row.person is None:
            continue
        found = explained(row.person, row.item, Month.parse(row.month))
        if found is None or found.verdict != UNKNOWN:
            continue
        for miss in found.missing:
            asked += run(
                """INSERT INTO benefits_case_fact (uid, bundle, person, hukou_area, live_area, taken_area, fact, label,
                     sender, ask, asked_of, asked_at, due_on, given_by, note)
                   VALUES (gen_random_uuid(), %s, %s, %s, %s, %s, %s, %s, %s, %s, 'source', %s, %s, '', '')
                   ON CONFLICT (bundle, fact) DO NOTHING""",
                [
                    row.bundle,
                    row.person,
                    row.hukou_area,
                    row.live_area,
                    row.taken_area,
                    miss.fact[:40],
                    miss.label[:80],
                    miss.sender[:80],
                    miss.ask[:200],
                    at,
                    workdays_later(at, "source_answer_workdays"),
                ],
            )
    return asked


def facts_overdue(*, at: datetime) -> int:
    """Sources that stayed silent past their days: now the person is asked, once; how many. Set-based."""
    moved = run(
        """UPDATE benefits_case_fact SET asked_of = 'person', due_on = %s
           WHERE asked_of = 'source' AND given_at IS NULL AND due_on < %s""",
        [workdays_later(at, "person_answer_workdays"), day_of(at)],
    )
    if moved:
        record(Event("benefits.case_facts_asked_of_persons", "cases", "facts", data={"count": moved}))
    return moved


def facts_answered(*, at: datetime) -> int:
    """Facts of bundles in which nothing is unknown any more were given by their sources; how many. Set-based."""
    return run(
        """UPDATE benefits_case_fact f SET given_at = %(at)s, given_by = f.sender
           WHERE f.given_at IS NULL AND f.person IS NOT NULL AND NOT EXISTS (
             SELECT 1 FROM benefits_case c
             LEFT JOIN policy_verdict v ON v.person = c.person AND v.item = c.item AND v.superseded_by IS NULL
               AND v.to_month IS NULL
             WHERE c.bundle = f.bundle AND coalesce(v.verdict, -1) = -1)""",
        {"at": at},
    )


def fact_given(*, fact: UUID, note: str, at: datetime) -> None:
    """A clerk has seen the paper or heard from the source: what it was is written down.

    It opens the way for the district to look; the verdict itself changes when the source's register says so.
    """
    row = CaseFact.objects.select_for_update().filter(uid=fact, given_at__isnull=True).first()
    if row is None:
        raise NoOpenFact
    from yinling.base.api import current

    row.given_at, row.given_by, row.note = at, current().by.name[:80], note[:200]
    row.save(update_fields=["given_at", "given_by", "note"])
    record(
        Event(
            "benefits.case_fact_given",
            "person",
            str(row.person or ""),
            row.hukou_area,
            {"fact": row.fact, "bundle": str(row.bundle)},
        )
    )


LATE = "benefits.case_late"
ABOVE = (("submitted", "street"), ("checking", "district"))


def tell_overdue(*, at: datetime) -> int:
    """Cases past their day become work orders of the desk above, one a case and step; how many were new. Set-based."""
    return sum(
        workorders.open_orders(
            kind=LATE,
            role=role,
            query="""SELECT c.uid::text || ':' || c.state AS key, coalesce(p.name, c.stated_name) || '的办件已超时' AS title,
                       '应于 ' || c.due_on || ' 前办理' AS detail, '/cases/' || c.uid AS url, 'person' AS subject_kind,
                       coalesce(c.person, c.uid) AS subject, c.hukou_area, c.live_area,
                       rpad(left(c.hukou_area, %(digits)s), 12, '0') AS area, 'benefits.case' AS cause_kind,
                       c.uid::text AS cause_ref, '{}'::jsonb AS evidence
                     FROM benefits_case c LEFT JOIN people_record p ON p.person = c.person
                     WHERE c.state = %(state)s AND c.due_on < %(today)s AND c.way <> 'proactive'""",
            params={"state": state, "today": day_of(at), "digits": 9 if role == "street" else 6},
            at=at,
        )
        for state, role in ABOVE
    )
