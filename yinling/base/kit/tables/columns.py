"""The declared parts of a list: columns, filters, batch actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from yinling.base.contracts import Month

from ..formats import EMPTY, FORMATS

Row = Any
SHORT_MAX = 8  # characters that never wrap: names, streets, communities
NUMERIC = frozenset({"int", "number", "percent", "fen", "yuan", "small"})
# What each format is worth in a spreadsheet: fen becomes yuan as a number, everything else is its text or itself.
_EXPORT_RAW = frozenset({"int", "number"})


def value_of(row: Row, key: str) -> Any:
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `sort` is True (by the column itself), an SQL expression over the query's columns, or False."""

    key: str
    label: Any
    format: str = "text"
    sort: bool | str = False
    link: Callable[[Row], str] | None = None
    html: Callable[[Row], Any] | None = None
    text: Callable[[Row], str] | None = None
    badge: Mapping[Any, str] | None = None
    narrow: bool = False
    export: bool = True
    screen: bool = True

    @property
    def numeric(self) -> bool:
        return self.format in NUMERIC

    def shown(self, row: Row) -> Any:
        """What stands in the cell on the screen."""
        if self.html:
            return self.html(row)
        return self.said(row)

    def said(self, row: Row) -> str:
        """The cell as text: for print, export, and the screen where there is no `html`."""
        return self.text(row) if self.text else FORMATS[self.format](value_of(row, self.key))

    def css(self, row: Row) -> str:
        """The look of the cell: figures to the right, short words on one line."""
        if self.numeric:
            return "num"
        if self.format in ("date", "moment", "month"):
            return "short"
        short = not self.html and len(self.said(row)) <= SHORT_MAX
        return "narrow" if self.narrow else "short" if short else ""

    def exported(self, row: Row) -> Any:
        """Numbers stay numbers in a spreadsheet; the rest is the text of the screen."""
        value = value_of(row, self.key)
        if self.text is None and value is not None:
            if self.format in _EXPORT_RAW:
                return value
            if self.format in ("fen", "yuan"):
                return int(value) / 100
        said = self.said(row)
        return "" if said == EMPTY else said

    def tone(self, row: Row) -> str:
        """Colour name of the badge: yes, no, unknown, warn, fail, info or quiet."""
        value = value_of(row, self.key)
        if self.badge is not None:
            return self.badge.get(value, "quiet")
        return {1: "yes", 0: "no", -1: "unknown", "yes": "yes", "no": "no"}.get(value, "unknown")

    @property
    def is_badge(self) -> bool:
        return self.badge is not None or self.format == "verdict"

    def target(self, row: Row) -> str:
        return self.link(row) if self.link else ""


def contains(value: str) -> str:
    """For LIKE: the text anywhere, its own % and _ taken literally."""
    return "%" + value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter above the list. `where` is an SQL condition that uses %(NAME)s; `prepare` turns the text into its value.

    Kinds: search, choice, date, month, flag. A value that is not among the choices, or that `prepare` refuses with
    ValueError, filters nothing.
    """

    name: str
    label: Any
    kind: str = "choice"
    choices: Sequence[tuple[str, Any]] | Callable[[], Sequence[tuple[str, Any]]] = ()
    where: str = ""
    prepare: Callable[[str], Any] = str
    default: str = ""
    hint: Any = ""

    def options(self) -> Sequence[tuple[str, Any]]:
        return self.choices() if callable(self.choices) else self.choices

    def read(self, text: str) -> str:
        """The text if it is one this filter knows, else nothing."""
        text = text.strip()[:200].replace("\x00", "")
        if self.kind == "choice" and text not in {str(value) for value, _label in self.options()}:
            return ""
        try:
            if self.kind == "month" and text:
                Month.parse(text)
            self.prepare(text)
        except ValueError:
            return ""
        return text


@dataclass(frozen=True, slots=True)
class BatchAction:
    """A button that posts the ticked rows (`uid` repeated) to an address; `confirm` is the sentence asked first."""

    key: str
    label: Any
    url_name: str
    url_args: tuple[Any, ...] = ()
    confirm: Any = ""
    destructive: bool = False
    roles: frozenset[str] = field(default_factory=frozenset)


def link_cell(text: str, href: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(href, text)
