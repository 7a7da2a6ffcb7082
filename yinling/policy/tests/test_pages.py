"""Pages of the policy room as each role opens them, and the API beside them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import RequestFactory

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, batch
from yinling.base.contracts import SYSTEM, Actor, Month, Scope, area_range
from yinling.policy import api, pages, rest, testing

SEP, OCT = Month(2026, 9), Month(2026, 10)
DISTRICT, STREET = "530199000000", "530199001000"


@pytest.fixture
def pack(database: object) -> Iterator[None]:
    with testing.fact_table():
        testing.approved_pack()
        yield


def request(role: Role, area: str = DISTRICT, *, post: bool = False, **query: str) -> Any:
    factory = RequestFactory()
    made: HttpRequest = factory.post("/", query) if post else factory.get(f"/?{urlencode(query)}")
    actor = Actor(testing.person(f"账号{role}{area}"), "陈经办", str(role))
    made.work_actor, made.work_scope = actor, Scope(area_range(area), purpose="test")  # type: ignore[attr-defined]
    made.grant = SimpleNamespace(role=role, area=area, role_label="区县民政局", orgs=(), duties=())  # type: ignore[attr-defined]
    return made


def body(answer: Any) -> str:
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.usefixtures("pack")
def test_the_list_names_every_item_with_its_amounts_paper_and_grade() -> None:
    page = body(pages.items(request(Role.DISTRICT)))
    for words in (
        "高龄老年人津贴",
        "困难老年人养老服务补贴",
        "失能老年人护理补贴",
        "800.00 / 500.00 / 100.00",
        "京民养老发〔2019〕160号",
        "演示政策",
        "周核准",
        "吴核准",
    ):
        assert words in page


@pytest.mark.usefixtures("database")
def test_without_an_approved_policy_the_list_says_so() -> None:
    assert "还没有经两人核准的政策" in body(pages.items(request(Role.DISTRICT)))


@pytest.mark.usefixtures("pack")
def test_the_national_list_shows_what_is_covered_and_what_is_not() -> None:
    page = body(pages.national(request(Role.CITY)))
    assert page.count("本区暂无政策") == 14
    assert "高龄老年人津贴" in page


@pytest.mark.parametrize("key", ["hardship", "care", "old_age"])
@pytest.mark.usefixtures("pack")
def test_one_policy_reads_as_a_civil_servant_reads_it(key: str) -> None:
    page = body(pages.item(request(Role.VILLAGE, "530199001001"), key))
    for words in (
        "发给谁",
        "年满60周岁",
        "户籍在本区",
        "发多少",
        "次月起",
        "不超过 6 个月",
        "京民养老发〔2019〕160号",
    ):
        assert words in page


@pytest.mark.usefixtures("pack")
def test_an_unknown_item_is_not_found() -> None:
    with pytest.raises(NotFound):
        pages.item(request(Role.DISTRICT), "meal")


@pytest.mark.usefixtures("pack")
def test_the_card_shows_sum_reason_facts_and_what_would_change_it() -> None:
    who = testing.say("王秀英", born_on=date(1942, 3, 5), dibao_class=None)
    api.determine_month(SEP, at=testing.NOW, by=SYSTEM)
    old = body(pages.card(request(Role.STREET, STREET), who, "old_age"))
    for words in (
        "符合",
        "100.00",
        "市级转移支付100.00元",
        "出生日期：1942年3月5日",
        "公安",
        "从2032年4月起：每月500.00元",
        "演示政策",
    ):
        assert words in old
    poor = body(pages.card(request(Role.STREET, STREET), who, "hardship"))
    for words in ("待核实", "还缺什么", "请向民政救助部门核实", "民政救助"):
        assert words in poor


@pytest.mark.usefixtures("pack")
def test_a_verdict_that_the_facts_no_longer_give_is_marked() -> None:
    who = testing.say("后来变了", born_on=date(1942, 3, 5))
    run = api.determine_month(SEP, at=testing.NOW, by=SYSTEM)
    with batch("test", SYSTEM):
        from yinling.policy.models import Verdict

        Verdict.objects.filter(run=run.uid, item="old_age").update(amount_fen=20000)
    assert "请重新测算" in body(pages.card(request(Role.DISTRICT), who, "old_age"))


@pytest.mark.usefixtures("pack")
def test_the_panel_stands_on_the_person_page() -> None:
    who = testing.say("王秀英", born_on=date(1942, 3, 5))
    api.determine_month(SEP, at=testing.NOW, by=SYSTEM)
    html = pages.panel(request(Role.DISTRICT), who)
    assert html.count('class="card decision"') == 3


@pytest.mark.usefixtures("pack")
def test_changes_of_a_month_are_listed_and_counted() -> None:
    testing.say("满八十", born_on=date(1946, 10, 20))
    api.determine_month(SEP, at=testing.NOW, by=SYSTEM)
    api.determine_month(OCT, at=testing.NOW, by=SYSTEM)
    page = body(pages.changes(request(Role.DISTRICT, month="2026-10")))
    for words in ("新符合", "高龄老年人津贴", "符合 100.00", "测算2026年10月", "共 1 人"):
        assert words in page
    assert "测算2026年10月</button>" not in body(pages.changes(request(Role.STREET, STREET, month="2026-10")))


@pytest.mark.usefixtures("pack")
def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(pages.NoSuchMonth):
        pages.changes(request(Role.DISTRICT, month="2026-13"))


@pytest.mark.parametrize("role", [Role.FAMILY, Role.ELDER, Role.SYSADMIN, Role.CARER])
@pytest.mark.usefixtures("pack")
def test_who_has_no_business_here_is_refused(role: Role) -> None:
    for page in (pages.items, pages.changes, pages.national):
        with pytest.raises(PermissionDenied):
            page(request(role))
    with pytest.raises(PermissionDenied):
        pages.determine(request(role, post=True))


@pytest.mark.usefixtures("pack")
def test_a_determination_is_asked_for_as_a_job() -> None:
    answer = pages.determine(request(Role.DISTRICT, post=True, month="2026-09"))
    assert answer.status_code == 303
    assert "/jobs/" in answer["Location"]


@pytest.mark.usefixtures("pack")
def test_the_api_gives_verdicts_with_reasons_as_data() -> None:
    who = testing.say("王秀英", born_on=date(1942, 3, 5), dibao_class=None)
    api.determine_month(SEP, at=testing.NOW, by=SYSTEM)
    found = {one.item: one for one in rest.verdicts(request(Role.DISTRICT), who, "2026-09")}
    assert (found["old_age"].verdict, found["old_age"].amount_fen, found["old_age"].reason) == (
        1,
        10000,
        "age80",
    )
    assert found["hardship"].missing == [
        {"fact": "dibao_class", "label": "社会救助类别", "sender": "民政救助",
         "ask": "请向民政救助部门核实是否低保、低收入或领取城市居民生活困难补助金"}
    ]  # fmt: skip
    assert [one.list_item for one in rest.items(request(Role.DISTRICT), "2026-09")] == ["N05", "N06", "N09"]
