"""JSON Schema of every kind of policy file, made from the same declarations that the reader checks by."""

from __future__ import annotations

from yinling.policy.text.shapes import FORMAT, SHAPES, Field

KEY = "^[a-z][a-z0-9_]{0,39}$"
TEXT = {"type": "string", "minLength": 1}
PLAIN: dict[str, dict] = {
    "text": TEXT,
    "expression": TEXT,
    "key": {"type": "string", "pattern": KEY},
    "keys": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": KEY}},
    "texts": {"type": "array", "minItems": 1, "items": TEXT},
    "int": {"type": "integer"},
    "bool": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    "yuan": {"type": "string", "pattern": "^[0-9]{1,9}(\\.[0-9]{1,2})?$"},
    "map": {"type": "object"},
    "settings": {"type": "object"},
}


def schema_of(kind: str) -> dict:
    """The schema of one kind of file."""
    schema = _object(SHAPES[kind])
    schema["properties"]["format"] = {"const": FORMAT}
    schema["properties"]["kind"] = {"const": kind}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"yinling policy: {kind}",
        **schema,
    }


def _object(shape: dict[str, Field]) -> dict:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, field in shape.items() if field.need],
        "properties": {name: _field(field) for name, field in shape.items()},
    }


def _field(field: Field) -> dict:
    if field.kind == "table":
        found = _object(field.of or {})
    elif field.kind == "tables":
        found = {"type": "array", "minItems": 1, "items": _object(field.of or {})}
    else:
        found = dict(PLAIN[field.kind])
    if field.values and field.kind == "texts":
        found["items"] = {"enum": list(field.values)}
    elif field.values:
        found["enum"] = list(field.values)
    if field.low is not None:
        found["minimum"], found["maximum"] = field.low, field.high
    return {"description": field.label, **found}
