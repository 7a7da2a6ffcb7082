"""Orders over HTTP: the list with batch actions, the board, check-list, files, call-back, hand-over to another district."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import (
    CauseKind,
    CheckItem,
    OrderKind,
    batch,
    cause_kinds,
    load_areas,
    now,
    order_kinds,
)
from yinling.base.contracts import SYSTEM
from yinling.base.testing import a_jpeg
from yinling.workorders import services
from yinling.workorders.contracts import Cause, State, Subject
from yinling.workorders.models import Call, Evidence, Order

pytestmark = pytest.mark.usefixtures("database")
DISTRICT, STREET, VILLAGE, FAR = "530199000000", "530199001000", "530199001001", "530102001001"
KIND, PLAIN, CAUSE = "test.pages", "test.plain", "test.cause"


@pytest.fixture(autouse=True)
def kinds():
    if KIND not in order_kinds:
        order_kinds.offer(
            OrderKind(
                KIND,
                "上门核实",
                frozenset({"village"}),
                3,
                checklist=(CheckItem("met", "见到本人"),),
                files_min=1,
                callback=True,
                outcomes=(("well", "本人健在"), ("gone", "已去世")),
            )
        )
        order_kinds.offer(OrderKind(PLAIN, "催办", frozenset({"village", "district", "street"}), 3))
        cause_kinds.offer(CauseKind(CAUSE, "去世线索", lambda ref: f"/signals/{ref}"))
    names = {"530000000000": "省", "530100000000": "市", DISTRICT: "本区", STREET: "青禾街道", VILLAGE: "一社区",
             "530102000000": "邻区",
             "530102001000": "邻街道", FAR: "邻社区"}  # fmt: skip
    load_areas([(code, name, None, None) for code, name in names.items()])


def an_order(kind=PLAIN, *, title="核实", role="village", area=VILLAGE, days=3):
    with batch("test", SYSTEM):
        return services.open_order(
            kind=kind,
            key=uuid4().hex,
            subject=Subject("person", uuid4(), area, area),
            title=title,
            cause=Cause(CAUSE, "7"),
            role=role,
            at=now(),
            due_at=now() + timedelta(days=days),
        )


def client_of(role=Role.VILLAGE, area=VILLAGE):
    client = Client()
    sign_in_client(client, role, area=area)
    return client


def row_of(uid):
    with batch("test", SYSTEM):
        return Order.objects.get(uid=uid)


def test_an_order_from_the_check_list_to_the_call_back_and_the_end():
    uid, client = an_order(KIND), client_of()
    page = client.get(f"/orders/{uid}/").content.decode()
    assert "见到本人" in page
    assert "/signals/7" in page
    assert "本人健在" in page
    early = client.post(f"/orders/{uid}/finish", {"outcome": "well"})
    assert (early.status_code, "见到本人" in early.content.decode()) == (409, True)
    client.post(f"/orders/{uid}/tick", {"key": "met", "done": "yes"})
    assert client.post(f"/orders/{uid}/finish", {"outcome": "well"}).status_code == 409
    photo = SimpleUploadedFile("合影.jpg", a_jpeg())
    assert client.post(f"/orders/{uid}/attach", {"file": photo}).status_code == 303
    assert client.post(f"/orders/{uid}/finish", {"outcome": "nonsense"}).status_code == 422
    assert client.post(f"/orders/{uid}/finish", {"outcome": "well"}).status_code == 303
    page = client.get(f"/orders/{uid}/").content.decode()
    assert "待回访" in page
    assert "销号" not in page
    assert client.post(f"/orders/{uid}/call_back", {}).status_code == 422
    assert client.post(f"/orders/{uid}/call_back", {"answer": "yes", "words": "谢谢"}).status_code == 303
    assert client.post(f"/orders/{uid}/close", {"outcome": "well"}).status_code == 303
    assert row_of(uid).state == State.CLOSED
    with batch("test", SYSTEM):
        assert Call.objects.get().words == "谢谢"


def test_a_file_is_shown_within_the_area_only_and_never_as_a_page():
    uid, client = an_order(KIND), client_of()
    client.post(f"/orders/{uid}/attach", {"file": SimpleUploadedFile("a.jpg", a_jpeg())})
    hostile = SimpleUploadedFile("a.jpg", b"<html><script>alert(1)</script>")
    answer = client.post(f"/orders/{uid}/attach", {"file": hostile})
    assert answer.status_code == 422
    with batch("test", SYSTEM):
        file = Evidence.objects.get().uid
    got = client.get(f"/orders/files/{file}")
    assert (got.headers["Content-Type"], got.content) == ("image/jpeg", a_jpeg())
    assert "sandbox" in got.headers["Content-Security-Policy"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert client_of(area="530199002001").get(f"/orders/files/{file}").status_code == 404


def test_it_is_handed_to_the_district_next_door_and_both_see_it():
    uid, client = an_order(), client_of()
    form = {"role": "district", "area": "530102000000", "note": "老人住在贵区"}
    assert client.post(f"/orders/{uid}/hand_over", {**form, "area": "999999000000"}).status_code == 422
    assert client.post(f"/orders/{uid}/hand_over", form).status_code == 303
    assert (row_of(uid).role, row_of(uid).area) == ("district", "530102000000")
    next_door = client_of(Role.DISTRICT, "530102000000")
    page = next_door.get(f"/orders/{uid}/").content.decode()
    assert "一社区" in page
    assert "老人住在贵区" in page
    assert client.get(f"/orders/{uid}/").status_code == 200


def test_the_list_has_tabs_filters_and_exports():
    an_order(title="先办", days=-1)
    ended = an_order(title="后办")
    client = client_of(Role.STREET, STREET)
    text = client.get("/orders/").content.decode()
    assert text.index("先办") < text.index("后办")
    assert "后办" not in client.get("/orders/?late=late").content.decode()
    assert "先办" not in client.get("/orders/?title=后").content.decode()
    with batch("test", SYSTEM):
        services.close(order=ended, outcome="好", at=now())
    assert "后办" in client.get("/orders/?tab=closed").content.decode()
    assert "后办" not in client.get("/orders/").content.decode()
    answer = client.get("/orders/?_export=csv")
    assert "先办" in answer.content.decode("utf-8-sig")
    assert client.get("/orders/?tab=nonsense").status_code == 404
    assert "先办" not in client_of(Role.STREET, "530199002000").get("/orders/").content.decode()


def test_a_batch_does_what_can_be_done_and_names_the_rest():
    good, also, whole, foreign = an_order(), an_order(), an_order(KIND), an_order(area="530199001002")
    client = client_of()
    uids = [str(one) for one in (good, also, whole, foreign)]
    asked = client.post("/orders/batch/finish", {"uid": uids})
    assert (asked.status_code, asked.content.decode().count(str(good))) == (200, 1)
    assert client.post("/orders/batch/finish", {"uid": uids, "said": "yes", "outcome": ""}).status_code == 422
    client.post("/orders/batch/finish", {"uid": uids, "said": "yes", "outcome": "已办"})
    assert [row_of(one).state for one in (good, also, whole, foreign)] == ["done", "done", "open", "open"]
    told = client.get("/orders/").content.decode()
    assert "已办 2 件" in told
    assert "见到本人" in told


def test_a_batch_takes_hands_over_and_refuses_nonsense():
    one, two, client = an_order(), an_order(), client_of()
    client.post("/orders/batch/take", {"uid": [str(one), str(two)]})
    assert row_of(one).state == row_of(two).state == State.TAKEN
    given = {"uid": [str(one), str(two)], "said": "yes", "role": "street", "note": "请街道办理"}
    client.post("/orders/batch/hand_over", given)
    assert row_of(two).role == "street"
    assert client.post("/orders/batch/close", {"uid": [str(one)]}).status_code == 404
    assert client.post("/orders/batch/take", {"uid": ["nonsense"]}).status_code == 404


def test_the_board_counts_queues_and_ages_of_the_own_area():
    an_order(days=-1)
    an_order()
    an_order(role="street")
    an_order(area=FAR)
    text = client_of(Role.STREET, STREET).get("/orders/board").content.decode()
    assert "一社区" in text
    assert "邻社区" not in text
    assert "33.3%" in text
    assert client_of().get("/orders/board").status_code == 403


def test_piles_count_the_whole_queue_not_the_part_that_is_shown():
    with batch("test", SYSTEM):
        services.open_orders(
            kind=PLAIN,
            role="village",
            query="""SELECT n::text AS key, '催办' AS title, '' AS detail, '' AS url, 'person' AS subject_kind,
                gen_random_uuid() AS subject, %(area)s AS hukou_area, %(area)s AS live_area, %(area)s AS area,
                'x' AS cause_kind, '1' AS cause_ref, '{}'::jsonb AS evidence FROM generate_series(1, 300) AS n""",
            params={"area": VILLAGE},
            at=now(),
        )
    an_order(KIND, title="另一类")
    text = client_of().get("/today").content.decode()
    assert ">300<" in text
    only = client_of().get(f"/today?kind={KIND}").content.decode()
    assert "另一类" in only
    assert "催办</strong>" not in only
