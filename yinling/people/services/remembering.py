"""What a clerk says a heading means is kept for the next file of that register."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from ..models import Delivery, Heading
from ..queries.files import NoDelivery, register_of

HEADING_MAX = 80


class WrongColumn(Refusal):
    code: ClassVar[str] = "people.wrong_column"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "名册中没有“{column}”这一项，或两列选了同一项。"
    en: ClassVar[str] = "The register has no column “{column}”, or two headings were given the same."


def remember_headings(*, uid: UUID, said: Mapping[str, str], at: datetime) -> int:
    """Keep the meanings of headings (empty: not used) for the delivery's register and area; how many were kept."""
    delivery = Delivery.objects.filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    declared = register_of(delivery.register)
    chosen = [key for key in said.values() if key]
    for key in chosen:
        if not declared.has(key) or chosen.count(key) > 1:
            raise WrongColumn(column=key[:40], field="column")
    for heading, key in said.items():
        Heading.objects.update_or_create(
            register=declared.key, heading=heading[:HEADING_MAX], area=delivery.area,
            defaults={"column": key, "said_by": current().by.name[:80], "said_at": at},
        )  # fmt: skip
    record(Event("people.headings_explained", "delivery", str(uid), delivery.area,
                 {"register": declared.key, "headings": dict(said)}))  # fmt: skip
    return len(said)
