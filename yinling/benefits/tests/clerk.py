"""The process that the tests of cases kill: it moves every case one desk on, again and again, until all are approved.

Each line it prints is an answer that a clerk saw: what it says must still hold after any kill.
"""

from __future__ import annotations

import sys
import time
from uuid import UUID

import django

django.setup()

from django.db import DatabaseError, connections  # noqa: E402

from yinling.base.api import batch  # noqa: E402
from yinling.base.contracts import Actor, Refusal  # noqa: E402
from yinling.benefits.contracts.cases import CaseVerb  # noqa: E402
from yinling.benefits.queries.sql import rows  # noqa: E402
from yinling.benefits.services import cases  # noqa: E402
from yinling.benefits.tests.support import hours  # noqa: E402

DESK = {
    "submitted": (CaseVerb.ACCEPT, Actor(UUID(int=11), "杨社区", "village")),
    "checking": (CaseVerb.PASS, Actor(UUID(int=12), "孙街道", "street")),
    "deciding": (CaseVerb.APPROVE, Actor(UUID(int=1), "王经办", "district")),
}


def say(*words: object) -> None:
    sys.stdout.write(" ".join(str(word) for word in words) + "\n")
    sys.stdout.flush()


def waiting() -> list[tuple[UUID, str]]:
    with batch("clerk", DESK["checking"][1]):
        return rows(
            "SELECT uid, state FROM benefits_case WHERE state = ANY(%s) ORDER BY random()", [list(DESK)]
        )


def one_step(uid: UUID, state: str) -> None:
    verb, by = DESK[state]
    with batch("clerk", by):
        if verb is CaseVerb.APPROVE:
            done = cases.decide(case=uid, verb=verb, by=by, at=hours(3))
        else:
            done = cases.move(case=uid, verb=verb, by=by, at=hours(2))
        after, version = done.state, done.version
    say("ACK", uid, verb, after, version)


def main() -> None:
    say("READY")
    while True:
        try:
            found = waiting()
            if not found:
                say("DONE")
                return
            for uid, state in found:
                one_step(uid, state)
        except DatabaseError:
            connections.close_all()
            time.sleep(0.1)
        except Refusal:
            continue


if __name__ == "__main__":
    main()
