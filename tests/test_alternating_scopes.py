"""P11: two districts take turns on one pooled connection, and neither ever sees a row of the other."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import OrderKind, Work, batch, connection, now, order_kinds, unit
from yinling.base.contracts import SYSTEM, Scope, area_range
from yinling.workorders import api as workorders
from yinling.workorders.contracts import Cause, Subject

pytestmark = pytest.mark.usefixtures("database")
REQUESTS = pytest.mark.parametrize("requests", [1_000, pytest.param(10_000, marks=pytest.mark.full)])
EAST, WEST = "530199000000", "530198000000"
KIND = "test.alternating"


def orders_in(district: str, count: int) -> list[UUID]:
    if KIND not in order_kinds:
        order_kinds.offer(OrderKind(KIND, "测试", frozenset({"district"}), 3))
    place = f"{district[:6]}001001"
    with batch("test", SYSTEM):
        return [
            workorders.open_order(
                kind=KIND,
                key=uuid4().hex,
                subject=Subject("person", uuid4(), place, place),
                title=f"{district}之事",
                cause=Cause("test", "1"),
                at=now(),
            )
            for _ in range(count)
        ]


@pytest.mark.slow
@REQUESTS
def test_alternating_requests_over_one_connection_show_no_foreign_row(requests: int) -> None:
    orders = {EAST: orders_in(EAST, 20), WEST: orders_in(WEST, 20)}
    clients = {EAST: Client(), WEST: Client()}
    for district, client in clients.items():
        sign_in_client(client, Role.DISTRICT, area=district)
    backends: set[int] = set()
    foreign = wrong = 0
    for number in range(requests):
        mine, other = (EAST, WEST) if number % 2 else (WEST, EAST)
        if number % 5:
            uid = orders[other if number % 3 else mine][number % 20]
            status = clients[mine].get(f"/orders/{uid}/").status_code
            wrong += status != (404 if number % 3 else 200)
        else:
            text = clients[mine].get("/today").content.decode()
            foreign += f"{other}之事" in text
            wrong += f"{mine}之事" not in text
        backends.add(connections["default"].connection.info.backend_pid)
    print(f"requests={requests} connections={len(backends)} foreign={foreign} wrong={wrong}")  # noqa: T201
    assert (foreign, wrong, len(backends)) == (0, 0, 1)


READS = {
    "rows": "SELECT count(*) FROM workorders_order",
    "history": "SELECT count(*) FROM workorders_move",
    "persons of grants": "SELECT count(*) FROM accounts_grant_person",
    "trail": "SELECT count(*) FROM base_event WHERE area <> ''",
}


def seen(scope: Scope, query: str) -> int:
    with unit(scope, SYSTEM), connection().cursor() as sql:
        sql.execute(query)
        return int(sql.fetchone()[0])


@pytest.mark.parametrize("what", list(READS))
def test_the_application_role_alone_sees_nothing_foreign_and_nothing_without_a_scope(what: str) -> None:
    orders_in(WEST, 3)
    sign_in_client(Client(), Role.FAMILY, persons=[uuid4()], persons_area=f"{WEST[:6]}001001")
    assert seen(Scope(area_range(WEST)), READS[what]) > 0
    assert seen(Scope(area_range(EAST)), READS[what]) == 0
    assert seen(Scope(), READS[what]) == 0


def test_copy_shows_no_foreign_row() -> None:
    orders_in(WEST, 3)
    copy = "COPY (SELECT uid FROM workorders_order) TO STDOUT"
    with unit(Scope(area_range(EAST)), SYSTEM), connection().cursor() as sql, sql.cursor.copy(copy) as out:
        assert b"".join(bytes(piece) for piece in out) == b""


def test_a_row_of_another_area_cannot_be_written() -> None:
    (uid,) = orders_in(WEST, 1)
    with unit(Scope(area_range(EAST)), SYSTEM), connection().cursor() as sql:
        sql.execute("UPDATE workorders_order SET title = 'x' WHERE uid = %s", [uid])
        assert sql.rowcount == 0
    with pytest.raises(Exception, match="row-level security"), unit(Scope(area_range(EAST)), SYSTEM) as work:
        _insert(work, area=f"{WEST[:6]}001001")


def _insert(work: Work, *, area: str) -> None:
    workorders.open_order(
        kind=KIND,
        key=uuid4().hex,
        subject=Subject("person", uuid4(), area, area),
        title="x",
        cause=Cause("t", "1"),
        at=now(),
    )


def test_a_scope_set_for_the_whole_session_is_the_leak_that_this_test_catches() -> None:
    """The planted defect: a scope that outlives its transaction shows itself to the next user of the connection."""
    orders_in(WEST, 3)
    with unit(Scope(area_range(WEST)), SYSTEM), connection().cursor() as sql:
        lo, hi = area_range(WEST).lo, area_range(WEST).hi
        sql.execute(
            "SELECT set_config('yinling.lo', %s, false), set_config('yinling.hi', %s, false)", [lo, hi]
        )
    try:
        with connections["default"].wrap_database_errors:
            raw = connections["default"].connection
            leaked = raw.execute("SELECT count(*) FROM workorders_order").fetchone()[0]
            raw.rollback()
        assert leaked == 3
        assert seen(Scope(area_range(EAST)), READS["rows"]) == 0, "every unit sets its own scope all the same"
    finally:
        connections["default"].close()
