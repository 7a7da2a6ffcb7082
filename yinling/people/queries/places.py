"""What an area cell may hold: any division code of the country, or a name within the place of the office."""

from __future__ import annotations

from yinling.base.api import connection
from yinling.base.contracts import area_range, parent_area


def known_areas(area: str) -> dict[str, str]:
    """Codes and names to 12-digit codes; a name that stands for two places is left out."""
    with connection().cursor() as cursor:
        cursor.execute("SELECT code FROM base_area")
        found = {code: code for (code,) in cursor.fetchall()}
        here = area_range(area)
        cursor.execute("SELECT code, name FROM base_area WHERE code >= %s AND code < %s", [here.lo, here.hi])
        near = dict(cursor.fetchall())
    names: dict[str, set[str]] = {}
    for code, name in near.items():
        names.setdefault(name, set()).add(code)
        above = near.get(parent_area(code) or "")
        if above:
            names.setdefault(above + name, set()).add(code)
    return found | {name: codes.pop() for name, codes in names.items() if len(codes) == 1}
