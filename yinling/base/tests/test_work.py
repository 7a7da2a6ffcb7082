"""Units of work: no query outside one, scope dies with it, and row-level security holds without any filter."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connections

from yinling.base.api import NoScope, batch, connection, copy_arrow, copy_in, record, unit
from yinling.base.contracts import SYSTEM, Event, Scope, area_range
from yinling.base.work import NestedUnit

pytestmark = pytest.mark.usefixtures("database")
NEAR, FAR = "530199001000", "530199002000"


def events_seen(scope: Scope) -> int:
    with unit(scope, SYSTEM), connection().cursor() as cursor:
        cursor.execute("SELECT count(*) FROM base_event")
        return int(cursor.fetchone()[0])


def write_event(area: str) -> None:
    with batch("test", SYSTEM):
        record(Event("test.done", "thing", str(uuid4()), area))


def test_a_query_outside_a_unit_is_refused() -> None:
    with pytest.raises(NoScope):
        connections["default"].cursor()


def test_units_do_not_nest() -> None:
    with unit(Scope(), SYSTEM), pytest.raises(NestedUnit), batch("inner", SYSTEM):
        pass


def test_an_area_sees_its_own_rows_only() -> None:
    write_event(NEAR)
    write_event(FAR)
    assert events_seen(Scope(area_range(NEAR))) == 1
    assert events_seen(Scope(area_range("530199"))) == 2
    assert events_seen(Scope(area_range("530198"))) == 0


def test_without_a_scope_no_row_is_seen_even_after_a_scoped_unit_on_the_same_connection() -> None:
    write_event(NEAR)
    assert events_seen(Scope(area_range(NEAR))) == 1
    assert events_seen(Scope()) == 0


def test_a_failed_unit_writes_nothing() -> None:
    def fail() -> None:
        with unit(Scope(area_range(NEAR)), SYSTEM):
            record(Event("test.done", "thing", "1", NEAR))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert events_seen(Scope(area_range(NEAR))) == 0


def test_the_roles_of_the_program_own_nothing_and_bypass_nothing() -> None:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'yinling\\_%' AND (rolsuper OR rolbypassrls)"
            " AND rolname <> 'yinling_admin'"
        )
        assert cursor.fetchall() == []


def test_arrow_in_and_out_tell_nulls_from_empty_text() -> None:
    with batch("test", SYSTEM):
        with connection().cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE sheet (name text, born date, yes boolean, fen bigint)")
        copy_in(
            "sheet",
            ["name", "born", "yes", "fen"],
            [
                ("王\n秀英", "1944-07-01", True, 5),
                ("", None, None, None),
                (None, None, False, -1),
                ("\\N", None, None, 2**40),
            ],
        )
        table = copy_arrow("SELECT * FROM sheet WHERE fen IS NULL OR fen > %s ORDER BY fen NULLS FIRST", [-5])
    assert table.column("name").to_pylist() == ["", None, "王\n秀英", "\\N"]
    assert table.column("yes").to_pylist() == [None, False, True, None]
    assert table.column("fen").to_pylist() == [None, -1, 5, 2**40]
