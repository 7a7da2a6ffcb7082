"""A device's window of sequence numbers: what was taken in before is known again, however late or often it comes.

A device numbers its events upwards and never uses a number twice, also not after a restart (milliseconds since 1970 will do).
The window keeps the highest number and which of the `WIDTH` below it were seen; what lies below the window is looked up in
the store itself.
"""

from __future__ import annotations

from enum import Enum

WIDTH = 512
BYTES = WIDTH // 8
FULL = (1 << WIDTH) - 1
EMPTY_HI = -1


class Seen(Enum):
    NEW = "new"
    BEFORE = "before"
    STALE = "stale"


def admit(hi: int, mask: int, seq: int) -> tuple[Seen, int, int]:
    """Is this number new? With the window after it. Bit 0 of the mask stands for `hi`."""
    if seq > hi:
        ahead = seq - hi
        mask = ((mask << ahead) & FULL if ahead < WIDTH else 0) | 1
        return Seen.NEW, seq, mask
    behind = hi - seq
    if behind >= WIDTH:
        return Seen.STALE, hi, mask
    bit = 1 << behind
    if mask & bit:
        return Seen.BEFORE, hi, mask
    return Seen.NEW, hi, mask | bit
