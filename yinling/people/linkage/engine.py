"""The machine of linkage: records in, scored pairs with a verdict out, all set-based; the only module here that knows DuckDB.

A run over two sides links each record of the left to the right; over one side it finds records of one person within it.
Passes join at once what a key of their own makes certain; what remains meets in blocks, is compared level by level, and is
joined only where its sum passes the threshold and beats every other candidate by the margin.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import duckdb
import pyarrow as pa

from .characters import looked_at
from .training import trained
from .weights import MISSING, Cap, Comparison, Key, Lesson, Weights

THREADS, MEMORY = 2, "1500MB"
RARE_LEAST, RARE_MOST = -4.0, 5.0  # how far the frequency of a value may move a weight
MILLION = 1_000_000
# Pairs as chance makes them, nearly none of one person: each record beside a few others that lie far from it.
CHANCE = """SELECT l.n AS l, 1 + (l.n * 7919 + k * 104729) % (SELECT max(n) FROM r) AS r
    FROM l CROSS JOIN range(1, (SELECT greatest(2, least(400, 1000000 // count(*))) FROM l)) AS shift (k)"""
# Each character the same, sounding the same, or looking the same: names of two to four characters.
_POSITION = "(f[{0}] = g[{0}] OR s[{0}] = t[{0}] OR h[{0}] = i[{0}])"
ALIKE = (
    "CREATE TEMP MACRO alike_name(f, g, s, t, h, i) AS length(f) = length(g) AND length(f) BETWEEN 2 AND 4 AND "
    + " AND ".join(_POSITION.format(place) for place in (1, 2, 3, 4))
)
EARLY, LATE = ("folded", "sound"), ("near", "shape")
# DuckDB counts edits in bytes, names are compared in characters.
ONE_LESS = """CREATE TEMP MACRO one_less(a, b) AS length(b) - length(a) = 1 AND length(a) > 1 AND a[1] = b[1]
    AND (a = b[:1] || b[3:] OR a = b[:2] || b[4:] OR a = b[:3] || b[5:] OR a = b[:4])"""
ONE_OTHER = """CREATE TEMP MACRO one_other(a, b) AS length(a) = length(b) AND length(a) IN (3, 4) AND a[1] = b[1]
    AND (a[2] <> b[2])::INT + (a[3] <> b[3])::INT + (a[4] <> b[4])::INT = 1"""


@contextmanager
def session(memory: str = MEMORY, threads: int = THREADS) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB of its own, without any way to the outside, with fixed threads and memory."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "threads": str(threads),
        "memory_limit": memory,
        "preserve_insertion_order": "false",
    }
    connection = duckdb.connect(config=settings)
    try:
        for macro in (ALIKE, ONE_LESS, ONE_OTHER):
            connection.execute(macro)
        yield connection
    finally:
        connection.close()


def link(
    weights: Weights, left: pa.Table, right: pa.Table | None = None, *, one_to_one: bool = False, memory: str = MEMORY,
    threads: int = THREADS, keep_apart: bool = False,
) -> pa.Table:  # fmt: skip
    """Pairs worth a verdict: uids, score, verdict (join, ask), how (the pass, or "score"), and the level of each comparison.

    With `right` left out the records of `left` are compared among themselves. `one_to_one`: a record has at most one partner,
    so passes may join at once. `keep_apart` returns the pairs kept apart too.
    """
    with session(memory, threads) as connection:
        _load(connection, weights, "l", left)
        if right is not None:
            _load(connection, weights, "r", right)
        if one_to_one:
            weights = for_size(weights, (left if right is None else right).num_rows)
            _passes(connection, weights.passes)
        for side in "lr" if right is not None else "l":
            _remain(connection, weights, side, after_passes=one_to_one)
        if right is None:
            connection.execute("CREATE VIEW r AS SELECT * FROM l")
            connection.execute("CREATE VIEW r_all AS SELECT * FROM l_all")
        _blocks(connection, weights, same=right is None)
        _score(connection, weights, rare=one_to_one or weights.trained)
        _decide(connection, weights)
        return _result(connection, weights, one_to_one=one_to_one, keep_apart=keep_apart)


def for_size(weights: Weights, rows: int) -> Weights:
    """Thresholds are stated for a register of a million; among fewer records a chance agreement is rarer, bit by bit."""
    less = math.log2(MILLION / max(min(rows, MILLION), MILLION // 1000))
    return replace(weights, join=weights.join - less, ask=weights.ask - less / 2)


def scored(weights: Weights, records: pa.Table, pairs: pa.Table, *, memory: str = MEMORY) -> pa.Table:
    """Given pairs (columns left, right: uids of `records`) that are worth a question: score, most (1: at most asked), levels.

    No margin is looked at and no frequency, so that a pair's score depends on its two records alone.
    """
    with session(memory) as connection:
        _load(connection, weights, "l", records)
        _remain(connection, weights, "l", after_passes=False)
        connection.execute("CREATE VIEW r AS SELECT * FROM l")
        connection.register("given", pairs)
        connection.execute("""CREATE TABLE pairs AS SELECT l.n AS l, r.n AS r
            FROM given g JOIN l ON l.uid = g."left" JOIN r ON r.uid = g."right" """)
        _score(connection, weights, rare=False)
        levels = ", ".join(f"{one.key}_level" for one in weights.comparisons)
        return connection.sql(f"""SELECT l.uid AS "left", r.uid AS "right", round(score, 3) AS score, s.most, [{levels}] AS levels
            FROM scored s JOIN l ON l.n = s.l JOIN r ON r.n = s.r
            WHERE s.most > 0 AND score >= {weights.faint} ORDER BY 1, 2""").to_arrow_table()


def _load(connection: duckdb.DuckDBPyConnection, weights: Weights, side: str, records: pa.Table) -> None:
    """The records as they came, with what passes need: the folded name and its sound."""
    if "name" in records.column_names:
        for key, column in looked_at(records.column("name"), EARLY).items():
            records = records.append_column(key, column)
    connection.register("arrived", records)
    derived = "".join(f", {sql} AS {name}" for name, sql in weights.columns.items())
    connection.execute(f"CREATE TABLE {side} AS SELECT row_number() OVER () AS n, *{derived} FROM arrived")
    connection.unregister("arrived")


def _remain(
    connection: duckdb.DuckDBPyConnection, weights: Weights, side: str, *, after_passes: bool
) -> None:
    """Who is left after the passes, with everything that comparing needs."""
    connection.execute(f"ALTER TABLE {side} RENAME TO {side}_all")
    free = f"WHERE n NOT IN (SELECT {side} FROM joined)" if after_passes else ""
    remaining = connection.sql(f"SELECT * FROM {side}_all {free}").to_arrow_table()
    if "name" in remaining.column_names:
        for key, column in looked_at(remaining.column("name"), LATE).items():
            remaining = remaining.append_column(key, column)
    connection.register("remaining", remaining)
    derived = "".join(f", {sql} AS {name}" for name, sql in weights.late.items())
    connection.execute(f"CREATE TABLE {side} AS SELECT *{derived} FROM remaining")
    connection.unregister("remaining")


def _passes(connection: duckdb.DuckDBPyConnection, passes: Sequence[Key]) -> None:
    """Each pass looks at what the passes before it left over."""
    connection.execute("CREATE TABLE joined (l BIGINT, r BIGINT, how VARCHAR)")
    for one in passes:
        connection.execute(f"""
            INSERT INTO joined
            WITH a AS ({_keys("l", one)}), b AS ({_keys("r", one)})
            SELECT a.n, b.n, '{one.name}' FROM a JOIN b ON a.k = b.k JOIN l ON l.n = a.n JOIN r ON r.n = b.n
            WHERE {one.check}""")


def _keys(side: str, one: Key) -> str:
    return f"""SELECT any_value(n) AS n, hash(k) AS k FROM (
        SELECT n, {one.key} AS k FROM {side} WHERE {one.where} AND n NOT IN (SELECT {side} FROM joined)) AS keyed
        WHERE k IS NOT NULL GROUP BY k HAVING count(*) = 1"""


def _blocks(connection: duckdb.DuckDBPyConnection, weights: Weights, *, same: bool) -> None:
    """Candidate pairs of all blocks, each once. A block so large that its key says nothing is left out."""
    found = " UNION ALL ".join(f"({_block(one, weights.block_max, same)})" for one in weights.blocks)
    connection.execute(f"CREATE TABLE pairs AS SELECT DISTINCT l, r FROM ({found}) AS found")


def _block(one: Key, most: int, same: bool) -> str:
    keyed = f"SELECT n, hash({one.key}) AS k FROM {{side}} WHERE ({one.where}) AND ({one.key}) IS NOT NULL"
    return f"""
        WITH a AS ({keyed.format(side="l")}), b AS ({keyed.format(side="r")}),
             fit AS (SELECT k, count(*) AS c FROM b GROUP BY k HAVING c <= {most} {"AND c > 1" if same else ""})
        SELECT a.n AS l, b.n AS r FROM a JOIN fit USING (k) JOIN b USING (k) {"WHERE a.n < b.n" if same else ""}"""


def _level(comparison: Comparison) -> str:
    cases = " ".join(f"WHEN {level.when} THEN {place}" for place, level in enumerate(comparison.levels, 1))
    return f"CASE WHEN NOT coalesce({comparison.known}, false) THEN {MISSING} {cases} ELSE {MISSING} END::UTINYINT"


def _capped(caps: Sequence[Cap]) -> str:
    found = [f"CASE WHEN {cap.when} THEN {1 if cap.most == 'ask' else 0} ELSE 2 END" for cap in caps]
    return f"least({', '.join(found)})" if found else "2"


def _usual(weights: Weights, comparison: Comparison) -> float:
    """How many bits an agreement usually brings; what is rarer brings more."""
    return comparison.levels[0].weight


def _score(connection: duckdb.DuckDBPyConnection, weights: Weights, *, rare: bool) -> None:
    """Compare every pair, then weigh the findings; `rare`: a rare value agreeing says more than a common one."""
    levels = ", ".join(f"{_level(one)} AS {one.key}_level" for one in weights.comparisons)
    told = "".join(f", l.{one.rare} AS {one.key}_rare" for one in weights.comparisons if one.rare)
    connection.execute(f"""CREATE TABLE compared AS SELECT p.l, p.r, {levels}{told}, {_capped(weights.caps)} AS most
        FROM pairs p JOIN l ON l.n = p.l JOIN r ON r.n = p.r""")
    if weights.trained:
        connection.execute(
            f"CREATE TABLE chance AS SELECT {levels} FROM ({CHANCE}) AS p JOIN l ON l.n = p.l JOIN r ON r.n = p.r"
        )
        lessons = [_lesson(connection, weights, one, levels) for one in weights.lessons]
        weights = trained(weights, _patterns(connection, weights, "chance"), lessons)
    total = " + ".join([*(_weigh(one, rare) for one in weights.comparisons), "0"])
    named = [one for one in weights.comparisons if rare and one.rare]
    for one in named:
        connection.execute(f"""CREATE TABLE {one.key}_often AS SELECT {one.rare} AS v,
            least({RARE_MOST}, greatest({RARE_LEAST}, log2(sum(count(*)) OVER () / count(*)) - {_usual(weights, one)})) AS more
            FROM r_all WHERE {one.rare} IS NOT NULL GROUP BY 1""")
    rares = "".join(
        f" LEFT JOIN {one.key}_often ON {one.key}_level = 1 AND {one.key}_often.v = c.{one.key}_rare"
        for one in named
    )
    columns = ", ".join(f"c.{one.key}_level" for one in weights.comparisons)
    connection.execute(
        f"CREATE TABLE scored AS SELECT c.l, c.r, {columns}, c.most, ({total})::DOUBLE AS score FROM compared c{rares}"
    )


def _weigh(comparison: Comparison, rare: bool) -> str:
    cases = " ".join(
        f"WHEN {place} THEN {level.weight:.4f}" for place, level in enumerate(comparison.levels, 1)
    )
    said = f"CASE {comparison.key}_level {cases} ELSE 0 END"
    return f"({said} + coalesce({comparison.key}_often.more, 0))" if rare and comparison.rare else said


def _lesson(connection: duckdb.DuckDBPyConnection, weights: Weights, one: Lesson, levels: str) -> pa.Table:
    """Patterns among the pairs that agree in the lesson's key, from which the other comparisons are learnt."""
    block = _block(Key("lesson", one.key, one.where), weights.block_max, same=True)
    connection.execute(
        f"CREATE OR REPLACE TABLE lesson AS SELECT {levels} FROM ({block}) AS p JOIN l ON l.n = p.l JOIN r ON r.n = p.r"
    )
    return _patterns(connection, weights, "lesson")


def _patterns(connection: duckdb.DuckDBPyConnection, weights: Weights, table: str) -> pa.Table:
    keys = ", ".join(f"{one.key}_level" for one in weights.comparisons)
    return connection.sql(
        f"SELECT {keys}, count(*) AS pairs FROM {table} GROUP BY ALL ORDER BY ALL"
    ).to_arrow_table()


def _decide(connection: duckdb.DuckDBPyConnection, weights: Weights) -> None:
    """Whether another candidate comes within the margin, for either of the two.

    A rival that is certainly the partner's own other self is none: such a triple is one person.
    """
    near = weights.ask - weights.margin
    connection.execute(f"CREATE TABLE near AS SELECT * FROM scored WHERE score >= {near} AND most > 0")
    connection.execute("""CREATE TABLE sides AS SELECT 'l' || l AS me, 'r' || r AS you, score, most FROM near
                          UNION ALL SELECT 'r' || r, 'l' || l, score, most FROM near""")
    connection.execute(f"""CREATE TABLE decided AS
        WITH best AS (SELECT me, max(score) AS most, count(*) AS n,
                             coalesce(max(score) FILTER (place = 2), -1e9) AS second
                      FROM (SELECT me, score, row_number() OVER (PARTITION BY me ORDER BY score DESC, you) AS place FROM sides)
                      GROUP BY me)
        SELECT near.*, (a.n > 1 AND score < CASE WHEN score < a.most THEN 1e9 ELSE a.second + {weights.margin} END)
                    OR (b.n > 1 AND score < CASE WHEN score < b.most THEN 1e9 ELSE b.second + {weights.margin} END) AS close
        FROM near JOIN best a ON a.me = 'l' || near.l JOIN best b ON b.me = 'r' || near.r""")


def _result(
    connection: duckdb.DuckDBPyConnection, weights: Weights, *, one_to_one: bool, keep_apart: bool
) -> pa.Table:
    levels = ", ".join(f"{one.key}_level" for one in weights.comparisons)
    verdict = f"""CASE WHEN most = 0 OR score < {weights.ask} THEN 'apart'
                       WHEN score >= {weights.join} AND most = 2 AND NOT close THEN 'join' ELSE 'ask' END"""
    scored = f"""SELECT l.uid AS "left", r.uid AS "right", score, {verdict} AS verdict, 'score' AS how, [{levels}] AS levels
        FROM decided d JOIN l ON l.n = d.l JOIN r ON r.n = d.r"""
    if not keep_apart:
        scored = f"SELECT * FROM ({scored}) AS all_pairs WHERE verdict <> 'apart'"
    if one_to_one:
        none = "[]::UTINYINT[]"
        scored += f""" UNION ALL SELECT l.uid, r.uid, {weights.join}, 'join', j.how, {none}
            FROM joined j JOIN l_all l ON l.n = j.l JOIN r_all r ON r.n = j.r"""
    return connection.sql(scored).to_arrow_table()
