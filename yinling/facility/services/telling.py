"""What the family is told, in words, in the transaction of what happened."""

from __future__ import annotations

from datetime import datetime

from ..models import Message, Stay


def tell(row: Stay, kind: str, words: str, at: datetime) -> None:
    """Write one message for the resident and the family; nothing for somebody not yet known."""
    if row.person_id:
        Message.objects.create(
            home=row.home,
            area=row.area,
            stay=row,
            person_id=row.person_id,
            kind=kind,
            words=words[:300],
            at=at,
        )
