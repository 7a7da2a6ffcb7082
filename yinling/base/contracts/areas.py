"""Administrative divisions 行政区划 as sortable 12-digit codes (GB/T 2260, GB/T 10114, NBS): ranges, levels, parents."""

from __future__ import annotations

from dataclasses import dataclass

CODE_LENGTH = 12
# Significant digits of each level: province, prefecture, county, street or town, community or village.
LEVEL_DIGITS = (2, 4, 6, 9, 12)


@dataclass(frozen=True, slots=True)
class AreaRange:
    """All codes in [lo, hi); a scope on areas is one such range, so a b-tree finds it."""

    lo: str
    hi: str

    def __contains__(self, code: str) -> bool:
        return self.lo <= code < self.hi

    def covers(self, other: AreaRange) -> bool:
        return self.lo <= other.lo and other.hi <= self.hi


def pad_area(code: str) -> str:
    """Right-pad a division code to 12 digits; ValueError when it is not 2, 4, 6, 9 or 12 digits."""
    text = code.strip()
    if not text.isascii() or not text.isdigit() or len(text) not in LEVEL_DIGITS:
        raise ValueError(f"not a division code: {code!r}")
    return text.ljust(CODE_LENGTH, "0")


def area_level(code: str) -> int:
    """1 province, 2 prefecture, 3 county, 4 street or town, 5 community or village."""
    padded = pad_area(code)
    for level, digits in enumerate(LEVEL_DIGITS, start=1):
        if padded[digits:].strip("0") == "":
            return level
    raise ValueError(f"not a division code: {code!r}")  # pragma: no cover - 12 digits always end the loop


def area_range(code: str) -> AreaRange:
    """The range of codes that lie in this division, itself included."""
    padded = pad_area(code)
    stem = padded[: LEVEL_DIGITS[area_level(padded) - 1]]
    after = str(int(stem) + 1).zfill(len(stem))
    return AreaRange(padded, after.ljust(CODE_LENGTH, "0"))


def parent_area(code: str) -> str | None:
    """The division one level up, None for a province."""
    level = area_level(code)
    if level == 1:
        return None
    return pad_area(pad_area(code)[: LEVEL_DIGITS[level - 2]])
