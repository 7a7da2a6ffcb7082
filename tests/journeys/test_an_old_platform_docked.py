"""An old platform is docked by a mapping: its tables become facts without code, first all of them, then what changed."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connections

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM, Refusal
from yinling.people import testing as t
from yinling.people.services.docking import dock, read_mapping

pytestmark = pytest.mark.usefixtures("database")
DATA = Path(__file__).resolve().parents[1] / "data" / "docking"
PLACE = '[columns.kind]\nconst = "2"\n[columns.area]\nconst = "530199001001"\n'
MAPPINGS = {
    "taipei_day_care.csv": """[columns.name]
from = ["機構名稱", "機關名稱"]
[columns.address]
join = ["區別", "地址"]
[columns.telephone]
from = "電話"
[columns.beds]
from = "收託量"
[columns.latitude]
from = "lat"
[columns.longitude]
from = "lon"
""",
    "ie_register.csv": """[columns.name]
from = "Centre_Title"
[columns.address]
join = ["Centre_Address", "County"]
between = ", "
[columns.beds]
from = "Maximum_Occupancy"
""",
    "jp_kaigo.csv": """[columns.name]
from = "事業所名"
[columns.address]
from = "住所"
[columns.telephone]
from = "電話番号"
[columns.type]
from = "サービスの種類"
map = { "訪問入浴介護" = "助浴" }
""",
}
PERSONS = """register = "population"
mode = "delta"
changed = "updated"
[columns.name]
from = "xm"
[columns.id]
from = "zjhm"
[columns.sex]
from = "xb"
map = { "M" = "男", "F" = "女" }
[columns.hukou_area]
from = "xzqh"
map = { "QH01" = "530199001001" }
[columns.hukou_address]
from = "dz"
"""


def count(query: str) -> int:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])


def mapping_of(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with batch("test.mapping", SYSTEM):
        return read_mapping(path)


@pytest.mark.parametrize("name", list(MAPPINGS))
def test_registers_of_other_places_are_taken_in_without_code(name: str, tmp_path: Path) -> None:
    t.places()
    mapping = mapping_of(tmp_path, 'register = "organisations"\n' + MAPPINGS[name] + PLACE)
    done = dock(mapping=mapping, source=str(DATA / name), area=t.DISTRICT, as_of=t.AS_OF, by=SYSTEM, at=t.AT)
    lines = len((DATA / name).read_text("utf-8-sig").splitlines()) - 1
    assert (done.state, done.refused) == ("applied", 0)
    assert done.rows == lines
    assert 0 < count("SELECT count(*) FROM providers_site") <= lines
    again = dock(mapping=mapping, source=str(DATA / name), area=t.DISTRICT, as_of=t.AS_OF, by=SYSTEM, at=t.AT)
    assert again.again


def test_a_database_view_first_whole_then_what_changed(migrated, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    t.places()
    ids = [t.make_id(date(1940 + place, 3, 4), place + 1) for place in range(3)]
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "CREATE TABLE old_elder (xm text, zjhm text, xb text, xzqh text, dz text, updated text)"
        )
        cursor.executemany("INSERT INTO old_elder VALUES (%s, %s, 'F', 'QH01', '一社区1号', '2026-09-01')",
                           [(f"王{ch}", number) for ch, number in zip("甲乙丙", ids, strict=True)])  # fmt: skip
    try:
        mapping, url = mapping_of(tmp_path, PERSONS), migrated.urls()["owner"]
        done = dock(
            mapping=mapping, source=url, view="old_elder", area=t.DISTRICT, as_of=t.AS_OF, by=SYSTEM, at=t.AT
        )
        assert (done.rows, done.unlinked, done.refused) == (3, 0, 0)
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE old_elder SET xm = '王新', updated = '2026-09-15' WHERE xm = '王甲'")
        later = dock(mapping=mapping, source=url, view="public.old_elder", since="2026-09-01", area=t.DISTRICT,
                     as_of=date(2026, 9, 21), by=SYSTEM, at=t.AT + timedelta(days=1))  # fmt: skip
        assert later.rows == 1
        assert count("SELECT count(*) FROM people_record") == 3
        assert count("SELECT count(*) FROM people_record WHERE name = '王新'") == 1
        with pytest.raises(Refusal):
            dock(
                mapping=mapping,
                source=url,
                view="no_such",
                area=t.DISTRICT,
                as_of=t.AS_OF,
                by=SYSTEM,
                at=t.AT,
            )
    finally:
        with connections["owner"].cursor() as cursor:
            cursor.execute("DROP TABLE old_elder")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "register = 1",
        'register = "population"',
        'register = "population"\n[columns.name]\nform = "xm"',
        'register = "population"\n[columns.nothing]\nfrom = "xm"',
        'register = "nothing"',
        "register = ",
    ],
)
def test_a_wrong_mapping_is_refused_by_name(text: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as caught:
        mapping_of(tmp_path, text)
    assert caught.value.sentence_zh


def test_a_source_without_the_column_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    t.places()
    mapping = mapping_of(tmp_path, PERSONS)
    with pytest.raises(Refusal):
        dock(
            mapping=mapping,
            source=str(DATA / "ie_register.csv"),
            area=t.DISTRICT,
            as_of=t.AS_OF,
            by=SYSTEM,
            at=t.AT,
        )
    assert count("SELECT count(*) FROM people_delivery") == 0
