"""Latency of search and pages over HTTP on the demo district, as a signed-in clerk sees it.

    .venv/bin/python benchmarks/bench_pages.py [--rounds 30]

Uses the platform that runs on this home (YINLING_HOME, default var/), else starts it with the demo for as long as it measures.
Prints median, 95th percentile and worst in milliseconds for each page; every answer must be 200, or the run fails."""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("YINLING_HOME", ROOT / "var"))
START_SECONDS_MAX = 600
SEED = 20261121
ACCOUNT = "demo.district.maker"
SURNAMES, LETTERS = "王李张刘陈杨赵黄周吴", "wlzcyhxgsm"


class Browser:
    """One signed-in session."""

    def __init__(self, address: str) -> None:
        self.address = address
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def get(self, path: str) -> tuple[float, str]:
        """Milliseconds until the whole answer was read, and the answer."""
        started = time.perf_counter()
        with self.opener.open(self.address + path, timeout=60) as answer:
            text = answer.read().decode()
        return (time.perf_counter() - started) * 1000, text

    def enter(self, account: str) -> None:
        """Sign in by a role card of the demo."""
        _, page = self.get("/demo")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        if token is None:
            raise SystemExit("no role cards at /demo: not a demo platform")
        form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        self.opener.open(f"{self.address}/demo/{account}", form, timeout=60).close()


def running_address() -> str | None:
    """The address of the platform that runs on this home."""
    try:
        words = json.loads((HOME / "run" / "lock").read_text())["words"]
        address = words.removeprefix("yinling serve ")
        with urllib.request.urlopen(f"{address}/healthz", timeout=5):
            return str(address)
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return None


@contextmanager
def platform() -> Iterator[str]:
    """A running platform with the demo district, ended only if it was started here."""
    if address := running_address():
        yield address
        return
    running = subprocess.Popen(
        [sys.executable, "-m", "yinling.config.manage", "serve", "--demo"],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS_MAX
        while not (address := running_address()):
            if running.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the platform did not start")
            time.sleep(0.5)
        yield address
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(60)


def queries(chance: random.Random) -> list[tuple[str, str]]:
    """One search of each kind, different every time."""
    name = chance.choice(SURNAMES) + chance.choice("秀玉桂国建")
    initials = "".join(chance.choice(LETTERS) for _ in range(3))
    phone = f"154{chance.randrange(10**8):08d}"
    kinds = {"search by name": name, "search by initials": initials, "search by phone": phone}
    return [(kind, f"/people?q={urllib.parse.quote(words)}") for kind, words in kinds.items()]


def measure(browser: Browser, rounds: int) -> dict[str, list[float]]:
    """Milliseconds by kind of page."""
    chance = random.Random(SEED)
    taken: dict[str, list[float]] = {}
    _, found = browser.get(f"/people?q={urllib.parse.quote('王')}")
    persons = sorted(set(re.findall(r"/people/[0-9a-f-]{36}", found)))
    if not persons:
        raise SystemExit("the district is empty")
    for _ in range(rounds):
        pages = [
            ("person page", chance.choice(persons)),
            ("today", "/today"),
            ("board", "/board"),
            *queries(chance),
        ]
        for kind, path in pages:
            taken.setdefault(kind, []).append(browser.get(path)[0])
    return taken


def main() -> int:
    """Measure and print."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--rounds", type=int, default=30)
    rounds = said.parse_args().rounds
    with platform() as address:
        browser = Browser(address)
        browser.enter(ACCOUNT)
        taken = measure(browser, rounds)
    print(f"{'':<22}{'median':>9}{'p95':>9}{'worst':>9}  ms, {rounds} rounds, one session, {address}")
    for kind, values in taken.items():
        high = statistics.quantiles(values, n=20)[-1]
        print(f"{kind:<22}{statistics.median(values):>9.0f}{high:>9.0f}{max(values):>9.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
