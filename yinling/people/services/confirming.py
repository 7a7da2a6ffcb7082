"""Sending a previewed file on its way: the job that applies it is asked for once, by a named person."""

from __future__ import annotations

from uuid import UUID

from yinling.base.api import current, enqueue, record
from yinling.base.contracts import Event

from ..models import Delivery
from ..queries.files import NoDelivery, register_of
from .receiving import NotInState
from .undoing import REASON_MIN, NoUndoReason

APPLY = "people.apply_delivery"
UNDO = "people.undo_delivery"


def confirm_delivery(*, uid: UUID, strict: bool) -> UUID:
    """Ask for the import of an arrived file; a second click finds the same job."""
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    if delivery.job is not None:
        return delivery.job
    if delivery.state != Delivery.State.RECEIVED:
        raise NotInState(state=delivery.get_state_display(), verb_zh="导入", verb_en="applied")
    register = register_of(delivery.register)
    label = f"导入{register.name}（{delivery.as_of.isoformat()}）"
    delivery.strict = strict
    delivery.job = enqueue(APPLY, {"delivery": str(uid)}, label=label, by=current().by)
    delivery.save(update_fields=["strict", "job"])
    record(Event("people.delivery_confirmed", "delivery", str(uid), delivery.area,
                 {"register": delivery.register, "strict": strict}))  # fmt: skip
    return delivery.job


def ask_undo(*, uid: UUID, reason: str) -> UUID:
    """Ask for the undoing of an applied file, with its reason; a second click finds the same job."""
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    if len(reason.strip()) < REASON_MIN:
        raise NoUndoReason(field="reason")
    if delivery.undo_job is not None:
        return delivery.undo_job
    if delivery.state != Delivery.State.APPLIED:
        raise NotInState(state=delivery.get_state_display(), verb_zh="撤销", verb_en="undone")
    label = f"撤销{register_of(delivery.register).name}（{delivery.as_of.isoformat()}）"
    delivery.undo_job = enqueue(
        UNDO, {"delivery": str(uid), "reason": reason.strip()[:200]}, label=label, by=current().by
    )
    delivery.save(update_fields=["undo_job"])
    record(Event("people.delivery_undo_asked", "delivery", str(uid), delivery.area,
                 {"register": delivery.register, "reason": reason.strip()[:200]}))  # fmt: skip
    return delivery.undo_job
