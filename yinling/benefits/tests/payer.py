"""The process that the money tests kill: it releases funded batches and carries their files through the bank.

Each line it prints is an answer that somebody saw: what it says must still hold after any kill.
"""

from __future__ import annotations

import sys
import time

import django

django.setup()

from django.db import DatabaseError, connections  # noqa: E402

from yinling.base.api import batch  # noqa: E402
from yinling.base.contracts import SYSTEM, Refusal  # noqa: E402
from yinling.benefits.queries.sql import rows  # noqa: E402
from yinling.benefits.services import exchange, release  # noqa: E402
from yinling.benefits.tests.support import hours  # noqa: E402

AT = hours(24 * 13)


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def funded() -> list:
    with batch("payer", SYSTEM):
        return [
            uid for (uid,) in rows("SELECT uid FROM benefits_batch WHERE state = 'funded' ORDER BY random()")
        ]


def open_files() -> list:
    with batch("payer", SYSTEM):
        return [
            uid
            for (uid,) in rows(
                "SELECT uid FROM benefits_file WHERE state IN ('ready', 'sent') ORDER BY random()"
            )
        ]


def one_round() -> bool:
    """Release one batch, visit the bank for every open file; False when nothing is left."""
    waiting = funded()
    for uid in waiting[:1]:
        say("TRY", uid)
        with batch("payer", SYSTEM):
            done = release(batch=uid, by=SYSTEM, at=AT)
        say("ACK", uid, done.reference, done.rows, done.fen)
    files = open_files()
    for file in files:
        try:
            state = exchange(file=file, by=SYSTEM, at=AT)
        except Refusal:
            time.sleep(0.05)
            continue
        if state == "booked":
            say("BOOKED", file)
    return bool(waiting or files)


def main() -> None:
    say("READY")
    while True:
        try:
            if not one_round():
                say("DONE")
                return
        except DatabaseError:
            connections.close_all()
            time.sleep(0.1)
        except Refusal:
            continue


if __name__ == "__main__":
    main()
