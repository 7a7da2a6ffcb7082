"""From a file to a record: joined by id, told once, changed by the next file, never lost."""

from __future__ import annotations

from datetime import date

import pytest

from yinling.base.api import batch, connection
from yinling.base.contracts import SYSTEM
from yinling.people import testing as t

pytestmark = pytest.mark.usefixtures("places")
WANG = t.make_id(date(1944, 7, 1), 2)
LI = t.make_id(date(1950, 2, 3), 1)


def rows(query: str, *values: object) -> list[tuple]:
    with batch("test.read", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()




def test_a_population_file_makes_persons_and_records() -> None:
    out = t.deliver("population", t.population_csv([t.person_row(WANG, "王秀英"), t.person_row(LI, "李建国")]))
    assert (out.state, out.rows, out.refused, out.refusal) == ("applied", 2, 0, None)
    assert rows("SELECT name, pinyin, initials, sex, born_on, hukou_area, life FROM people_record ORDER BY name") == [
        ("李建国", "lijianguo", "ljg", "1", date(1950, 2, 3), "530199001001", "alive"),
        ("王秀英", "wangxiuying", "wxy", "2", date(1944, 7, 1), "530199001001", "alive"),
    ]


def test_facts_have_the_agreed_columns() -> None:
    from yinling.base.api import copy_arrow, facts

    t.deliver("population", t.population_csv([t.person_row(WANG), t.person_row(LI, "李建国")]))
    with batch("test", SYSTEM):
        found = copy_arrow(facts.get("person").sql, {"month_first": date(2026, 10, 1), "known_at": t.AT})
    assert tuple(found.column_names) == facts.get("person").columns
    row = {name: found.column(name)[0].as_py() for name in found.column_names}
    assert (row["hukou_here"], row["alive"], row["dibao_class"], row["tekun"]) == (True, True, None, None)
