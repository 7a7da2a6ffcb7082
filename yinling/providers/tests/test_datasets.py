# ruff: noqa: E501 - tables of cases read better with one case on a line
"""The three datasets about organisations: taken in, given out, the same; what they do not name stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from yinling.base.api import batch
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t
from yinling.people.api import datasets, export_dataset
from yinling.providers.models import Home

pytestmark = pytest.mark.usefixtures("database")
CODES = ("91350100M000100Y43", "91330100799655058B")
WORKER = t.make_id(date(1980, 2, 3), 1)
FILES = {
    "organisations": [
        {"机构名称": "青禾养老院", "组织类型": "1", "统一社会信用代码": CODES[1], "机构类型": "民办", "行政区划": "530199001001",
         "详细地址": "青禾街道1号", "经度": "102.7", "纬度": "25.01", "总床位": "120", "已用床位": "80", "护理型床位": "60",
         "机构等级": "三级", "服务电话": "0871-65550000"},
        {"机构名称": "云溪养老院", "组织类型": "1", "统一社会信用代码": CODES[0], "行政区划": "530199002001", "总床位": "50"},
        {"机构名称": "一社区助老站", "组织类型": "2", "行政区划": "530199001001", "建筑面积(平方米)": "320.5", "开放时间": "8:00-17:00"},
    ],
    "staff": [
        {"姓名": "周护理", "公民身份号码": WORKER, "所属机构代码": CODES[1], "岗位": "护理员", "职业技能等级": "中级工",
         "证书编号": "ZS-1", "证书有效期至": "2028-01-01", "联系电话": "15400000002"},
    ],
    "supervision": [
        {"统一社会信用代码": CODES[1], "机构名称": "青禾养老院", "法定代表人": "钱某", "登记机关": "民政局", "备案日期": "2019-05-01",
         "消防审验": "是", "责任保险": "否", "机构等级": "三级", "最近检查日期": "2026-06-01", "检查结果": "2", "整改期限": "2026-12-01"},
    ],
}  # fmt: skip


def body_of(key: str) -> bytes:
    declared = datasets.find(key)
    assert declared is not None
    return t.csv_bytes(FILES[key], [field.column.header for field in declared.fields], "utf-8")


def export(key: str, path: Path, form: str = "csv") -> bytes:
    with batch("test.export", SYSTEM):
        export_dataset(dataset=key, form=form, path=path, area=t.DISTRICT, plain=True, reason="对接测试")
    return path.read_bytes()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_datasets_of_organisations_go_round(form: str, tmp_path: Path) -> None:
    t.places()
    for key in FILES:
        done = t.deliver(key, body_of(key))
        assert (done.state, done.refused) == ("applied", 0)
    first = {key: export(key, tmp_path / key, form) for key in FILES}
    for key, body in first.items():
        t.deliver(key, body, as_of=date(2026, 9, 21))
        assert export(key, tmp_path / "again", form) == body
    csv = export("supervision", tmp_path / "csv").decode("utf-8-sig")
    assert f"{CODES[1]},青禾养老院,钱某,民政局,,,2019-05-01,是,,否,三级,2026-06-01,2,2026-12-01" in csv
    staff = export("staff", tmp_path / "csv").decode("utf-8-sig")
    assert WORKER in staff
    assert "15400000002" in staff


def test_a_part_of_the_homes_leaves_the_others(tmp_path: Path) -> None:
    t.places()
    t.deliver("organisations", body_of("organisations"))
    one = t.csv_bytes(
        [
            {
                "机构名称": "青禾养老院",
                "组织类型": "1",
                "统一社会信用代码": CODES[1],
                "行政区划": "530199001001",
                "总床位": "130",
            }
        ],
        ("机构名称", "组织类型", "统一社会信用代码", "行政区划", "总床位"),
    )
    t.deliver("organisations", one, as_of=date(2026, 9, 21))
    with batch("test.read", SYSTEM):
        assert dict(Home.objects.values_list("name", "beds")) == {"青禾养老院": 130, "云溪养老院": 50}
        assert not Home.objects.filter(missing_since__isnull=False).exists()
