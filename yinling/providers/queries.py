"""Reads of the providers room within the running scope: lists as SQL, cards, deliveries and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from yinling.base.api import connection
from yinling.base.contracts import area_range, mask_name

from . import contracts
from .models import Change, Delivery, Home, Site, Staff

DELIVERIES_SHOWN_MAX = 100

# Areas are narrowed by %(lo)s and %(hi)s, since homes and sites are a public register that no scope hides.
HOMES = """
SELECT h.uid::text AS uid, h.name, h.uscc, h.kind, h.area, s.name AS street, c.name AS community, h.address, h.beds,
       h.beds_used, h.beds_nursing, h.grade, h.filed_on, h.phone, h.as_of, h.missing_since,
       CASE WHEN h.beds > 0 THEN h.beds_used::float / h.beds END AS used_part
FROM providers_home h LEFT JOIN base_area c ON c.code = h.area LEFT JOIN base_area s ON s.code = left(h.area, 9) || '000'
WHERE h.area >= %(lo)s AND h.area < %(hi)s
"""
SITES = """
SELECT p.uid::text AS uid, p.name, p.kind, p.area, s.name AS street, c.name AS community, p.address, p.square_metres,
       p.phone, p.opening, p.as_of, p.missing_since
FROM providers_site p LEFT JOIN base_area c ON c.code = p.area LEFT JOIN base_area s ON s.code = left(p.area, 9) || '000'
WHERE p.area >= %(lo)s AND p.area < %(hi)s
"""
STAFF = """
SELECT t.uid::text AS uid, t.name, t.post, t.level, t.certificate_until, t.as_of, t.missing_since, h.name AS home_name,
       t.home::text AS home, t.area,
       CASE WHEN t.certificate = '' THEN 'none' WHEN t.certificate_until < %(today)s THEN 'lapsed'
            WHEN t.certificate_until < %(soon)s THEN 'soon' ELSE 'valid' END AS certified
FROM providers_staff t JOIN providers_home h ON h.uid = t.home
WHERE t.area >= %(lo)s AND t.area < %(hi)s
"""


def home(uid: UUID) -> Home | None:
    return Home.objects.filter(uid=uid).first()


def home_of(uid: UUID) -> contracts.Home | None:
    """The card of one home."""
    row = home(uid)
    return home_card(row) if row else None


def site(uid: UUID) -> Site | None:
    return Site.objects.filter(uid=uid).first()


def staff_of(home_uid: UUID) -> list[dict[str, Any]]:
    """The staff of one home as far as the running scope shows it; names masked, numbers not read at all."""
    rows = Staff.objects.filter(home=home_uid, missing_since=None).order_by("post", "name")
    return [
        {"name": mask_name(one.name), "post": one.post, "level": one.level, "certificate_until": one.certificate_until,
         "certified": bool(one.certificate)}
        for one in rows
    ]  # fmt: skip


def changes_of(subject: UUID) -> list[Change]:
    return list(
        Change.objects.filter(subject=subject).select_related("delivery").order_by("-as_of", "-id")[:50]
    )


def delivery(uid: UUID) -> contracts.Receipt | None:
    found = Delivery.objects.filter(uid=uid).first()
    return receipt_of(found) if found else None


def deliveries(register: str = "") -> list[contracts.Receipt]:
    """The newest deliveries in the running scope."""
    found = Delivery.objects.filter(register=register) if register else Delivery.objects.all()
    return [receipt_of(one) for one in found.defer("content").order_by("-received_at")[:DELIVERIES_SHOWN_MAX]]


def receipt_of(row: Delivery, *, again: bool = False) -> contracts.Receipt:
    return contracts.Receipt(
        uid=row.uid, register=contracts.Register(row.register), state=str(row.state), source=row.source, as_of=row.as_of,
        file_name=row.file_name, rows=row.rows, counts=dict(row.counts), problems=tuple(row.problems), again=again,
        received_at=row.received_at, applied_at=row.applied_at, by_name=row.by_name,
    )  # fmt: skip


def homes_in(area: str) -> list[contracts.Home]:
    """Every home of an area that its register still names."""
    wide = area_range(area)
    rows = Home.objects.filter(area__gte=wide.lo, area__lt=wide.hi, missing_since=None).order_by(
        "area", "name"
    )
    return [home_card(row) for row in rows]


def sites_in(area: str) -> list[contracts.Site]:
    """Every community site of an area that its register still names."""
    wide = area_range(area)
    rows = Site.objects.filter(area__gte=wide.lo, area__lt=wide.hi, missing_since=None).order_by(
        "area", "name"
    )
    return [site_card(row) for row in rows]


def site_near(area: str) -> contracts.Site | None:
    """The site that serves a community: its own, else one of its street, the street's centre first."""
    street = area_range(area[:9])
    rows = Site.objects.filter(area__gte=street.lo, area__lt=street.hi, missing_since=None)
    found = sorted(rows, key=lambda row: (row.area != area, "街道" not in row.kind, row.name))
    return site_card(found[0]) if found else None


def organisation_names(uids: Iterable[str]) -> dict[str, str]:
    """Names of homes and sites by uid, for screens that show whose account it is."""
    wanted = list(uids)
    with connection().cursor() as cursor:
        cursor.execute(
            """SELECT uid::text, name FROM providers_home WHERE uid::text = ANY(%s)
               UNION ALL SELECT uid::text, name FROM providers_site WHERE uid::text = ANY(%s)""",
            [wanted, wanted],
        )
        return dict(cursor.fetchall())


def home_card(row: Home) -> contracts.Home:
    return contracts.Home(
        row.uid, row.name, row.uscc, row.kind, row.area, row.address, row.longitude, row.latitude, row.beds, row.beds_used,
        row.beds_nursing, row.phone, row.grade,
    )  # fmt: skip


def site_card(row: Site) -> contracts.Site:
    return contracts.Site(
        row.uid,
        row.name,
        row.kind,
        row.area,
        row.address,
        row.longitude,
        row.latitude,
        row.phone,
        row.opening,
    )


def newest_as_of(registers: Sequence[contracts.Register]) -> dict[str, Any]:
    """The latest applied delivery of each register in the running scope: when it was cut and when it was taken in."""
    found: dict[str, Any] = {}
    for row in (
        Delivery.objects.filter(state=Delivery.State.APPLIED).defer("content").order_by("as_of", "applied_at")
    ):
        found[row.register] = receipt_of(row)
    return {register.value: found.get(register.value) for register in registers}
