"""Drawing Django form fields in the kit's shape; the forms themselves are plain Django forms in each room's forms.py."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, widgets
from markupsafe import Markup

_KINDS: tuple[tuple[type, str], ...] = (
    (widgets.HiddenInput, "hidden"),
    (widgets.CheckboxInput, "checkbox"),
    (widgets.CheckboxSelectMultiple, "group"),
    (widgets.RadioSelect, "group"),
    (widgets.Select, "select"),
    (widgets.Textarea, "textarea"),
    (widgets.FileInput, "file"),
)


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
    if kind in ("input", "select", "textarea", "file"):
        attrs["class"] = f"{kind} {attrs.pop('class', '')}".strip()
    return Markup(bound.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()}))  # noqa: S704
