"""What a Chinese name looks and sounds like, for whole columns at once: one table look-up per character.

Folded: variant and traditional characters in their simplified form. Sound: one private character for each toneless syllable.
Near sound: the syllables that southern and south-western speakers do not tell apart. Shape: the group of look-alikes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from pypinyin import Style, pinyin

LAST = 0x32000  # the ideographs of all extensions lie below
BLOCKS = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, LAST))
PRIVATE = 0xF0000  # a syllable's or a group's own code point
WIDTH_MAX = 24  # longer names are compared by their beginning
# Characters that the converter leaves alone although registers use both forms for one name.
VARIANTS = dict(zip(
    "堃喆淼犇珎秊囯囶圀㬎凃亊祘甦昇陞崑崐劦烱栢菓傑㨗囍亷㓗絜芖琍竒䶮乹衞荘桒恵覌仝",
    "坤哲渺奔珍年国国国显涂事算苏升升昆昆协炯柏果杰捷喜廉洁洁英莉奇龚乾卫庄桑惠观同",
    strict=True,
))  # fmt: skip
NEAR = (("zh", "z"), ("ch", "c"), ("sh", "s"))


class Tables(NamedTuple):
    """Code point to code point, for each way of looking at a character."""

    folded: np.ndarray
    sound: np.ndarray
    near: np.ndarray
    shape: np.ndarray


@cache
def tables() -> Tables:
    """Built once in a process: about a second."""
    import opencc

    chars = [chr(point) for low, high in BLOCKS for point in range(low, high)]
    points = np.fromiter(map(ord, chars), dtype=np.uint32)
    simple = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    simple = [
        VARIANTS.get(old, new if len(new) == 1 else old) for old, new in zip(chars, simple, strict=True)
    ]
    same = np.arange(LAST, dtype=np.uint32)
    folded = same.copy()
    folded[points] = np.fromiter(map(ord, simple), dtype=np.uint32)
    folded[points] = folded[folded[points]]  # a variant of a traditional form
    return Tables(folded, *_sounds(same, points, folded), _shapes(same, folded))


def _sounds(same: np.ndarray, points: np.ndarray, folded: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    sound, near = same.copy(), same.copy()
    codes: dict[str, int] = {}
    for point in points.tolist():
        read = pinyin(chr(int(folded[point])), style=Style.NORMAL, errors="ignore")
        if read:
            syllable = read[0][0]
            sound[point] = codes.setdefault(syllable, PRIVATE + len(codes))
            near[point] = codes.setdefault(_blurred(syllable), PRIVATE + len(codes))
    return sound, near


def _blurred(syllable: str) -> str:
    """zh and z, n and l, ang and an, f and h before u are one sound to many who write names down by ear."""
    for long, short in NEAR:
        if syllable.startswith(long):
            syllable = short + syllable[len(long) :]
    if syllable.endswith(("ang", "eng", "ing")):
        syllable = syllable[:-1]
    if syllable[0] == "l":
        syllable = "n" + syllable[1:]
    return "f" + syllable[2:] if syllable.startswith("hu") and syllable != "hui" else syllable


def _shapes(same: np.ndarray, folded: np.ndarray) -> np.ndarray:
    """Look-alikes share the code point of the first of their group; a character named twice stays with its first group."""
    shape = folded.copy()
    text = files("yinling.people.linkage").joinpath("near_shapes.txt").read_text(encoding="utf-8")
    placed: set[str] = set()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            new = [char for char in line if char not in placed]
            placed.update(new)
            shape[[ord(char) for char in new]] = ord(line[0]) if line[0] in new else ord((new or line)[0])
    return shape[folded]


def _read_as(table: np.ndarray, grid: np.ndarray) -> np.ndarray:
    known = grid < LAST
    return np.where(known, table[np.where(known, grid, 0)], grid)


def looked_at(
    column: pa.ChunkedArray | pa.Array, ways: Sequence[str] = Tables._fields
) -> dict[str, pa.Array]:
    """A column of names in each of these ways; missing stays missing. Each distinct name is read once."""
    names = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    codes = names.cast(pa.string()).dictionary_encode()
    distinct = [text or "" for text in codes.dictionary.to_pylist()]
    if not distinct:
        empty = pa.nulls(len(names), pa.string())
        return dict.fromkeys(ways, empty)
    words = np.array(["".join(text.split())[:WIDTH_MAX] for text in distinct])
    if words.dtype.itemsize == 0:
        words = words.astype("U1")
    grid = words.view(np.uint32).reshape(len(words), -1)
    found = {}
    for name in ways:
        read = np.ascontiguousarray(_read_as(getattr(tables(), name), grid))
        texts = pa.array(read.view(words.dtype).ravel().tolist(), pa.string())
        found[name] = texts.take(codes.indices)
    return found
