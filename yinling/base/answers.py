"""Same Idempotency-Key and body, same answer, one effect: the answer is kept in the transaction of the effect."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from .contracts import Refusal
from .work import connection, current

KEY_FORM = re.compile(r"[A-Za-z0-9._:\-]{1,255}\Z")


class BadKey(Refusal):
    code, status = "bad_idempotency_key", 422
    zh = "请求头 Idempotency-Key 缺失或格式不对：1 至 255 位字母、数字或 . _ : -。"
    en = "The Idempotency-Key header is missing or malformed: 1 to 255 letters, digits or . _ : -."


class KeyReused(Refusal):
    code, status = "idempotency_key_reused", 409
    zh = "这个 Idempotency-Key 已用于另一份内容，请换一个新的。"
    en = "This Idempotency-Key was already used with another body; use a new one."


def once(key: str | None, route: str, body: bytes, do: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """Run `do` once for this key, account and route; a repeat gets the stored answer. Runs in the current unit of work."""
    if key is None or not KEY_FORM.match(key):
        raise BadKey(field="Idempotency-Key")
    name = hashlib.sha256(f"{current().by.account}|{route}|{key}".encode()).digest()
    digest = hashlib.sha256(body).digest()
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(name[:8], "big", signed=True)])
        cursor.execute("SELECT body, status, answer FROM base_answer WHERE key = %s", [name])
        if kept := cursor.fetchone():
            if bytes(kept[0]) != digest:
                raise KeyReused(field="Idempotency-Key")
            return kept[1], json.loads(kept[2]) if isinstance(kept[2], str) else kept[2]
        status, answer = do()
        cursor.execute(
            "INSERT INTO base_answer (key, body, status, answer) VALUES (%s, %s, %s, %s)",
            [name, digest, status, json.dumps(answer, ensure_ascii=False, default=str)],
        )
    return status, answer
