"""The demonstration's cases: the real verbs in their real order, at past moments, for a few dozen invented people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM, Actor, Month, area_range
from yinling.benefits.contracts.cases import CaseVerb, Way
from yinling.benefits.models import Case
from yinling.benefits.queries.doors import agreements_sql
from yinling.benefits.queries.sql import rows
from yinling.benefits.rules.cases import CASE_LIVE
from yinling.benefits.services.cases.deciding import decide
from yinling.benefits.services.cases.finding import open_found
from yinling.benefits.services.cases.moving import move
from yinling.benefits.services.cases.opening import NO_PROXY, Proxy, open_bundle
from yinling.benefits.services.cases.taking import Stated, take_for_another_area

SPACE = UUID("0b8f2f0e-6a0c-4a6e-9f0d-2d3f7a1c5e11")
ALIKE, UNKNOWN, NOT_YET, CHECKED, ASKED = 24, 4, 6, 5, 4
# Citizen numbers under a division that was never assigned, as in the rest of the demo.
FAR_DISTRICT, FAR_NUMBER, FAR_NAME = "530111000000", "530199194003030029", "秦望舒"


@dataclass(frozen=True, slots=True)
class Desks:
    """Who acts in the demonstration."""

    village: Actor
    street: Actor
    officer: Actor
    family: Actor
    streets: tuple[str, ...]
    street_area: str


def demo_applications(*, month: Month, at: datetime, desks: Desks, kept: Sequence[UUID]) -> int:
    """Before the first night run: people of 80 and over who applied by themselves; how many. Repeating it adds none.

    `kept` are the named persons of tours, whose story this must not touch.
    """
    with batch("benefits.demo_cases", SYSTEM):
        if Case.objects.exists():
            return 0
        people = _unanswered(month, desks.streets, kept)
    start = at - timedelta(days=2)
    for place, person in enumerate(people[:ALIKE]):
        proxy = Proxy("张秀兰", "子女") if place % 11 == 0 else NO_PROXY
        _through(person, "old_age", desks, at=start + timedelta(minutes=place), proxy=proxy)
    for place, person in enumerate(people[ALIKE : ALIKE + CHECKED]):
        _apply(person, "old_age", desks.village, Way.COUNTER, start + timedelta(hours=3, minutes=place))
    for place, person in enumerate(people[ALIKE + CHECKED :]):
        _apply(person, "old_age", desks.family, Way.ASKED, start + timedelta(hours=4, minutes=place))
    return len(people)


def demo_cases(
    *,
    month: Month,
    area: str,
    at: datetime,
    desks: Desks,
    elder: UUID | None,
    appellant: UUID | None,
    kept: Sequence[UUID],
) -> int:
    """After it: doubtful applications, refusals, an appeal, both ways between districts; how many cases there are then."""
    with batch("benefits.demo_cases", SYSTEM):
        if Case.objects.filter(taken_area=FAR_DISTRICT).exists():
            return Case.objects.count()
        unknown, young = _doubtful(month, desks.streets, kept)
    start = at - timedelta(days=2)
    for place, (person, item) in enumerate(unknown):
        _through(person, item, desks, at=start + timedelta(hours=1, minutes=place))
    for place, person in enumerate(young):
        _no(person, desks, at=at - timedelta(days=12) + timedelta(minutes=place), refuse=place % 2 == 0)
    if appellant is not None:
        _appealed(appellant, desks, at)
    if elder is not None:
        _apply(
            elder, "hardship", desks.family, Way.ASKED, start + timedelta(hours=5), Proxy("江晓棠", "子女")
        )
    _far(desks, area, start)
    with batch("benefits.demo_cases", SYSTEM):
        open_found(month=month, area=area, at=at)
        return Case.objects.count()


def _inside(streets: tuple[str, ...]) -> str:
    ranges = [area_range(street) for street in streets]
    return (
        " OR ".join(f"r.hukou_area >= '{one.lo}' AND r.hukou_area < '{one.hi}'" for one in ranges) or "false"
    )


def _shuffled(found: list[tuple[UUID, ...]]) -> list[tuple[UUID, ...]]:
    """An order that is none, and always the same."""
    return sorted(found, key=lambda row: uuid5(SPACE, str(row[0])).int)


def _unanswered(month: Month, streets: tuple[str, ...], kept: Sequence[UUID]) -> list[UUID]:
    """People of 80 and over in the demo's streets who never answered a message."""
    found = rows(
        f"""SELECT r.person FROM people_record r WHERE ({_inside(streets)}) AND r.born_on < %s AND r.died_on IS NULL
            AND r.moved_out_on IS NULL AND r.account_blind IS NOT NULL AND r.doubts = 0 AND r.person <> ALL(%s::uuid[])
            AND NOT EXISTS (SELECT 1 FROM ({agreements_sql()}) a WHERE a.person = r.person)""",
        [_back(month, 80), list(kept)],
    )
    return [row[0] for row in _shuffled(found)][: ALIKE + CHECKED + ASKED]


def _doubtful(
    month: Month, streets: tuple[str, ...], kept: Sequence[UUID]
) -> tuple[list[tuple[UUID, str]], list[UUID]]:
    """People whose verdict is unknown, and people not yet 80."""
    found = rows(
        f"""SELECT DISTINCT ON (v.person) v.person, v.item FROM policy_verdict v JOIN people_record r ON r.person = v.person
            WHERE v.superseded_by IS NULL AND v.verdict = -1 AND v.from_month <= %(month)s AND v.to_month IS NULL
            AND ({_inside(streets)}) AND r.died_on IS NULL AND v.person <> ALL(%(kept)s::uuid[])
            ORDER BY v.person, v.item""",
        {"month": month.text, "kept": list(kept)},
    )
    young = rows(
        f"""SELECT r.person FROM people_record r WHERE ({_inside(streets)}) AND r.born_on BETWEEN %s AND %s
            AND r.died_on IS NULL AND r.person <> ALL(%s::uuid[])""",
        [_back(month, 79), _back(month, 78), list(kept)],
    )
    return _shuffled(found)[:UNKNOWN], [row[0] for row in _shuffled(young)][:NOT_YET]  # type: ignore[return-value]


def _back(month: Month, years: int) -> str:
    return f"{month.year - years}-{month.month:02d}-15"


def _apply(
    person: UUID, item: str, by: Actor, way: Way, at: datetime, proxy: Proxy = NO_PROXY
) -> Case | None:
    with batch("benefits.demo_cases", by):
        live = [state.value for state in CASE_LIVE]
        if Case.objects.filter(person=person, item=item, state__in=live).exists():
            return None
        bundle = open_bundle(person=person, wanted=[item], way=way, by=by, at=at, proxy=proxy)
        return Case.objects.filter(bundle=bundle).first()


def _move(case: Case, verb: CaseVerb, by: Actor, at: datetime, note: str = "") -> None:
    with batch("benefits.demo_cases", by):
        move(case=case.uid, verb=verb, by=by, at=at, note=note)


def _through(person: UUID, item: str, desks: Desks, *, at: datetime, proxy: Proxy = NO_PROXY) -> Case | None:
    """Taken at the counter and checked by the street: now the district's turn."""
    case = _apply(person, item, desks.village, Way.COUNTER, at, proxy)
    if case is not None:
        _move(case, CaseVerb.PASS, desks.street, at + timedelta(hours=2))
    return case


def _no(person: UUID, desks: Desks, *, at: datetime, refuse: bool) -> None:
    case = _through(person, "old_age", desks, at=at)
    if case is None or not refuse:
        return
    with batch("benefits.demo_cases", desks.officer):
        decide(
            case=case.uid,
            verb=CaseVerb.REFUSE,
            by=desks.officer,
            at=at + timedelta(days=1),
            reason="还没有满80周岁，满80周岁当月起由平台主动认定，不必再申请。",
        )


def _appealed(person: UUID, desks: Desks, at: datetime) -> None:
    """Refused while her street's list was missing, appealed since: the register has caught up."""
    case = _through(person, "hardship", desks, at=at - timedelta(days=25))
    if case is None:
        return
    with batch("benefits.demo_cases", desks.officer):
        decide(
            case=case.uid,
            verb=CaseVerb.REFUSE,
            by=desks.officer,
            at=at - timedelta(days=20),
            reason="救助部门报送的名册里没有本人，核不到低保或低收入身份。",
        )
    _move(case, CaseVerb.APPEAL, desks.family, at - timedelta(days=1), "我一直领低保，是街道名册没有报上去。")


def _far(desks: Desks, area: str, at: datetime) -> None:
    """One taken here for another district, one taken there for this one."""
    with batch("benefits.demo_cases", desks.street):
        take_for_another_area(
            stated=Stated(FAR_NAME, FAR_NUMBER),
            district=FAR_DISTRICT,
            wanted=["old_age"],
            taken_area=desks.street_area,
            by=desks.street,
            at=at,
        )
    clerk = Actor(None, "官渡区窗口", "street")
    with batch("benefits.demo_cases", clerk):
        open_there = rows(
            """SELECT r.person, r.hukou_area FROM people_record r WHERE r.hukou_area >= %s AND r.hukou_area < %s
               AND r.died_on IS NULL AND r.born_on > %s AND NOT EXISTS (
                 SELECT 1 FROM benefits_case c WHERE c.person = r.person) ORDER BY r.hukou_area, r.person LIMIT 1""",
            [area_range(area).lo, area_range(area).hi, f"{at.year - 75}-01-01"],
        )
        for person, _hukou in open_there:
            open_bundle(
                person=person,
                wanted=["hardship"],
                way=Way.COUNTER,
                by=clerk,
                at=at,
                taken_area=FAR_DISTRICT,
            )
