"""Which time an event gets: the device's own when it can be right, else the platform's, flagged; no clock drops an event."""

from __future__ import annotations

from ..contracts import EventKind, Flag

AHEAD_MAX = 120.0  # seconds that a device's clock may be ahead
NOW_MAX = 600.0  # heartbeats and alarms speak of now, so they may be this old
LATE_FROM = 600.0  # readings older than this came late
OLD_MAX = 30 * 86_400.0  # readings older than this have no day to go to
BACK_MAX = 3_600.0  # a later number cannot have been measured this much earlier
NOW_KINDS = frozenset({EventKind.HEARTBEAT, EventKind.ALARM, EventKind.TEST, EventKind.ANSWER})


def settle(
    at: float, received: float, kind: str, *, last_at: float | None, forward: bool
) -> tuple[float, int]:
    """The event's time in seconds and its flags. `last_at`: time of the device's newest event, `forward`: a higher number."""
    age = received - at
    if age < -AHEAD_MAX or age > OLD_MAX or (kind in NOW_KINDS and age > NOW_MAX):
        return received, int(Flag.CLOCK)
    if forward and last_at is not None and last_at - at > BACK_MAX:
        return received, int(Flag.CLOCK)
    return at, int(Flag.LATE) if age > LATE_FROM else 0
