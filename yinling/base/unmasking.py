"""Showing a sensitive value in plain 查看明文 is a verb with a reason, and the trail keeps it."""

from __future__ import annotations

from .contracts import Event, Refusal
from .crypto import unseal
from .trail import record

REASON_LENGTH_MIN = 4


class ReasonMissing(Refusal):
    code, status = "reason_missing", 422
    zh = "请填写查看明文的事由（至少 4 个字）。"
    en = "Give a reason for seeing the plain value (at least 4 characters)."


def unmask(
    kind: str, blob: bytes, aad: str, *, subject_kind: str, subject: str, area: str, reason: str
) -> str:
    """The plain value; records who looked, at whose value, of which kind and why, before it is returned."""
    if len(reason.strip()) < REASON_LENGTH_MIN:
        raise ReasonMissing(field="reason")
    plain = unseal(kind, blob, aad)
    record(Event("base.unmasked", subject_kind, subject, area, {"kind": kind, "reason": reason.strip()}))
    return plain
