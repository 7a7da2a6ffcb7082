"""Asked for on any terminal or taken at the counter: one bundle opens several items and asks each missing fact once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import record
from yinling.base.contracts import Actor, Event, Month, Refusal
from yinling.benefits.contracts.cases import CaseState, CaseVerb, Way
from yinling.benefits.models import Case
from yinling.benefits.queries.doors import persons_sql
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.rules.cases import CASE_LIVE
from yinling.benefits.rules.terms import item_name, items
from yinling.benefits.services.cases.asking import ask_what_is_missing
from yinling.benefits.services.cases.writing import beside_the_night_run, day_of, due_on, step, write_move

CLERKS = ("village", "street", "district")


class NoItem(Refusal):
    code = "benefits_case_no_item"
    status = 422
    zh = "请至少选择一个补贴项目。"
    en = "Choose at least one benefit."


class NoPerson(Refusal):
    code = "benefits_case_no_person"
    status = 404
    zh = "没有这位老人的档案，或不在您的管辖范围内。"
    en = "There is no such person within your area."


class AlreadyOpen(Refusal):
    code = "benefits_case_already_open"
    zh = "“{item}”已有办件，不必再次申请。"
    en = "There is already a case for {item_code}; no second application is needed."


class ProxyIncomplete(Refusal):
    code = "benefits_case_proxy"
    status = 422
    zh = "由他人代办的，请填写代办人姓名和与本人的关系。"
    en = "For an application by proxy, give the proxy's name and relation."


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who acts for the person; both empty when they act themselves."""

    name: str = ""
    relation: str = ""


NO_PROXY = Proxy()


def open_bundle(
    *,
    person: UUID,
    wanted: Sequence[str],
    way: Way,
    by: Actor,
    at: datetime,
    proxy: Proxy = NO_PROXY,
    taken_area: str = "",
) -> UUID:
    """一件事: open a case for each item that is asked for; the uid of the bundle.

    A benefit that was found proactively and waits for the person's word is agreed to instead of opened twice.
    """
    chosen = [key for key in items() if key in set(wanted)]
    if not chosen:
        raise NoItem(field="items")
    if bool(proxy.name) != bool(proxy.relation):
        raise ProxyIncomplete(field="proxy_name")
    places = rows(f"SELECT hukou_area, live_area FROM ({persons_sql()}) p WHERE person = %s", [person])
    if not places:
        raise NoPerson
    hukou, live = places[0]
    beside_the_night_run(hukou)
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"benefits.cases:{person}"])
    bundle = uuid4()
    opened = [
        row
        for key in chosen
        if (row := _one(person, key, way, bundle, (hukou, live, taken_area or hukou), by, at, proxy))
        is not None
    ]
    if opened:
        ask_what_is_missing(opened, at=at)
    record(
        Event(
            "benefits.cases_opened",
            "person",
            str(person),
            hukou,
            {"bundle": str(bundle), "items": chosen, "way": str(way)},
        )
    )
    return bundle


def _one(
    person: UUID,
    item: str,
    way: Way,
    bundle: UUID,
    areas: tuple[str, str, str],
    by: Actor,
    at: datetime,
    proxy: Proxy,
) -> Case | None:
    found = (
        Case.objects.select_for_update()
        .filter(person=person, item=item, state__in=[state.value for state in CASE_LIVE])
        .first()
    )
    if found is not None:
        if found.state != CaseState.FOUND:
            raise AlreadyOpen(item=item_name(item), item_code=item)
        _agree(found, by, at)
        return None
    return new_case(person, item, way, bundle, areas, by, at, proxy)


def _agree(found: Case, by: Actor, at: datetime) -> None:
    from yinling.benefits.services.answers import record_consent

    assert found.person is not None
    record_consent(person=found.person, item=found.item, agreed=True, via="申请", on=day_of(at), by=by, at=at)


def new_case(
    person: UUID | None,
    item: str,
    way: Way,
    bundle: UUID,
    areas: tuple[str, str, str],
    by: Actor,
    at: datetime,
    proxy: Proxy = NO_PROXY,
    **stated: object,
) -> Case:
    """Write one case at its first desk: what a clerk takes at the counter is accepted by taking it."""
    hukou, live, taken = areas
    row = Case.objects.create(
        uid=uuid4(),
        number=one("SELECT nextval('benefits_case_number')"),
        person=person,
        item=item,
        month=Month.of(day_of(at)).text,
        way=way,
        state=CaseState.SUBMITTED,
        bundle=bundle,
        hukou_area=hukou,
        live_area=live,
        taken_area=taken,
        opened_at=at,
        changed_at=at,
        due_on=due_on(CaseState.SUBMITTED, at),
        opened_by=by.account,
        proxy_name=proxy.name[:40],
        proxy_relation=proxy.relation[:20],
        **stated,
    )
    write_move(row, "open", "", at=at)
    if way is Way.COUNTER and by.role in CLERKS:
        step(row, CaseVerb.ACCEPT, at=at)
    return row
