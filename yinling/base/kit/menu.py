"""What stands around a page: the left menu of the role, the chosen area, the switches; read from the request only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from yinling.base.contracts import area_range

AREA_COOKIE = "yinling_area"
THEME_COOKIE = "yinling_theme"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True, slots=True)
class MenuGroup:
    label: str
    entries: list[MenuItem]


@dataclass(frozen=True, slots=True)
class Frame:
    """The state of the shell: who is signed in, over which area, in which colours, and the demo marks."""

    signed_in: bool
    name: str
    role: str
    role_label: str
    area: str
    area_name: str
    home_area: str
    theme: str
    demo: bool


def role_of(request: HttpRequest) -> str:
    grant = getattr(request, "grant", None)
    return str(grant.role) if grant is not None else ""


def _entries() -> list[Any]:
    from yinling.base.registries import menus

    return list(menus)


def _addresses(request: HttpRequest) -> list[tuple[Any, str]]:
    """The entries that this role may open with their addresses; an entry whose page is missing is left out."""
    role, found = role_of(request), []
    for entry in _entries():
        if role in {str(known) for known in entry.roles}:
            try:
                found.append((entry, reverse(entry.url_name)))
            except NoReverseMatch:
                continue
    return found


def menu_of(request: HttpRequest) -> list[MenuGroup]:
    """The menu of the role in its groups; the entry whose address the page lies deepest under is the current one."""
    entries, path = _addresses(request), request.path
    above = [url for _entry, url in entries if path == url or path.startswith(url.rstrip("/") + "/")]
    current = max((url for url in above if url != "/" or path == "/"), key=len, default="")
    groups: dict[str, list[MenuItem]] = {}
    for entry, url in entries:
        item = MenuItem(str(entry.label), url, entry.icon or "point", url == current)
        groups.setdefault(str(entry.group), []).append(item)
    return [MenuGroup(label, items) for label, items in groups.items()]


def chosen_area(request: HttpRequest) -> str:
    """The area that the user looks at now: the one chosen in the area tree if it lies in the grant, else the grant's."""
    grant = getattr(request, "grant", None)
    home = str(getattr(grant, "area", "") or "")
    wanted = request.COOKIES.get(AREA_COOKIE, "")
    try:
        inside = bool(home) and area_range(home).covers(area_range(wanted))
    except ValueError:
        inside = False
    return wanted if inside else home


def theme_of(request: HttpRequest) -> str:
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


@lru_cache(maxsize=10_000)
def _looked_up(code: str) -> str:
    from yinling.base.areas import area_name
    from yinling.base.contracts import SYSTEM, Scope
    from yinling.base.work import running, unit

    if running() is not None:
        return area_name(code)
    with unit(Scope(purpose="area name"), SYSTEM):
        return area_name(code)


def area_label(code: str) -> str:
    """The name of a division for a page that is drawn after its unit of work; "" when the database is away."""
    try:
        return _looked_up(code) if code else ""
    except DatabaseError:
        return ""


def frame_of(request: HttpRequest) -> Frame:
    grant = getattr(request, "grant", None)
    actor = getattr(request, "work_actor", None)
    area = chosen_area(request)
    return Frame(
        signed_in=grant is not None,
        name=str(getattr(actor, "name", "")),
        role=role_of(request),
        role_label=gettext(str(getattr(grant, "role_label", "") or role_of(request))) if grant else "",
        area=area,
        area_name=area_label(area),
        home_area=str(getattr(grant, "area", "") or ""),
        theme=theme_of(request),
        demo=bool(getattr(settings, "YINLING_DEMO", False)),
    )
