"""Health checks as JSON Lines of FHIR R4 resources: Patient names the person, Observations of one day make one row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ..contracts import Register
from .files import Blob, Chunk, FileRefused, Opened, chunked
from .texts import TEXT_BYTES_MAX, Lines, find_encoding

DEPTH_MAX = 40
PATIENTS_MAX = 2_000_000
FINDINGS_MAX = 100
DIGITS_MAX = 30
Fault = tuple[str, dict[str, object]]


class BadLine(ValueError):
    """A line that is not a resource this register takes."""

    def __init__(self, code: str, **words: object) -> None:
        self.fault: Fault = (code, words)
        super().__init__(code)


def parse_line(text: str) -> dict[str, Any]:
    """One line to one resource; what JSON allows but nobody sends is refused by name."""
    if text.count("[") + text.count("{") > 20 * DEPTH_MAX or _depth(text) > DEPTH_MAX:
        raise BadLine("json_bad", v="nested too deep")
    try:
        body = json.loads(text, parse_int=_int, parse_constant=_constant, object_pairs_hook=_pairs)
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise BadLine("json_bad", v=str(error)[:60]) from error
    if not isinstance(body, dict):
        raise BadLine("json_bad", v="not an object")
    if "\\u0000" in text or "\x00" in text:
        raise BadLine("text_nul")
    return body


def _depth(text: str) -> int:
    depth = deepest = 0
    for ch in text:
        if ch in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif ch in "]}":
            depth -= 1
    return deepest


def _int(digits: str) -> int:
    if len(digits) > DIGITS_MAX:
        raise ValueError("number too long")
    return int(digits)


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name appears twice")
    return found


def _text(body: Any, *path: str | int) -> str:
    """The text at a path, "" when anything on the way is missing or of another kind."""
    for step in path:
        if isinstance(step, int):
            body = body[step] if isinstance(body, list) and len(body) > step else None
        else:
            body = body.get(step) if isinstance(body, dict) else None
    return body if isinstance(body, str) else ""


def _patient(body: dict[str, Any]) -> tuple[str, str]:
    identifiers = body.get("identifier")
    if not isinstance(identifiers, list) or not identifiers:
        raise BadLine("fhir_field", v="Patient.identifier")
    chosen = next(
        (item for item in identifiers if "id" in _text(item, "system").lower().rsplit("/", 1)[-1]),
        identifiers[0],
    )
    name = _text(body, "name", 0, "text") or _text(body, "name", 0, "family") + _text(
        body, "name", 0, "given", 0
    )
    return _text(chosen, "value"), name


def _finding(body: dict[str, Any]) -> dict[str, Any]:
    code = _text(body, "code", "coding", 0, "code") or _text(body, "code", "text")
    if not code:
        raise BadLine("fhir_field", v="Observation.code")
    quantity = body.get("valueQuantity")
    value: Any = None
    if isinstance(quantity, dict):
        value = quantity.get("value")
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise BadLine("fhir_field", v="Observation.valueQuantity.value")
    elif not body.get("component"):
        value = _text(body, "valueString") or _text(body, "valueCodeableConcept", "text")
    parts = body.get("component")
    found = {
        "code": code[:40],
        "label": (_text(body, "code", "text") or _text(body, "code", "coding", 0, "display"))[:80],
        "value": value,
        "unit": _text(quantity, "unit")[:20],
    }
    if isinstance(parts, list) and parts:
        found["parts"] = [_finding(part) for part in parts[:10] if isinstance(part, dict)]
    return found


def _reference(body: dict[str, Any]) -> str:
    return _text(body, "subject", "reference").rsplit("/", 1)[-1]


class _Reader:
    """Walks the lines once; a row is given out when the person or the day changes."""

    def __init__(self, register: Register) -> None:
        self.keys = [column.key for column in register.columns]
        self.patients: dict[str, tuple[str, str]] = {}
        self.open: tuple[int, str, str, list[dict[str, Any]]] | None = None

    def rows(self, lines: Lines) -> Iterator[tuple[int, list[Any], Fault | None]]:
        for number, line in enumerate(lines, start=1):
            text = line.strip()
            if not text:
                continue
            try:
                if number in lines.bad:
                    raise BadLine("bytes_bad")
                yield from self._take(number, parse_line(text))
            except BadLine as error:
                yield number, [""] * len(self.keys), error.fault
        yield from self._close()

    def _take(self, number: int, body: dict[str, Any]) -> Iterator[tuple[int, list[Any], None]]:
        kind = _text(body, "resourceType")
        if kind == "Patient":
            reference = _text(body, "id")
            if not reference or len(self.patients) >= PATIENTS_MAX:
                raise BadLine("fhir_field", v="Patient.id")
            self.patients[reference] = _patient(body)
        elif kind == "Observation":
            yield from self._observation(number, body)
        else:
            raise BadLine("fhir_kind", v=kind)

    def _observation(self, number: int, body: dict[str, Any]) -> Iterator[tuple[int, list[Any], None]]:
        reference, day = _reference(body), _text(body, "effectiveDateTime")[:10]
        if reference not in self.patients:
            raise BadLine("fhir_subject")
        if not day:
            raise BadLine("fhir_field", v="Observation.effectiveDateTime")
        finding = _finding(body)
        if self.open and self.open[1:3] == (reference, day) and len(self.open[3]) < FINDINGS_MAX:
            self.open[3].append(finding)
            return
        yield from self._close()
        self.open = (number, reference, day, [finding])

    def _close(self) -> Iterator[tuple[int, list[Any], None]]:
        if self.open is None:
            return
        number, reference, day, findings = self.open
        self.open = None
        identifier, name = self.patients[reference]
        cells = {"id": identifier, "name": name, "checked_on": day, "findings": findings}
        yield number, [cells.get(key, "") for key in self.keys], None


def open_fhir(register: Register, blob: Blob) -> Opened:
    """Open JSON Lines; the first line must at least be JSON, else it is another kind of file."""
    if blob.size > TEXT_BYTES_MAX:
        raise FileRefused(what="too_large", n=TEXT_BYTES_MAX >> 20)
    start = blob.start().lstrip(b"\xef\xbb\xbf \r\n\t")
    if not start.startswith(b"{"):
        raise FileRefused(what="json")
    encoding = find_encoding(start)

    def chunks() -> Iterator[Chunk]:
        return chunked(_Reader(register).rows(Lines(blob, encoding)))

    return Opened(register.columns, tuple(column.header for column in register.columns), 0, chunks, encoding)
