"""Where the rows of a list come from: an SQL query wrapped with the filters, the order and the page, or a function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks of its source. `order` pairs a sort expression with descending; `limit` None means all rows."""

    limit: int | None
    offset: int
    order: tuple[tuple[str, bool], ...]
    filters: Mapping[str, Any] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)


Rows = list[Any]
RowSource = Callable[[ListQuery], tuple[Rows, int]]


def _cursor() -> Any:
    from yinling.base.work import connection

    return connection().cursor()


@dataclass(frozen=True, slots=True)
class SqlSource:
    """One SELECT; its output columns are what filters, sorts and columns may name. Runs in the unit that is open."""

    sql: str
    tiebreak: str = "uid"

    def __call__(self, query: ListQuery) -> tuple[Rows, int]:
        with _cursor() as cursor:
            cursor.execute(f"SELECT count(*) {self._body(query)}", {**query.params, **query.filters})
            total = int(cursor.fetchone()[0])
        return self.page(query), total

    def _body(self, query: ListQuery) -> str:
        # Every piece of this text is written by us in the declaration of the list; the user's values are parameters.
        where = f" WHERE {' AND '.join(f'({one})' for one in query.conditions)}" if query.conditions else ""
        return f"FROM ({self.sql}) AS listed{where}"

    def page(self, query: ListQuery) -> Rows:
        """The rows of the page alone, for a source that knows or bounds its length itself."""
        order = [f"{expression} {'DESC' if down else 'ASC'} NULLS LAST" for expression, down in query.order]
        if self.tiebreak:
            order.append(self.tiebreak)
        by = f" ORDER BY {', '.join(order)}" if order else ""
        params: dict[str, Any] = {**query.params, **query.filters}
        cut = ""
        if query.limit is not None:
            params.update(_limit=query.limit, _offset=query.offset)
            cut = " LIMIT %(_limit)s OFFSET %(_offset)s"
        with _cursor() as cursor:
            cursor.execute(f"SELECT * {self._body(query)}{by}{cut}", params)
            return list(_dicts(cursor))


def _dicts(cursor: Any) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))
