"""Policy over HTTP: verdicts of one person with their reasons, the items in force."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from yinling.base.api import today, unit
from yinling.base.contracts import Month

from . import queries, shown
from .pages import NoSuchMonth

router = Router(tags=["policy"])


class VerdictOut(Schema):
    """One verdict with its reasons as data."""

    item: str
    name: str
    month: str
    verdict: int
    amount_fen: int
    reason: str
    sentence: str
    missing: list[dict[str, str]]
    clauses: list[dict[str, Any]]
    would_change: list[str]
    label: str
    version: str
    digest: str


class ItemOut(Schema):
    """One item in force."""

    key: str
    list_item: str
    name: str
    amounts: str
    papers: str
    confidence: str


def _month(text: str | None) -> Month:
    try:
        return Month.parse(text) if text else Month.of(today())
    except ValueError as error:
        raise NoSuchMonth(field="month") from error


def _work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


@router.get("/policy/verdicts", response=list[VerdictOut], summary="一个人一个月的认定结果与理由")
def verdicts(request: HttpRequest, person: UUID, month: str | None = None) -> list[VerdictOut]:
    """What one person is entitled to in a month, and why; within the caller's scope."""
    wanted = _month(month)
    with _work(request):
        return [_verdict(card.explanation, wanted) for card in queries.cards(person, wanted)]


def _verdict(found: Any, month: Month) -> VerdictOut:
    deciding = next((clause.key for clause in found.clauses if clause.deciding), "")
    return VerdictOut(
        item=found.item, name=found.item_name, month=month.text, verdict=found.verdict, amount_fen=found.amount_fen,
        reason=deciding, sentence=found.sentence,
        missing=[{"fact": one.fact, "label": one.label, "sender": one.sender, "ask": one.ask} for one in found.missing],
        clauses=[{"key": one.key, "words": one.words, "met": one.met, "document": one.document, "article": one.article}
                 for one in found.clauses],
        would_change=[one.words for one in found.would_change], label=found.label, version=found.version,
        digest=found.digest,
    )  # fmt: skip


@router.get("/policy/items", response=list[ItemOut], summary="在用政策清单")
def items(request: HttpRequest, month: str | None = None) -> list[ItemOut]:
    """The items that the version in force has in a month."""
    wanted = _month(month)
    with _work(request):
        version = queries.in_force(wanted)
        if version is None:
            return []
        pack = queries.pack_of(version)
        rows = [shown.item_row(pack, item, wanted) for item in pack.items]
    return [ItemOut(**{name: str(row[name]) for name in ItemOut.model_fields}) for row in rows]
