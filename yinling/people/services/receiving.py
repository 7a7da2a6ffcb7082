"""Taking a department's file in: kept sealed as it arrived, before anything is made of it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from yinling.base.api import current, record, seal
from yinling.base.contracts import Event, Refusal, area_range, pad_area

from ..contracts import Mode, Register
from ..models import Delivery, DeliveryPart
from ..queries.files import NoDelivery, bound_to, register_of

PART_BYTES = 1 << 20
FILE_BYTES_MAX = 1 << 30
NAME_MAX = 200


class WrongSender(Refusal):
    code: ClassVar[str] = "people.wrong_sender"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "“{register}”由{expected}报送，不接受“{sender}”。"
    en: ClassVar[str] = "“{register}” is sent by {expected}, not by “{sender}”."


class FileTooLarge(Refusal):
    code: ClassVar[str] = "people.file_too_large"
    status: ClassVar[int] = 413
    zh: ClassVar[str] = "文件超过{n}兆字节，请拆分后报送。"
    en: ClassVar[str] = "The file is over {n} MiB; send it in parts."


class FutureFile(Refusal):
    code: ClassVar[str] = "people.future_file"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "数据日期{as_of}晚于今天。"
    en: ClassVar[str] = "The date of the data, {as_of}, lies in the future."


class NotInState(Refusal):
    code: ClassVar[str] = "people.delivery_state"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "这份数据现在是“{state}”，不能再{verb_zh}。"
    en: ClassVar[str] = "This delivery is “{state}” and can no longer be {verb_en}."


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file at the door; `again` when it was applied before, so nothing is to be done."""

    uid: UUID
    again: bool


def check_sender(register: Register, sender: str) -> str:
    """One source per register: a file from another department is not taken under this name."""
    name = sender.strip() or register.sender
    if name != register.sender and name not in register.senders:
        raise WrongSender(register=register.name, expected=register.sender, sender=name[:40], field="sender")
    return name


def receive_delivery(
    *,
    register: str,
    file_name: str,
    pieces: Iterable[bytes],
    sender: str,
    as_of: date,
    area: str,
    at: datetime,
    mode: Mode | None = None,
    areas: Sequence[str] = (),
    strict: bool = False,
) -> Received:
    """Keep one arrived file; the same file for the same day, applied before, is found again and not kept twice."""
    declared = register_of(register)
    if as_of > at.date():
        raise FutureFile(as_of=as_of.isoformat(), field="as_of")
    delivery = Delivery(
        uid=uuid4(), register=declared.key, sender=check_sender(declared, sender), file_name=file_name[-NAME_MAX:],
        as_of=as_of, mode=mode or declared.mode, strict=strict, area=pad_area(area), received_at=at, size_bytes=0, sha256="",
        areas=sorted({pad_area(code) for code in areas} or {pad_area(area)}), by_account=current().by.account,
        by_name=current().by.name[:80],
    )  # fmt: skip
    parts, delivery.sha256, delivery.size_bytes = _sealed_parts(delivery, pieces)
    before = _applied_before(delivery)
    if before is not None:
        return Received(before, True)
    delivery.save(force_insert=True)
    DeliveryPart.objects.bulk_create(parts, batch_size=20)
    record(
        Event(
            "people.delivery_received",
            "delivery",
            str(delivery.uid),
            delivery.area,
            {"register": declared.key, "bytes": delivery.size_bytes, "sha256": delivery.sha256},
        )
    )
    return Received(delivery.uid, False)


def _sealed_parts(delivery: Delivery, pieces: Iterable[bytes]) -> tuple[list[DeliveryPart], str, int]:
    """Compressed first, since what is sealed no longer compresses."""
    parts: list[DeliveryPart] = []
    digest, size, rest = hashlib.sha256(), 0, b""

    def part(body: bytes) -> DeliveryPart:
        packed = base64.b64encode(zlib.compress(body, 3)).decode()
        seq = len(parts)
        return DeliveryPart(
            delivery=delivery,
            seq=seq,
            area=delivery.area,
            sealed=seal("file", packed, bound_to(delivery.uid, seq)),
        )

    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        if size > FILE_BYTES_MAX:
            raise FileTooLarge(n=FILE_BYTES_MAX >> 20, field="file")
        rest += piece
        while len(rest) >= PART_BYTES:
            parts.append(part(rest[:PART_BYTES]))
            rest = rest[PART_BYTES:]
    if rest or not parts:
        parts.append(part(rest))
    return parts, digest.hexdigest(), size


def _applied_before(delivery: Delivery) -> UUID | None:
    return Delivery.objects.filter(
        register=delivery.register, sha256=delivery.sha256, as_of=delivery.as_of, mode=delivery.mode, state=Delivery.State.APPLIED
    ).values_list("uid", flat=True).first()  # fmt: skip


def cancel_delivery(*, uid: UUID) -> None:
    """Put an arrived file aside before it is applied; the file itself stays."""
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    if delivery.state != Delivery.State.RECEIVED:
        raise NotInState(state=delivery.get_state_display(), verb_zh="取消", verb_en="cancelled")
    delivery.state = Delivery.State.CANCELLED
    delivery.save(update_fields=["state"])
    record(
        Event(
            "people.delivery_cancelled", "delivery", str(uid), delivery.area, {"register": delivery.register}
        )
    )


def coverage_range(code: str) -> tuple[str, str]:
    """Bounds of an area as they stand in the coverage table."""
    found = area_range(code)
    return found.lo, found.hi
