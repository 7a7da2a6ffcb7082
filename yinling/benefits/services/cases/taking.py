"""跨区通办: taken here, decided there. The taker sees no foreign record; the platform itself finds whom it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import blind, record, seal, set_timer
from yinling.base.contracts import Actor, Event, Refusal, area_level, area_range, pad_area, valid_id
from yinling.benefits.contracts.cases import CaseVerb, Way
from yinling.benefits.models import Case, CaseFact, CaseMove
from yinling.benefits.queries.doors import persons_sql
from yinling.benefits.queries.sql import rows
from yinling.benefits.rules.terms import items
from yinling.benefits.services.cases.asking import ask_what_is_missing
from yinling.benefits.services.cases.opening import NO_PROXY, NoItem, Proxy, new_case
from yinling.benefits.services.cases.writing import beside_the_night_run, locked, step

MATCH = "benefits.case_match"
DISTRICT_LEVEL = 3


class BadNumber(Refusal):
    code = "benefits_case_bad_number"
    status = 422
    zh = "公民身份号码不对，请核对 18 位号码。"
    en = "This is not a valid citizen identity number; check its 18 characters."


class NoName(Refusal):
    code = "benefits_case_no_name"
    status = 422
    zh = "请填写姓名。"
    en = "Give the person's name."


class NotADistrict(Refusal):
    code = "benefits_case_no_district"
    status = 422
    zh = "请选择户籍所在区县。"
    en = "Choose the district of the household register."


@dataclass(frozen=True, slots=True)
class Stated:
    """Who the person says to be: name and citizen number, sealed before it is stored."""

    name: str
    id_number: str


def take_for_another_area(
    *,
    stated: Stated,
    district: str,
    wanted: Sequence[str],
    taken_area: str,
    by: Actor,
    at: datetime,
    proxy: Proxy = NO_PROXY,
) -> UUID:
    """Take an application for a person registered in another district; the uid of the bundle.

    The row lies in both areas at once; `match_taken` then finds the record, under the platform's own role.
    """
    number, chosen = _checked(stated, district, wanted)
    bundle, there = uuid4(), pad_area(district)
    for item in chosen:
        row = new_case(
            None,
            item,
            Way.COUNTER,
            bundle,
            (there, there, taken_area),
            by,
            at,
            proxy,
            stated_name=stated.name.strip()[:80],
            id_blind=blind("id", number),
        )
        Case.objects.filter(uid=row.uid).update(id_sealed=seal("id", number, f"benefits_case:{row.uid}"))
    set_timer(MATCH, at, "bundle", str(bundle), key=f"{MATCH}:{bundle}")
    record(
        Event(
            "benefits.cases_taken_for_another_area",
            "bundle",
            str(bundle),
            taken_area,
            {"items": chosen, "district": there},
        )
    )
    return bundle


def _checked(stated: Stated, district: str, wanted: Sequence[str]) -> tuple[str, list[str]]:
    """The number as the registers write it and the items chosen; refuses what the counter has to correct."""
    number = valid_id(stated.id_number.strip())
    if not number.ok:
        raise BadNumber(field="id_number")
    if not stated.name.strip():
        raise NoName(field="name")
    if area_level(pad_area(district)) != DISTRICT_LEVEL:
        raise NotADistrict(field="district")
    chosen = [key for key in items() if key in set(wanted)]
    if not chosen:
        raise NoItem(field="items")
    return number.number, chosen


def match_taken(*, bundle: UUID, at: datetime) -> UUID | None:
    """Find whom a bundle is about by the keyed index of the number, in the district that was named; None if nobody."""
    cases = list(Case.objects.filter(bundle=bundle, person__isnull=True).order_by("item"))
    if not cases:
        return None
    beside_the_night_run(cases[0].hukou_area)
    wide = area_range(cases[0].hukou_area)
    found = rows(
        f"""SELECT p.person, p.hukou_area, p.live_area FROM ({persons_sql()}) p
            JOIN people_record r ON r.person = p.person
            WHERE r.id_blind = %s AND p.hukou_area >= %s AND p.hukou_area < %s""",
        [bytes(cases[0].id_blind or b""), wide.lo, wide.hi],
    )
    if not found:
        return None
    person, hukou, live = found[0]
    matched = [row for row in cases if _settle(row, person, hukou, live, at)]
    CaseFact.objects.filter(bundle=bundle).update(person=person, hukou_area=hukou, live_area=live)
    ask_what_is_missing(matched, at=at)
    return UUID(str(person))


def _settle(row: Case, person: UUID, hukou: str, live: str, at: datetime) -> bool:
    """The case becomes this person's; where they have a live one already, the new one ends and says so."""
    held = locked(row.uid)
    taken = rows(
        """SELECT number FROM benefits_case WHERE person = %s AND item = %s
           AND state IN ('found', 'submitted', 'checking', 'deciding', 'appealed', 'approved')""",
        [person, row.item],
    )
    if taken:
        step(held, CaseVerb.LAPSE, at=at, note=f"户籍地已有办件 {taken[0][0]}")
        return False
    held.person, held.hukou_area, held.live_area = person, hukou, live
    held.version += 1
    held.save(update_fields=["person", "hukou_area", "live_area", "version"])
    CaseMove.objects.create(
        uid=uuid4(),
        case=held,
        person=person,
        hukou_area=hukou,
        live_area=live,
        taken_area=held.taken_area,
        at=at,
        verb="match",
        from_state=held.state,
        to_state=held.state,
        by_role="system",
        note="已转户籍地",
    )
    row.person, row.hukou_area, row.live_area = person, hukou, live
    return True
