"""JSON as the platform accepts it: what a lax reader would let in and a database would choke on is refused here."""

from __future__ import annotations

import json
from typing import Any

DEPTH_MAX = 32
BYTES_MAX = 2 * 1024 * 1024
INT_MAX = 2**63 - 1
DIGITS_MAX = 19


class BadJson(ValueError):
    """The body is not JSON that the platform accepts; the text says why."""


def read_json(body: bytes) -> Any:
    """Parse a body; BadJson for bad UTF-8, NaN, duplicate keys, NUL or surrogate characters, huge numbers, deep nesting."""
    if len(body) > BYTES_MAX:
        raise BadJson(f"body over {BYTES_MAX} bytes")
    if not body.strip():
        return None
    try:
        text = body.decode("utf-8")
        value = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_small_int)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadJson(f"not JSON: {error}") from error
    except RecursionError as error:
        raise BadJson("nested too deeply") from error
    _walk(value, 0)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("a key appears twice")
    return found


def _no_constant(name: str) -> Any:
    raise BadJson(f"{name} is not a number")


def _small_int(text: str) -> int:
    if len(text.lstrip("-")) > DIGITS_MAX or abs(number := int(text)) > INT_MAX:
        raise BadJson("a whole number is too large")
    return number


def _walk(value: Any, depth: int) -> None:
    if depth > DEPTH_MAX:
        raise BadJson("nested too deeply")
    if isinstance(value, str):
        if "\x00" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
            raise BadJson("a text holds a character that cannot be stored")
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise BadJson("a number is out of range")
    elif isinstance(value, list):
        for item in value:
            _walk(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            _walk(key, depth + 1)
            _walk(item, depth + 1)
