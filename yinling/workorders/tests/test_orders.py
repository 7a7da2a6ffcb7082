"""Work orders: opened once, moved by the table, walled by area, escalated by the clock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connections

from yinling.base.api import OrderKind, Timer, batch, connection, now, order_kinds, timers, unit
from yinling.base.contracts import SYSTEM, Actor, Refusal, Scope, area_range
from yinling.workorders import queries, services
from yinling.workorders.contracts import Cause, State, Subject, Verb
from yinling.workorders.models import Move, Order
from yinling.workorders.rules import MOVES

pytestmark = pytest.mark.usefixtures("database")
STREET, VILLAGE, FAR = "530199001000", "530199001001", "530199002001"
KIND = "test.suspected_death"


@pytest.fixture(autouse=True)
def kind():
    if KIND not in order_kinds:
        order_kinds.offer(OrderKind(KIND, "核实去世信息", frozenset({"village", "street", "district"}), 3))


def subject(area=VILLAGE):
    return Subject("person", uuid4(), area, area)


@contextmanager
def clerk(role="village", area=VILLAGE, account=None):
    with unit(Scope(area_range(area)), Actor(account or an_account_uid(), "测试", role)):
        yield


def an_account_uid():
    return uuid4()


def an_order(*, key="a", about=None, at=None, **more) -> UUID:
    with batch("test", SYSTEM):
        return services.open_order(
            kind=KIND,
            key=key,
            subject=about or subject(),
            title="核实去世信息：李**",
            cause=Cause("arrival", "row-1"),
            role=more.pop("role", "village"),
            at=at or now(),
            **more,
        )


def tick(at):
    """Fire the timers of this room that are due, as the worker does."""
    with batch("test", SYSTEM):
        due = Timer.objects.filter(kind=services.TIMER, due_at__lte=at, state=Timer.State.WAITING)
        fired = due.update(state=Timer.State.FIRED, ended_at=at)
        if fired:
            timers.get(services.TIMER)(None, at)
    return fired


def state_of(uid):
    with batch("test", SYSTEM):
        return State(Order.objects.get(uid=uid).state)


def test_the_same_key_opens_one_order():
    about = subject()
    assert an_order(about=about) == an_order(about=about)
    with batch("test", SYSTEM):
        assert (Order.objects.count(), Move.objects.count()) == (1, 1)


def test_parallel_opens_of_one_key_open_one_order():
    about = subject()

    def go(_):
        try:
            return an_order(about=about)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(go, range(8)))) == 1


def test_an_order_lies_in_the_queue_of_its_place_with_a_clock_of_working_days():
    uid = an_order()
    with clerk():
        found = queries.order(uid)
    assert (found.role, found.area, found.state) == ("village", VILLAGE, State.OPEN)
    assert found.due_at > now() + timedelta(days=2)
    other = an_order(key="b", role="street")
    with clerk("street", STREET):
        assert queries.order(other).area == STREET


def test_an_unknown_kind_or_a_role_that_does_not_handle_it_is_refused():
    with pytest.raises(Refusal), batch("test", SYSTEM):
        services.open_order(
            kind="nobody.knows", key="1", subject=subject(), title="x", cause=Cause("a", "b"), at=now()
        )
    with pytest.raises(Refusal):
        an_order(role="finance")


def test_another_area_sees_nothing_and_cannot_move_it():
    uid = an_order()
    with clerk(area=FAR):
        assert queries.order(uid) is None
        assert queries.waiting("village", None) == []
    with pytest.raises(Refusal) as refused, clerk(area=FAR):
        services.take(order=uid, at=now())
    assert refused.value.status == 404
    assert state_of(uid) is State.OPEN


def test_the_same_matter_opened_from_another_area_tells_nothing():
    an_order(key="x")
    with pytest.raises(Refusal) as refused, clerk(area=FAR):
        services.open_order(
            kind=KIND,
            key="x",
            subject=subject(FAR),
            title="x",
            cause=Cause("a", "b"),
            role="village",
            at=now(),
        )
    assert refused.value.code == "order_elsewhere"


def act(uid, verb, account):
    given = {
        Verb.TAKE: {},
        Verb.HAND_OVER: {"role": "street", "note": "请街道办理"},
        Verb.FINISH: {"outcome": "confirmed"},
        Verb.CLOSE: {"outcome": "done"},
        Verb.CALL_BACK: {"reached": True, "satisfied": True},
        Verb.REOPEN: {"note": "还有疑问"},
    }[verb]
    getattr(services, verb.value)(order=uid, at=now(), **given)


PATHS = {State.OPEN: (), State.TAKEN: (Verb.TAKE,), State.DONE: (Verb.FINISH,), State.CLOSED: (Verb.CLOSE,)}


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb is not Verb.ESCALATE])
@pytest.mark.parametrize("state", list(State))
def test_every_verb_in_every_state_follows_the_table_and_a_refusal_changes_nothing(state, verb):
    called = verb is Verb.CALL_BACK
    uid, account = an_order(callback=called), an_account_uid()
    path = (
        PATHS[state] if not (called and state is State.CLOSED) else (Verb.FINISH, Verb.CALL_BACK, Verb.CLOSE)
    )
    for step in path:
        with clerk(account=account):
            act(uid, step, account)
    with batch("test", SYSTEM):
        before = Order.objects.filter(uid=uid).values().get(), Move.objects.count()
    allowed = MOVES.get((state, verb))
    if allowed:
        with clerk(account=account):
            act(uid, verb, account)
        assert state_of(uid) is allowed
    else:
        with pytest.raises(Refusal) as refused, clerk(account=account):
            act(uid, verb, account)
        assert refused.value.status == 409
        with batch("test", SYSTEM):
            assert (Order.objects.filter(uid=uid).values().get(), Move.objects.count()) == before


def test_of_two_clerks_only_the_one_who_took_it_goes_on():
    uid, one, two = an_order(), an_account_uid(), an_account_uid()
    with clerk(account=one):
        services.take(order=uid, at=now())
    with pytest.raises(Refusal) as refused, clerk(account=two):
        services.finish(order=uid, outcome="confirmed", at=now())
    assert refused.value.code == "order_taken_by_another"
    with clerk(account=two):
        assert queries.waiting("village", two) == []
    with clerk(account=one):
        services.finish(order=uid, outcome="confirmed", evidence={"visited": True}, at=now())
        found = queries.order(uid)
    assert (found.state, found.outcome, found.evidence) == (State.DONE, "confirmed", {"visited": True})


def test_another_role_of_the_same_area_does_not_handle_it():
    uid = an_order()
    with pytest.raises(Refusal) as refused, clerk("street", STREET):
        services.finish(order=uid, outcome="x", at=now())
    assert refused.value.code == "order_not_your_queue"


def test_orders_of_a_cause_end_with_it():
    uid = an_order()
    with batch("test", SYSTEM):
        assert services.close_by_cause(cause=Cause("arrival", "row-1"), outcome="withdrawn", at=now()) == 1
        assert services.close_by_cause(cause=Cause("arrival", "row-1"), outcome="withdrawn", at=now()) == 0
    assert state_of(uid) is State.CLOSED
    with clerk():
        assert [move.verb for move in queries.history(uid)] == ["open", "close"]


def test_many_orders_in_one_statement_each_once():
    query = """SELECT 'p' || n AS key, '核实' AS title, '' AS detail, '' AS url, 'person' AS subject_kind,
        gen_random_uuid() AS subject, %(area)s AS hukou_area, %(area)s AS live_area, %(area)s AS area, 'run' AS cause_kind,
        n::text AS cause_ref, '{}'::jsonb AS evidence
        FROM generate_series(1, 500) AS n"""
    for expected in (500, 0):
        with batch("test", SYSTEM):
            assert (
                services.open_orders(
                    kind=KIND, role="village", query=query, params={"area": VILLAGE}, at=now()
                )
                == expected
            )
    with clerk():
        assert queries.count_waiting("village", None) == 500
        assert len(queries.waiting("village", None, limit=50)) == 50


def test_a_clock_that_runs_out_sends_the_order_up_by_its_timer_and_stops_at_the_top():
    at = now()
    uid = an_order(at=at, due_at=at + timedelta(minutes=5))
    assert tick(at + timedelta(minutes=4)) == 0
    seen = []
    moment = at + timedelta(minutes=7)
    for _ in range(5):
        tick(moment)
        with batch("test", SYSTEM):
            row = Order.objects.get(uid=uid)
            seen.append((row.role, row.area, row.level))
        moment += timedelta(days=10)
    assert seen == [
        ("street", STREET, 1),
        ("district", "530199000000", 2),
        ("city", "530100000000", 3),
        ("city", "530100000000", 3),
        ("city", "530100000000", 3),
    ]
    with batch("test", SYSTEM):
        assert [move.verb for move in queries.history(uid)] == ["open", "escalate", "escalate", "escalate"]


def test_a_handled_order_does_not_escalate():
    at = now()
    uid = an_order(at=at, due_at=at + timedelta(minutes=5))
    with clerk():
        services.finish(order=uid, outcome="confirmed", at=at)
    tick(at + timedelta(hours=1))
    assert state_of(uid) is State.DONE


def test_history_is_only_added_to():
    an_order()
    for statement in (
        "UPDATE workorders_move SET note = 'x'",
        "DELETE FROM workorders_move",
        "DELETE FROM workorders_order",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            batch("test", SYSTEM),
            connection().cursor() as sql,
        ):
            sql.execute(statement)
