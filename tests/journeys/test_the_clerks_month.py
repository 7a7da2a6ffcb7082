"""The clerk's month: a dirty file with a strange heading is explained, reported back, sent again, applied, undone."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yinling.accounts.contracts import Role
from yinling.accounts.testing import sign_in_client
from yinling.base.api import batch, connection, handlers
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t

pytestmark = pytest.mark.usefixtures("database")
WANG, LI = t.make_id(date(1944, 7, 1), 2), t.make_id(date(1950, 2, 3), 1)
RUINED = f"{LI[:15]}000"  # what a spreadsheet leaves of a number


class Job:
    by = SYSTEM

    def progress(self, *said: object) -> None:
        """Nobody watches."""


def holds(query: str) -> int:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def low(*rows: tuple[str, str]) -> SimpleUploadedFile:
    made = [
        {"姓名": name, "证件编码": number, "救助类别": "低保", "享受起始年月": "2024-01"}
        for name, number in rows
    ]
    return SimpleUploadedFile("low.csv", t.csv_bytes(made, list(made[0])))


def send(client: Client, file: SimpleUploadedFile) -> str:
    answer = client.post(
        "/people/deliveries/upload", {"register": "low_income", "as_of": "2026-09-20", "file": file}
    )
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_month_of_one_register() -> None:
    t.places()
    t.deliver("population", t.population_csv([t.person_row(WANG), t.person_row(LI, "李建国")]))
    client = Client()
    sign_in_client(client, Role.DISTRICT, area=t.DISTRICT)

    first = send(client, low(("王秀英", WANG), ("李建国", RUINED)))
    page = client.get(first).content.decode()
    assert "这些列是什么" in page  # the number column has a name nobody knows
    assert client.post(f"{first}/headings", {"heading": ["证件编码"], "column": ["id"]}).status_code == 303
    page = client.get(first).content.decode()
    assert "身份证号末几位变成了0" in page  # the ruined number is named as such
    assert RUINED not in page
    assert (
        holds("SELECT count(*) FROM people_statement WHERE register = 'low_income'") == 0
    )  # looking changes nothing

    report = client.get(f"{first}/problems.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(report)))
    assert lines[1][0] == "3"
    assert "请从原系统重新导出" in report
    assert client.post(f"{first}/cancel").status_code == 303

    second = send(client, low(("王秀英", WANG), ("李建国", LI)))
    assert "这些列是什么" not in client.get(second).content.decode()  # remembered
    assert client.post(f"{second}/confirm", {"strict": "on"}).status_code == 303
    handlers.get("people.apply_delivery")(Job(), delivery=second.rsplit("/", 1)[-1])
    assert holds("SELECT count(*) FROM people_record WHERE dibao_class = '低保'") == 2
    assert "已导入" in client.get(second).content.decode()

    assert client.post(f"{second}/undo", {"reason": "部门报错月份"}).status_code == 303
    handlers.get("people.undo_delivery")(Job(), delivery=second.rsplit("/", 1)[-1], reason="部门报错月份")
    assert holds("SELECT count(*) FROM people_record WHERE dibao_class IS NOT NULL") == 0
    assert "已撤销" in client.get(second).content.decode()
    assert holds("SELECT count(*) FROM people_record") == 2
