# ruff: noqa: E501 - tables of cases read better with one case on a line
"""From a file to a record: joined by id, told once, changed by the next file, never lost."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from yinling.base.api import batch, connection, copy_arrow, facts
from yinling.base.contracts import SYSTEM, Month
from yinling.people import testing as t
from yinling.people.api import payable_many, provenance, rebuild_records, search, vital
from yinling.people.contracts import Mode

pytestmark = pytest.mark.usefixtures("places")
WANG = t.make_id(date(1944, 7, 1), 2)
LI = t.make_id(date(1950, 2, 3), 1)
ZHAO = t.make_id(date(1946, 10, 20), 4)
LATER = t.AT + timedelta(days=30)
OCTOBER = date(2026, 10, 20)
LOW = (
    "序号",
    "姓名",
    "身份证号",
    "救助类别",
    "享受起始年月",
    "保障金额(元)",
    "供养方式",
    "所属街道",
    "所属社区",
)
DEATH = ("姓名", "身份证号", "死亡日期", "登记日期", "登记机关", "登记状态")


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def everything(*names: str) -> list[tuple[Any, ...]]:
    """What the room holds, as text, without moments and uids of deliveries."""
    return [row for name in names for row in rows(f"SELECT to_jsonb(x)::text FROM {name} x ORDER BY 1")]


def people(*named: tuple[str, str]) -> bytes:
    return t.population_csv([t.person_row(number, name) for number, name in named])


def low(*named: tuple[str, str], kind: str = "低保", since: str = "2024-01") -> bytes:
    return t.csv_bytes([{"姓名": name, "身份证号": number, "救助类别": kind, "享受起始年月": since, "保障金额(元)": "900"}
                        for number, name in named], LOW)  # fmt: skip


def death(number: str, name: str, on: str, state: str = "登记") -> bytes:
    return t.csv_bytes(
        [
            {
                "姓名": name,
                "身份证号": number,
                "死亡日期": on,
                "登记日期": on,
                "登记机关": "甲",
                "登记状态": state,
            }
        ],
        DEATH,
    )


def fact(name: str, *, on: date = date(2026, 10, 1), at: Any = None) -> dict[str, Any]:
    """The fact of everyone by name of the person."""
    with batch("test", SYSTEM):
        table = copy_arrow(
            facts.get("person").sql, {"month_first": on, "known_at": at or LATER + timedelta(days=90)}
        )
    names = dict(rows("SELECT person::text, name FROM people_record"))
    return {
        names[str(person)]: value
        for person, value in zip(
            table.column("person").to_pylist(), table.column(name).to_pylist(), strict=True
        )
    }


def uid_of(name: str) -> Any:
    return rows("SELECT person FROM people_record WHERE name = %s", name)[0][0]


def test_a_population_file_makes_persons_and_records() -> None:
    out = t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    assert (out.state, out.rows, out.refused, out.refusal) == ("applied", 2, 0, None)
    assert rows(
        "SELECT name, pinyin, initials, sex, born_on, hukou_area, life FROM people_record ORDER BY name"
    ) == [
        ("李建国", "lijianguo", "ljg", "1", date(1950, 2, 3), "530199001001", "alive"),
        ("王秀英", "wangxiuying", "wxy", "2", date(1944, 7, 1), "530199001001", "alive"),
    ]


def test_the_same_file_twice_changes_nothing() -> None:
    body = people((WANG, "王秀英"), (LI, "李建国"))
    first = t.deliver("population", body)
    tables = ("people_person", "people_statement", "people_record", "people_arrival", "people_vital", "people_question",
              "people_coverage", "people_delivery")  # fmt: skip
    before = everything(*tables)
    again = t.deliver("population", body, at=LATER)
    assert (again.uid, again.again) == (first.uid, True)
    assert everything(*tables) == before


def test_the_same_content_next_month_confirms_without_a_new_statement() -> None:
    t.deliver("population", people((WANG, "王秀英")))
    t.deliver("low_income", low((WANG, "王秀英")))
    before = everything("people_statement")
    out = t.deliver("low_income", low((WANG, "王秀英")), as_of=OCTOBER, at=LATER)
    assert out.effects["begun"] == 0
    assert everything("people_statement") == before
    assert rows("SELECT count(*) FROM people_coverage WHERE register = 'low_income'") == [(2,)]


def test_one_bad_row_stops_a_strict_import_and_one_line_reports_it_in_a_tolerant_one() -> None:
    good = [
        t.person_row(t.make_id(date(1940, 1, 1) + timedelta(days=place), 1), "王秀英") for place in range(99)
    ]
    bad = t.person_row(LI, "")
    body = t.population_csv([*good, bad])
    out = t.deliver("population", body, strict=True)
    assert (out.state, out.refusal["code"]) == ("refused", "people.strict_refused")
    for table in (
        "people_person",
        "people_statement",
        "people_record",
        "people_arrival",
        "people_identity",
        "people_coverage",
    ):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table
    out = t.deliver("population", body)
    assert (out.state, out.rows, out.applied, out.refused) == ("applied", 100, 99, 1)
    from yinling.people.queries.reporting import problem_lines

    with batch("test", SYSTEM):
        lines = list(problem_lines(out.uid))
    assert [(row, problem.code) for row, _, problem in lines] == [(101, "name_missing")]
    assert rows("SELECT count(*) FROM people_record") == [(99,)]


def test_a_file_that_cannot_be_read_writes_nothing_but_its_refusal() -> None:
    out = t.deliver("population", b"PK\x03\x04 no spreadsheet")
    assert (out.state, out.refusal["code"]) == ("refused", "people.file_refused")
    assert rows("SELECT count(*) FROM people_statement") == [(0,)]
    assert rows("SELECT verb FROM base_event ORDER BY id") == [
        ("people.delivery_received",),
        ("people.delivery_refused",),
    ]


def test_a_person_without_a_valid_id_is_kept_visible_and_unlinked_and_the_same_next_month() -> None:
    row = t.person_row("1.23457E+17", "赵某")
    t.deliver("population", t.population_csv([row]))
    assert rows("SELECT name, linked, id_masked FROM people_record") == [("赵某", False, "")]
    t.deliver("population", t.population_csv([row, t.person_row(WANG)]), as_of=OCTOBER, at=LATER)
    assert rows("SELECT count(*) FROM people_record WHERE NOT linked") == [(1,)]
    with batch("test", SYSTEM):
        assert [card.linked for card in search("赵某")] == [False]
    out = t.deliver("low_income", low(("530199", "钱某")))
    assert out.unlinked == 1
    assert rows("SELECT person, data->>'name' FROM people_statement WHERE register = 'low_income'") == [
        (None, "钱某")
    ]


def test_unknown_is_not_no() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    assert fact("dibao_class") == {"王秀英": None, "李建国": None}
    t.deliver("low_income", low((WANG, "王秀英")), areas=["530199002000"])
    assert fact("dibao_class") == {"王秀英": "低保", "李建国": None}
    t.deliver("low_income", low((WANG, "王秀英")), as_of=date(2026, 9, 21), areas=["530199001000"])
    assert fact("dibao_class") == {"王秀英": "低保", "李建国": "无"}
    assert fact("tekun") == {"王秀英": False, "李建国": False}
    assert fact("dibao_class", on=date(2027, 3, 1)) == {"王秀英": "低保", "李建国": None}
    assert fact("dibao_class", at=t.AT - timedelta(days=1)) == {"王秀英": None, "李建国": None}


def test_an_unlinked_row_of_the_same_name_keeps_absence_unknown() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    t.deliver("low_income", low(("1.23457E+17", "李建国")))
    assert fact("dibao_class") == {"王秀英": "无", "李建国": None}


def test_who_vanishes_from_a_full_file_is_closed_for_its_month_and_asked_about_when_unsure() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国"), (ZHAO, "赵玉兰")))
    t.deliver("low_income", low((WANG, "王秀英"), (LI, "李建国"), (ZHAO, "赵玉兰")))
    out = t.deliver("low_income", low((ZHAO, "赵玉兰"), ("12345", "李建国")), as_of=OCTOBER, at=LATER)
    assert (out.effects["vanished"], out.effects["closed"]) == (2, 1)
    assert fact("dibao_class", on=date(2026, 10, 1)) == {"王秀英": "无", "李建国": "低保", "赵玉兰": "低保"}
    assert fact("dibao_class", on=date(2026, 9, 1))["王秀英"] == "低保"
    assert fact("dibao_class", on=date(2026, 10, 1), at=t.AT)["王秀英"] == "低保"
    assert rows("SELECT kind FROM people_question WHERE answered_at IS NULL AND kind = 'gone'") == [("gone",)]


def test_a_change_is_dated_and_the_past_stays_readable() -> None:
    t.deliver("population", people((WANG, "王秀英")))
    t.deliver("low_income", low((WANG, "王秀英")))
    t.deliver("low_income", low((WANG, "王秀英"), kind="特困", since="2026-10"), as_of=OCTOBER, at=LATER)
    assert fact("dibao_class", on=date(2026, 9, 1))["王秀英"] == "低保"
    assert fact("dibao_class", on=date(2026, 10, 1))["王秀英"] == "特困"
    assert fact("dibao_class", on=date(2026, 10, 1), at=t.AT)["王秀英"] == "低保"
    assert rows("SELECT dibao_class FROM people_record") == [("特困",)]


def test_an_older_full_file_is_refused_after_a_newer_one() -> None:
    t.deliver("population", people((WANG, "王秀英")), as_of=OCTOBER, at=LATER)
    out = t.deliver("population", people((LI, "李建国")), at=LATER)
    assert (out.state, out.refusal["code"]) == ("refused", "people.older_than_applied")


def test_a_death_stops_money_in_the_arrivals_own_transaction_and_is_taken_back_by_a_row() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    wang = uid_of("王秀英")
    t.deliver("death_civil", death(WANG, "王秀英", "2026-09-10"))
    with batch("test", SYSTEM):
        assert payable_many([wang, uid := uid_in("李建国")], date(2026, 9, 1), LATER) == {
            wang: "dead",
            uid: None,
        }
        assert payable_many([wang], date(2026, 9, 1), t.AT - timedelta(seconds=1)) == {wang: None}
        assert vital(wang).dead_on == date(2026, 9, 10)
    assert fact("alive") == {"王秀英": False, "李建国": True}
    assert rows("SELECT life, died_on FROM people_record WHERE name = '王秀英'") == [
        ("dead", date(2026, 9, 10))
    ]
    t.deliver("death_civil", death(WANG, "王秀英", "2026-09-10", "撤销"), as_of=OCTOBER, at=LATER)
    with batch("test", SYSTEM):
        assert payable_many([wang], date(2026, 9, 1), LATER) == {wang: None}
        assert payable_many([wang], date(2026, 9, 1), LATER - timedelta(seconds=1)) == {wang: "dead"}
    assert fact("alive")["王秀英"] is True
    assert rows("SELECT life, died_on FROM people_record WHERE name = '王秀英'") == [("alive", None)]
    assert rows("SELECT kind FROM people_vital ORDER BY learned_at") == [("death",), ("retracted",)]


def uid_in(name: str) -> Any:
    """As uid_of, inside a running unit."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record WHERE name = %s", [name])
        return cursor.fetchone()[0]


def test_moves_and_custody_stop_the_months_they_cover() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    moved = t.csv_bytes([{"姓名": "王秀英", "身份证号": WANG, "迁移类型": "市外迁出", "原户籍区划": "530199001001",
                          "新户籍区划": "310101000000", "迁移日期": "2026-09-15"}],
                        ("姓名", "身份证号", "迁移类型", "原户籍区划", "新户籍区划", "迁移日期"))  # fmt: skip
    t.deliver("moves", moved)
    jailed = t.csv_bytes([{"姓名": "李建国", "身份证号": LI, "状态": "服刑", "起始日期": "2026-08-01", "终止日期": "2026-09-30"}],
                         ("姓名", "身份证号", "状态", "起始日期", "终止日期"))  # fmt: skip
    t.deliver("custody", jailed)
    wang, li = uid_of("王秀英"), uid_of("李建国")
    with batch("test", SYSTEM):
        assert payable_many([wang, li], date(2026, 9, 1), LATER) == {wang: None, li: "suspended"}
        assert payable_many([wang, li], date(2026, 10, 1), LATER) == {wang: "moved", li: None}
    assert fact("hukou_here") == {"王秀英": False, "李建国": True}
    assert fact("in_custody", on=date(2026, 9, 1)) == {"王秀英": False, "李建国": True}


def test_the_record_agrees_with_the_explanation_of_each_field() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    t.deliver("low_income", low((WANG, "王秀兰"), (ZHAO, "赵玉兰")))
    t.deliver("pension", t.csv_bytes([{"姓名": "王秀英", "社会保障号码": WANG, "险种": "职工养老", "待遇状态": "正常", "月养老金(元)": "3000",
                                       "开户银行": "示例银行", "银行账号": "622202"}],
                                     ("姓名", "社会保障号码", "险种", "待遇状态", "月养老金(元)", "社保卡号", "开户银行", "银行账号")))  # fmt: skip
    fields = (
        "name",
        "sex",
        "born_on",
        "hukou_area",
        "live_area",
        "ethnicity",
        "id_masked",
        "phone_masked",
        "bank",
        "dibao_class",
    )
    day = t.AT.date()
    with batch("test", SYSTEM):
        with connection().cursor() as cursor:
            cursor.execute(f"SELECT person, {', '.join(fields)} FROM people_record")
            records = cursor.fetchall()
        assert len(records) == 3
        for person, *values in records:
            for name, value in zip(fields, values, strict=True):
                said = provenance(person, name, day)
                told = said[0].value if said else None
                if name in ("hukou_area", "live_area") and told is None:
                    continue  # nobody said where: the sender's own area stands in
                shown = value.isoformat() if isinstance(value, date) else value
                assert (shown or None) == (told or None), name


def test_rebuilding_everything_changes_nothing_and_repairs_what_was_spoiled() -> None:
    t.deliver("population", people((WANG, "王秀英"), (LI, "李建国")))
    t.deliver("low_income", low((WANG, "王秀英")))
    t.deliver("death_civil", death(LI, "李建国", "2026-09-10"))
    with batch("test", SYSTEM):
        assert rebuild_records(at=t.AT) == 0
        with connection().cursor() as cursor:
            cursor.execute(
                "UPDATE people_record SET name = '错', life = 'alive', dibao_class = NULL, id_sealed = NULL"
            )
        assert rebuild_records(at=t.AT) == 2
        assert rebuild_records(at=t.AT) == 0
    assert rows("SELECT name, life, dibao_class FROM people_record ORDER BY name") == [
        ("李建国", "dead", None),
        ("王秀英", "alive", "低保"),
    ]


def test_disagreement_and_birthdays_become_questions_once() -> None:
    t.deliver("population", t.population_csv([t.person_row(WANG, "王秀英", 出生日期="1944-07-02"),
                                              t.person_row(t.make_id(date(1946, 9, 30), 2), "孙八十")]))  # fmt: skip
    t.deliver("low_income", low((WANG, "王秀兰")))
    asked = rows("SELECT kind, subject FROM people_question ORDER BY kind, subject")
    assert asked == [("differ", "born_on:population"), ("differ", "name:low_income"), ("turned", "2026-09")]
    t.deliver("low_income", low((WANG, "王秀兰")), as_of=OCTOBER, at=LATER)
    assert len(rows("SELECT 1 FROM people_question WHERE kind = 'differ'")) == 2
    assert rows("SELECT born_on FROM people_record WHERE name = '王秀英'") == [(date(1944, 7, 1),)]


def test_a_sign_of_life_after_a_death_is_asked_about() -> None:
    t.deliver("population", people((WANG, "王秀英")))
    t.deliver("death_civil", death(WANG, "王秀英", "2026-08-10"))
    patient = {
        "resourceType": "Patient",
        "id": "1",
        "identifier": [{"system": "urn:yinling:citizen-id", "value": WANG}],
    }
    pulse = {
        "resourceType": "Observation", "subject": {"reference": "Patient/1"}, "effectiveDateTime": "2026-09-01",
        "code": {"text": "心率"}, "valueQuantity": {"value": 70},
    }  # fmt: skip
    check = "\n".join(
        json.dumps(line, ensure_ascii=False) for line in (patient | {"name": [{"text": "王秀英"}]}, pulse)
    )
    t.deliver("health_check", check.encode())
    assert rows("SELECT kind FROM people_question") == [("alive",)]
    assert fact("alive")["王秀英"] is False


def test_a_move_within_the_district_takes_every_row_along() -> None:
    t.deliver("population", people((WANG, "王秀英")))
    t.deliver("low_income", low((WANG, "王秀英")))
    changed = t.person_row(
        WANG,
        "王秀英",
        户籍区划="530199002001",
        现住区划="530199002001",
        变动类型="变更",
        变动日期="2026-10-05",
    )
    t.deliver("population", t.population_csv([changed]), as_of=OCTOBER, at=LATER, mode=Mode.DELTA)
    assert rows("SELECT DISTINCT hukou_area FROM people_statement WHERE register = 'low_income'") == [
        ("530199002001",)
    ]
    assert rows("SELECT hukou_area FROM people_record") == [("530199002001",)]
    assert rows(
        "SELECT valid_to FROM people_statement WHERE register = 'population' AND ended_at IS NOT NULL"
    ) == [(date(2026, 10, 5),)]


def test_facts_have_the_agreed_columns() -> None:
    t.deliver("population", people((WANG, "王秀英")))
    with batch("test", SYSTEM):
        found = copy_arrow(
            facts.get("person").sql, {"month_first": Month(2026, 10).first_day, "known_at": t.AT}
        )
    assert tuple(found.column_names) == facts.get("person").columns
    row = {name: found.column(name)[0].as_py() for name in found.column_names}
    assert (row["hukou_here"], row["alive"], row["dibao_class"], row["tekun"]) == (True, True, None, None)
