"""The list itself: reads the request, asks its source once, and answers as page, piece, file or print."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from yinling.base.contracts import Refusal

from ..menu import role_of
from ..pages import is_partial, render
from .columns import BatchAction, Column, Filter, Row, value_of
from .exports import ExportStamp, file_answer, record_export, stamp_of
from .source import ListQuery, RowSource, SqlSource

PAGE_SIZES = (20, 50, 100, 200)
EXPORT_ROWS_MAX = 50_000
FORMATS = ("csv", "xlsx", "print")
PAGE_MAX = 100_000


class ExportTooLong(Refusal):
    code = "list.export_too_long"
    status = 422
    zh = "名单共 {rows} 行，一次最多导出 {most} 行。请先用筛选条件缩小范围。"
    en = "The list has {rows} rows; one export holds at most {most}. Narrow it with the filters first."


@dataclass(frozen=True, slots=True)
class Table:
    """Declared once at module level; `read(request)` inside the unit gives the list of one request."""

    key: str
    title: Any
    columns: Sequence[Column]
    source: RowSource | None = None
    sql: str = ""
    uid: str = "uid"
    order: str = ""
    filters: Sequence[Filter] = ()
    batch: Sequence[BatchAction] = ()
    empty: Any = ""
    empty_url: Callable[[HttpRequest], tuple[str, str]] | None = None
    page_size: int = 50
    export: bool = True
    row_class: Callable[[Row], str] | None = None
    watermark: bool = True
    on_export: Callable[[BoundTable, str], None] | None = None
    demo_policy: bool = False
    keep: Sequence[str] = field(default_factory=tuple)

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def read(self, request: HttpRequest, params: Mapping[str, Any] | None = None) -> BoundTable:
        """Ask the database for what this request shows; `params` are the fixed values of the query (%(month)s)."""
        bound = BoundTable(self, request, dict(params or {}))
        bound.load()
        return bound


class BoundTable:
    """A list for one request: rows of this page, or all of them when it is exported or printed."""

    def __init__(self, table: Table, request: HttpRequest, params: Mapping[str, Any]) -> None:
        self.table = table
        self.request = request
        self.params = params
        self.rows: list[Row] = []
        self.total = 0
        self.stamp: ExportStamp | None = None
        self.values = {one.name: one.read(self._ask(one.name, one.default)) for one in table.filters}
        self.sort, self.down = self._sort()
        self.size = self._size()
        self.format = self._ask("_export") if table.export and self._ask("_export") in FORMATS else ""
        self.number = min(max(self._number("_page", 1), 1), PAGE_MAX)

    def _ask(self, name: str, default: str = "") -> str:
        return self.request.GET.get(name, default)

    def _number(self, name: str, default: int) -> int:
        text = self._ask(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default

    def _size(self) -> int:
        asked = self._number("_size", self.table.page_size)
        return asked if asked in PAGE_SIZES else self.table.page_size

    def _sort(self) -> tuple[str, bool]:
        asked = self._ask("_sort") or self.table.order
        key, down = asked.lstrip("-"), asked.startswith("-")
        column = self.table.column(key)
        if column and column.sort:
            return key, down
        return (
            (self.table.order.lstrip("-"), self.table.order.startswith("-"))
            if self._ask("_sort")
            else (key, down)
        )

    def _order(self) -> tuple[tuple[str, bool], ...]:
        if not self.sort:
            return ()
        column = self.table.column(self.sort)
        return ((column.sort if column and isinstance(column.sort, str) else self.sort, self.down),)

    def query(self) -> ListQuery:
        used = [one for one in self.table.filters if self.values[one.name]]
        return ListQuery(
            limit=EXPORT_ROWS_MAX + 1 if self.format else self.size,
            offset=0 if self.format else (self.number - 1) * self.size,
            order=self._order(),
            filters={one.name: one.prepare(self.values[one.name]) for one in used},
            conditions=tuple(one.where for one in used if one.where),
            params=self.params,
        )

    def load(self) -> None:
        source = self.table.source or SqlSource(self.table.sql, tiebreak=self.table.uid)
        self.rows, self.total = source(self.query())
        if not self.rows and self.number > 1 and self.total and not self.format:
            self.number = self.pages
            self.rows, self.total = source(self.query())
        if self.format:
            if self.total > EXPORT_ROWS_MAX:
                raise ExportTooLong(rows=f"{self.total:,}", most=f"{EXPORT_ROWS_MAX:,}")
            self.stamp = stamp_of(self)
            (self.table.on_export or record_export)(self, self.format)

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0

    @property
    def filtered(self) -> bool:
        return any(
            self.values[one.name] and self.values[one.name] != one.default for one in self.table.filters
        )

    @property
    def screen_columns(self) -> list[Column]:
        return [column for column in self.table.columns if column.screen]

    @property
    def export_columns(self) -> list[Column]:
        return [column for column in self.table.columns if column.export]

    @property
    def actions(self) -> list[BatchAction]:
        role = role_of(self.request)
        return [
            one for one in self.table.batch if not one.roles or role in {str(known) for known in one.roles}
        ]

    def action_url(self, action: BatchAction) -> str:
        return reverse(action.url_name, args=action.url_args or None)

    def uid_of(self, row: Row) -> str:
        return str(value_of(row, self.table.uid) or "")

    def class_of(self, row: Row) -> str:
        return self.table.row_class(row) if self.table.row_class else ""

    def address(self, **changes: object) -> str:
        """This list with something changed; other words of the address (the tab, the month) stay."""
        words = {key: value for key, value in self.request.GET.items() if key != "_export"}
        words.update({key: str(value) for key, value in changes.items()})
        kept = {key: value for key, value in words.items() if value not in ("", "None")}
        return f"{self.request.path}?{urlencode(kept)}"

    def sort_address(self, column: Column) -> str:
        down = self.sort == column.key and not self.down
        return self.address(_sort=("-" if down else "") + column.key, _page="")

    def sort_state(self, column: Column) -> str:
        if self.sort != column.key:
            return "none"
        return "descending" if self.down else "ascending"

    @property
    def reset_address(self) -> str:
        words = {key: value for key, value in self.request.GET.items() if key in self.table.keep}
        return f"{self.request.path}?{urlencode(words)}" if words else self.request.path

    @property
    def other_words(self) -> list[tuple[str, str]]:
        """Words of the address that the filter form must carry along."""
        names = {one.name for one in self.table.filters} | {"_page", "_export"}
        return [(key, str(value)) for key, value in self.request.GET.items() if key not in names]

    @property
    def sizes(self) -> tuple[int, ...]:
        return PAGE_SIZES

    @property
    def csrf(self) -> str:
        return get_token(self.request)

    @property
    def empty_link(self) -> tuple[str, str] | None:
        return self.table.empty_url(self.request) if self.table.empty_url else None

    def answer(self, template: str, context: Mapping[str, Any] | None = None) -> HttpResponse:
        """The page with `ui.table(table)` in it; or the piece, the file or the print that the request asked for."""
        if self.format in ("csv", "xlsx"):
            return file_answer(self)
        if self.format == "print":
            return render(self.request, "base/table_print.html", {"table": self})
        if is_partial(self.request) and self.request.headers.get("HX-Target") == f"list-{self.table.key}":
            return render(self.request, "base/_table.html", {"table": self})
        return render(self.request, template, {"table": self, **(context or {})})
