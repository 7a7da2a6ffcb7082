"""Linking two registers, side by side in one run: exact id join, ours, and tuned Splink where it is installed.

Run: .venv/bin/python benchmarks/bench_linkage.py [ROWS] [SEED]
Each method runs in a process of its own, so that peak memory is its own. The registers are ours (yinling.people.linkage.testing):
the figures show speed and regressions; quality in the field is graded by others.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("join", "ours", "splink")


def run(method: str, rows: int, seed: int) -> dict[str, float] | None:
    """One method in this process: seconds, processor seconds, peak MiB and grades."""
    from yinling.people.linkage import engine, peer, testing
    from yinling.people.linkage.weights import residents

    if method == "splink" and not peer.available():
        return None
    left, right = testing.two_registers(rows, seed)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    began, used = time.perf_counter(), time.process_time()
    if method == "ours":
        pairs = engine.link(residents(), left, right, one_to_one=True, memory="4GB")
    elif method == "splink":
        pairs = peer.linked(left, right)
    else:
        pairs = _join(left, right)
    seconds, busy = time.perf_counter() - began, time.process_time() - used
    precision, recall, f1 = testing.graded(pairs, left, right)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"seconds": seconds, "cpu": busy, "peak_mib": peak, "own_mib": peak - before, "precision": precision, "recall": recall,
            "f1": f1, "errors": 1 - f1}  # fmt: skip


def _join(left: object, right: object) -> object:
    import duckdb

    connection = duckdb.connect(config={"threads": "2"})
    connection.register("l", left)
    connection.register("r", right)
    return connection.sql(
        """SELECT l.uid AS "left", r.uid AS "right", 'join' AS verdict FROM l JOIN r USING (idno) WHERE l.idok AND r.idok"""
    ).to_arrow_table()


def main() -> None:
    """All methods, one after the other, and the ratios."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    if len(sys.argv) > 3:
        print(json.dumps(run(sys.argv[3], rows, seed)))
        return
    found = {}
    for method in METHODS:
        command = [sys.executable, "-W", "ignore", __file__, str(rows), str(seed), method]
        around = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, env=around)
        result = json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else None
        if result is None:
            print(
                f"linkage {method}: not run ({'not installed' if done.returncode == 0 else done.stderr.strip()[-200:]})"
            )
            continue
        found[method] = result
        words = " ".join(f"{key}={value:,.4f}" if key in ("precision", "recall", "f1", "errors") else f"{key}={value:,.1f}"
                         for key, value in result.items())  # fmt: skip
        print(f"linkage {method} rows={rows:,} seed={seed} {words}")
    if {"ours", "splink"} <= set(found):
        ratio = {
            key: found["ours"][key] / max(found["splink"][key], 1e-9)
            for key in ("seconds", "own_mib", "errors")
        }
        print("linkage ours/splink " + " ".join(f"{key}={value:.2f}" for key, value in ratio.items()))
    print(f"linkage load_average={os.getloadavg()[0]:.1f} cores={os.cpu_count()}")


if __name__ == "__main__":
    main()
