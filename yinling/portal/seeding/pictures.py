"""Drawn pictures for the demo: nobody's photo and nobody's signature."""

from __future__ import annotations

import struct
import zlib

import numpy as np

PAPER, INK = 255, 40


def _png(rows: list[bytes], width: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, len(rows), 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_photo(seed: int, width: int = 240, height: int = 160) -> bytes:
    """A grey room with a window, by number: a wall, a floor, a bright square."""
    draw = np.random.default_rng(seed)
    left, top = int(draw.integers(20, 120)), int(draw.integers(15, 40))
    wall, floor = int(draw.integers(150, 190)), int(draw.integers(90, 120))
    rows = []
    for y in range(height):
        row = bytearray([wall - y // 6 if y < height * 2 // 3 else floor] * width)
        if top <= y < top + 50:
            row[left : left + 70] = bytes([235 - (y - top) // 2] * 70)
        rows.append(bytes(row))
    return _png(rows, width)


def a_signature(seed: int, width: int = 320, height: int = 140) -> bytes:
    """A few strokes of a pen on white."""
    draw = np.random.default_rng(seed)
    grid = [bytearray([PAPER] * width) for _ in range(height)]
    x, y = 30.0, height / 2
    for _stroke in range(5):
        dx, dy = draw.uniform(0.6, 1.4), draw.uniform(-1.2, 1.2)
        for _step in range(48):
            x, y = min(width - 4, x + dx), min(height - 4, max(3, y + dy))
            dy += draw.uniform(-0.25, 0.25)
            for row in grid[int(y) - 1 : int(y) + 2]:
                row[int(x) - 1 : int(x) + 2] = bytes([INK] * 3)
    return _png([bytes(row) for row in grid], width)
