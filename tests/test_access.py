"""P10: every address as every role with every method, against the table that people read (docs/access.md)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import get_resolver, path, reverse

from yinling.accounts.contracts import ROLE_CARDS, Role, ScopeKind
from yinling.accounts.middleware import cookie_name
from yinling.accounts.testing import a_session
from yinling.base.api import OrderKind, access_of, allow, batch, connection, now, order_kinds, unit
from yinling.base.contracts import SYSTEM, Actor, Scope, area_range
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

from . import access_table

METHODS = ("GET", "POST", "DELETE")
PROVINCE, CITY, DISTRICT, STREET, VILLAGE = (
    "530000000000",
    "530100000000",
    "530199000000",
    "530199001000",
    "530199001001",
)
HOME = {1: PROVINCE, 2: CITY, 3: DISTRICT, 4: STREET, 5: VILLAGE}
# Answers a status that the address itself names.
SHOWS_STATUSES = {"kit:gallery_error"}


@dataclass(frozen=True)
class Address:
    name: str
    url: str
    view: Any

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")


SAMPLES = {
    "uuid": lambda: str(uuid4()),
    "int": lambda: "404",
    "slug": lambda: "nothing",
    "str": lambda: "nothing",
    "path": lambda: "nothing",
}


def addresses(urlconf: Any = None) -> list[Address]:
    """Every route of the program, with values that stand for nothing in its parameters."""
    return list(_walk(get_resolver(urlconf), urlconf, ""))


def _walk(resolver: Any, urlconf: Any, spaces: str) -> Iterator[Address]:
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _walk(entry, urlconf, f"{spaces}{entry.namespace}:" if entry.namespace else spaces)
            continue
        name = f"{spaces}{entry.name or ''}"
        kinds = {
            key: type(one).__name__.removesuffix("Converter").lower()
            for key, one in entry.pattern.converters.items()
        }
        kinds = {key: {"string": "str", "integer": "int"}.get(kind, kind) for key, kind in kinds.items()}
        values = {key: SAMPLES[kind]() for key, kind in kinds.items()}
        yield Address(name, reverse(name, urlconf, kwargs=values) if entry.name else "", entry.callback)


def differences(found: list[Address], table: dict[str, access_table.Route]) -> list[str]:
    """What the decorators of the views say otherwise than the table."""
    wrong = [f"{one.name or one.url}: not in docs/access.md" for one in found if one.name not in table]
    for one in found:
        if one.name not in table or one.is_api:
            continue
        row, said = table[one.name], access_of(one.view)
        if said is None:
            wrong.append(f"{one.name}: says nothing of its access")
        elif ("*" in said) != row.anyone or (
            not row.anyone and "signed-in" not in said and said != row.roles
        ):
            wrong.append(f"{one.name}: {sorted(said)} but the table says {sorted(row.roles)}")
        elif "signed-in" in said and row.roles != frozenset(Role):
            wrong.append(f"{one.name}: open to all who are signed in, the table says {sorted(row.roles)}")
    return wrong


def scope_for(role: Role) -> dict[str, Any]:
    card = ROLE_CARDS[role]
    if card.kind is ScopeKind.AREA:
        return {"area": HOME[card.area_levels[-1]], "duties": card.duties}
    if card.kind is ScopeKind.ORG:
        return {"orgs": [str(uuid4())]}
    if card.kind is ScopeKind.PERSON:
        return {"persons": [uuid4()], "persons_area": VILLAGE}
    return {}


def client_for(role: Role | None, **scope: Any) -> Client:
    client = Client(raise_request_exception=False)
    if role is not None:
        client.cookies[cookie_name()] = a_session(role, **(scope or scope_for(role))).token
    return client


def test_no_address_is_missing_from_the_table_and_no_line_is_stale() -> None:
    found, table = addresses(), access_table.read()
    assert differences(found, table) == []
    spaces = {one.name.split(":")[0] for one in found}
    stale = [
        name for name in table if name.split(":")[0] in spaces and name not in {one.name for one in found}
    ]
    assert stale == []


def forbidden(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


@allow(Role.STREET)
def too_wide(request: HttpRequest) -> HttpResponse:
    return HttpResponse("secret")


class Planted:
    """An address table with a view that says nothing and one that opens for a role too many."""

    urlpatterns = [path("planted/bare", forbidden, name="bare"), path("planted/wide", too_wide, name="wide")]


PLANTED_TABLE = (
    access_table.PAGE.read_text()
    + """
| route | methods | roles | rows | what |
|---|---|---|---|---|
| wide | GET | district | none | planted |
"""
)


def test_planted_defects_are_caught() -> None:
    wrong = differences(addresses(Planted), access_table.read(PLANTED_TABLE))
    assert wrong == [
        "bare: not in docs/access.md",
        "wide: ['street'] but the table says ['district']",
    ]
    listed = PLANTED_TABLE + "| bare | GET | anyone | none | planted |\n"
    assert "bare: says nothing of its access" in differences(addresses(Planted), access_table.read(listed))


@pytest.mark.usefixtures("database")
def test_a_view_that_says_nothing_is_refused_even_if_nobody_tests_it() -> None:
    with override_settings(ROOT_URLCONF=Planted):
        assert client_for(Role.SYSADMIN).get("/planted/bare").status_code == 403
        assert client_for(Role.STREET).get("/planted/wide").status_code == 200
        assert client_for(Role.DISTRICT).get("/planted/wide").status_code == 403


def ask(client: Client, method: str, url: str) -> int:
    """The status; 401 also for being sent to the sign-in page."""
    answer = client.generic(
        method, url, data=b"", content_type="application/x-www-form-urlencoded", HTTP_ACCEPT="text/html"
    )
    if answer.status_code in (302, 303) and answer["Location"].startswith("/sign-in?next="):
        return 401
    return int(answer.status_code)


def wrong_answer(
    status: int, *, method: str, row: access_table.Route, role: Role | None, is_api: bool
) -> bool:
    """Does the status contradict the table? The object asked for does not exist, so 404 is as good as a page."""
    listed = method in row.methods or "any" in row.methods
    if role is None and not row.anyone:
        return status not in (401, 405) if not listed else status != 401
    if role is not None and role not in row.roles:
        if is_api and status == 422:  # the API reads the request before it looks at the role
            return False
        return status not in (403, 405) if not listed else status != 403
    if not listed:
        return status != 405
    return status in (401, 403, 405) or status >= 500


def asked(row: access_table.Route, role: Role | None) -> list[str]:
    """Every method of the table as every role; the others once, as a role that may open the address."""
    everything = role is None or role == min(row.roles) or "any" in row.methods
    return [method for method in METHODS if everything or method in row.methods]


@pytest.mark.slow
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "nobody")
@override_settings(YINLING_DEMO=True)
def test_every_address_and_method(role: Role | None) -> None:
    table, client, wrong = access_table.read(), client_for(role), []
    for one in addresses():
        row = table.get(one.name)
        if row is None:
            continue
        for method in asked(row, role):
            status = ask(client, method, one.url)
            if method == "POST" and status < 400:
                client = client_for(role)  # a good POST may have ended the session
            if one.name in SHOWS_STATUSES and role in row.roles:
                continue
            if wrong_answer(status, method=method, row=row, role=role, is_api=one.is_api):
                wrong.append(f"{method} {one.url} ({one.name}) answered {status}")
    assert wrong == []


@pytest.mark.usefixtures("database")
def test_every_post_needs_the_form_token() -> None:
    table, open_doors = access_table.read(), []
    tokens: dict[str, str] = {}
    for one in addresses():
        row = table.get(one.name)
        if row is None or "POST" not in row.methods or one.name in ("healthz", "metrics"):
            continue
        role = next(iter(sorted(row.roles)))
        client = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if role not in tokens:
            tokens[role] = a_session(Role(role), **scope_for(Role(role))).token
        client.cookies[cookie_name()] = tokens[role]
        # The API has no form token: there a browser's word that another site asks must be enough.
        headers = {"HTTP_ORIGIN": "https://other.example"} if one.is_api else {}
        if client.post(one.url, **headers).status_code != 403:
            open_doors.append(one.name)
    assert open_doors == []


KIND = "test.access"
PLACES = {
    "own": {Role.CITY: CITY, Role.DISTRICT: DISTRICT, Role.STREET: STREET, Role.VILLAGE: VILLAGE},
    "child": {Role.CITY: VILLAGE, Role.DISTRICT: VILLAGE, Role.STREET: VILLAGE},
    "sibling": {
        Role.CITY: "530300000000",
        Role.DISTRICT: "530198000000",
        Role.STREET: "530199002000",
        Role.VILLAGE: "530199001002",
    },
    "parent": {Role.CITY: PROVINCE, Role.DISTRICT: CITY, Role.STREET: DISTRICT, Role.VILLAGE: STREET},
    "other city": dict.fromkeys((Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE), "530301001001"),
}


def an_order(area: str) -> Any:
    if KIND not in order_kinds:
        order_kinds.offer(OrderKind(KIND, "测试", frozenset({"village", "street", "district", "city"}), 3))
    with batch("test", SYSTEM):
        return workorders.open_order(
            kind=KIND,
            key=uuid4().hex,
            subject=Subject("person", uuid4(), area, area),
            title="测试",
            cause=Cause("test", "1"),
            role="village",
            area=area,
            at=now(),
        )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("relation", list(PLACES))
@pytest.mark.parametrize("role", [Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE])
def test_objects_by_relation_of_area(role: Role, relation: str) -> None:
    area = PLACES[relation].get(role)
    if area is None:
        pytest.skip("a community has nothing below it")
    url = reverse("workorders:order", kwargs={"uid": an_order(area)})
    expected = 200 if relation in ("own", "child") else 404
    assert ask(client_for(role), "GET", url) == expected
    if expected == 404:
        assert ask(client_for(role), "POST", f"{url}take") == 404


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("role", [Role.CENTRE, Role.FACILITY, Role.CARER])
def test_roles_without_an_area_see_no_orders_of_others(role: Role) -> None:
    url = reverse("workorders:order", kwargs={"uid": an_order(VILLAGE)})
    assert ask(client_for(role), "GET", url) == 404


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_random_hierarchies_agree_with_an_oracle_of_prefixes() -> None:
    """2,000 random pairs of grant and row over a seeded hierarchy; the oracle knows prefixes, the database ranges."""
    dice = random.Random(530199)
    codes = [
        f"{53 + dice.randrange(2)}{dice.randrange(1, 3):02d}{dice.randrange(1, 3):02d}"
        f"{dice.randrange(4):03d}{dice.randrange(4):03d}"
        for _ in range(120)
    ]
    codes = sorted({code if code[6:9] != "000" else f"{code[:6]}000000" for code in codes})
    orders = {an_order(code): code for code in codes}
    pairs = wrong = 0
    for code in codes:
        stem = next(code[:cut] for cut in (2, 4, 6, 9, 12) if not code[cut:].strip("0"))
        with unit(Scope(area_range(code)), Actor(None, "x", "street")), connection().cursor() as sql:
            sql.execute("SELECT uid FROM workorders_order")
            seen = {uid for (uid,) in sql.fetchall()}
        for uid, where in orders.items():
            pairs += 1
            wrong += (uid in seen) != where.startswith(stem)
    assert pairs >= 2_000
    assert wrong == 0
