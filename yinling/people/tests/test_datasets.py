# ruff: noqa: E501 - tables of cases read better with one case on a line
"""The six datasets: declared once, exported in four formats, taken back the same; checks with both sides of each limit."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import openpyxl
import pytest
from django.db import connections
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Refusal
from yinling.people import testing as t
from yinling.people.catalogue import datasets
from yinling.people.contracts import Check, Level
from yinling.people.datasets import code_tables, own_datasets
from yinling.people.readers import Blob, open_file
from yinling.people.rules.cells import Context
from yinling.people.rules.checks import is_wrong
from yinling.people.rules.rows import clean_rows
from yinling.people.services.exporting import export_dataset
from yinling.people.writers import FORMATS, template, write
from yinling.people.writers.description import json_schema, markdown

WANG, LI, ZHAO = (
    t.make_id(date(1944, 7, 1), 2),
    t.make_id(date(1950, 2, 3), 1),
    t.make_id(date(1946, 10, 20), 4),
)
NAMES = ["elders", "services", "health", "organisations", "staff", "supervision"]


def test_the_six_datasets_are_declared_with_owner_clause_and_grade() -> None:
    assert [one.key for one in own_datasets()] == NAMES
    for one in own_datasets():
        for field in one.fields:
            assert field.owner, (one.key, field.key)
            assert field.source, (one.key, field.key)
            assert field.column.name_en, (one.key, field.key)


def test_every_origin_names_a_column_that_a_register_has() -> None:
    from yinling.people.registry import registers

    other = {"homes", "centres", "staff"}
    for one in own_datasets():
        for field in one.fields:
            for said in filter(None, (field.origin, *field.checked_by)):
                register, _, column = said.partition(".")
                declared = registers.find(register)
                if register in other:
                    continue
                assert declared is not None, said
                made = {"id_masked", "phone_masked", "id_born", "id_sex"}
                assert declared.has(column) or column in made or register == "health_check", said


@pytest.mark.parametrize(
    ("table", "written", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "2", "2"),
        ("sex", "雌", None),
        ("assistance", "低收入", "DBB"),
        ("ability", "中度失能", "2"),
        ("life", "dead", "D"),
    ],
)
def test_a_code_a_meaning_and_a_loose_wording_give_one_code(
    table: str, written: str, code: str | None
) -> None:
    assert code_tables()[table].code_of(written) == code


def check(kind: str, *fields: str, **more: Any) -> Check:
    return Check("k", kind, fields, "错", "wrong", "改", "repair", **more)


@pytest.mark.parametrize(
    ("one", "row", "wrong"),
    [
        (check("order", "a", "b"), {"a": 2, "b": 2}, False),
        (check("order", "a", "b"), {"a": 3, "b": 2}, True),
        (check("order", "a", "b"), {"a": None, "b": 2}, False),
        (check("at_most", "a", "b"), {"a": 5, "b": 4}, True),
        (check("needs", "a", "b", values=("D",)), {"a": "D", "b": None}, True),
        (check("needs", "a", "b", values=("D",)), {"a": "A", "b": None}, False),
        (check("needs", "a", "b"), {"a": "x", "b": "y"}, False),
        (check("range", "a", low=1, high=4), {"a": 0}, True),
        (check("range", "a", low=1, high=4), {"a": 1}, False),
        (check("range", "a", low=1, high=4), {"a": 4}, False),
        (check("range", "a", low=1, high=4), {"a": 5}, True),
        (check("age", "a", low=60, high=130), {"a": date(1966, 9, 20)}, False),
        (check("age", "a", low=60, high=130), {"a": date(1966, 9, 21)}, True),
    ],
)  # fmt: skip
def test_checks_on_both_sides(one: Check, row: dict[str, Any], wrong: bool) -> None:
    assert is_wrong(one, row, t.AS_OF) is wrong


def cleaned(key: str, rows: list[dict[str, str]]) -> Any:
    declared = next(one for one in own_datasets() if one.key == key)
    body = t.csv_bytes(rows, [field.column.header for field in declared.fields])
    opened = open_file(declared.register, Blob.of(body))
    chunk = next(opened.chunks())
    context = Context(t.AS_OF, {"530199001001": "530199001001"})
    return clean_rows(declared.register, opened.columns, chunk.numbers, chunk.cells, chunk.faults, context)


def test_a_broken_check_names_row_field_and_what_to_do() -> None:
    found = cleaned(
        "elders", [{"姓名": "王秀英", "公民身份号码": WANG, "户籍区划": "530199001001", "生存状态": "去世"}]
    )
    (one,) = found.problems[0]
    assert (one.row, one.column, one.code, one.level) == (2, "生存状态", "check_death_has_day", Level.NOTE)
    assert "死亡日期" in one.zh
    assert one.fix_zh


def test_a_home_without_a_code_is_refused() -> None:
    found = cleaned(
        "organisations", [{"机构名称": "青禾养老院", "组织类型": "养老机构", "行政区划": "530199001001"}]
    )
    assert found.levels == [Level.REFUSED]


ROWS: list[list[Any]] = [
    ["王秀英", WANG, "2", date(1944, 7, 1), "汉族", "530199001001", "青禾街道一社区1号", "530199001001", "=1+1", "15400000001",
     "H1", "户主", None, None, "DB", "4", 2, "3", date(2026, 1, 5), True, None, "职工养老", None, "A", None, None],
    ["李'四", LI, "1", date(1950, 2, 3), None, "530199001001", None, None, "换\n行,和\"引号\"", None,
     None, None, "20", "DJ", None, None, None, None, None, False, True, None, "02", "D", date(2026, 8, 1), None],
]  # fmt: skip


@pytest.mark.parametrize("form", list(FORMATS))
def test_what_is_written_reads_back_the_same(form: str, tmp_path: Path) -> None:
    declared = datasets.find("elders")
    assert declared is not None
    path, again = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    assert write(declared, ROWS, path, form) == 2
    opened = open_file(declared.register, Blob.of(path.read_bytes()))
    chunk = next(opened.chunks())
    found = clean_rows(
        declared.register,
        opened.columns,
        chunk.numbers,
        chunk.cells,
        chunk.faults,
        Context(t.AS_OF, {"530199001001": "530199001001"}),
    )
    back = [[found.values[field.key][place] for field in declared.fields] for place in range(len(found))]
    assert back == ROWS
    write(declared, back, again, form)
    assert form == "xlsx" or path.read_bytes() == again.read_bytes()


def test_a_formula_in_a_text_is_no_formula_in_a_file(tmp_path: Path) -> None:
    declared = datasets.find("elders")
    assert declared is not None
    write(declared, ROWS, tmp_path / "a.csv", "csv")
    assert ",'=1+1," in (tmp_path / "a.csv").read_text("utf-8-sig")
    write(declared, ROWS, tmp_path / "a.xlsx", "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert sheet.cell(2, 9).data_type == "s"


def test_the_template_has_every_field_and_explains_it() -> None:
    for declared in own_datasets():
        book = openpyxl.load_workbook(io.BytesIO(template(declared)))
        heads = [cell.value for cell in book.worksheets[0][1]]
        assert heads == [field.column.header for field in declared.fields]
        assert book["填写说明"].max_row == len(declared.fields) + 1


# ---- with the database ----


FILES = {
    "death_civil": {"姓名": "李建国", "身份证号": LI, "死亡日期": "2026-08-01"},
    "enrolment": {"姓名": "王秀英", "身份证号": WANG, "项目": "高龄老年人津贴", "同意方式": "短信", "同意日期": "2026-01-02"},
    "other_care": {"姓名": "王秀英", "身份证号": WANG, "待遇类别": "离休护理费", "月金额(元)": "300.50", "起始年月": "2025-01", "终止年月": "2027-06"},
    "ability": {"姓名": "赵桂兰", "身份证号": ZHAO, "评估标准": "北京2019综合评估（演示）", "评估结论": "中度失能", "评估日期": "2026-03-01", "有效期至": "2028-03-01"},
}  # fmt: skip
PATIENT = {
    "resourceType": "Patient",
    "id": "p",
    "identifier": [{"system": "urn:citizen-id", "value": WANG}],
    "name": [{"text": "王秀英"}],
}


def observation(code: str, value: float) -> dict[str, Any]:
    return {"resourceType": "Observation", "code": {"coding": [{"code": code}]}, "subject": {"reference": "Patient/p"},
            "effectiveDateTime": "2026-05-05", "valueQuantity": {"value": value, "unit": "x"}}  # fmt: skip


def seed() -> None:
    """A small district: people of whom one died, one has benefits and checks, one has no id number."""
    rows = [t.person_row(WANG), t.person_row(LI, "李建国", 户号="H2", 民族=""), t.person_row(ZHAO, "赵桂兰", 联系电话=""), t.person_row("", "孙无号", 出生日期="1941-03-03")]  # fmt: skip
    t.deliver("population", t.population_csv(rows))
    for register, row in FILES.items():
        t.deliver(register, t.csv_bytes([row], list(row)))
    found = [
        observation(*one) for one in (("8480-6", 141), ("8462-4", 80), ("2339-0", 5.6), ("29463-7", 58.0))
    ]
    t.deliver("health_check", "\n".join(json.dumps(line) for line in (PATIENT, *found)).encode())


def export(key: str, form: str, path: Path, **how: Any) -> bytes:
    with batch("test.export", SYSTEM):
        export_dataset(dataset=key, form=form, path=path, area=t.DISTRICT, **how)
    return path.read_bytes()


def plain(key: str, form: str, path: Path) -> bytes:
    return export(key, form, path, plain=True, reason="对接测试")


def emptied() -> None:
    """As if the file came to another platform: nothing of people and providers is left."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("""SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public'
                          AND (tablename LIKE 'people\\_%' OR tablename LIKE 'providers\\_%')""")
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("form", list(FORMATS))
def test_a_dataset_survives_another_platform_unchanged(form: str, tmp_path: Path) -> None:
    seed()
    first = {key: plain(key, form, tmp_path / f"{key}.{form}") for key in ("elders", "services", "health")}
    text = {key: plain(key, "csv", tmp_path / f"{key}.txt") for key in first}
    emptied()
    for key in ("elders", "services", "health"):
        done = t.deliver(key, first[key])
        assert (done.state, done.refused) == ("applied", 0), done
    for key, body in first.items():
        assert plain(key, "csv", tmp_path / f"{key}.again") == text[key]
        if form != "xlsx":
            assert plain(key, form, tmp_path / f"{key}.{form}2") == body


@pytest.mark.usefixtures("places")
def test_an_export_is_masked_unless_a_reason_is_given(tmp_path: Path) -> None:
    seed()
    masked = export("elders", "csv", tmp_path / "m.csv").decode("utf-8-sig")
    assert WANG not in masked
    assert "王秀英" not in masked
    with pytest.raises(Refusal):
        export("elders", "csv", tmp_path / "p.csv", plain=True, reason="  ")
    assert not (tmp_path / "p.csv").exists()
    assert WANG in plain("elders", "csv", tmp_path / "p.csv").decode("utf-8-sig")


@pytest.mark.usefixtures("places")
def test_a_death_told_by_a_docked_platform_stops_money(tmp_path: Path) -> None:
    from yinling.people.api import payable_many

    seed()
    body = plain("elders", "jsonl", tmp_path / "e.jsonl")
    emptied()
    t.deliver("elders", body)
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT person FROM people_record WHERE name = '李建国'")
        person = cursor.fetchone()[0]
        assert payable_many([person], date(2026, 9, 1), t.AT) == {person: "dead"}


@pytest.mark.parametrize("key", NAMES)
def test_the_page_of_a_dataset_is_up_to_date(key: str) -> None:
    declared = datasets.find(key)
    assert declared is not None
    page = Path(__file__).resolve().parents[3] / "docs" / "datasets" / f"{key}.md"
    assert page.read_text(encoding="utf-8") == markdown(declared), (
        "run: yinling datasets --docs docs/datasets"
    )


def test_exported_rows_fit_the_schema(tmp_path: Path) -> None:
    declared = datasets.find("elders")
    assert declared is not None
    write(declared, ROWS, tmp_path / "a.jsonl", "jsonl")
    for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines():
        assert jsonschema_rs.is_valid(json_schema(declared), json.loads(line))
    wrong = {"name": "王秀英", "hukou_area": "530199001001", "sex": "7"}
    assert not jsonschema_rs.is_valid(json_schema(declared), wrong)


@pytest.mark.usefixtures("places")
def test_the_api_gives_catalogue_schema_and_masked_rows() -> None:
    seed()
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)
    assert [one["key"] for one in client.get("/api/v1/datasets").json()] == NAMES
    assert client.get("/api/v1/datasets/elders/schema").json()["title"] == "老年人基本信息"
    body = client.get("/api/v1/datasets/elders/rows?limit=2")
    assert len(body.json()["rows"]) == 2
    assert WANG not in body.content.decode()
    assert client.get("/api/v1/datasets/nothing/rows").status_code == 404
    assert client.get("/api/v1/datasets/elders/rows?limit=0").status_code == 422
    village = Client()
    sign_in_client(village, Role.VILLAGE, area="530199001001")
    assert village.get("/api/v1/datasets/elders/rows").status_code == 403
