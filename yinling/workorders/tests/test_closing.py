"""What an order asks for before it ends, and how it goes to another district and comes back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from yinling.base.api import CheckItem, OrderKind, batch, connection, load_areas, now, order_kinds, unit
from yinling.base.contracts import SYSTEM, Actor, Refusal, Scope, area_range
from yinling.base.testing import a_jpeg, a_png
from yinling.workorders import queries, services
from yinling.workorders.contracts import CallBack, Cause, Effect, State, Subject
from yinling.workorders.models import Call, Evidence, Move, Order

pytestmark = pytest.mark.usefixtures("database")
VILLAGE, DISTRICT, NEXT_DOOR = "530199001001", "530199000000", "530102000000"
KIND = "test.whole"


@pytest.fixture(autouse=True)
def kind():
    if KIND not in order_kinds:
        order_kinds.offer(
            OrderKind(
                KIND,
                "上门核实",
                frozenset({"village", "district"}),
                3,
                checklist=(CheckItem("met", "见到本人"), CheckItem("tea", "留下联系卡", required=False)),
                files_min=1,
                callback=True,
            )
        )


@contextmanager
def clerk(role="village", area=VILLAGE, account=None):
    with unit(Scope(area_range(area)), Actor(account or uuid4(), "测试", role)):
        yield


def an_order(**more):
    with batch("test", SYSTEM):
        return services.open_order(
            kind=KIND,
            key=uuid4().hex,
            subject=Subject("person", uuid4(), VILLAGE, VILLAGE),
            title="上门核实",
            cause=Cause("signal", "1"),
            role=more.pop("role", "village"),
            at=now(),
            **more,
        )


def row_of(uid):
    with batch("test", SYSTEM):
        return Order.objects.get(uid=uid)


def test_it_is_finished_only_with_its_required_ticks_and_files():
    uid = an_order()
    for code in ("order_checklist_open", "order_files_missing"):
        with pytest.raises(Refusal) as refused, clerk():
            services.finish(order=uid, outcome="本人健在", at=now())
        assert refused.value.code == code
        assert row_of(uid).state == State.OPEN
        with clerk():
            services.tick(order=uid, key="met", done=True, at=now())
    with clerk():
        services.attach(order=uid, name="合影.jpg", body=a_jpeg(), at=now())
        effect = Effect("case", "1", "高龄津贴申请", "/cases/1")
        services.finish(order=uid, outcome="本人健在", effects=[effect], at=now())
        card = queries.order(uid)
    assert (card.state, card.callback, card.effects) == (State.DONE, CallBack.DUE, (effect,))
    assert [item.done for item in card.checklist] == [True, False]


def test_a_tick_can_be_taken_back_and_an_unknown_line_or_an_ended_order_is_refused():
    uid = an_order(files_min=0, callback=False)
    with clerk():
        services.tick(order=uid, key="met", done=True, at=now())
        services.tick(order=uid, key="met", done=False, at=now())
    with pytest.raises(Refusal) as refused, clerk():
        services.tick(order=uid, key="nothing", done=True, at=now())
    assert refused.value.status == 404
    with clerk():
        services.tick(order=uid, key="met", done=True, at=now())
        services.finish(order=uid, outcome="好", at=now())
    with pytest.raises(Refusal) as refused, clerk():
        services.tick(order=uid, key="met", done=False, at=now())
    assert refused.value.code == "order_ended"


def test_a_file_is_kept_once_sealed_and_opened_only_within_the_area():
    uid = an_order()
    with clerk():
        first = services.attach(order=uid, name="a.png", body=a_png(), at=now())
        assert services.attach(order=uid, name="b.png", body=a_png(), at=now()) == first
        row, body = services.opened_file(first)
        assert (row.media, body) == ("image/png", a_png())
        assert a_png() not in bytes(row.body)
    with pytest.raises(Refusal), clerk(area="530199002001"):
        services.opened_file(first)
    with pytest.raises(Refusal) as refused, clerk():
        services.attach(order=uid, name="x.jpg", body=b"<script>", at=now())
    assert refused.value.code == "attachment_refused"
    with batch("test", SYSTEM):
        assert Evidence.objects.filter(order_id=uid).count() == 1


def finished(**more):
    uid = an_order(files_min=0, **more)
    with clerk():
        services.tick(order=uid, key="met", done=True, at=now())
        services.finish(order=uid, outcome="已解决", at=now())
    return uid


def test_it_closes_only_after_the_person_was_called_back():
    uid = finished()
    with pytest.raises(Refusal) as refused, clerk():
        services.close(order=uid, at=now())
    assert refused.value.code == "order_call_back_first"
    with pytest.raises(Refusal) as refused, clerk():
        services.call_back(order=uid, reached=True, at=now())
    assert refused.value.code == "order_call_answer_missing"
    with clerk():
        assert (
            services.call_back(order=uid, reached=True, satisfied=True, words="谢谢", at=now())
            is CallBack.DONE
        )
        services.close(order=uid, at=now())
    assert row_of(uid).state == State.CLOSED


def test_who_is_not_content_has_the_order_back_in_the_queue_with_a_new_clock():
    uid = finished()
    with clerk():
        services.call_back(order=uid, reached=True, satisfied=False, words="还没有人来过", at=now())
    row = row_of(uid)
    assert (row.state, row.callback, row.assignee) == (State.OPEN, CallBack.DUE, None)
    assert row.due_at > now() + timedelta(days=2)


def test_three_calls_in_vain_are_noted_and_let_it_end():
    uid = finished()
    with clerk():
        stood = [services.call_back(order=uid, reached=False, at=now()) for _ in range(3)]
        services.close(order=uid, at=now())
    assert stood == [CallBack.DUE, CallBack.DUE, CallBack.UNREACHED]
    with batch("test", SYSTEM):
        assert Call.objects.filter(order_id=uid, reached=False).count() == 3


def test_an_order_without_call_back_cannot_be_called_back():
    uid = finished(callback=False)
    with pytest.raises(Refusal) as refused, clerk():
        services.call_back(order=uid, reached=True, satisfied=True, at=now())
    assert refused.value.status == 409


@pytest.fixture
def neighbour():
    codes = {"530000000000": "省", "530100000000": "市", NEXT_DOOR: "邻区", DISTRICT: "本区"}
    load_areas([(code, name, None, None) for code, name in codes.items()])


@pytest.mark.usefixtures("neighbour")
def test_it_goes_to_another_district_both_see_it_and_it_comes_back():
    uid = an_order(role="district")
    with clerk("district", DISTRICT):
        services.hand_over(order=uid, role="district", area=NEXT_DOOR, note="老人现住贵区", at=now())
    with clerk("district", NEXT_DOOR):
        assert [card.uid for card in queries.waiting("district", None)] == [uid]
        assert [move.verb for move in queries.history(uid)] == ["open", "hand_over"]
    with pytest.raises(Refusal) as refused, clerk("district", DISTRICT):
        services.finish(order=uid, outcome="x", at=now())
    assert refused.value.code == "order_not_your_queue"
    with clerk("district", NEXT_DOOR):
        services.tick(order=uid, key="met", done=True, at=now())
        services.hand_over(order=uid, role="district", area=DISTRICT, note="人已迁回", at=now())
        assert queries.order(uid).area == DISTRICT  # who gave it away still sees it
    with clerk("district", DISTRICT):
        assert [card.uid for card in queries.waiting("district", None)] == [uid]
    with clerk("district", "530103000000"):
        assert queries.order(uid) is None
        assert queries.history(uid) == []


@pytest.mark.usefixtures("neighbour")
def test_a_place_that_is_none_or_is_no_queue_of_the_role_is_refused():
    uid = an_order(role="district")
    for area in ("999999000000", "530000000000", "nonsense"):
        with pytest.raises(Refusal) as refused, clerk("district", DISTRICT):
            services.hand_over(order=uid, role="district", area=area, note="x", at=now())
        assert refused.value.status == 422
    assert row_of(uid).area == DISTRICT


def test_files_and_calls_are_only_added_to():
    for statement in ("UPDATE workorders_evidence SET name = 'x'", "DELETE FROM workorders_call"):
        with (
            pytest.raises(Exception, match="permission denied"),
            batch("t", SYSTEM),
            connection().cursor() as sql,
        ):
            sql.execute(statement)


def test_minutes_run_to_the_second_and_many_late_orders_go_on_at_once():
    quick = "test.quick"
    if quick not in order_kinds:
        order_kinds.offer(OrderKind(quick, "紧急", frozenset({"village"}), 0, clock_minutes=1))
    at = now().replace(second=20, microsecond=0)
    with batch("test", SYSTEM):
        uid = services.open_order(
            kind=quick,
            key="1",
            subject=Subject("person", uuid4(), VILLAGE, VILLAGE),
            title="x",
            cause=Cause("a", "b"),
            at=at,
        )
        with connection().cursor() as sql:
            sql.execute("SELECT due_at FROM base_timer WHERE kind = %s ORDER BY due_at", [services.TIMER])
            assert sql.fetchone()[0] == at + timedelta(seconds=61)
        assert Order.objects.get(uid=uid).due_at == at + timedelta(seconds=60)
        assert Move.objects.filter(order_id=uid).count() == 1
