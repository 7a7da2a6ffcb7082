"""JSON Lines and Parquet, spoilt a thousand ways each: every file ends in a named problem or in rows, in bounded memory."""

from __future__ import annotations

import io
import json
import random
import tracemalloc
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yinling.people import testing as t
from yinling.people.readers import Blob, FileRefused, open_file
from yinling.people.registers import own_registers
from yinling.people.rules.cells import Context
from yinling.people.rules.rows import clean_rows
from yinling.people.tests.test_parsers import MUTATIONS

REGISTER = next(one for one in own_registers() if one.key == "population")
ROUNDS, BYTES_MAX = 1_000, 200 << 20
CONTEXT = Context(date(2026, 9, 20), {"530199001001": "530199001001"})
ROWS = [t.person_row(t.make_id(date(1940, 1, 1), place + 1), "王秀英") for place in range(12)]


def lines() -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS).encode()


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def read(body: bytes) -> int:
    opened = open_file(REGISTER, Blob.of(body))
    count = 0
    for chunk in opened.chunks():
        cleaned = clean_rows(REGISTER, opened.columns, chunk.numbers, chunk.cells, chunk.faults, CONTEXT)
        assert all(one.zh and one.row for found in cleaned.problems.values() for one in found)
        count += len(cleaned)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("make", [lines, parquet])
def test_a_thousand_spoilt_files_each_end_in_a_name(make) -> None:  # type: ignore[no-untyped-def]
    seed = random.SystemRandom().randrange(10**9)
    dice, valid = random.Random(seed), make()
    assert read(valid) == len(ROWS)
    named: set[bool] = set()
    tracemalloc.start()
    for _round in range(ROUNDS):
        body = valid
        for _ in range(dice.randrange(1, 4)):
            body = dice.choice(MUTATIONS)(body, dice) or b"x"
        try:
            read(body)
        except FileRefused as refusal:
            named.add(bool(refusal.sentence_zh and refusal.sentence_en))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert named == {True}, seed
    assert peak < BYTES_MAX, seed


def what(body: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        read(body)
    return caught.value.what


def test_named_files() -> None:
    assert what(b"PAR1" + b"\x00" * 40) == "parquet"
    assert what(parquet()[:-9]) == "parquet"
    assert what(b'{"a": 1') == "json"
    assert what(b'{"a": 1, "b": 2}') == "header"
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS).slice(0, 0), out)
    assert what(out.getvalue()) == "no_rows"


def test_a_nested_value_spoils_its_line_only() -> None:
    rows = [dict(ROWS[0]), dict(ROWS[1]) | {"姓名": {"a": 1}}, dict(ROWS[2])]
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    opened = open_file(REGISTER, Blob.of(body))
    (chunk,) = opened.chunks()
    assert list(chunk.faults) == [1]
