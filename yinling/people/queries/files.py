"""Arrived files as they are read again: the register they belong to, and their bytes piece by piece."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from yinling.base.api import unseal
from yinling.base.contracts import Refusal

from ..contracts import Register
from ..models import Delivery, DeliveryPart, Heading
from ..readers import Blob
from ..registry import registers


class UnknownRegister(Refusal):
    code: ClassVar[str] = "people.unknown_register"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有名为“{register}”的名册。可用：{known}"
    en: ClassVar[str] = "There is no register “{register}”. Known: {known}"


class NoDelivery(Refusal):
    code: ClassVar[str] = "people.no_delivery"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有这份数据。"
    en: ClassVar[str] = "There is no such delivery."


def register_of(key: str) -> Register:
    """The declared register, or the refusal that lists what there is."""
    found = registers.find(key)
    if found is None:
        raise UnknownRegister(register=key[:40], known="、".join(registers.keys()), field="register")
    return found


def register_for(delivery: Delivery) -> Register:
    """The register of a delivery with the headings that its area's clerks explained before."""
    declared = register_of(delivery.register)
    said = Heading.objects.filter(register=declared.key, area=delivery.area).exclude(column="")
    learned: dict[str, list[str]] = {}
    for one in said:
        learned.setdefault(one.column, []).append(one.heading)
    if not learned:
        return declared
    columns = tuple(
        replace(column, aliases=(*column.aliases, *learned.get(column.key, ())))
        for column in declared.columns
    )
    return replace(declared, columns=columns)


def bound_to(delivery: UUID, seq: int) -> str:
    return f"people_delivery_part:{delivery}:{seq}"


def blob_of(delivery: Delivery) -> Blob:
    """The file as it arrived, opened piece by piece."""

    def stream() -> Iterator[bytes]:
        seqs = DeliveryPart.objects.filter(delivery=delivery).order_by("seq").values_list("seq", flat=True)
        for seq in list(seqs):
            sealed = DeliveryPart.objects.values_list("sealed", flat=True).get(delivery=delivery, seq=seq)
            yield zlib.decompress(
                base64.b64decode(unseal("file", bytes(sealed), bound_to(delivery.uid, seq)))
            )

    return Blob(delivery.size_bytes, stream)
