"""互认: a result as a signed document that another district checks and recognises, with source, scale, date and validity.

The signature is HMAC-SM3 under this installation's own key: districts on one platform verify each other's documents. Another
platform cannot verify it by itself; documents under SM2 belong to the signed exchange between platforms.
"""

from __future__ import annotations

import hmac
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import area_path, blind, record
from yinling.base.contracts import Event, Refusal
from yinling.people.api import person_card

from .. import scales
from ..contracts import RESULT_RECOGNISED, ScaleKey
from ..models import Result
from .asking import NoSuchPerson

FORMAT = "yinling-assessment/1"
ALGORITHM = "HMAC-SM3"
SIGNED_KIND = "assessment_document"
FIELDS = frozenset(
    {"format", "id", "person", "name", "born_on", "scale", "standard", "level", "level_name", "total", "assessed_on", "valid_to",
     "source", "source_area", "source_place", "issued_at"}
)  # fmt: skip
BYTES_MAX = 20_000


class NotADocument(Refusal):
    code, status = "assessment.not_a_document", 422
    zh = "这不是评估结果文件：{why}"
    en = "This is not a result document: {why_en}"


class BadSignature(Refusal):
    code, status = "assessment.bad_signature", 422
    zh = "签名不符：文件被改动过，或不是本平台签发。请向签发地区核实，不要采用。"
    en = "The signature does not match: the document was altered or issued elsewhere. Do not use it."


class ForAnotherPerson(Refusal):
    code, status = "assessment.document_for_another", 409
    zh = "文件上的老人与当前档案不是同一个人。"
    en = "The document is about another person."


class NotValidNow(Refusal):
    code, status = "assessment.document_expired", 409
    zh = "评估结果已于 {until} 到期，不能认可，请安排重新评估。"
    en = "The result expired on {until}; it cannot be recognised. Ask for a new assessment."


def document_of(result: UUID, *, at: datetime) -> dict[str, Any]:
    """The signed document of one result in force; that it was issued goes into the trail."""
    row = Result.objects.filter(uid=result, ended_at__isnull=True).first()
    card = person_card(row.person) if row else None
    if row is None or card is None:
        raise NoSuchPerson
    scale = scales.scale(ScaleKey(row.scale))
    body: dict[str, Any] = {
        "format": FORMAT,
        "id": str(row.document_id or row.uid),
        "person": str(row.person),
        "name": card.name,
        "born_on": str(card.born_on or ""),
        "scale": row.scale,
        "standard": scale.standard,
        "level": row.level,
        "level_name": scale.levels[row.level],
        "total": row.total,
        "assessed_on": str(row.assessed_on),
        "valid_to": str(row.valid_to or ""),
        "source": row.source,
        "source_area": row.source_area,
        "source_place": area_path(row.source_area),
        "issued_at": at.isoformat(),
    }
    record(
        Event(
            "assessment.document_issued", "person", str(row.person), row.live_area, {"result": str(row.uid)}
        )
    )
    return {**body, "signature": {"alg": ALGORITHM, "value": _signed(body)}}


def _signed(body: dict[str, Any]) -> str:
    return blind(
        SIGNED_KIND, json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    ).hex()


def verify_document(text: str) -> dict[str, Any]:
    """The document's content when its signature holds; NotADocument or BadSignature otherwise."""
    if len(text.encode()) > BYTES_MAX:
        raise NotADocument(why="文件过大。", why_en="it is too large.")
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotADocument(why="内容无法读取。", why_en="it cannot be read.") from error
    if not isinstance(given, dict) or set(given) != FIELDS | {"signature"} or given.get("format") != FORMAT:
        raise NotADocument(why="缺少应有的项目。", why_en="fields are missing.")
    signature = given.pop("signature")
    value = signature.get("value") if isinstance(signature, dict) else None
    if not isinstance(value, str) or not hmac.compare_digest(value.encode(), _signed(given).encode()):
        raise BadSignature
    return given


def recognise(*, person: UUID, text: str, at: datetime) -> UUID:
    """认可: the result counts here with its own source, scale, day and validity, its level as it stands; once per document."""
    given = verify_document(text)
    card = person_card(person)
    if card is None:
        raise NoSuchPerson
    if given["person"] != str(person):
        raise ForAnotherPerson
    until = date.fromisoformat(given["valid_to"]) if given["valid_to"] else None
    if until is not None and until < at.date():
        raise NotValidNow(until=until)
    live = card.live_area or card.hukou_area
    known = Result.objects.filter(person=person, document_id=given["id"], live_area=live).values_list(
        "uid", flat=True
    )
    if found := known.first():
        return found
    uid = uuid4()
    Result.objects.create(
        uid=uid, person=person, hukou_area=card.hukou_area, live_area=live, scale=given["scale"], level=given["level"],
        total=given["total"], assessed_on=date.fromisoformat(given["assessed_on"]), valid_to=until, source=given["source"],
        source_area=given["source_area"], recognised=True, document=text, document_id=given["id"],
        display_only=scales.scale(ScaleKey(given["scale"])).display_only, confirmed_at=at,
    )  # fmt: skip
    data = {
        "result": str(uid),
        "document": given["id"],
        "from": given["source_area"],
        "level": given["level"],
    }
    record(Event(RESULT_RECOGNISED, "person", str(person), live, data))
    return uid
