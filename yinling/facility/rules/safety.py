"""Safety rounds and hazards: what is gone round, and how long a hazard may stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from yinling.base.contracts import said

ROUND_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "fire": said("消防"), "food": said("食品"), "gas": said("燃气"), "electricity": said("用电"), "water": said("用水"),
    }
)  # fmt: skip
# Hours until a hazard must be gone, by its grade; 24 h, 3, 7 and 15 days as a city's own checklist (Xi'an, grade C) has them.
CLOCKS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "urgent": (said("重大（24小时内）"), 24), "grave": (said("较大（3日内）"), 72), "common": (said("一般（7日内）"), 168),
        "slight": (said("轻微（15日内）"), 360),
    }
)  # fmt: skip
SUPERVISED = frozenset({"urgent", "grave"})  # the street is told of these


def due_at(grade: str, found: datetime) -> datetime:
    """The moment by which a hazard of this grade must be gone."""
    return found + timedelta(hours=CLOCKS[grade][1])
