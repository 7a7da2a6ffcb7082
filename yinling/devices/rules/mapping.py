"""Reading what other platforms push, by a declaration and without code.

A declaration: `events` (path to the list of events, "" for the body itself), `device`, `seq`, `at` (paths), `kind` (a word,
or a path with a table), `values` (channel name → path, with `scale` and `add`, or with a `table` of words), `coordinates`
"gcj02" when positions are those of map companies. A path is keys and list places joined by dots; a leading `^` starts again
at the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .places import gcj_to_wgs
from .wire import EVENTS_MAX, BadFrame, Wire

KEYS = {"events", "device", "seq", "at", "at_format", "kind", "values", "coordinates"}


class BadMapping(ValueError):
    """The declaration itself cannot be read; the text says what."""


def check(body: Mapping[str, Any], channels: Mapping[str, Any]) -> None:
    """BadMapping when a declaration has unknown keys or names channels that do not exist."""
    if unknown := set(body) - KEYS:
        raise BadMapping(f"unknown: {', '.join(sorted(unknown))}")
    for key in ("device", "seq", "at", "values"):
        if key not in body:
            raise BadMapping(f"missing: {key}")
    if not isinstance(body["values"], Mapping) or not body["values"]:
        raise BadMapping("values is a table of channels")
    if strange := set(body["values"]) - set(channels):
        raise BadMapping(f"no such channel: {', '.join(sorted(strange))}")


def apply(body: Mapping[str, Any], pushed: Any) -> list[Wire]:
    """The canonical events of one pushed body; BadFrame names the event and the path that is missing or of the wrong kind."""
    events = _at(pushed, pushed, body.get("events", ""), "events")
    if not isinstance(events, list):
        events = [events]
    if len(events) > EVENTS_MAX:
        raise BadFrame("too_many_events", str(len(events)))
    return [_one(body, event, pushed, place) for place, event in enumerate(events, start=1)]


def _one(body: Mapping[str, Any], event: Any, whole: Any, place: int) -> Wire:
    where = f"event {place}"
    values: dict[str, float | bool] = {}
    for channel, how in body["values"].items():
        found = _value(how, event, whole, f"{where}: {channel}")
        if found is not None:
            values[channel] = found
    if body.get("coordinates") == "gcj02" and {"latitude", "longitude"} <= values.keys():
        values["latitude"], values["longitude"] = gcj_to_wgs(values["latitude"], values["longitude"])
    seq = _at(event, whole, body["seq"], f"{where}: seq")
    if isinstance(seq, str) and seq.isdigit() and len(seq) <= 19:
        seq = int(seq)
    if not isinstance(seq, int) or isinstance(seq, bool) or not 0 <= seq < 2**63:
        raise BadFrame("bad_mapping", f"{where}: seq")
    at = _at(event, whole, body["at"], f"{where}: at")
    return Wire(
        seq,
        _time(at, f"{where}: at"),
        _kind(body, event, whole, where),
        values,
        _text(event, whole, body["device"], where),
    )


def _text(event: Any, whole: Any, path: str, where: str) -> str:
    found = _at(event, whole, path, f"{where}: device")
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise BadFrame("bad_mapping", f"{where}: device")
    return str(found)[:64]


def _time(at: Any, where: str) -> Any:
    from datetime import datetime

    if isinstance(at, int | float) and not isinstance(at, bool):
        return at
    if isinstance(at, str):
        if at.isdigit() and len(at) <= 14:
            return int(at)
        for form in ("%Y%m%dT%H%M%S%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"):
            try:
                return datetime.strptime(at.replace("Z", "+0000"), form)  # noqa: DTZ007 - the forms have a zone
            except ValueError:
                continue
    raise BadFrame("bad_mapping", where)


def _kind(body: Mapping[str, Any], event: Any, whole: Any, where: str) -> Any:
    from ..contracts import EventKind

    how = body.get("kind", "reading")
    if isinstance(how, Mapping):
        how = how.get("table", {}).get(str(_at(event, whole, how.get("path", ""), where)), "reading")
    if how not in set(EventKind):
        raise BadFrame("bad_mapping", f"{where}: kind {str(how)[:40]}")
    return EventKind(how)


def _value(how: Any, event: Any, whole: Any, where: str) -> float | None:
    spec = how if isinstance(how, Mapping) else {"path": how}
    found = _find(event, whole, str(spec.get("path", "")))
    if found is None:
        return None
    if "table" in spec:
        number = spec["table"].get(str(found))
        if number is None:
            raise BadFrame("bad_mapping", f"{where}: {str(found)[:40]}")
        return float(number)
    if isinstance(found, str):
        try:
            found = float(found)
        except ValueError as error:
            raise BadFrame("bad_mapping", where) from error
    if not isinstance(found, int | float) or found != found or found in (float("inf"), float("-inf")):
        raise BadFrame("bad_mapping", where)
    return float(found) * float(spec.get("scale", 1)) + float(spec.get("add", 0))


def _at(event: Any, whole: Any, path: str, where: str) -> Any:
    found = _find(event, whole, path)
    if found is None:
        raise BadFrame("bad_mapping", f"{where}: nothing at {path!r}"[:200])
    return found


def _find(event: Any, whole: Any, path: str) -> Any:
    here = event
    if path.startswith("^"):
        here, path = whole, path[1:]
    for key in path.split(".") if path else ():
        if isinstance(here, Mapping):
            here = here.get(key)
        elif isinstance(here, list) and key.isdigit() and int(key) < len(here):
            here = here[int(key)]
        else:
            return None
    return here
