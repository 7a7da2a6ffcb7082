# ruff: noqa: E501 - tables of cases read better with one case on a line
"""An import that a clerk survives: undone without losing later answers, headings asked once, drop folders, reminders."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Refusal
from yinling.people import testing as t
from yinling.people.api import confirm_death, payable_many, person_card
from yinling.people.contracts import Mode
from yinling.people.rules.dates import read_day
from yinling.people.services.inbox import folders, take_folder
from yinling.people.services.undoing import undo_delivery

WANG, LI, ZHAO = (
    t.make_id(date(1944, 7, 1), 2),
    t.make_id(date(1950, 2, 3), 1),
    t.make_id(date(1946, 10, 20), 4),
)
LATER = t.AT + timedelta(days=30)
OCTOBER = date(2026, 10, 20)
UNDO = LATER + timedelta(hours=1)


def rows(query: str, *values: object) -> list[tuple[Any, ...]]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def state() -> list[tuple[Any, ...]]:
    """Everything that counts now: standing statements, living news, speaking coverage, records."""
    return [
        rows("""SELECT register, person, key, digest, valid_from, valid_to, hukou_area FROM people_statement
                WHERE withdrawn_at IS NULL AND ended_at IS NULL ORDER BY 1, 2, 3, 4"""),
        rows("""SELECT v.person, v.kind, v.on_date FROM people_vital v WHERE v.kind <> 'retracted'
                AND NOT EXISTS (SELECT 1 FROM people_vital r WHERE r.retracts = v.uid) ORDER BY 1, 2, 3"""),
        rows("SELECT register, area, from_date, to_date FROM people_coverage WHERE withdrawn_at IS NULL ORDER BY 1, 2, 3"),
        rows("SELECT to_jsonb(r) - 'rebuilt_at' FROM people_record r ORDER BY person"),
        rows("SELECT person, register, valid_from, valid_to FROM people_doubt WHERE ended_at IS NULL ORDER BY 1, 2"),
        rows("SELECT person, kind, subject FROM people_question WHERE answered_at IS NULL AND kind <> 'turned' ORDER BY 1, 2, 3"),
        rows("SELECT uid, hukou_area, live_area FROM people_person ORDER BY 1"),
    ]  # fmt: skip


def low(*named: tuple[str, str], kind: str = "低保") -> bytes:
    made = [
        {"姓名": name, "身份证号": number, "救助类别": kind, "享受起始年月": "2024-01"}
        for number, name in named
    ]
    return t.csv_bytes(made, list(made[0]))


def people(*given: dict[str, str]) -> bytes:
    return t.population_csv(list(given))


def undo(uid: Any, at: Any = UNDO) -> dict[str, int]:
    return undo_delivery(uid=uid, by=SYSTEM, at=at, reason="部门报错月份")


def base() -> None:
    t.deliver(
        "population", people(t.person_row(WANG), t.person_row(LI, "李建国"), t.person_row(ZHAO, "赵桂兰"))
    )
    t.deliver("low_income", low((WANG, "王秀英"), (LI, "李建国")))


DEATH = {"姓名": "李建国", "身份证号": LI, "死亡日期": "2026-10-01"}
BATCHES = {
    "changed and vanished": ("low_income", low((WANG, "王秀英"), kind="特困"), Mode.FULL),
    "new and unlinked": ("low_income", low((WANG, "王秀英"), (LI, "李建国"), (ZHAO, "赵桂兰"), (ZHAO[:17] + "0", "王秀英")), Mode.FULL),
    "moved": ("population", people(t.person_row(WANG, 户籍区划="530199002001", 现住区划="530199002001"), t.person_row(LI, "李建国"), t.person_row(ZHAO, "赵桂兰")), Mode.FULL),
    "gone from the register": ("population", people(t.person_row(WANG), t.person_row(ZHAO, "赵桂兰", 变动类型="迁出", 变动日期="2026-10-02")), Mode.FULL),
    "dead": ("death_civil", t.csv_bytes([DEATH], list(DEATH)), Mode.DELTA),
    "newcomers": ("population", people(t.person_row(t.make_id(date(1940, 1, 1), 3), "钱来"), t.person_row("", "孙无号")), Mode.DELTA),
}  # fmt: skip


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("name", list(BATCHES))
def test_after_an_undo_everything_is_as_before(name: str) -> None:
    base()
    before = state()
    register, body, mode = BATCHES[name]
    done = t.deliver(register, body, at=LATER, as_of=OCTOBER, mode=mode)
    assert state() != before
    assert undo(done.uid)
    after = state()
    persons = after.pop()
    assert set(before.pop()) <= set(persons)  # a uid never goes
    assert after == before
    assert undo(done.uid) == {}  # a second time changes nothing
    again = t.deliver(register, body, at=UNDO + timedelta(hours=1), as_of=OCTOBER, mode=mode)
    assert (again.done, again.again) == (True, False)


@pytest.mark.usefixtures("places")
def test_what_was_known_on_an_earlier_day_stays_known() -> None:
    base()
    done = t.deliver("low_income", low((WANG, "王秀英"), kind="特困"), at=LATER, as_of=OCTOBER)
    undo(done.uid)
    holds = """SELECT data->>'class' FROM people_statement WHERE register = 'low_income' AND person = (SELECT person FROM
               people_record WHERE name = '王秀英') AND learned_at <= %s AND (withdrawn_at IS NULL OR withdrawn_at > %s)
               AND valid_from <= '2026-11-01' AND (valid_to IS NULL OR valid_to > '2026-11-01' OR ended_at > %s)"""
    for moment, known in ((t.AT, "低保"), (LATER, "特困"), (UNDO, "低保")):
        assert rows(holds, moment, moment, moment) == [(known,)], moment


@pytest.mark.usefixtures("places")
def test_a_clerks_answer_given_since_survives() -> None:
    base()
    funeral = {"姓名": "李建国", "身份证号": LI, "死亡日期": "2026-10-01"}
    done = t.deliver("death_funeral", t.csv_bytes([funeral], list(funeral)), at=LATER, as_of=OCTOBER)
    ((person,),) = rows("SELECT person FROM people_record WHERE name = '李建国'")
    with batch("test.confirm", SYSTEM):
        confirm_death(person=person, on=None, at=LATER + timedelta(minutes=5), note="家属告知")
    undo(done.uid)
    with batch("test.read", SYSTEM):
        assert payable_many([person], date(2026, 11, 1), UNDO) == {person: "dead"}
        card = person_card(person)
    assert card is not None
    assert card.life == "dead"


@pytest.mark.usefixtures("places")
def test_a_later_file_keeps_its_word() -> None:
    base()
    september = t.deliver(
        "low_income", low((WANG, "王秀英"), (LI, "李建国"), kind="特困"), at=LATER, as_of=date(2026, 9, 25)
    )
    t.deliver(
        "low_income",
        low((WANG, "王秀英"), (LI, "李建国"), kind="低收入"),
        at=LATER + timedelta(minutes=1),
        as_of=OCTOBER,
    )
    undo(september.uid)
    found = rows(
        "SELECT data->>'class', valid_from, valid_to, ended_at IS NULL FROM people_statement WHERE register = 'low_income' AND withdrawn_at IS NULL ORDER BY person, valid_from"
    )
    assert [row[0] for row in found] == ["低保", "低收入"] * 2
    assert found[0][2] == found[1][1]
    assert [row[3] for row in found] == [False, True] * 2


@pytest.mark.usefixtures("places")
def test_an_undo_needs_a_reason_and_an_applied_file() -> None:
    base()
    ((uid,),) = rows("SELECT uid FROM people_delivery WHERE register = 'low_income'")
    with pytest.raises(Refusal):
        undo_delivery(uid=uid, by=SYSTEM, at=UNDO, reason=" 错 ")
    waiting = t.receive("low_income", low((WANG, "王秀英"), kind="特困"), as_of=OCTOBER, at=LATER)
    with pytest.raises(Refusal):
        undo(waiting.uid)


@pytest.mark.usefixtures("places")
def test_the_page_undoes_by_a_job() -> None:
    from yinling.base.api import handlers

    base()
    ((uid,),) = rows("SELECT uid FROM people_delivery WHERE register = 'low_income'")
    client = client_of(Role.DISTRICT)
    assert "撤销这次导入" in client.get(f"/people/deliveries/{uid}").content.decode()
    assert client.post(f"/people/deliveries/{uid}/undo", {"reason": "短"}).status_code == 422
    assert client.post(f"/people/deliveries/{uid}/undo", {"reason": "部门报错月份"}).status_code == 303
    ((kind, arguments),) = rows("SELECT kind, args FROM base_job WHERE kind = 'people.undo_delivery'")

    class Job:
        by = SYSTEM

    handlers.get(kind)(Job(), **(arguments if isinstance(arguments, dict) else json.loads(arguments)))
    assert "已撤销" in client.get(f"/people/deliveries/{uid}").content.decode()


def client_of(role: Role) -> Client:
    client = Client()
    sign_in_client(client, role, area=t.DISTRICT)
    return client


ODD = {"姓名": "王秀英", "证件编码": WANG, "类型": "低保", "从何时起": "2024-01", "备注栏": "甲"}


@pytest.mark.usefixtures("places")
def test_unknown_headings_are_asked_about_once() -> None:
    t.deliver("population", people(t.person_row(WANG), t.person_row(LI, "李建国")))
    waiting = t.receive("low_income", t.csv_bytes([ODD, ODD | {"证件编码": LI, "姓名": "李建国"}], list(ODD)))
    client = client_of(Role.DISTRICT)
    page = client.get(f"/people/deliveries/{waiting.uid}").content.decode()
    assert "这些列是什么" in page
    assert WANG not in page
    assert page.count("selected") >= 2
    assert '<option value="id" selected>' in page
    assert '<option value="class" selected>' in page
    answer = {
        "heading": ["证件编码", "类型", "从何时起", "备注栏"],
        "column": ["id", "class", "from_month", ""],
    }
    assert client.post(f"/people/deliveries/{waiting.uid}/headings", answer).status_code == 303
    page = client.get(f"/people/deliveries/{waiting.uid}").content.decode()
    assert "这些列是什么" not in page
    assert "确认导入" in page
    done = t.deliver("low_income", t.csv_bytes([ODD], list(ODD)))
    assert (done.done, done.applied, done.unlinked) == (True, 1, 0)
    assert rows("SELECT count(*) FROM people_heading") == [(4,)]


@pytest.mark.usefixtures("places")
def test_one_meaning_for_one_heading() -> None:
    waiting = t.receive("low_income", t.csv_bytes([ODD], list(ODD)))
    client = client_of(Role.DISTRICT)
    twice = {"heading": ["证件编码", "类型"], "column": ["id", "id"]}
    assert client.post(f"/people/deliveries/{waiting.uid}/headings", twice).status_code == 422
    nothing = {"heading": ["证件编码"], "column": ["no_such"]}
    assert client.post(f"/people/deliveries/{waiting.uid}/headings", nothing).status_code == 422
    assert rows("SELECT count(*) FROM people_heading") == [(0,)]


def drop(folder: Path, *files: tuple[str, str, bytes], **more: Any) -> None:
    entries = []
    for register, name, body in files:
        (folder / name).write_bytes(body)
        entries.append(
            {
                "register": register,
                "file": name,
                "as_of": "2026-09-20",
                "sha256": hashlib.sha256(body).hexdigest(),
            }
            | more
        )
    (folder / "manifest.json").write_text(json.dumps({"files": entries}))


@pytest.mark.usefixtures("places")
def test_a_drop_folder_is_taken_in_whole(tmp_path: Path) -> None:
    one = tmp_path / "police"
    one.mkdir()
    (one / "p.csv").write_bytes(b"half")
    assert folders(tmp_path) == []  # no manifest yet: nothing is read
    bad = people(t.person_row(WANG), t.person_row(LI[:17] + ("1" if LI[17] != "1" else "2"), "李建国"))
    drop(one, ("population", "p.csv", people(t.person_row(WANG))), ("population", "q.csv", bad))
    taken = take_folder(one, area=t.DISTRICT, by=SYSTEM, at=t.AT)
    assert [(x.file, x.state, x.problems) for x in taken] == [
        ("p.csv", "applied", 0),
        ("q.csv", "waiting", 1),
    ]
    assert folders(tmp_path) == []
    receipt = next(one.glob("*-receipt.json"))
    assert json.loads(receipt.read_text())["files"][0]["state"] == "applied"
    drop(one, ("population", "p.csv", people(t.person_row(WANG))), ("population", "q.csv", bad))
    again = take_folder(one, area=t.DISTRICT, by=SYSTEM, at=LATER)
    assert [(x.state) for x in again] == ["known", "waiting"]
    assert rows("SELECT count(*) FROM people_delivery") == [(2,)]


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize(
    ("change", "word"),
    [({"sha256": "0" * 64}, "摘要"), ({"file": "../p.csv"}, "不存在"), ({"file": "gone.csv"}, "不存在"), ({"register": "nothing"}, "nothing"),
     ({"as_of": "20260920x"}, "清单的写法"), ({"sender": "残联"}, "残联"), ({"mode": "some"}, "清单的写法")],
)  # fmt: skip
def test_a_wrong_manifest_entry_is_named_and_takes_nothing(
    tmp_path: Path, change: dict[str, str], word: str
) -> None:
    drop(tmp_path, ("population", "p.csv", people(t.person_row(WANG))), **change)
    (taken,) = take_folder(tmp_path, area=t.DISTRICT, by=SYSTEM, at=t.AT)
    assert taken.state == "refused"
    assert word in taken.zh
    assert rows("SELECT count(*) FROM people_delivery") == [(0,)]


def test_a_manifest_that_is_none_is_named(tmp_path: Path) -> None:
    for body in (b"", b"[]", b"{", b'{"files": []}', b'{"files": [{}]}', b"\xff\xfe"):
        (tmp_path / "manifest.json").write_bytes(body)
        (taken,) = take_folder(tmp_path, area=t.DISTRICT, by=SYSTEM, at=t.AT)
        assert taken.state == "refused"


@pytest.mark.parametrize(
    ("text", "day"),
    [("一九四四年七月一日", "1944-07-01"), ("二〇二六年十一月二十四日", "2026-11-24"), ("一九五〇年十月初一", "1950-10-01"),
     ("一九三九年十二月廿三日", "1939-12-23"), ("一九四四年十月卅日", "1944-10-30"), ("一九四四年三〇月一日", None), ("一九四四年七月", None)],
)  # fmt: skip
def test_days_in_characters(text: str, day: str | None) -> None:
    read = read_day(text, as_of=t.AS_OF)
    assert read.day == (date.fromisoformat(day) if day else None)
    assert read.day or read.problem


@pytest.mark.usefixtures("places")
def test_a_late_source_and_a_waiting_file_stand_among_todays_work(monkeypatch: pytest.MonkeyPatch) -> None:
    base()
    t.receive("low_income", low((WANG, "王秀英"), kind="特困"), as_of=OCTOBER, at=LATER)
    monkeypatch.setattr("yinling.people.offers.today", lambda: date(2026, 10, 26))
    page = client_of(Role.DISTRICT).get("/today").content.decode()
    assert "户籍人口登记逾期未报" in page
    assert "待确认的导入" in page
