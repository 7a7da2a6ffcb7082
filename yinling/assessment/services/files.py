"""Photos and signatures of an assessment, sealed to their row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import CleanFile, record, seal_bytes, sm3, unseal_bytes
from yinling.base.contracts import Event

from ..models import Assessment, File
from .moving import NoSuchAssessment

SEAL_KIND = "assessment_file"


def keep_file(row: Assessment, kind: str, file: CleanFile, *, at: datetime) -> UUID:
    """Seal one file and keep it; its uid."""
    uid = uuid4()
    File.objects.create(
        uid=uid, assessment=row, kind=kind, media=file.media, size=len(file.body), digest=sm3(file.body).hex(),
        body=seal_bytes(SEAL_KIND, file.body, f"assessment_file:{uid}"), at=at, person=row.person, hukou_area=row.hukou_area,
        live_area=row.live_area,
    )  # fmt: skip
    return uid


def opened_file(uid: UUID) -> tuple[File, bytes]:
    """One file, opened; that it was looked at goes into the trail."""
    row = File.objects.filter(uid=uid).first()
    if row is None:
        raise NoSuchAssessment
    record(Event("assessment.file_opened", "person", str(row.person), row.live_area, {"digest": row.digest}))
    return row, unseal_bytes(SEAL_KIND, row.body, f"assessment_file:{row.uid}")
