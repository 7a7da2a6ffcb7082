# ruff: noqa: E501 - tables of cases read better with one case on a line
"""From rows without a valid number to persons: what is joined by itself, what a clerk is asked, and that all of it can be undone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from yinling.base.api import batch, connection, copy_arrow, facts, unit
from yinling.base.contracts import SYSTEM, Month, Scope, area_range
from yinling.people import testing as t
from yinling.people.api import alias_set, payable_many, search
from yinling.people.models import Merge, Pair
from yinling.people.services import merging, relinking, reviewing

pytestmark = pytest.mark.usefixtures("places")
BORN = date(1944, 7, 1)
WANG = t.make_id(BORN, 2)
MISTYPED = WANG[:15] + ("9" if WANG[15] != "9" else "8") + WANG[16:]
LI = t.make_id(date(1950, 2, 3), 1)
LATER = t.AT + timedelta(days=30)
LOW = ("姓名", "身份证号", "救助类别", "享受起始年月", "保障金额(元)", "供养方式", "所属街道", "所属社区")
DEATH = ("姓名", "身份证号", "死亡日期", "登记日期", "登记机关", "登记状态")
TABLES = (
    "people_person",
    "people_record",
    "people_statement",
    "people_doubt",
    "people_question",
    "people_identity",
)


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def dump(*names: str) -> list[tuple[Any, ...]]:
    """What tables hold, without the moment of the last projection."""
    return [
        row
        for name in names or TABLES
        for row in rows(f"SELECT (to_jsonb(x) - 'rebuilt_at')::text FROM {name} x ORDER BY 1")
    ]


def low(
    name: str, number: str, street: str = "青禾街道", community: str = "一社区", at: datetime = t.AT
) -> Any:
    row = {
        "姓名": name,
        "身份证号": number,
        "救助类别": "低保",
        "享受起始年月": "2024-01",
        "保障金额(元)": "900",
        "所属街道": street,
        "所属社区": community,
    }
    return t.deliver("low_income", t.csv_bytes([row], LOW), at=at)


def people(*rows: dict[str, str]) -> Any:
    return t.deliver("population", t.population_csv(rows))


def settle(at: datetime = LATER) -> None:
    with batch("test.settle", SYSTEM):
        merges = [merge.uid for merge in Merge.objects.all()]
        merging.apply_merges(merges, at)
        merging.undo_merges(merges, at)


def pairs() -> list[Pair]:
    with batch("test.read", SYSTEM):
        return list(Pair.objects.order_by("-score"))


def answer(pair: Pair, word: str, area: str = t.DISTRICT) -> None:
    with unit(Scope(area_range(area)), SYSTEM):
        reviewing.answer_pair(uid=pair.uid, answer=word, at=t.AT)
    settle()


def undo(area: str = t.DISTRICT) -> None:
    with unit(Scope(area_range(area)), SYSTEM):
        for merge in Merge.objects.filter(state="applied"):
            reviewing.undo_merge(uid=merge.uid, reason="查错人了", at=t.AT)
    settle()


def fact(name: str) -> dict[UUID, Any]:
    with batch("test", SYSTEM):
        table = copy_arrow(
            facts.get("person").sql, {"month_first": Month.parse("2026-09").first_day, "known_at": LATER}
        )
    return {row["name"] if "name" in row else row["person"]: row[name] for row in table.to_pylist()}


def test_a_mistyped_number_finds_its_person() -> None:
    people(
        t.person_row(WANG), t.person_row(LI, "李国强", 户籍地址="云溪街道东风社区9号", 联系电话="15400000009")
    )
    outcome = low("王秀英", MISTYPED)
    assert outcome.effects["joined"] == 1
    assert sorted(fact("dibao_class").values()) == ["低保", "无"]
    assert rows("SELECT count(*) FROM people_statement WHERE person IS NULL") == [(0,)]


def test_a_death_with_a_mistyped_number_stops_the_money_in_the_same_transaction() -> None:
    people(t.person_row(WANG))
    row = {
        "姓名": "王秀英",
        "身份证号": MISTYPED,
        "死亡日期": "2026-09-01",
        "登记日期": "2026-09-03",
        "登记机关": "青禾派出所",
        "登记状态": "登记",
    }
    t.deliver("death_civil", t.csv_bytes([row], DEATH))
    ((uid,),) = rows("SELECT person FROM people_record")
    with batch("test", SYSTEM):
        assert payable_many([uid], date(2026, 9, 1), LATER) == {uid: "dead"}


def test_a_row_without_any_number_is_asked_and_the_answer_counts() -> None:
    people(t.person_row(WANG))
    assert low("王秀英", "").effects["to_check"] == 1
    (pair,) = pairs()
    assert (pair.verdict, pair.loose, pair.state) == ("ask", True, "open")
    answer(pair, "same")
    assert list(fact("dibao_class").values()) == ["低保"]
    assert [one.state for one in pairs()] == ["joined"]


def test_two_namesakes_are_never_joined_by_themselves() -> None:
    other = t.make_id(date(1947, 1, 9), 4)
    people(
        t.person_row(WANG),
        t.person_row(
            other,
            户号="H2",
            户籍地址="青禾街道一社区7号",
            现住地址="青禾街道一社区7号",
            联系电话="15400000007",
        ),
    )
    assert low("王秀英", "").effects["joined"] == 0
    assert [one.verdict for one in pairs()] == ["ask", "ask"]


def test_the_same_faulty_row_next_month_is_the_same_person_without_asking() -> None:
    people(t.person_row(WANG))
    low("王秀英", "")
    answer(pairs()[0], "same")
    before = dump("people_statement")
    outcome = t.deliver(
        "low_income",
        t.csv_bytes(
            [
                {
                    "姓名": "王秀英",
                    "身份证号": "",
                    "救助类别": "低保",
                    "享受起始年月": "2024-01",
                    "保障金额(元)": "900",
                    "所属街道": "青禾街道",
                    "所属社区": "一社区",
                }
            ],
            LOW,
        ),
        at=LATER,
        as_of=date(2026, 10, 20),
    )
    assert (outcome.state, outcome.effects["to_check"]) == ("applied", 0)
    assert dump("people_statement") == before


def two_selves() -> Any:
    """One woman, twice in the population register: once with her number, once with a mistyped one at another address."""
    return people(
        t.person_row(WANG),
        t.person_row(
            MISTYPED,
            出生日期="1944-07-01",
            户籍区划="530199002001",
            现住区划="530199002001",
            户籍地址="云溪街道东风社区9号",
            现住地址="云溪街道东风社区9号",
            户号="H7",
        ),
    )


def test_two_selves_become_one_and_two_again_exactly_as_before() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yinling.people.services.relinking.join_decided", lambda at: 0)
        two_selves()
    before = dump()
    assert len(before) > 0
    with batch("test", SYSTEM):
        assert merging.join_decided(LATER) == 1
    with batch("test", SYSTEM):
        assert len(search("王秀英")) == 1
        assert len(alias_set(search("王秀英")[0].person)) == 2
    assert dump() != before
    undo()
    assert dump() == before
    assert [one.state for one in pairs()] == ["apart"]


def test_a_row_taken_back_leaves_everything_as_it_was() -> None:
    people(t.person_row(WANG))
    low("王秀英", "")
    before = dump()
    answer(pairs()[0], "same")
    assert dump() != before
    undo()
    assert dump() == before


def test_after_an_undo_nothing_joins_them_again_by_itself() -> None:
    two_selves()
    undo()
    with batch("test", SYSTEM):
        assert relinking.relink_everyone(LATER).joined == 0
    assert len(search_names()) == 2


def search_names() -> list[str]:
    with batch("test", SYSTEM):
        return [card.name for card in search("王秀英")]


def test_spouses_of_one_home_and_phone_are_not_even_asked() -> None:
    people(
        t.person_row(WANG),
        t.person_row(LI[:12] + "000000", "李国强", 性别="男", 出生日期="1943-02-03", 与户主关系="夫"),
    )
    assert [one for one in pairs() if one.verdict != "apart"] == []


def test_only_an_office_that_sees_both_sees_the_pair() -> None:
    people(
        t.person_row(WANG),
        t.person_row(
            "",
            出生日期="1944-07-01",
            户籍区划="530199002001",
            现住区划="530199002001",
            联系电话="15411111111",
        ),
    )
    assert len(pairs()) == 1
    for area, seen in ((t.DISTRICT, 1), ("530199001000", 0), ("530199002000", 0)):
        with unit(Scope(area_range(area)), SYSTEM):
            assert Pair.objects.count() == seen, area


def test_answers_once_and_with_a_reason() -> None:
    people(t.person_row(WANG))
    low("王秀英", "")
    (pair,) = pairs()
    with pytest.raises(reviewing.WrongPairAnswer):
        answer(pair, "perhaps")
    answer(pair, "later")
    assert pairs()[0].due_at == t.AT + timedelta(days=7)
    answer(pair, "other")
    answer(pair, "other")
    with pytest.raises(reviewing.PairAnswered):
        answer(pair, "same")
    with pytest.raises(reviewing.NoMerge), unit(Scope(area_range(t.DISTRICT)), SYSTEM):
        reviewing.undo_merge(uid=pair.uid, reason="x", at=t.AT)
