"""What every verb of cases needs: the row under its lock, a step written down, until when the next desk must act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from yinling.base.api import CHINA, current, record
from yinling.base.contracts import Event, Month, Refusal
from yinling.benefits.contracts.cases import VERB_NAMES, CaseState
from yinling.benefits.models import Case, CaseMove
from yinling.benefits.queries.sql import run
from yinling.benefits.rules.cases import after_workdays, case_after, due_of
from yinling.benefits.rules.publicity import is_workday
from yinling.benefits.rules.terms import term
from yinling.policy import api as policy
from yinling.policy.contracts import WorkStep
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause

MOVES_COLUMNS = """uid, case_id, person, hukou_area, live_area, taken_area, at, verb, from_state, to_state, account, by_name,
    by_role, note"""


class NoSuchCase(Refusal):
    code = "benefits_no_such_case"
    status = 404
    zh = "没有这件办件，或不在您的管辖范围内。"
    en = "There is no such case within your area."


class CaseChanged(Refusal):
    code = "benefits_case_changed"
    zh = "这件刚刚由{who}办理过（{what}）。请看过最新情况再办。"
    en = "{who} has just worked on this case ({what_en}). Please look at it again first."


def day_of(at: datetime) -> date:
    """The day in China on which a moment lies."""
    return at.astimezone(CHINA).date()


def procedure(on: date) -> Sequence[WorkStep]:
    """The policy's steps in force; none where no policy is."""
    pack = policy.pack_in_force(Month.of(on))
    return pack.procedure if pack else ()


def due_on(state: str, at: datetime) -> date | None:
    """Until when the desk that now has the case must act."""
    day = day_of(at)
    fallback: dict[str, int] = {
        CaseState.SUBMITTED: int(term("case_submitted_workdays", day).value),
        CaseState.APPEALED: int(term("case_appealed_workdays", day).value),
    }
    return due_of(state, day, procedure(day), fallback, is_workday)


def workdays_later(at: datetime, name: str) -> date:
    """The day that a dated figure of working days gives."""
    day = day_of(at)
    return after_workdays(day, int(term(name, day).value), is_workday)


def beside_the_night_run(area: str) -> None:
    """Wait until a night run over this area's district is done: it and an application never open a case each."""
    run("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"benefits.found:{area[:6]}000000"])


def locked(uid: UUID, seen: int | None = None) -> Case:
    """The case, held until the end of the transaction; CaseChanged if somebody moved it since the page was drawn."""
    row = Case.objects.select_for_update().filter(uid=uid).first()
    if row is None:
        raise NoSuchCase
    if seen is not None and row.version != seen:
        last = CaseMove.objects.filter(case=row).order_by("-at").first()
        verb, who = (last.verb, last.by_name) if last else ("", "")
        words = {str(one): name for one, name in VERB_NAMES.items()}
        raise CaseChanged(who=who or "系统", what=words.get(verb, "登记"), what_en=verb)
    return row


def step(
    row: Case, verb: str, *, at: datetime, note: str = "", changes: Mapping[str, object] | None = None
) -> Case:
    """The only place where one case changes its state: by the table of moves, written down, told to the trail."""
    before = row.state
    row.state = case_after(before, verb)
    row.changed_at, row.version, row.due_on = at, row.version + 1, due_on(row.state, at)
    for name, value in (changes or {}).items():
        setattr(row, name, value)
    row.save()
    write_move(row, verb, before, at=at, note=note)
    workorders.close_by_cause(cause=Cause("benefits.case", str(row.uid)), outcome="已办理", at=at)
    record(
        Event(
            f"benefits.case_{verb}",
            "person",
            str(row.person or ""),
            row.hukou_area,
            {"case": str(row.uid), "item": row.item, "state": str(row.state)},
        )
    )
    return row


def write_move(row: Case, verb: str, before: str, *, at: datetime, note: str = "") -> None:
    by = current().by
    CaseMove.objects.create(
        uid=uuid4(),
        case=row,
        person=row.person,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        taken_area=row.taken_area,
        at=at,
        verb=verb,
        from_state=before,
        to_state=row.state,
        account=by.account,
        by_name=by.name,
        by_role=by.role,
        note=note[:500],
    )
