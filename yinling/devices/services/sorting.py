"""A batch of events on its way: what it says of each device, and the values as columns."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..catalogue import Channel
from ..contracts import Receipt
from ..rules.wire import Item


@dataclass(slots=True)
class Heard:
    """What one batch says of one device."""

    hi: int
    mask: int
    last_at: float
    battery: float | None = None
    worn: bool | None = None


@dataclass(slots=True)
class Sorted:
    """A batch sorted into what becomes of it."""

    receipts: list[Receipt] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    seq: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    device: list[int] = field(default_factory=list)
    channel: list[int] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    alarms: list[tuple[Item, float, int, Channel]] = field(default_factory=list)
    stirred: dict[int, tuple[float, int]] = field(default_factory=dict)
    tested: set[int] = field(default_factory=set)
    fine: set[int] = field(default_factory=set)
