"""Addresses of static files and the drawing of icons; a file not built yet costs a picture, never a page."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from markupsafe import Markup

ICON_FOLDERS = ("vendor/tabler-icons", "vendor/tabler-icons/outline", "vendor/tabler-icons/icons/outline")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def static_url(path: str) -> str:
    """The (hashed) address of a static file; the plain one while the build has not made it."""
    try:
        return static(path)
    except ValueError:
        return f"{settings.STATIC_URL}{path}"


def _found(path: str) -> Path | None:
    found = finders.find(path)
    if found:
        return Path(found)
    root = getattr(settings, "STATIC_ROOT", None)
    collected = Path(root) / path if root else None
    return collected if collected and collected.is_file() else None


@lru_cache(maxsize=512)
def _shapes(name: str) -> str:
    for folder in ICON_FOLDERS:
        if path := _found(f"{folder}/{name}.svg"):
            body = _SHAPES.search(path.read_text(encoding="utf-8"))
            return body[1].strip() if body else ""
    return ""


def icon(name: str, label: str = "") -> Markup:
    """One icon, drawn in the page so that it takes the colour of the text; decorative unless it has a label."""
    said = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon" viewBox="0 0 24 24" {}>{}</svg>').format(said, Markup(_shapes(name)))  # noqa: S704
