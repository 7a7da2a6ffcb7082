"""What the tests of other rooms may use of base."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime

from . import timers
from .kit.messages import catalogue, filled, messages_of, text_of, unused

__all__ = ["a_jpeg", "a_png", "check_messages", "chunk", "fire_timers", "segment"]


def check_messages(room: str) -> list[str]:
    """What is wrong with a room's English: messages without it, entries nobody says, entries still uncertain."""
    found, own = messages_of(room), catalogue(room)
    shared = {} if room == "base" else catalogue("base")
    missing = [text_of(key) for key in found if not filled(own.get(key)) and not filled(shared.get(key))]
    empty = [text_of(key) for key, one in own.items() if not filled(one) and key not in found]
    fuzzy = [text_of(key) for key, one in own.items() if one.fuzzy]
    return sorted(
        [f"no English: {one}" for one in missing + empty]
        + [f"unused: {text_of(key)}" for key in unused(room, found)]
        + [f"uncertain: {one}" for one in fuzzy]
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG picture."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def a_png(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    """A small PNG picture with more chunks in it."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + b"".join(more)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


def segment(code: int, body: bytes) -> bytes:
    """One segment of a JPEG picture."""
    return bytes((0xFF, code)) + struct.pack(">H", len(body) + 2) + body


def a_jpeg(*more: bytes, width: int = 2, height: int = 2) -> bytes:
    """The segments of a small JPEG picture with more of them in it."""
    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34\xff\x00\x56" + b"\xff\xd9"
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + b"".join(more) + frame + scan


def fire_timers(at: datetime) -> int:
    """Fire what is due at this moment, as the worker's scanner would; how many fired."""
    return timers.tick(at)
