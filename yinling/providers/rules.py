"""Pure reading of the three registers: which header is which column, what a cell means, why a row is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yinling.base.contracts import area_level, pad_area, uscc_ok, valid_id

from .contracts import Column, Kind, Problem, Register, Row

COLUMNS: Mapping[Register, tuple[Column, ...]] = {
    Register.HOMES: (
        Column("name", "机构名称", required=True, aliases=("名称", "养老机构名称")),
        Column("uscc", "统一社会信用代码", Kind.USCC, ("信用代码",), required=True),
        Column("kind", "机构类型", aliases=("单位类型",)),
        Column("area", "区划", Kind.AREA, ("行政区划", "区划代码"), required=True),
        Column("address", "地址", aliases=("详细地址",)),
        Column("longitude", "经度", Kind.LONGITUDE),
        Column("latitude", "纬度", Kind.LATITUDE),
        Column("beds", "核定床位", Kind.COUNT, ("总床位", "床位数")),
        Column("beds_used", "已用床位", Kind.COUNT, ("入住床位",)),
        Column("beds_nursing", "护理型床位", Kind.COUNT),
        Column("legal_person", "法定代表人"),
        Column("phone", "联系电话", Kind.PHONE, ("电话",)),
        Column("filed_on", "备案日期", Kind.DAY, ("备案时间",)),
        Column("grade", "评定等级", aliases=("机构等级", "等级")),
    ),
    Register.CENTRES: (
        Column("name", "名称", required=True, aliases=("设施名称", "中心名称")),
        Column("kind", "类型", aliases=("设施类型",)),
        Column("area", "区划", Kind.AREA, ("行政区划", "区划代码"), required=True),
        Column("address", "地址", aliases=("详细地址",)),
        Column("longitude", "经度", Kind.LONGITUDE),
        Column("latitude", "纬度", Kind.LATITUDE),
        Column("square_metres", "面积(平方米)", Kind.NUMBER, ("面积", "建筑面积")),
        Column("phone", "电话", Kind.PHONE, ("联系电话",)),
        Column("opening", "开放时间", aliases=("服务时间",)),
    ),
    Register.STAFF: (
        Column("name", "姓名", required=True),
        Column("id", "身份证号", Kind.ID, ("身份证号码", "公民身份号码"), required=True),
        Column("uscc", "机构代码", Kind.USCC, ("统一社会信用代码", "所属机构代码"), required=True),
        Column("post", "岗位", aliases=("工作岗位",)),
        Column("level", "职业技能等级", aliases=("技能等级",)),
        Column("certificate", "证书编号"),
        Column("certificate_until", "证书有效期至", Kind.DAY, ("有效期至",)),
        Column("phone", "联系电话", Kind.PHONE, ("电话", "手机号")),
    ),
}
ROW_KEYS: Mapping[Register, tuple[str, ...]] = {
    Register.HOMES: ("uscc",), Register.CENTRES: ("area", "name"), Register.STAFF: ("uscc", "id"),
}  # fmt: skip

HEADER_ROWS_MAX = 6
COMMUNITY, STREET = 5, 4
# WGS84 frame of the country with its waters; a point outside was written in other units or the wrong way round.
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)
PLACES = 6
PHONE_DIGITS = range(7, 13)
DAY_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S")
SPACES = re.compile(r"[\s\u3000\ufeff]+")
WORDS = {
    "missing": ("必填项为空", "a required cell is empty", True),
    "uscc": (
        "统一社会信用代码校验不通过，请核对 18 位代码",
        "the credit code fails its check character",
        True,
    ),
    "area": (
        "区划代码应为 9 位（街道）或 12 位（社区）",
        "the division code must name a street or a community",
        True,
    ),
    "longitude": (
        "经度应在 73 至 136 之间（WGS84 或 CGCS2000），请检查是否与纬度填反",
        "not a longitude in China",
        False,
    ),
    "latitude": (
        "纬度应在 3 至 54 之间（WGS84 或 CGCS2000），请检查是否与经度填反",
        "not a latitude in China",
        False,
    ),
    "count": ("应为不小于 0 的整数", "not a whole number", False),
    "number": ("应为不小于 0 的数", "not a number", False),
    "day": ("日期无法识别，请写成 2026-11-21", "not a date", False),
    "phone": ("电话号码无法识别", "not a telephone number", False),
    "id": ("身份证号码校验不通过，请核对 18 位号码", "the identity number fails its check", True),
    "beds": (
        "已用床位或护理型床位多于核定床位，请核对",
        "more beds used or for nursing than there are",
        False,
    ),
    "elsewhere": (
        "区划不在本次报送的行政区内，应由所在地报送",
        "the division lies outside the reporting area",
        True,
    ),
    "no_home": (
        "机构代码不在养老机构名册中，请先报送机构名册或核对代码",
        "no home with this code is on record",
        True,
    ),
    "twice": ("与第 {other} 行重复", "the same as row {other}", True),
}


class Unreadable(ValueError):
    """A cell does not mean what its column says; the argument is the code of the problem."""


def header_of(register: Register, line: Sequence[str]) -> dict[str, int] | None:
    """Where each column stands in this line; None when the line is not the header."""
    places = {tidy(cell): place for place, cell in reversed(list(enumerate(line)))}
    found: dict[str, int] = {}
    for column in COLUMNS[register]:
        for name in (column.header, *column.aliases):
            if name in places:
                found[column.key] = places[name]
                break
    wanted = {column.key for column in COLUMNS[register] if column.required}
    return found if wanted <= set(found) else None


def tidy(cell: str) -> str:
    return SPACES.sub("", cell).replace("（", "(").replace("）", ")").strip("'`’")


def read_row(register: Register, number: int, cells: Mapping[str, str]) -> Row:
    """One line of the file as values and problems."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for column in COLUMNS[register]:
        text = cells.get(column.key, "").strip()
        if not text:
            if column.required:
                problems.append(problem(number, column.header, "missing"))
            continue
        try:
            values[column.key] = READERS[column.kind](text)
        except Unreadable as why:
            problems.append(problem(number, column.header, str(why), refused=column.required))
    problems.extend(_beds(number, values))
    return Row(number, values, tuple(problems))


def problem(number: int, header: str, code: str, *, refused: bool = False, **words: object) -> Problem:
    zh, en, always = WORDS[code]
    return Problem(number, header, refused or always, code, zh.format(**words), en.format(**words))


def _beds(number: int, values: Mapping[str, Any]) -> list[Problem]:
    beds = values.get("beds")
    parts = [values.get("beds_used"), values.get("beds_nursing")]
    return (
        [problem(number, "核定床位", "beds")]
        if beds is not None and any(part and part > beds for part in parts)
        else []
    )


def without_doubles(register: Register, rows: Sequence[Row]) -> list[Row]:
    """The second row with the same key is refused and names the first."""
    first: dict[tuple[Any, ...], int] = {}
    kept = []
    for row in rows:
        key = tuple(row.values.get(part) for part in ROW_KEYS[register])
        if not row.refused and first.setdefault(key, row.number) != row.number:
            twice = problem(row.number, COLUMNS[register][0].header, "twice", other=first[key])
            kept.append(Row(row.number, row.values, (*row.problems, twice)))
        else:
            kept.append(row)
    return kept


def _uscc(text: str) -> str:
    code = tidy(text).upper()
    if not uscc_ok(code):
        raise Unreadable("uscc")
    return code


def _area(text: str) -> str:
    try:
        code = pad_area(tidy(text))
    except ValueError:
        raise Unreadable("area") from None
    if area_level(code) not in (STREET, COMMUNITY):
        raise Unreadable("area")
    return code


def _within(kind: str, limits: tuple[float, float]) -> Any:
    def read(text: str) -> float:
        try:
            value = float(tidy(text))
        except ValueError:
            raise Unreadable(kind) from None
        if not limits[0] <= value <= limits[1]:
            raise Unreadable(kind)
        return round(value, PLACES)

    return read


def _count(text: str) -> int:
    value = tidy(text).removesuffix(".0")
    if not value.isascii() or not value.isdigit() or len(value) > 6:
        raise Unreadable("count")
    return int(value)


def _number(text: str) -> float:
    try:
        value = float(tidy(text).replace(",", ""))
    except ValueError:
        raise Unreadable("number") from None
    if not 0 <= value < 10_000_000:
        raise Unreadable("number")
    return round(value, 2)


def _day(text: str) -> date:
    for form in DAY_FORMS:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if found.year >= 1900:
            return found
    raise Unreadable("day")


def _phone(text: str) -> str:
    shown = tidy(text).removesuffix(".0")
    digits = re.sub(r"[-()+]", "", shown)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in PHONE_DIGITS:
        raise Unreadable("phone")
    return shown[:20]


def _id(text: str) -> str:
    check = valid_id(tidy(text))
    if not check.ok:
        raise Unreadable("id")
    return str(check.number)


def _text(text: str) -> str:
    return SPACES.sub(" ", text).strip()[:200]


READERS: Mapping[Kind, Any] = {
    Kind.TEXT: _text, Kind.USCC: _uscc, Kind.AREA: _area, Kind.LONGITUDE: _within("longitude", LONGITUDES),
    Kind.LATITUDE: _within("latitude", LATITUDES), Kind.COUNT: _count, Kind.NUMBER: _number, Kind.DAY: _day,
    Kind.PHONE: _phone, Kind.ID: _id,
}  # fmt: skip
