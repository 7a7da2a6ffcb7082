"""The three datasets about organisations: where their rows stand, and how rows of another platform are taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from yinling.people.api import Handed, RowSource, datasets, registers

from .contracts import Register, Row
from .models import Delivery, Home, Registration
from .services import take_partial

HERE = "{alias}.area >= %(lo)s AND {alias}.area < %(hi)s AND {alias}.missing_since IS NULL"
ORGANISATIONS = f"""
SELECT h.name, '1' AS kind, h.uscc, nullif(h.kind, '') AS type, h.area, nullif(h.address, '') AS address, h.longitude,
  h.latitude, h.beds, h.beds_used, h.beds_nursing, NULL::float8 AS square_metres, nullif(h.grade, '') AS grade,
  NULL::text AS opening, nullif(h.phone, '') AS telephone
FROM providers_home h WHERE {HERE.format(alias="h")}
UNION ALL
SELECT s.name, '2', NULL, nullif(s.kind, ''), s.area, nullif(s.address, ''), s.longitude, s.latitude, NULL, NULL, NULL,
  s.square_metres, NULL, nullif(s.opening, ''), nullif(s.phone, '')
FROM providers_site s WHERE {HERE.format(alias="s")}
ORDER BY 2, 5, 1, 3
"""
STAFF = f"""
SELECT t.name, '******' AS id, 'id' AS id_kind, t.id_sealed, 'providers_staff:' || t.uid AS id_aad, h.uscc,
  nullif(t.post, '') AS post, nullif(t.level, '') AS level, nullif(t.certificate, '') AS certificate, t.certificate_until,
  CASE WHEN length(t.phone_blind) > 0 THEN '******' END AS phone, 'phone' AS phone_kind, t.phone_sealed,
  'providers_staff:' || t.uid AS phone_aad
FROM providers_staff t JOIN providers_home h ON h.uid = t.home WHERE {HERE.format(alias="t")}
ORDER BY h.uscc, t.name, t.post, t.certificate, t.id_blind
"""
SUPERVISION = f"""
SELECT h.uscc, h.name, nullif(h.legal_person, '') AS legal_person, nullif(g.registrar, '') AS registrar,
  nullif(g.legal_form, '') AS legal_form, g.founded_on, h.filed_on, g.fire, nullif(g.food, '') AS food, g.insured,
  nullif(h.grade, '') AS grade, g.inspected_on, nullif(g.result, '') AS result, g.rectify_by
FROM providers_home h LEFT JOIN providers_registration g ON g.home = h.uid WHERE {HERE.format(alias="h")}
ORDER BY h.uscc
"""
HOME_FIELDS = (
    "name",
    "uscc",
    "area",
    "address",
    "longitude",
    "latitude",
    "beds",
    "beds_used",
    "beds_nursing",
    "grade",
)
SITE_FIELDS = ("name", "area", "address", "longitude", "latitude", "square_metres", "opening")
Rows = Iterator[list[dict[str, Any]]]


def offer_datasets() -> None:
    """Called once when the program starts."""
    for key, source, taker in (
        ("organisations", RowSource(ORGANISATIONS), take_organisations),
        ("staff", RowSource(STAFF, ("id", "phone")), take_staff),
        ("supervision", RowSource(SUPERVISION), take_supervision),
    ):
        declared = datasets.find(key)
        assert declared is not None, f"dataset {key} is declared by people"
        datasets.offer(key, partial(replace, source))
        registers.offer(declared.register, taker)


def take_organisations(handed: Handed, chunks: Rows) -> dict[str, int]:
    """Homes by their credit code, sites by community and name."""
    homes: list[Row] = []
    sites: list[Row] = []
    for rows in chunks:
        for row in rows:
            if row["kind"] == "1":
                homes.append(_row(row, HOME_FIELDS, kind=row["type"], phone=row["telephone"]))
            else:
                sites.append(_row(row, SITE_FIELDS, kind=row["type"], phone=row["telephone"]))
    counts: Counter[str] = Counter()
    for register, told in ((Register.HOMES, homes), (Register.CENTRES, sites)):
        if told:
            counts.update(take_partial(register, told, _delivery(handed, register, len(told))))
    return dict(counts)


def take_staff(handed: Handed, chunks: Rows) -> dict[str, int]:
    """Staff by home and number; a row of a home that is not on record is refused."""
    names = ("name", "id", "uscc", "post", "level", "certificate", "certificate_until", "phone")
    told = [_row(row, names) for rows in chunks for row in rows]
    return (
        dict(take_partial(Register.STAFF, told, _delivery(handed, Register.STAFF, len(told)))) if told else {}
    )


def take_supervision(handed: Handed, chunks: Rows) -> dict[str, int]:
    """Registration and last inspection of homes on record; an older word never replaces a newer one."""
    counts: Counter[str] = Counter()
    for rows in chunks:
        told = {row["uscc"]: row for row in rows}
        homes = {home.uscc: home for home in Home.objects.filter(uscc__in=list(told))}
        known = {one.home_id: one for one in Registration.objects.filter(home__in=homes.values())}
        for code, row in told.items():
            home = homes.get(code)
            counts[_register(home, known.get(home.uid), row, handed) if home else "refused"] += 1
    return dict(counts)


def _register(home: Home, known: Registration | None, row: Mapping[str, Any], handed: Handed) -> str:
    if known and known.as_of > handed.as_of:
        return "older"
    values = {name: row[name] for name in Registration.FIELDS if row[name] is not None}
    Registration.objects.update_or_create(
        home=home, defaults=values | {"as_of": handed.as_of, "source": handed.delivery}
    )
    told = {name: row[name] for name in ("legal_person", "filed_on", "grade") if row[name] is not None}
    for name, value in told.items():
        setattr(home, name, value)
    home.save(update_fields=list(told))
    return "changed" if known else "added"


def _row(row: Mapping[str, Any], names: tuple[str, ...], **more: Any) -> Row:
    values = {name: row[name] for name in names} | more
    return Row(row["row"], {name: value for name, value in values.items() if value is not None})


def _delivery(handed: Handed, register: Register, rows: int) -> Delivery:
    """The part of a dataset's file that this room takes; the file itself is kept sealed with the delivery of people."""
    return Delivery.objects.create(
        register=register.value, source="dataset", as_of=handed.as_of, file_name=f"{handed.register}:{handed.delivery}",
        sha256=handed.delivery.bytes + register.value.encode(), content=b"", area=handed.area, rows=rows,
        state=Delivery.State.APPLIED, received_at=handed.at, applied_at=handed.at, by_name="dataset",
    )  # fmt: skip
