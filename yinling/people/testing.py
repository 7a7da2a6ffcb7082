"""Small departments' files for tests: valid ids of nobody, rows as offices write them, and the steps of an import."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from yinling.base.api import CHINA, batch, load_areas
from yinling.base.contracts import SYSTEM, Actor
from yinling.base.contracts.identity import _check_digit

from .contracts import Mode
from .services.applying import Outcome, apply_delivery
from .services.receiving import Received, receive_delivery

DISTRICT = "530199000000"
STREETS = {"530199001000": "青禾街道", "530199002000": "云溪街道"}
COMMUNITIES = {"530199001001": "一社区", "530199001002": "二社区", "530199002001": "东风社区"}
AT = datetime(2026, 9, 21, 9, 0, tzinfo=CHINA)
AS_OF = date(2026, 9, 20)
POPULATION = (
    "姓名", "性别", "民族", "公民身份号码", "出生日期", "户籍区划", "户籍地址", "现住区划", "现住地址", "户号",
    "与户主关系", "联系电话", "变动类型", "变动日期",
)  # fmt: skip


def make_id(born: date, seq: int, area: str = "530199") -> str:
    """A valid citizen number under a division that was never assigned."""
    first = f"{area}{born:%Y%m%d}{seq:03d}"
    return first + _check_digit(first)


def places() -> None:
    """The test district with two streets and three communities."""
    load_areas([("530000", "云南省", None, None), ("530100", "昆明市", None, None), ("530199", "银龄示范区", None, None),
                *((code, name, None, None) for code, name in (STREETS | COMMUNITIES).items())])  # fmt: skip


def person_row(number: str, name: str = "王秀英", **changes: str) -> dict[str, str]:
    """One row of the population register."""
    whole = len(number) == 18
    row = {
        "姓名": name,
        "性别": "男" if whole and int(number[16]) % 2 else "女",
        "民族": "汉族",
        "公民身份号码": number,
        "出生日期": f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if whole else "1950-05-05",
        "户籍区划": "530199001001",
        "户籍地址": "青禾街道一社区1号",
        "现住区划": "530199001001",
        "现住地址": "青禾街道一社区1号",
        "户号": "H1",
        "与户主关系": "户主",
        "联系电话": "15400000001",
        "变动类型": "",
        "变动日期": "",
    }
    return row | changes


def csv_bytes(rows: Sequence[Mapping[str, Any]], headers: Sequence[str], encoding: str = "gb18030") -> bytes:
    """Rows as delimited text in the encoding that offices use."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers)
    writer.writerows([[row.get(head, "") for head in headers] for row in rows])
    return out.getvalue().encode(encoding)


def population_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """A population file as the police sends it."""
    return csv_bytes(rows, POPULATION)


def receive(
    register: str, body: bytes, *, as_of: date = AS_OF, at: datetime = AT, mode: Mode | None = None, strict: bool = False,
    areas: Sequence[str] = (), by: Actor = SYSTEM,
) -> Received:  # fmt: skip
    """Take a file in as a command would."""
    with batch("test.receive", by):
        return receive_delivery(register=register, file_name=f"{register}.csv", pieces=[body], sender="", as_of=as_of,
                                area=DISTRICT, at=at, mode=mode, strict=strict, areas=areas)  # fmt: skip


def deliver(register: str, body: bytes, *, at: datetime = AT, by: Actor = SYSTEM, **how: Any) -> Outcome:
    """Receive and apply a file in one go."""
    received = receive(register, body, at=at, by=by, **how)
    return apply_delivery(uid=received.uid, by=by, at=at)
