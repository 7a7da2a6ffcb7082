"""The files: what the manifest says is there, decodes as declared, and holds no number outside the unassigned area."""

import hashlib
import json
import re

import pytest
from openpyxl import load_workbook

from . import reading

MONTHS = ["2026-09", "2026-10", "2026-11"]


def test_every_register_of_every_month_is_written_as_declared(home):
    manifest = reading.manifest(home)
    assert manifest["months"] == MONTHS
    for entry in manifest["files"]:
        body = (home / "demo" / entry["path"]).read_bytes()
        assert hashlib.sha256(body).hexdigest() == entry["sha256"]
        if entry["format"] != "fhir":
            rows = reading.records(home, entry)
            assert len(rows) == entry["rows"], entry["path"]
            assert all(list(row) == entry["headers"] for row in rows)
    assert all(entry["rows"] for entry in manifest["files"])
    assert len(reading.files(home, month=MONTHS[0])) == 17
    assert len({entry["register"] for entry in manifest["files"]}) == 17


def test_modes_and_missing_street(home):
    modes = {(row["register"], row["month"]): row["mode"] for row in reading.files(home)}
    assert modes["population", "2026-09"] == "full"
    assert modes["population", "2026-10"] == "delta"
    assert modes["low_income", "2026-11"] == "full"
    assert modes["death_civil", "2026-09"] == "delta"
    first, second = reading.files(home, "low_income")[:2]
    assert len(first["areas"]) == 11
    assert "530199012000" not in first["areas"]
    assert second["areas"] == ["530199000000"]
    assert "晴川街道" not in {row["所属街道"] for row in reading.records(home, first)}
    assert "晴川街道" in {row["所属街道"] for row in reading.records(home, second)}


def test_headers_drift_and_the_low_income_header_is_merged(home):
    first, second = reading.files(home, "ability")[:2]
    assert "身份证号" in first["headers"]
    assert "身份证号码" in second["headers"]
    sheet = load_workbook(home / "demo" / reading.files(home, "low_income")[0]["path"]).active
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged == {"A1:I1", "A2:A3", "B2:C2", "D2:G2", "H2:I2"}
    assert sheet["C3"].value == "身份证号"


def test_no_number_outside_the_unassigned_area(home):
    for entry in reading.files(home):
        text = (home / "demo" / entry["path"]).read_bytes()
        if entry["format"] == "xlsx":
            text = "\n".join(
                str(value) for row in reading.records(home, entry) for value in row.values()
            ).encode()
        plain = text.decode(entry["encoding"] or "utf-8")
        long_numbers = set(re.findall(r"(?<![\dA-Z])\d{17}[\dXx](?!\d)", plain))
        assert {number[:6] for number in long_numbers} <= {"530199"}, entry["path"]


def test_telephones_and_accounts_come_from_ranges_never_issued(home):
    phones = {row["联系电话"] for row in reading.records(home, reading.files(home, "population")[0])} - {""}
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones)
    for row in reading.records(home, reading.files(home, "pension")[0]):
        digits = [int(digit) for digit in row["银行账号"]]
        odd = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
        assert row["银行账号"].startswith("999999")
        assert len(digits) == 19
        assert odd % 10 == 0


def test_health_checks_are_fhir_lines_that_name_their_patient(home):
    entry = reading.files(home, "health_check")[2]
    lines = (home / "demo" / entry["path"]).read_text(encoding="utf-8").splitlines()
    resources = [json.loads(line) for line in lines]
    patients = {body["id"] for body in resources if body["resourceType"] == "Patient"}
    assert len(patients) == entry["rows"]
    assert {
        body["subject"]["reference"][8:] for body in resources if body["resourceType"] == "Observation"
    } == patients


def test_credit_codes_are_valid_and_within_the_area(home):
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for row in reading.records(home, reading.files(home, "homes")[0]):
        code = row["统一社会信用代码"]
        total = sum(signs.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
        assert code[17] == signs[(31 - total % 31) % 31]
        assert code[2:8] == "530199"


@pytest.mark.parametrize("name", ["cast.json", "manifest.json"])
def test_what_pages_may_read_holds_no_identity_number(home, name):
    text = (home / "demo" / name).read_text(encoding="utf-8")
    assert not re.search(r"530199(19|20)\d{9}[\dXx]", text)
