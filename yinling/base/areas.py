"""Reading and loading of administrative divisions."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from django.db import connections

from .contracts import area_level, pad_area, parent_area
from .models import Area
from .work import OWNER, connection

PATH_LEVEL_MIN = 3
NATIONAL_FILES = ("divisions.csv", "divisions_chongqing.csv")


_known: dict[str, tuple[str, str | None]] = {}


def forget() -> None:
    """Read names anew: the divisions changed."""
    _known.clear()


def _name(code: str) -> tuple[str, str | None] | None:
    """Name and parent; kept in memory once found, since divisions change once a year and processes are restarted then."""
    if code in _known:
        return _known[code]
    with connection().cursor() as cursor:
        cursor.execute("SELECT name, parent_id FROM base_area WHERE code = %s", [code])
        row = cursor.fetchone()
    if row:
        _known[code] = (row[0], row[1])
    return _known.get(code)


def area_name(code: str) -> str:
    """Name of a division; the code itself when it is not in the table. Runs inside a unit of work."""
    found = _name(code)
    return found[0] if found else code


def area_path(code: str) -> str:
    """Names from the county down, as officials write a place: 银龄示范区 · 青禾街道 · 一社区."""
    names: list[str] = []
    here: str | None = code
    while here and (found := _name(here)) and area_level(here) >= PATH_LEVEL_MIN:
        names.append(found[0])
        here = found[1]
    return " · ".join(reversed(names)) or area_name(code)


def children(code: str) -> list[Area]:
    """The divisions one level down, by code."""
    return list(Area.objects.filter(parent_id=code, valid_to__isnull=True).order_by("code"))


def load_areas(rows: Iterable[tuple[str, str, float | None, float | None]]) -> int:
    """Write divisions (code, name, lon, lat) as the owner, parents first; rows already there are renewed."""
    known = sorted(
        (area_level(pad_area(code)), pad_area(code), name, lon, lat) for code, name, lon, lat in rows
    )
    with connections[OWNER].cursor() as cursor:
        cursor.executemany(
            """INSERT INTO base_area (code, name, level, parent_id, lon, lat) VALUES (%s, %s, %s, %s, %s, %s)
               ON CONFLICT (code) DO UPDATE SET name = excluded.name, lon = excluded.lon, lat = excluded.lat""",
            [(code, name, level, parent_area(code), lon, lat) for level, code, name, lon, lat in known],
        )
    forget()
    return len(known)


def load_national() -> int:
    """Write the divisions that come with the platform (data/README.md) unless they are there; rows written."""
    rows: list[tuple[str, str, float | None, float | None]] = []
    for name in NATIONAL_FILES:
        with (Path(__file__).parent / "data" / name).open(newline="") as lines:
            rows += [(row["code"], row["name"], None, None) for row in csv.DictReader(lines)]
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM base_area WHERE code = ANY(%s)", [[pad_area(row[0]) for row in rows]]
        )
        if cursor.fetchone()[0] == len(rows):
            return 0
    return load_areas(rows)
