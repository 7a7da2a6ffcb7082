"""How an alarm rule stands with one device: idle, waiting for its duration, raised; one step for each value.

The standing is a value that can be written down between two steps, so a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

CHINA_SECONDS = 8 * 3600
DAY_SECONDS = 86_400
GAP_SECONDS_MIN = (
    1_800.0  # two values further apart than this (or twice the duration) do not prove that it lasted
)
RATE_SECONDS_MAX = 900.0
IDLE, PENDING, RAISED = "idle", "pending", "raised"
RATE = "rate>="


class BadRule(ValueError):
    """The rule's data cannot be read; the text says where."""


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: true from `enter` on, false again only beyond `leave`."""

    channel: str
    op: str
    enter: float
    leave: float

    def holds(self, value: float, active: bool) -> bool:
        bound = self.leave if active else self.enter
        if self.op == "<=":
            return value < bound if active and self.leave != self.enter else value <= bound
        return value > bound if active and self.leave != self.enter else value >= bound


@dataclass(frozen=True, slots=True)
class Body:
    """What a rule says, read from its data."""

    terms: tuple[Term, ...]
    any_of: bool = False
    for_seconds: float = 0.0
    clear_seconds: float = 0.0
    hold: bool = False
    between: tuple[int, int] | None = None  # minutes of the local day
    ask_seconds: int = 0
    fresh_seconds: float = 3_600.0

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(term.channel for term in self.terms)


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand; `seen` holds for each channel its last time and value and those before; `calm` since when it is over."""

    state: str = IDLE
    since: float | None = None
    calm: float | None = None
    last: float | None = None
    seen: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step asks for: `raised_at` or `cleared_at` in seconds, or nothing."""

    standing: Standing
    raised_at: float | None = None
    cleared_at: float | None = None


def read_body(data: Mapping[str, Any]) -> Body:
    """A rule's data as a body; BadRule names what is wrong."""
    try:
        terms = tuple(
            Term(
                str(one["channel"]),
                str(one["op"]),
                float(one["enter"]),
                float(one.get("leave", one["enter"])),
            )
            for one in data["terms"]
        )
        between = data.get("between")
        body = Body(
            terms, data.get("join", "all") == "any", float(data.get("for", 0)), float(data.get("clear", 0)),
            bool(data.get("hold", False)), (_minute(between[0]), _minute(between[1])) if between else None,
            int(data.get("ask", 0)), float(data.get("fresh", 3_600)),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadRule(f"{type(error).__name__}: {error}") from error
    _check(body)
    return body


def _check(body: Body) -> None:
    if not body.terms:
        raise BadRule("a rule needs a term")
    for term in body.terms:
        if term.op not in (">=", "<=", RATE):
            raise BadRule(f"unknown op {term.op!r}")
        wrong = term.leave < term.enter if term.op == "<=" else term.leave > term.enter
        if wrong:
            raise BadRule(f"{term.channel}: leave lies inside the alarm")
    if body.for_seconds < 0 or body.clear_seconds < 0 or body.ask_seconds < 0:
        raise BadRule("durations are not negative")


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    value = int(hours) * 60 + int(minutes)
    if not 0 <= value <= 24 * 60:
        raise ValueError(f"not a time of day: {text}")
    return value


def step(body: Body, now: Standing, at: float, values: Mapping[str, float]) -> Outcome:
    """The standing after values of one moment; values older than the last step change nothing."""
    if now.last is not None and at < now.last:
        return Outcome(now)
    seen = dict(now.seen)
    for channel, value in values.items():
        if channel in body.channels:
            before = seen.get(channel, ())
            seen[channel] = (at, value, *before[:2])
    gap = at - now.last if now.last is not None else 0.0
    standing = replace(now, last=at, seen=seen)
    met = in_hours(body, at) and _met(body, seen, at, active=now.state != IDLE)
    return _met_step(body, standing, at, gap) if met else _over_step(body, standing, at)


def _met_step(body: Body, now: Standing, at: float, gap: float) -> Outcome:
    if now.state == RAISED:
        return Outcome(replace(now, calm=None))
    broken = not body.hold and gap > max(GAP_SECONDS_MIN, 2 * body.for_seconds)
    since = at if now.state == IDLE or now.since is None or broken else now.since
    if at - since >= body.for_seconds:
        return Outcome(replace(now, state=RAISED, since=since, calm=None), raised_at=at)
    return Outcome(replace(now, state=PENDING, since=since, calm=None))


def _over_step(body: Body, now: Standing, at: float) -> Outcome:
    if now.state == PENDING:
        return Outcome(replace(now, state=IDLE, since=None, calm=None))
    if now.state == IDLE:
        return Outcome(now)
    calm = now.calm if now.calm is not None else at
    if at - calm >= body.clear_seconds:
        return Outcome(replace(now, state=IDLE, since=None, calm=None), cleared_at=at)
    return Outcome(replace(now, calm=calm))


def due_at(body: Body, now: Standing) -> float | None:
    """When a rule whose value stands raises without a further value; None when it does not wait."""
    if not body.hold or now.state != PENDING or now.since is None:
        return None
    due = now.since + body.for_seconds
    return due if in_hours(body, due) else None


def fire(body: Body, now: Standing, since: float, at: float) -> Outcome:
    """The timer's moment: raised if it still waits since then, else nothing."""
    due = due_at(body, now)
    if due is None or now.since != since or at < due:
        return Outcome(now)
    return Outcome(replace(now, state=RAISED), raised_at=due)


def in_hours(body: Body, at: float) -> bool:
    """Whether the moment lies within the rule's hours (Beijing time; may span midnight)."""
    if body.between is None:
        return True
    minute = int((at + CHINA_SECONDS) % DAY_SECONDS // 60)
    start, end = body.between
    return start <= minute < end if start <= end else minute >= start or minute < end


def _met(body: Body, seen: Mapping[str, tuple[float, ...]], at: float, *, active: bool) -> bool:
    results = [_term_met(term, seen.get(term.channel), at, active, body.fresh_seconds) for term in body.terms]
    return any(results) if body.any_of else all(results)


def _term_met(term: Term, values: tuple[float, ...] | None, at: float, active: bool, fresh: float) -> bool:
    if values is None or at - values[0] > fresh:
        return False
    if term.op != RATE:
        return term.holds(values[1], active)
    if len(values) < 4 or not 0 < values[0] - values[2] <= RATE_SECONDS_MAX:
        return False
    return term.holds((values[1] - values[3]) / (values[0] - values[2]) * 60, active)


def simulate(
    body: Body, samples: Iterable[tuple[float, str, float]], until: float | None = None
) -> list[float]:
    """The moments at which the rule would have raised for one device over samples in the order of time."""
    now, raised = Standing(), []
    for at, channel, value in samples:
        outcome = _until(body, now, at)
        if outcome.raised_at is not None:
            raised.append(outcome.raised_at)
        outcome = step(body, outcome.standing, at, {channel: value})
        if outcome.raised_at is not None:
            raised.append(outcome.raised_at)
        now = outcome.standing
    last = _until(body, now, until if until is not None else float("inf"))
    return [*raised, last.raised_at] if last.raised_at is not None else raised


def _until(body: Body, now: Standing, at: float) -> Outcome:
    due = due_at(body, now)
    if due is None or due > at or now.since is None:
        return Outcome(now)
    return fire(body, now, now.since, due)


def try_tests(data: Mapping[str, Any]) -> list[str]:
    """Run the test table of a rule's data; the sentences of what is otherwise, none when all is as it says."""
    body = read_body(data)
    wrong = []
    for place, one in enumerate(data.get("tests", ()), start=1):
        base = _minute(one.get("start", "12:00")) * 60 - CHINA_SECONDS + 10 * DAY_SECONDS
        samples: Sequence[Any] = one["samples"]
        found = [
            round(moment - base)
            for moment in simulate(
                body, [(base + at, channel, float(value)) for at, channel, value in samples]
            )
        ]
        if found != list(one["raises"]):
            wrong.append(f"test {place}: raises at {found}, the table says {list(one['raises'])}")
    return wrong


def to_json(now: Standing) -> dict[str, Any]:
    return {"calm": now.calm, "last": now.last, "seen": {key: list(value) for key, value in now.seen.items()}}


def from_json(state: str, since: float | None, data: Mapping[str, Any]) -> Standing:
    seen = {key: tuple(value) for key, value in data.get("seen", {}).items()}
    return Standing(state, since, data.get("calm"), data.get("last"), seen)
