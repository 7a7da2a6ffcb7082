"""DuckDB as the engine runs it: in memory, without any outside access, with fixed threads and memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from yinling.policy.contracts import Fact, FactType
from yinling.policy.engine.plan import MONTH

THREADS = 2
MEMORY = "1GB"
ARROW = {
    FactType.BOOL: pa.bool_(),
    FactType.TEXT: pa.string(),
    FactType.INT: pa.int64(),
    FactType.FEN: pa.int64(),
    FactType.DATE: pa.date32(),
}


class FactsUnfit(ValueError):
    """A table of facts that does not have what the policies need."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@contextmanager
def session(*, threads: int = THREADS, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can reach nothing but the tables registered on it."""
    connection = duckdb.connect(":memory:", config={"threads": str(threads), "memory_limit": memory})
    try:
        secured(connection)
        yield connection
    finally:
        connection.close()


def secured(connection: duckdb.DuckDBPyConnection) -> None:
    """Shut off files, network, extensions and the variables of this program, for good."""
    for setting in (
        "enable_external_access=false",
        "python_enable_replacements=false",
        "preserve_insertion_order=false",
        "lock_configuration=true",
    ):
        connection.execute(f"SET {setting}")


def fit(
    table: pa.Table, facts: tuple[Fact, ...], *, month: int | None, keep: tuple[str, ...] = ()
) -> pa.Table:
    """The table with exactly the columns the plan reads, and those to `keep`, or FactsUnfit naming what is wrong."""
    if "person" not in table.column_names:
        raise FactsUnfit("事实表缺少列 person", "the table of facts has no column person")
    missing = [fact.name for fact in facts if fact.name not in table.column_names]
    if missing:
        raise FactsUnfit(
            f"事实表缺少列：{'、'.join(missing)}", f"the table of facts lacks: {', '.join(missing)}"
        )
    columns: dict[str, object] = {name: table[name] for name in ("person", *keep)}
    for fact in facts:
        columns[fact.name] = _fit_column(table[fact.name], fact)
    if month is not None:
        columns[MONTH] = pa.repeat(pa.scalar(month, pa.int32()), table.num_rows)
    else:
        columns[MONTH] = table[MONTH]
    return pa.table(columns)


def _fit_column(values: pa.ChunkedArray, fact: Fact) -> pa.ChunkedArray:
    wanted = ARROW[fact.type]
    if values.type == wanted:
        return values
    kinds = {
        FactType.BOOL: pa.types.is_boolean,
        FactType.DATE: pa.types.is_date,
        FactType.INT: pa.types.is_integer,
        FactType.FEN: pa.types.is_integer,
        FactType.TEXT: lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
    }
    if pa.types.is_null(values.type) or kinds[fact.type](values.type):
        return values.cast(wanted)
    raise FactsUnfit(
        f"事实“{fact.label}”（{fact.name}）的类型应为 {fact.type.value}，表里是 {values.type}",
        f"fact {fact.name} must be {fact.type.value}, the table has {values.type}",
    )
