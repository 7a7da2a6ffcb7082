"""The people room over HTTP: departments deliver files, partners read a record; sensitive values stay masked."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from yinling.accounts.contracts import Role
from yinling.base.api import NotFound, NotYours, now, once, record, today, unit
from yinling.base.contracts import Event

from .catalogue import datasets
from .contracts import Mode
from .models import Delivery
from .queries.explaining import provenance
from .queries.exporting import Reading, dataset_of, dataset_rows
from .queries.searching import person_card
from .services.confirming import confirm_delivery
from .services.receiving import receive_delivery
from .services.viewing import viewed
from .writers.description import json_schema

router = Router(tags=["people"])
SENDERS = (Role.CITY, Role.DISTRICT)
READERS = (Role.CITY, Role.DISTRICT, Role.STREET, Role.VILLAGE)
PIECE = 1 << 20


class DeliveryOut(Schema):
    """A delivery as its sender follows it."""

    uid: UUID
    register_key: str = Field(alias="register")
    state: str
    as_of: date
    mode: str
    rows: int
    applied: int
    unlinked: int
    refused: int
    again: bool = False
    refusal: dict[str, Any] | None = None


class SourceOut(Schema):
    """One register's word on a fact."""

    register_key: str = Field(alias="register")
    sender: str
    value: str | None
    as_of: date
    rank: int


class PersonOut(Schema):
    """A record with masked numbers and where each fact comes from."""

    uid: UUID
    name: str
    sex: str
    born_on: date | None
    age: int | None
    hukou_area: str
    live_area: str
    id_masked: str
    phone_masked: str
    life: str
    linked: bool
    sources: dict[str, list[SourceOut]]


class Sent(Schema):
    """What a department says of its file."""

    register_key: str = Field(alias="register")
    as_of: date
    mode: Mode | None = None
    sender: str = ""
    strict: bool = False


def _may(request: HttpRequest, roles: tuple[Role, ...]) -> None:
    if request.grant.role not in roles:  # type: ignore[attr-defined]
        raise NotYours


def _work(request: HttpRequest) -> Any:
    return unit(request.work_scope, request.work_actor)  # type: ignore[attr-defined]


def _out(delivery: Delivery, *, again: bool = False) -> dict[str, Any]:
    return {
        "uid": str(delivery.uid), "register": delivery.register, "state": delivery.state, "as_of": delivery.as_of.isoformat(),
        "mode": delivery.mode, "rows": delivery.rows, "applied": delivery.applied_rows, "unlinked": delivery.unlinked_rows,
        "refused": delivery.refused_rows, "again": again, "refusal": delivery.refusal,
    }  # fmt: skip


@router.post(
    "/deliveries",
    response={200: DeliveryOut, 201: DeliveryOut},
    by_alias=True,
    summary="报送一份名册，随即排队导入",
)
def deliver(request: HttpRequest, sent: Form[Sent], file: File[UploadedFile]) -> Status[Any]:
    """Take a file in and queue its import; the same Idempotency-Key and content give the same answer and one effect."""
    _may(request, SENDERS)
    body = file.read()
    named = f"{sent.register_key}|{sent.as_of}|{sent.mode}|{sent.strict}|".encode() + body

    def do() -> tuple[int, Any]:
        received = receive_delivery(
            register=sent.register_key, file_name=file.name or "file", pieces=[body], sender=sent.sender, as_of=sent.as_of,
            area=request.grant.area, at=now(), mode=sent.mode,  # type: ignore[attr-defined]
        )  # fmt: skip
        if not received.again:
            confirm_delivery(uid=received.uid, strict=sent.strict)
        return 200 if received.again else 201, _out(
            Delivery.objects.get(uid=received.uid), again=received.again
        )

    with _work(request):
        status, answer = once(request.headers.get("Idempotency-Key"), "people.deliveries", named, do)
    return Status(status, answer)


@router.get("/deliveries/{uid}", response=DeliveryOut, by_alias=True, summary="查询一份名册的导入结果")
def delivery(request: HttpRequest, uid: UUID) -> Any:
    _may(request, SENDERS)
    with _work(request):
        found = Delivery.objects.filter(uid=uid).first()
    if found is None:
        raise NotFound
    return _out(found)


@router.get("/people/{uid}", response=PersonOut, by_alias=True, summary="查询一个人的档案与来源")
def person(request: HttpRequest, uid: UUID) -> Any:
    _may(request, READERS)
    with _work(request):
        card = person_card(uid)
        if card is None:
            raise NotFound
        facts = ("name", "born_on", "hukou_area", "dibao_class", "disability_kind", "ability_result")
        sources = {fact: provenance(uid, fact, today()) for fact in facts}
        viewed(person=uid, area=card.hukou_area)
    return {
        "uid": card.person, "name": card.name, "sex": card.sex, "born_on": card.born_on, "age": card.age,
        "hukou_area": card.hukou_area, "live_area": card.live_area, "id_masked": card.id_masked,
        "phone_masked": card.phone_masked, "life": card.life, "linked": card.linked,
        "sources": {fact: [{"register": one.register, "sender": one.sender, "value": one.value, "as_of": one.as_of,
                            "rank": one.rank} for one in said] for fact, said in sources.items()},
    }  # fmt: skip


class DatasetOut(Schema):
    """A dataset as the catalogue names it (GB/T 21063 core metadata)."""

    key: str
    name: str
    name_en: str
    code: str
    owner: str
    summary: str
    share: str
    open_class: str
    update: str
    source: str
    grade: str
    fields: int


class RowsOut(Schema):
    """A page of rows; numbers, names and addresses masked."""

    dataset: str
    offset: int
    rows: list[dict[str, Any]]


@router.get("/datasets", response=list[DatasetOut], summary="数据目录：六个数据集")
def list_datasets(request: HttpRequest) -> Any:
    _may(request, READERS)
    names = (
        "key",
        "name",
        "name_en",
        "code",
        "owner",
        "summary",
        "share",
        "open_class",
        "update",
        "source",
        "grade",
    )
    return [{name: getattr(one, name) for name in names} | {"fields": len(one.fields)} for one in datasets]


@router.get("/datasets/{key}/schema", summary="一个数据集的 JSON Schema")
def dataset_schema(request: HttpRequest, key: str) -> Any:
    _may(request, READERS)
    return json_schema(dataset_of(key))


@router.get("/datasets/{key}/rows", response=RowsOut, summary="一个数据集的数据，脱敏，分页")
def dataset_page(
    request: HttpRequest,
    key: str,
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Field(ge=1, le=500)] = 100,
) -> Any:
    """Rows of the caller's area; a page too far gives no rows."""
    _may(request, SENDERS)
    declared = dataset_of(key)
    names = [field.key for field in declared.fields]
    with _work(request):
        area = request.grant.area  # type: ignore[attr-defined]
        found = list(dataset_rows(declared, Reading(area, limit=limit, offset=offset)))
        record(Event("people.dataset_read", "dataset", key, area, {"rows": len(found), "offset": offset}))
    return {"dataset": key, "offset": offset, "rows": [dict(zip(names, row, strict=True)) for row in found]}
