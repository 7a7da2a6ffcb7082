"""The demonstration's month: the real verbs in their real order, under the names of the demo's officers, at past moments."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from yinling.base.api import batch as worker_unit
from yinling.base.contracts import SYSTEM, Actor, Month, area_range
from yinling.benefits.rules.terms import jurisdiction
from yinling.benefits.services.answers import notify
from yinling.benefits.services.candidates import build_candidates
from yinling.benefits.services.chain import approve, check, close_publicity, make_batch, publish, submit
from yinling.benefits.services.funds import appropriate, cleared_fen, finish
from yinling.benefits.services.releasing import release
from yinling.benefits.services.sending import exchange
from yinling.benefits.services.wire import BankSilent, NoBank

BANK_SECONDS_MAX = 60
Done = TypeVar("Done")


@dataclass(frozen=True, slots=True)
class Officers:
    """The four persons whom one month's money needs."""

    maker: Actor
    checker: Actor
    releaser: Actor
    treasurer: Actor


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """What became of a month."""

    batch: UUID
    counts: dict[str, int]
    rows: int
    fen: int
    state: str


def demo_pay_month(
    month: Month,
    *,
    actors: Officers,
    at: datetime,
    area: str = "",
    close: bool = False,
    say: Callable[[str], None] = lambda _words: None,
) -> PaidMonth:
    """Carry a month from its list to the bank's answer. `close` ends the batch with what the bank returned unpaid."""
    district = area or jurisdiction()
    say(f"{month.text}：生成拟发放名单")
    counts = _do(SYSTEM, build_candidates, month=month, area=district, at=at)
    lo, hi = area_range(district).lo, area_range(district).hi
    _do(SYSTEM, notify, month=month, area_lo=lo, area_hi=hi, at=at + timedelta(minutes=10))
    say(f"{month.text}：经办、复核、审批、公示")
    made = _signed(month, district, actors, at)
    after = _publicised(made, actors, at + timedelta(hours=6))
    fen = _do(actors.treasurer, lambda *, by, at: cleared_fen(made), at=after)
    _do(actors.treasurer, appropriate, batch=made, fen=fen, at=after)
    say(f"{month.text}：放行并发送银行")
    done = _do(actors.releaser, release, batch=made, at=after + timedelta(hours=2))
    state = _through_bank(done.file, after + timedelta(hours=3))
    if close and state == "booked":
        _close(made, actors, after + timedelta(days=1))
    return PaidMonth(made, counts, done.rows, done.fen, state)


def _do(by: Actor, verb: Callable[..., Done], **given: object) -> Done:
    """One verb in one transaction, as a page or job would call it."""
    with worker_unit(f"benefits.{getattr(verb, '__name__', 'read').strip('<>')}", by):
        return verb(by=by, **given)


def _signed(month: Month, area: str, actors: Officers, at: datetime) -> UUID:
    made = _do(actors.maker, make_batch, month=month, area=area, at=at + timedelta(hours=1))
    _do(actors.maker, submit, batch=made, at=at + timedelta(hours=2))
    _do(actors.checker, check, batch=made, at=at + timedelta(hours=3))
    _do(actors.releaser, approve, batch=made, at=at + timedelta(hours=4))
    return made


def _publicised(made: UUID, actors: Officers, at: datetime) -> datetime:
    """Hang out and take down the list; the morning on which money may be asked for."""
    end_on = _do(actors.releaser, publish, batch=made, at=at)
    if end_on is None:
        return at + timedelta(hours=1)
    after = datetime.combine(end_on, at.timetz()).replace(hour=9, minute=0) + timedelta(days=1)
    _do(actors.releaser, close_publicity, batch=made, at=after)
    return after + timedelta(hours=1)


def _through_bank(file: UUID, at: datetime) -> str:
    """To the bank and back; without a bank the file waits in the outbox."""
    deadline = time.monotonic() + BANK_SECONDS_MAX
    state = "ready"
    while state in ("ready", "sent") and time.monotonic() < deadline:
        try:
            state = exchange(file=file, by=SYSTEM, at=at)
        except (NoBank, BankSilent):
            break
        if state == "sent":
            time.sleep(0.1)
    return state


def _close(made: UUID, actors: Officers, at: datetime) -> None:
    from yinling.benefits.models import Batch

    with worker_unit("benefits.finish", actors.treasurer):
        if Batch.objects.get(uid=made).state == "booked":
            finish(batch=made, by=actors.treasurer, at=at)
