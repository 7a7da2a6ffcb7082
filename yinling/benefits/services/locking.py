"""The lock on one batch."""

from uuid import UUID

from yinling.base.contracts import Refusal
from yinling.benefits.models import Batch


class NoSuchBatch(Refusal):
    code = "benefits_no_such_batch"
    status = 404
    zh = "没有这个批次，或不在您的管辖范围内。"
    en = "There is no such batch within your area."


def lock_batch(uid: UUID) -> Batch:
    """The batch, held until the end of the transaction, so that two clicks come one after the other."""
    found = Batch.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise NoSuchBatch
    return found
