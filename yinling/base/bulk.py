"""Bulk traffic between PostgreSQL and Arrow inside the running unit of work: COPY out for DuckDB, COPY in to staging."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.csv as pcsv
from psycopg import sql

from .work import connection

# PostgreSQL type oids to Arrow; everything else travels as text.
ARROW_TYPES: dict[int, pa.DataType] = {
    16: pa.bool_(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    700: pa.float32(),
    701: pa.float64(),
    1082: pa.date32(),
    1184: pa.timestamp("us", tz="UTC"),
}
NULL_MARK = "\\N"


def copy_arrow(query: str, params: Sequence[Any] | dict[str, Any] = ()) -> pa.Table:
    """Result of a query as an Arrow table; row-level security applies, since it is the unit's own connection.

    `params` are bound as in psycopg; the types of the columns come from the prepared query.
    """
    with connection().cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({query}) AS described LIMIT 0", params or None)
        types = {column.name: ARROW_TYPES.get(column.type_code, pa.string()) for column in cursor.description}
        raw = cursor.cursor
        bound = _mogrified(raw, query, params)
        buffer = io.BytesIO()
        with raw.copy(
            sql.SQL("COPY ({}) TO STDOUT (FORMAT csv, HEADER true, NULL '\\N', FORCE_QUOTE *)").format(bound)
        ) as out:
            for piece in out:
                buffer.write(piece)
    return _read_csv(buffer, types)


def _mogrified(raw: Any, query: str, params: Any) -> sql.Composable:
    """COPY takes no bound parameters, so they are written as literals by the driver's own quoting."""
    if not params:
        return sql.SQL(query)
    from psycopg import ClientCursor

    return sql.SQL(ClientCursor(raw.connection).mogrify(query, params))


def _read_csv(buffer: io.BytesIO, types: dict[str, pa.DataType]) -> pa.Table:
    if buffer.tell() == 0:
        return pa.table({name: pa.array([], kind) for name, kind in types.items()})
    buffer.seek(0)
    options = pcsv.ConvertOptions(
        column_types=types,
        null_values=[NULL_MARK],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        true_values=["t"],
        false_values=["f"],
    )
    return pcsv.read_csv(
        buffer, convert_options=options, parse_options=pcsv.ParseOptions(newlines_in_values=True)
    )


def copy_in(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """COPY rows into an unscoped staging table (row-level security refuses COPY FROM on scoped ones); rows written."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in columns)
    )
    count = 0
    with connection().cursor() as cursor, cursor.cursor.copy(statement) as into:
        for row in rows:
            into.write_row(row)
            count += 1
    return count


def copy_in_arrow(table: str, data: pa.Table) -> int:
    """COPY an Arrow table into a staging table with columns of the same names; rows written."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(sql.Identifier(name) for name in data.column_names)
    )
    with connection().cursor() as cursor, cursor.cursor.copy(statement) as into:
        for piece in data.to_batches(max_chunksize=100_000):
            into.write(_csv_bytes(piece))
    return int(data.num_rows)


def _csv_bytes(piece: pa.RecordBatch) -> bytes:
    """CSV without header: nulls empty and unquoted, empty text quoted, just as COPY tells them apart."""
    out = io.BytesIO()
    pcsv.write_csv(piece, out, pcsv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return out.getvalue()


def refresh_statistics(*tables: str) -> None:
    """Tell the planner about rows just written in bulk, so that the next statement does not plan for an empty table.

    Before PostgreSQL 17 only the owner may; there the server skips it with a warning and autovacuum does it later.
    """
    names = sql.SQL(", ").join(sql.Identifier(table) for table in tables)
    with connection().cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(names))
