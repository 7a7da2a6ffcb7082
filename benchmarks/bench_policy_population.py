"""A month of the national list for a province, Parquet to Parquet: the engine beside the same rules written by hand.

    .venv/bin/python benchmarks/bench_policy_population.py [--persons 1280000] [--rounds 3] [--peers duckdb,polars,openfisca]

Each engine runs in a process of its own on two threads; on a busy machine the processor's seconds say more than the wall's.
Engine, DuckDB and Polars write verdict, sum and reason code of 18 items for every person, and all must be the same, or the run
fails. OpenFisca gives sums only and runs on fewer persons; it and Polars come with `pip install .[engines]`. Also measured:
1 % of persons changed, and one person explained, not met before and met before."""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.policy_population import by_hand, population  # noqa: E402

THREADS = 2
MEMORY = "3GB"
OPENFISCA_PERSONS = 320_000
ONE_PERSON_ROUNDS = 200


def engine(source: Path, out: Path) -> Callable[[], None]:
    """The product: texts already checked, as in a running process; a new session for every run."""
    from yinling.policy.files import Ask, determine_file

    pack = population.pack()
    ask = Ask(approved=population.approved(pack))
    return lambda: _nothing(determine_file(pack, source, population.MONTH, out, ask=ask))


def _nothing(_found: object) -> None:
    return None


def duckdb_by_hand(source: Path, out: Path, *, reasons: bool = True) -> Callable[[], None]:
    import duckdb

    statement = by_hand.sql(f"read_parquet('{source}')", reasons=reasons)

    def run() -> None:
        with duckdb.connect(config={"threads": str(THREADS), "memory_limit": MEMORY}) as connection:
            connection.execute("SET preserve_insertion_order = false")
            connection.execute(f"COPY ({statement}) TO '{out}' (FORMAT parquet)")

    return run


def polars_by_hand(source: Path, out: Path) -> Callable[[], None]:
    return lambda: by_hand.polars_run(source, out)


def openfisca(source: Path, out: Path) -> Callable[[], None]:
    from benchmarks.policy_population import openfisca_rules

    rules = openfisca_rules.system()
    return lambda: openfisca_rules.run(source, out, rules)


ENGINES: dict[str, Callable[[Path, Path], Callable[[], None]]] = {
    "engine": engine,
    "duckdb": duckdb_by_hand,
    "duckdb_sums": lambda source, out: duckdb_by_hand(source, out, reasons=False),
    "polars": polars_by_hand,
    "openfisca": openfisca,
}
WORDS = {
    "engine": "engine: verdict, sum, reason",
    "duckdb": "DuckDB by hand: the same columns",
    "duckdb_sums": "DuckDB by hand: eight sums only",
    "polars": "Polars by hand: the same columns",
    "openfisca": "OpenFisca, idiomatic: sums only",
}


def child(name: str, source: Path, out: Path, rounds: int) -> None:
    """Run one engine some times and print wall and processor seconds and memory as JSON."""
    run = ENGINES[name](source, out)
    wall, busy = [], []
    for _round in range(rounds):
        began, worked = time.perf_counter(), time.process_time()
        run()
        wall.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
    status = Path("/proc/self/status").read_text(
        encoding="utf-8"
    )  # of this program, not of the one that started it
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024
    print(json.dumps({"wall": statistics.median(wall), "cpu": statistics.median(busy), "peak_mb": peak}))


def measure(name: str, source: Path, out: Path, rounds: int) -> dict:
    words = [
        sys.executable,
        __file__,
        "--child",
        name,
        "--source",
        str(source),
        "--out",
        str(out),
        "--rounds",
        str(rounds),
    ]
    limits = {"POLARS_MAX_THREADS": str(THREADS), "OMP_NUM_THREADS": str(THREADS)}
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **limits}, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def same(ours: Path, theirs: Path) -> None:
    """Every verdict, sum and reason of every person is the same in both files."""
    import duckdb

    columns = [f"{key}_{what}" for key in population.ORDER for what in ("verdict", "fen", "reason")]
    differ = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in columns)
    asked = (
        f"SELECT count(*), count(*) FILTER ({differ}) FROM read_parquet('{ours}') a"
        f" FULL JOIN read_parquet('{theirs}') b USING (person)"
    )
    persons, different = duckdb.sql(asked).fetchall()[0]
    if different:
        raise SystemExit(f"{different:,} of {persons:,} persons differ between {ours.name} and {theirs.name}")


def changes(source: Path, folder: Path, persons: int, rounds: int) -> tuple[float, float]:
    """Seconds of a full run and of 1 % changed persons in one warm process that keeps its profiles."""
    import duckdb

    from yinling.policy.engine.profiled import Profiled

    pack = population.pack()
    delta = folder / "changed.parquet"
    population.changed(persons, 0.01, delta)
    with duckdb.connect(config={"threads": str(THREADS), "memory_limit": MEMORY}) as connection:
        connection.execute("SET preserve_insertion_order = false")
        run = Profiled(connection, pack, population.MONTH, approved=population.approved(pack))

        def once(file: Path) -> float:
            began = time.perf_counter()
            run.code(f"read_parquet('{file}')")
            connection.execute(f"COPY ({run.result()}) TO '{folder / 'warm.parquet'}' (FORMAT parquet)")
            return time.perf_counter() - began

        full = [once(source) for _round in range(rounds)]
        return statistics.median(full), statistics.median([once(delta) for _round in range(rounds * 3)])


def one_person(source: Path) -> tuple[float, float]:
    """Milliseconds to explain 18 items for a person not seen before, and for one whose profile was."""
    import pyarrow.parquet as pq

    from yinling.policy.explanation.explain import explain_items

    pack = population.pack()
    approved = population.approved(pack)
    rows = pq.ParquetFile(source).read_row_group(0).slice(0, ONE_PERSON_ROUNDS).to_pylist()
    explain_items(pack, month=population.MONTH, now=rows[0], approved=approved)
    new, seen = [], []
    for row in rows[1:]:
        for times in (new, seen):
            began = time.perf_counter()
            explain_items(pack, month=population.MONTH, now=row, approved=approved)
            times.append((time.perf_counter() - began) * 1000)
    return statistics.median(new), statistics.median(seen)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_280_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", default="duckdb,polars,openfisca")
    parser.add_argument("--child", default="", help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.child, asked.source, asked.out, asked.rounds)
        return
    with tempfile.TemporaryDirectory(prefix="yinling-bench-") as folder:
        compare(Path(folder), asked.persons, asked.rounds, asked.peers.split(","))


def compare(folder: Path, persons: int, rounds: int, peers: list[str]) -> None:
    source = folder / "people.parquet"
    population.write(persons, source)
    names = ["engine", *[n for n in ("duckdb", "duckdb_sums") if "duckdb" in peers]]
    names += [
        name
        for name in ("polars", "openfisca")
        if name in peers and find_spec(name.replace("fisca", "fisca_core"))
    ]
    print(
        f"{persons:,} persons x {len(population.ORDER)} items, one month, {THREADS} threads, median of {rounds}"
    )
    print(f"{'':34}{'wall s':>9}{'CPU s':>8}{'persons/CPU s':>15}{'peak MB':>9}{'wall x':>8}{'CPU x':>8}")
    ours: tuple[float, float] | None = None
    for name in names:
        count, file = persons, source
        if name == "openfisca" and persons > OPENFISCA_PERSONS:
            count, file = OPENFISCA_PERSONS, folder / "fewer.parquet"
            population.write(count, file)
        out = folder / f"{name}.parquet"
        found = measure(name, file, out, rounds)
        each = (found["wall"] / count, found["cpu"] / count)
        ours = ours or each
        print(
            f"{WORDS[name]:34}{found['wall']:9.2f}{found['cpu']:8.2f}{1 / each[1]:15,.0f}{found['peak_mb']:9,}"
            f"{each[0] / ours[0]:8.2f}{each[1] / ours[1]:8.2f}",
            flush=True,
        )
        if name in ("duckdb", "polars"):
            same(folder / "engine.parquet", out)
    full, part = changes(source, folder, persons, rounds)
    print(f"1 % changed, profiles kept: {part:.3f} s of {full:.2f} s = 1/{full / part:.0f}")
    new, seen = one_person(source)
    print(f"one person, 18 items with full reasons: {new:.1f} ms not seen before, {seen:.2f} ms seen before")


if __name__ == "__main__":
    main()
