"""Drawing Django form fields in the kit's shape; the forms themselves are plain Django forms in each room's forms.py."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from markupsafe import Markup

from yinling.base.contracts import Month

from . import formats

_KINDS: tuple[tuple[type, str], ...] = (
    (widgets.HiddenInput, "hidden"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.CheckboxSelectMultiple, "group"),
    (widgets.RadioSelect, "group"),
    (widgets.Select, "select"),
    (widgets.Textarea, "textarea"),
    (widgets.FileInput, "file"),
)


# Browsers draw their own date fields in their own language; ours are text in the one form that lists show too.
PLAIN = {
    "date": {
        "inputmode": "numeric",
        "pattern": r"\d{4}-\d{1,2}-\d{1,2}",
        "placeholder": "2026-01-31",
        "data_day": "yes",
    },
    "month": {"inputmode": "numeric", "pattern": r"\d{4}-\d{2}", "placeholder": "2026-01"},
}
MONTHS_SHOWN = 24


def recent_months(chosen: str = "") -> list[tuple[str, str]]:
    """This month and those before it, newest first, as (2026-11, words); the chosen one is always among them."""
    from yinling.base.clock import today

    this = Month.of(today())
    known = {this.next(-back).text for back in range(MONTHS_SHOWN)} | ({chosen} if chosen else set())
    return [(one, formats.month(one)) for one in sorted(known, reverse=True)]


def input_kind(bound: BoundField) -> str:
    kind = bound.field.widget
    return next((name for type_, name in _KINDS if isinstance(kind, type_)), "input")


def widget(bound: BoundField, **attrs: Any) -> Markup:
    """The control itself, tied to its help and its error for screen readers."""
    said = [f"{bound.id_for_label}-help"] if bound.help_text else []
    if bound.errors:
        said.append(f"{bound.id_for_label}-error")
        attrs["aria-invalid"] = "true"
    if said:
        attrs["aria-describedby"] = " ".join(said)
    kind = input_kind(bound)
    own = bound.field.widget
    plain = PLAIN.get(str(getattr(own, "input_type", "")))
    if plain:
        own.input_type = "text"
        if isinstance(own, widgets.DateInput):
            own.format = "%Y-%m-%d"
        attrs = {**plain, **attrs}
    if kind in ("input", "select", "textarea", "file"):
        attrs["class"] = f"{kind} {attrs.pop('class', '')}".strip()
    return Markup(bound.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()}))  # noqa: S704
