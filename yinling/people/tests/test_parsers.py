# ruff: noqa: E501 - tables of cases read better with one case on a line
"""Malformed files of each format: each ends in a named problem with its row, quickly, and with nothing crashed."""

from __future__ import annotations

import io
import json
import logging
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import openpyxl
import pytest
import xlsxwriter

from yinling.people import testing as t
from yinling.people.contracts import Level
from yinling.people.readers import Blob, FileRefused, open_file
from yinling.people.registers import own_registers
from yinling.people.rules.cells import Context
from yinling.people.rules.rows import Cleaned, clean_rows

REGISTERS = {register.key: register for register in own_registers()}
CONTEXT = Context(date(2026, 9, 20), {"530199001001": "530199001001"})
ROUNDS, SECONDS_MAX, BYTES_MAX = 1_000, 1.0, 200 << 20
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


def read(register: str, body: bytes) -> list[Cleaned]:
    """The whole way from bytes to cleaned rows."""
    declared = REGISTERS[register]
    opened = open_file(declared, Blob.of(body))
    return [
        clean_rows(declared, opened.columns, chunk.numbers, chunk.cells, chunk.faults, CONTEXT)
        for chunk in opened.chunks()
    ]


def codes(register: str, body: bytes) -> list[str]:
    return [
        problem.code
        for cleaned in read(register, body)
        for problems in cleaned.problems.values()
        for problem in problems
    ]


def ids(count: int) -> list[str]:
    return [t.make_id(date(1940, 1, 1) + timedelta(days=place), place % 900 + 1) for place in range(count)]


def csv_body(count: int = 20) -> bytes:
    return t.population_csv([t.person_row(number, "王秀英") for number in ids(count)])


def xlsx_body(rows: int = 12, title: bool = True) -> bytes:
    """A title row and a merged header of two rows, as civil affairs sends it."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    sheet.merge_range(0, 0, 0, len(LOW) - 1, "银龄示范区社会救助对象名册")
    sheet.merge_range(1, 1, 1, 2, "基本信息")
    sheet.merge_range(1, 3, 1, 6, "救助情况")
    sheet.merge_range(1, 0, 2, 0, "序号")
    for place, head in enumerate(LOW[1:], start=1):
        sheet.write(2, place, head)
    for place, number in enumerate(ids(rows)):
        sheet.write_row(
            3 + place, 0, [place + 1, "王秀英", number, "低保", "2024-01", 900, "", "青禾街道", "一社区"]
        )
    book.close()
    return out.getvalue()


def fhir_body(people: int = 8) -> bytes:
    lines = []
    for place, number in enumerate(ids(people)):
        lines.append({"resourceType": "Patient", "id": f"p{place}", "identifier": [{"system": "urn:yinling:citizen-id", "value": number}],
                      "name": [{"text": "王秀英"}]})  # fmt: skip
        lines += [{"resourceType": "Observation", "id": f"o{place}-{code}", "status": "final",
                   "code": {"coding": [{"code": code}], "text": "收缩压"}, "subject": {"reference": f"Patient/p{place}"},
                   "effectiveDateTime": "2026-09-01", "valueQuantity": {"value": 130, "unit": "mm[Hg]"}} for code in ("8480-6", "8462-4")]  # fmt: skip
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode()


def flip(body: bytes, dice: random.Random) -> bytes:
    place = dice.randrange(len(body))
    return body[:place] + bytes([body[place] ^ (1 << dice.randrange(8))]) + body[place + 1 :]


def cut(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(1, len(body))]


def repeat(body: bytes, dice: random.Random) -> bytes:
    start = dice.randrange(len(body))
    piece = body[start : start + dice.randrange(1, 200)]
    return body[:start] + piece * dice.randrange(1, 40) + body[start:]


def splice(body: bytes, dice: random.Random) -> bytes:
    start, end = sorted((dice.randrange(len(body)), dice.randrange(len(body))))
    return body[:start] + body[end:]


def sow(body: bytes, dice: random.Random) -> bytes:
    nasty = (
        b"\x00",
        b'"',
        b"\xff\xfe",
        b",,,,,,",
        b"\r",
        b"\n\n\n",
        b"{",
        b"\\u0000",
        b"\\ud800",
        b"1e999",
        b"[" * 60,
        b"9" * 400,
        b"\x81",
    )
    place = dice.randrange(len(body))
    return body[:place] + dice.choice(nasty) + body[place:]


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (flip, cut, repeat, splice, sow)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("register", "make"), [("population", csv_body), ("low_income", xlsx_body), ("health_check", fhir_body)]
)
def test_a_thousand_mutated_files_each_end_in_a_named_problem(
    register: str, make: Callable[[], bytes]
) -> None:
    seed = random.SystemRandom().randrange(10**9)
    logging.getLogger(__name__).warning("seed %s", seed)  # pytest shows it when a round fails
    dice, valid = random.Random(seed), make()
    assert sum(len(cleaned) for cleaned in read(register, valid)) > 0
    slowest, named = 0.0, set[str]()
    tracemalloc.start()
    for _round in range(ROUNDS):
        body = valid
        for _ in range(dice.randrange(1, 4)):
            body = dice.choice(MUTATIONS)(body, dice) or b"x"
        began = time.perf_counter()
        try:
            for cleaned in read(register, body):
                assert all(
                    problem.row > 0 and problem.zh
                    for problems in cleaned.problems.values()
                    for problem in problems
                )
        except FileRefused as refusal:
            named.add(refusal.sentence_zh and refusal.sentence_en)
        slowest = max(slowest, time.perf_counter() - began)
    assert "" not in named
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert slowest < SECONDS_MAX * 3, f"seed {seed}"  # tracing memory costs threefold
    assert peak < BYTES_MAX, f"seed {seed}"


def refused(register: str, body: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        read(register, body)
    return caught.value.what


def test_a_merged_header_under_a_title_is_found() -> None:
    (cleaned,) = read("low_income", xlsx_body())
    assert cleaned.numbers[0] == 4
    assert cleaned.column("class") == ["低保"] * 12
    assert cleaned.column("amount_fen")[0] == 90_000
    assert max(cleaned.levels) == 0


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str) -> None:
    text = csv_body(3).decode("gb18030").replace(",", delimiter)
    (cleaned,) = read("population", text.encode(encoding))
    assert (len(cleaned), max(cleaned.levels)) == (3, 0)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings(ending: str) -> None:
    body = csv_body(3).decode("gb18030").replace("\r\n", ending).encode()
    assert len(read("population", body)[0]) == 3


def test_headers_drift_and_still_match() -> None:
    body = (
        csv_body(2)
        .decode("gb18030")
        .replace("公民身份号码", " 身份证号码 ")
        .replace("联系电话", "手机号（必填）", 1)
        .encode()
    )
    assert max(read("population", body)[0].levels) == 0


def test_a_missing_or_doubled_column_is_named() -> None:
    text = csv_body(2).decode("gb18030")
    assert refused("population", text.replace("公民身份号码", "证号码甲", 1).encode()) == "column"
    assert refused("population", text.replace("民族", "姓名", 1).encode()) == "column_twice"
    assert refused("population", b"\xef\xbb\xbf") == "empty"
    assert refused("population", "姓名,性别\n".encode()) == "column"
    assert refused("population", "甲,乙\n1,2\n".encode()) == "header"
    assert refused("population", text.splitlines()[0].encode()) == "no_rows"
    assert refused("population", b"x" * (2 << 20)) in ("line_long", "header")


def test_a_broken_row_spoils_only_itself() -> None:
    lines = csv_body(5).split(b"\r\n")
    lines[2] = lines[2] + b",extra,more"
    lines[3] = lines[3][:40]
    lines[4] = lines[4].replace("汉族".encode("gb18030"), b"\x81\x00")
    (cleaned,) = read("population", b"\r\n".join(lines))
    assert [level == Level.REFUSED for level in cleaned.levels] == [False, True, True, True, False]
    assert [cleaned.problems[place][0].row for place in (1, 2, 3)] == [3, 4, 5]


def test_an_open_quote_swallows_little_and_is_named() -> None:
    body = csv_body(500).decode("gb18030").replace("王秀英", '"王秀英', 1).encode()
    assert {"quote_open", "row_broken"} & set(codes("population", body))


def test_shifted_columns_do_not_pass_for_people() -> None:
    text = csv_body(2).decode("gb18030")
    shifted = text.replace("王秀英,女", "女,王秀英").replace("王秀英,男", "男,王秀英")
    assert max(max(cleaned.levels) for cleaned in read("population", shifted.encode())) >= Level.CELL


def zipped(parts: dict[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return out.getvalue()


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx_body())) as package:
        return zipped({name: change(name, package.read(name)) for name in package.namelist()})


def test_bombs_are_not_opened() -> None:
    began = time.perf_counter()
    assert (
        refused("low_income", zipped({"xl/worksheets/sheet1.xml": b"\x00" * (450 << 20)}, 1)) == "sheet_bomb"
    )
    assert refused("low_income", repacked(lambda name, body: body.replace(b"<sheetData>", b"<sheetData>" + b" " * (60 << 20))
                                          if "sheet1" in name else body)) == "sheet_bomb"  # fmt: skip
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]>'
    assert (
        refused("low_income", repacked(lambda name, body: entity + body if "sheet1" in name else body))
        == "sheet_entity"
    )
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    assert (
        refused("low_income", repacked(lambda name, body: body.replace(b"</sheetData>", far))) == "sheet_wide"
    )
    assert time.perf_counter() - began < 20


def test_spreadsheets_that_are_none() -> None:
    assert refused("low_income", b"PK\x03\x04" + b"junk" * 50) == "sheet"
    assert refused("low_income", xlsx_body()[:3000]) == "sheet"
    assert (
        refused("low_income", b"\xd0\xcf\x11\xe0" + b"\x00" * 600 + "Workbook".encode("utf-16-le"))
        == "sheet_old"
    )


def test_number_cells_dates_and_formula_errors() -> None:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(LOW))
    good = ids(4)
    sheet.append([1, "王一", int(good[0][:17] + "1"), "低保", date(2024, 1, 1), 900, None, None, None])
    sheet.append([2, "王二", good[1], "低保", 45292, "900.50", None, None, None])
    sheet.append([3, "王三", good[2], "低保", "2024年1月", "#N/A", None, None, None])
    sheet.append([4, "王四", good[3], "#REF!", "2024-01", 1, None, None, None])
    book.save(out)
    (cleaned,) = read("low_income", out.getvalue())
    assert cleaned.ids[0].problem == "id_ruined_number"
    assert cleaned.column("from_month")[:3] == [date(2024, 1, 1)] * 3
    assert cleaned.column("amount_fen")[1] == 90_050
    assert [problems[0].code for problems in cleaned.problems.values()] == ["id_ruined_number", "required"]
    assert cleaned.levels == [Level.UNLINKED, 0, 0, Level.REFUSED]


def test_a_hidden_first_sheet_is_passed_over() -> None:
    out = io.BytesIO()
    book = openpyxl.load_workbook(io.BytesIO(xlsx_body()))
    other = book.create_sheet("说明", 0)
    other["A1"] = "填表说明"
    book.save(out)
    assert len(read("low_income", out.getvalue())[0]) == 12


@pytest.mark.parametrize(("line", "code"), [
    ("{", "json_bad"), ('{"resourceType":"Patient"}', "fhir_field"), ('{"resourceType":"Device"}', "fhir_kind"),
    ('{"resourceType":"Observation","subject":{"reference":"Patient/none"},"effectiveDateTime":"2026-09-01"}', "fhir_subject"),
    ('{"a":1,"a":2}', "json_bad"), ('{"a":NaN}', "json_bad"), ('{"a":"\\ud800"}', "json_bad"), ('{"a":' + "9" * 400 + "}", "json_bad"),
    ('{"a":' + "[" * 100 + "]" * 100 + "}", "json_bad"), ('{"resourceType":"Patient","id":"\\u0000"}', "text_nul"), ("[1]", "json_bad"),
])  # fmt: skip
def test_bad_lines_of_health_checks_are_named(line: str, code: str) -> None:
    body = fhir_body(2) + b"\n" + line.encode()
    (cleaned,) = read("health_check", body)
    assert [problem.code for problems in cleaned.problems.values() for problem in problems] == [code]
    assert [problem.row for problems in cleaned.problems.values() for problem in problems] == [7]
    assert len(cleaned) == 3


def test_observations_of_one_day_make_one_row() -> None:
    (cleaned,) = read("health_check", fhir_body(3))
    assert len(cleaned) == 3
    assert [len(found) for found in cleaned.column("findings")] == [2, 2, 2]
