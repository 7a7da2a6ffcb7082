"""Linkage graded against the truth behind the demo's dirty files. It grades our own generator, and says so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pyarrow.parquet as pq
import pytest

from yinling.base.api import CHINA, batch, blind, connection, load_areas
from yinling.base.contracts import SYSTEM
from yinling.people.api import Mode, apply_delivery, receive_delivery
from yinling.portal.demo import Manifest, areas, dirt, generate, writing

ELSEWHERE = {"homes", "centres", "staff"}
PRECISION, RECALL = 0.999, 0.97


class Grade(NamedTuple):
    rows: int  # rows of files
    faulty: int  # of these, rows whose number is missing or ruined
    joined: int  # faulty rows given to a person without a clerk
    right: int  # of these, to the right one
    asked: int  # faulty rows that wait for a clerk with the right person among the candidates


def take_in(manifest: Manifest) -> None:
    """Every file in the order of the manifest, as a clerk imports it."""
    for row in manifest.files:
        if row["register"] in ELSEWHERE or row["month"] not in manifest.months:
            continue
        as_of = date.fromisoformat(row["as_of"])
        at = datetime(as_of.year, as_of.month, as_of.day, 9, tzinfo=CHINA) + timedelta(days=1)
        with batch("test", SYSTEM):
            received = receive_delivery(
                register=row["register"], file_name=row["path"], pieces=[(manifest.folder / row["path"]).read_bytes()],
                sender=row["sender"], as_of=as_of, area="530199", at=at, mode=Mode(row["mode"]), areas=row["areas"],
            )  # fmt: skip
        assert apply_delivery(uid=received.uid, by=SYSTEM, at=at).state == "applied", row["path"]


def read(query: str) -> list[tuple[Any, ...]]:
    with batch("test", SYSTEM), connection().cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


ROWS = """
SELECT d.as_of, d.register, a.row, a.id_blind IS NULL AS faulty, coalesce(p.alias_of, p.uid) AS person,
       (SELECT array_agg(c."right") FROM people_pair c WHERE c."left" = t.arrival AND c.state = 'open' AND c.verdict = 'ask')
FROM people_arrival a JOIN people_delivery d ON d.uid = a.delivery AND d.state = 'applied'
LEFT JOIN people_statement t ON t.arrival = a.uid LEFT JOIN people_person p ON p.uid = t.person
WHERE t.ended_at IS NULL AND t.id IS NOT NULL
"""


def graded(manifest: Manifest) -> Grade:
    """Every row that says something, beside whose it truly is."""
    number = {
        row["person"]: row["id"]
        for row in pq.read_table(manifest.folder / "truth" / "persons.parquet").to_pylist()
    }
    true = {(row["month"], row["register"], row["row"]): row["person"]
            for row in pq.read_table(manifest.folder / "truth" / "rows.parquet").to_pylist()}  # fmt: skip
    month = {row["as_of"]: row["month"] for row in manifest.files if row["month"] in manifest.months}
    first = {row["register"]: _first_row(row) for row in manifest.files}
    selves = "SELECT i.blind, coalesce(p.alias_of, p.uid) FROM people_identity i JOIN people_person p ON p.uid = i.person"
    by_blind = {bytes(key): uid for key, uid in read(selves)}
    counts = dict.fromkeys(Grade._fields, 0)
    for as_of, register, row, faulty, person, candidates in read(ROWS):
        who = true[month[as_of.isoformat()], register, row - first[register]]
        mine = by_blind.get(blind("id", number[who]))
        counts["rows"] += 1
        if faulty and mine is not None:
            counts["faulty"] += 1
            counts["joined"] += person is not None and _is_known(person)
            counts["right"] += person == mine
            counts["asked"] += person is None and mine in (candidates or [])
    return Grade(**counts)


def _first_row(row: dict[str, Any]) -> int:
    return {"csv": 1, "xlsx": 3 if row["register"] == "low_income" else 2}[row["format"]]


_KNOWN: set[Any] = set()


def _is_known(person: Any) -> bool:
    """A person with a valid number, not one who stands alone on a ruined one."""
    if not _KNOWN:
        _KNOWN.update(uid for (uid,) in read("SELECT uid FROM people_person WHERE linked"))
    return person in _KNOWN


def dirtier(times: int) -> Any:
    """The demo's spoiler with every share of dirt multiplied."""

    def spoil(sheet: Any, random: Any, steps: Any, **how: Any) -> None:
        dirt.spoil(
            sheet, random, tuple((kind, column, share * times) for kind, column, share in steps), **how
        )

    return spoil


@pytest.mark.slow
@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("seed", "times"), [(1, 1), (2, 20)])
def test_joined_by_itself_is_right_and_hardly_anything_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, times: int
) -> None:
    _KNOWN.clear()
    monkeypatch.setattr(writing, "dirt", SimpleNamespace(spoil=dirtier(times)))
    load_areas([("530000", "云南省", None, None), ("530100", "昆明市", None, None),
                *((one.code, one.name, one.longitude, one.latitude) for one in areas())])  # fmt: skip
    manifest = generate(tmp_path, persons=2_500, seed=seed, as_of=date(2026, 11, 21))
    take_in(manifest)
    found = graded(manifest)
    assert found.faulty >= 5 * times**0.5
    assert found.right >= PRECISION * found.joined, found
    sound = found.rows - found.faulty
    assert (sound + found.right) >= RECALL * found.rows
    assert found.right + found.asked >= 0.8 * found.faulty, found
