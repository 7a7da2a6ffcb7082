"""Jobs of the facility room: bed-nights of a month counted and decided for every home."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from yinling.base.api import JobHandle, batch, now
from yinling.base.contracts import SYSTEM, Month

from .services import claims

CLAIMS = "facility.claims"


def count_claims(job: JobHandle, *, month: str, home: str = "") -> dict[str, Any]:
    """核算床位运营补贴: of one home or of all."""
    job.progress(0, 1, f"{month} 床位夜数核算")
    with batch("facility.claims", SYSTEM):
        counts = claims.count_month(month=Month.parse(month), at=now(), home=UUID(home) if home else None)
    job.progress(1, 1, f"{month} 完成")
    return dict(counts)
