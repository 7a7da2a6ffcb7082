"""今日待办 over HTTP: what a role sees, in which order, within which time, and what it may do."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yinling.accounts.contracts import ROLE_CARDS, Role, ScopeKind
from yinling.accounts.testing import an_account, sign_in_client
from yinling.base.api import OrderKind, TodayEntry, TodayItem, batch, now, order_kinds, todays
from yinling.base.contracts import SYSTEM
from yinling.workorders import services
from yinling.workorders.contracts import Cause, State, Subject
from yinling.workorders.models import Order

pytestmark = pytest.mark.usefixtures("database")
DISTRICT, STREET, VILLAGE, FAR = "530199000000", "530199001000", "530199001001", "530199002001"
KIND = "test.today"
QUERIES_OF_TODAY = 7


@pytest.fixture(autouse=True)
def kind():
    if KIND not in order_kinds:
        order_kinds.offer(OrderKind(KIND, "核实去世信息", frozenset({"village", "street", "district"}), 3))


def an_order(title, *, area=VILLAGE, days=3, role="village"):
    with batch("test", SYSTEM):
        return services.open_order(
            kind=KIND,
            key=uuid4().hex,
            subject=Subject("person", uuid4(), area, area),
            title=title,
            role=role,
            cause=Cause("test", "1"),
            at=now(),
            due_at=now() + timedelta(days=days),
        )


def client_of(role, **scope):
    client = Client()
    sign_in_client(client, role, **scope)
    return client


def test_a_clerk_sees_her_own_queue_oldest_clock_first():
    an_order("后办的", days=5)
    an_order("先办的", days=-1)
    an_order("别处的", area=FAR)
    an_order("街道的", role="street")
    text = client_of(Role.VILLAGE, area=VILLAGE).get("/today").content.decode()
    assert text.index("先办的") < text.index("后办的")
    assert "别处的" not in text
    assert "街道的" not in text
    assert "已超时" in text


def test_three_taps_finish_an_order():
    uid, client = an_order("核实"), client_of(Role.VILLAGE, area=VILLAGE)
    assert f"/orders/{uid}/" in client.get("/today").content.decode()
    assert client.get(f"/orders/{uid}/").status_code == 200
    answer = client.post(f"/orders/{uid}/finish", {"outcome": "本人健在"})
    assert (answer.status_code, answer["Location"]) == (303, "/today")
    with batch("test", SYSTEM):
        assert Order.objects.get(uid=uid).state == State.DONE
    assert "核实" in client.get("/today?tab=done").content.decode()
    assert "本人健在" in client.get(f"/orders/{uid}/").content.decode()


def test_an_illegal_move_is_a_sentence_and_changes_nothing():
    uid, client = an_order("核实"), client_of(Role.VILLAGE, area=VILLAGE)
    client.post(f"/orders/{uid}/close", {"outcome": "完"})
    answer = client.post(f"/orders/{uid}/take")
    assert answer.status_code == 409
    assert "不能“接单”" in answer.content.decode()
    with batch("test", SYSTEM):
        assert Order.objects.get(uid=uid).state == State.CLOSED


def test_what_is_missing_in_a_form_is_said():
    uid, client = an_order("核实"), client_of(Role.VILLAGE, area=VILLAGE)
    assert client.post(f"/orders/{uid}/finish", {}).status_code == 422


@pytest.mark.parametrize("path", ["/orders/{uid}/", "/orders/{uid}/take"])
def test_orders_of_another_area_are_not_there(path):
    address = path.format(uid=an_order("核实"))
    client = client_of(Role.VILLAGE, area=FAR)
    assert (client.post if address.endswith("take") else client.get)(address).status_code == 404


@pytest.mark.parametrize("role", sorted(Role))
def test_every_role_has_its_day(role):
    card = ROLE_CARDS[role]
    scope = {}
    if card.kind is ScopeKind.AREA:
        area = {1: "530000", 2: "530100", 3: DISTRICT, 4: STREET, 5: VILLAGE}[card.area_levels[-1]]
        scope = {"area": area.ljust(12, "0")}
    elif card.kind is ScopeKind.ORG:
        scope = {"orgs": [str(uuid4())]}
    elif card.kind is ScopeKind.PERSON:
        scope = {"persons": [uuid4()], "persons_area": VILLAGE}
    client = client_of(role, **scope)
    assert client.get("/today").status_code == 200
    assert client.get("/today?tab=closed").status_code == 200
    assert client.get("/today?tab=nonsense").status_code == 404


def test_entries_of_other_rooms_stand_beside_the_orders():
    item = TodayItem("本月满80岁：李**", "请联系", now() - timedelta(days=2), "/somewhere/1", VILLAGE)
    entry = TodayEntry(
        "test.turned_80",
        "本月满80岁",
        frozenset({"village"}),
        lambda work: 2_000,
        lambda work, limit: [item],
        "/somewhere",
    )
    todays.offer(entry)
    try:
        an_order("核实")
        text = client_of(Role.VILLAGE, area=VILLAGE).get("/today").content.decode()
        assert text.index("李**") < text.index("核实</strong>")
        assert "999+" in text
        assert "李**" not in client_of(Role.STREET, area=STREET).get("/today").content.decode()
    finally:
        todays._items.pop("test.turned_80")


def test_the_number_of_statements_does_not_grow_with_the_orders():
    client = client_of(Role.VILLAGE, area=VILLAGE)
    counts = []
    for number in range(3):
        for _ in range(10):
            an_order(f"核实{number}")
        client.get("/today")
        with CaptureQueriesContext(connections["default"]) as seen:
            client.get("/today")
        counts.append(
            len([one for one in seen if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT"))])
        )
    assert len(set(counts)) == 1
    # other rooms' entries come on top: each may count, and list what it counted
    offered = [entry for entry in todays if Role.VILLAGE in entry.roles]
    assert counts[0] <= QUERIES_OF_TODAY + 2 * len(offered)


def test_what_waits_for_the_security_administrator():
    an_account("new.clerk", display_name="新来的")
    clerk = client_of(Role.STREET, area=STREET)
    clerk.post(
        "/emergency-access", {"person": str(uuid4()), "reason": "夜间邻居报警，家属联系不上", "minutes": 30}
    )
    text = client_of(Role.SECADMIN).get("/today").content.decode()
    assert "授予身份：新来的" in text
    assert "夜间邻居报警" in text
    assert "新来的" not in client_of(Role.SYSADMIN).get("/today").content.decode()
