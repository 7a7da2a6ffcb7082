"""Making two selves one, and two again. A merge is an alias or a row given to a person; it keeps what stood before.

No uid ever changes, nothing of money, devices or the trail is pointed elsewhere: whoever sums up looks at every uid of a person.
Everything is done for many merges at once; a clerk's single answer is the same with one row.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from yinling.base.api import connection, record_rows

from ..models import Arrival, Merge
from ..queries.reading import rows_of
from ..registry import registers
from ..rules.vitals import RULES, WITHDRAW, News
from .asking import ask_about_life
from .merge_sql import ALIAS, DECIDED, GIVE, SETTLE_PAIRS, TAKE, TAKE_BACK, TELL, TOUCHED, UNALIAS
from .records import project_persons


def join_decided(at: datetime) -> int:
    """Join every pair that the margin lets pass; how many."""
    with connection().cursor() as cursor:
        cursor.execute(DECIDED, {"at": at})
        merges = [uid for (uid,) in cursor.fetchall()]
    apply_merges(merges, at)
    return len(merges)


def apply_merges(merges: Sequence[UUID], at: datetime) -> None:
    """Do what these asked merges say: aliases, rows, life facts, doubts, records. Done twice it changes nothing."""
    waiting = list(
        Merge.objects.filter(uid__in=list(merges), state=Merge.State.ASKED).values_list("uid", flat=True)
    )
    if not waiting:
        return
    values = {"merges": waiting, "at": at}
    _run(ALIAS, values)
    _row_keys(waiting)
    _run(("DROP TABLE IF EXISTS people_given", *GIVE, SETTLE_PAIRS), values)
    told = _tell_life(waiting, at)
    Merge.objects.filter(uid__in=waiting).update(state=Merge.State.APPLIED)
    _record("people.merged", waiting)
    _project(values, at)
    if told:
        ask_about_life(at)


def undo_merges(merges: Sequence[UUID], at: datetime) -> None:
    """Take back merges that are being undone; the records are again what they were."""
    undoing = list(
        Merge.objects.filter(uid__in=list(merges), state=Merge.State.UNDOING).values_list("uid", flat=True)
    )
    if not undoing:
        return
    values = {"merges": undoing, "at": at}
    _run((*UNALIAS, *TAKE), values)
    Merge.objects.filter(uid__in=undoing).update(state=Merge.State.UNDONE)
    _record("people.unmerged", undoing)
    _project(values, at)


def release_rows(delivery: UUID, by: str, at: datetime) -> int:
    """Take the rows of a file back from whoever linkage gave them to, before the file itself is undone; how many."""
    rows = Arrival.objects.filter(delivery=delivery).values("uid")
    given = Merge.objects.filter(loose=True, state=Merge.State.APPLIED, other__in=rows)
    merges = list(given.values_list("uid", flat=True))
    given.update(state=Merge.State.UNDOING, undone_at=at, undone_by=by[:80], undone_reason="撤销导入")
    undo_merges(merges, at)
    return len(merges)


def _run(queries: Sequence[str], values: dict[str, Any]) -> None:
    with connection().cursor() as cursor:
        for query in queries:
            cursor.execute(query, values)


def _project(values: dict[str, Any], at: datetime) -> None:
    with connection().cursor() as cursor:
        cursor.execute(TOUCHED, values)
        persons = [uid for (uid,) in cursor.fetchall()]
    project_persons(persons, at)


def _rows_of(merges: Sequence[UUID]) -> list[dict[str, Any]]:
    return rows_of(
        """SELECT t.id, t.register, t.data, t.as_of, t.arrival, t.person, t.hukou_area, t.live_area FROM people_merge m
           JOIN people_statement t ON t.arrival = m.other WHERE m.uid = ANY(%s) AND m.loose""",
        [list(merges)],
    )


def _row_keys(merges: Sequence[UUID]) -> None:
    """The place each row takes in its register: nothing where a person has one row, else the declared columns."""
    with connection().cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS people_row_key")
        cursor.execute("CREATE TEMP TABLE people_row_key (id bigint, key text) ON COMMIT DROP")
        keys = [(row["id"], _key(row)) for row in _rows_of(merges)]
        cursor.executemany("INSERT INTO people_row_key VALUES (%s, %s)", keys)


def _key(row: dict[str, Any]) -> str:
    register = registers.find(row["register"])
    columns = register.row_key if register else ()
    return "|".join(str(row["data"].get(key) or "") for key in columns)[:200]


def _tell_life(merges: Sequence[UUID], at: datetime) -> int:
    """News of life in rows that now belong to somebody, in the same transaction; how many."""
    told = [fact for row in _rows_of(merges) if row["person"] and (fact := _news(row))]
    with connection().cursor() as cursor:
        for row, news in told:
            cursor.execute(TAKE_BACK if news.kind == WITHDRAW else TELL, {
                **row, "at": at, "kind": news.kind, "on": news.on_date, "until": news.until,
            })  # fmt: skip
    return len(told)


def _news(row: dict[str, Any]) -> tuple[dict[str, Any], News] | None:
    register = registers.find(row["register"])
    rule = RULES.get(register.vital) if register else None
    if register is None or rule is None:
        return None
    typed = {
        column.key: date.fromisoformat(value) if column.kind in ("date", "until") and value else value
        for column in register.columns
        for value in [row["data"].get(column.key)]
    }
    news = rule(typed, row["as_of"])
    return (row, news) if news else None


def _record(verb: str, merges: Sequence[UUID]) -> None:
    """One event for each merge: who is one person now touches money."""
    record_rows(verb, "person", """SELECT kept::text AS subject, area, jsonb_build_object('merge', uid, 'other', other, 'row',
      loose,
        'by', CASE WHEN undone_by = '' THEN by_name ELSE undone_by END) AS data
        FROM people_merge WHERE uid = ANY(%s) ORDER BY uid""", [list(merges)])  # fmt: skip
