"""Bodies that a lax reader lets in and a database chokes on are refused with a reason."""

from __future__ import annotations

import json

import pytest

from yinling.base.api import BadJson, read_json


@pytest.mark.parametrize("body", [b'{"a": 1}', b"[]", '"好"'.encode(), b"9223372036854775807", b"1.5", b""])
def test_good_bodies(body: bytes) -> None:
    assert read_json(body) == (json.loads(body) if body else None)


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"\xff", b"NaN", b'{"a": Infinity}', b"1e999", b"9223372036854775808", b"-" + b"9" * 40,
        b'{"a":1,"a":2}', b'"\\u0000"', b'"\\ud800"', b"[" * 5000 + b"]" * 5000, b"[" * 40 + b"]" * 40,
        b'{"\\u0000": 1}', b" " * (2 * 1024 * 1024 + 1),
    ],
)  # fmt: skip
def test_bad_bodies(body: bytes) -> None:
    with pytest.raises(BadJson):
        read_json(body)
