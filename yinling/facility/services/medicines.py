"""Verbs of medicines: ordered, received, given; each due dose ends once, and stock never falls below nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from yinling.base.api import CHINA, current, record
from yinling.base.contracts import Event, Refusal

from ..contracts import DoseState
from ..models import Dose, Lot, Prescription
from . import due
from .care import NoSuchThing, ReasonMissing, clean_times
from .stays import must_be_in, stay_of


class DoublePrescription(Refusal):
    code, status = "facility.double_prescription", 409
    zh = "已有“{drug}”的医嘱（{dose}，{prescriber}）。如确需重复，请写明理由。"
    en = "There is an order of {drug} already ({dose}, {prescriber}). If both are meant, say why."


class OutOfStock(Refusal):
    code, status = "facility.out_of_stock", 409
    zh = "“{drug}”没有足够的有效库存（需 {units}，余 {left}），请先登记药品入库或选择暂停。"
    en = "Not enough unexpired stock of {drug} (needed {units}, left {left}); receive some or hold the dose."


class DoseEnded(Refusal):
    code, status = "facility.dose_ended", 409
    zh, en = "这次用药已经登记过了。", "This dose was already recorded."


class TooEarly(Refusal):
    code, status = "facility.dose_too_early", 409
    zh, en = (
        "还没有到用药时间（最早提前 60 分钟）。",
        "It is too early for this dose (at most 60 minutes ahead).",
    )


EARLY_SECONDS_MAX = 3_600


def drug_key(drug: str) -> str:
    """A drug's name as it is compared: without blanks, brackets' content and letter case."""
    text = drug.strip().lower().replace("（", "(")
    return text.split("(")[0].replace(" ", "")[:60]


def prescribe(
    *, stay: UUID, drug: str, dose: str, units: int, times: Sequence[str], prescriber: str, since: date, until: date | None,
    at: datetime, double_reason: str = "",
) -> UUID:  # fmt: skip
    """登记医嘱: a second order of one drug stands only with its reason."""
    row = stay_of(stay)
    must_be_in(row, at.astimezone(CHINA).date())
    key = drug_key(drug)
    same = Prescription.objects.filter(stay=row, drug_key=key).filter(Q(until=None) | Q(until__gt=since))
    if until is not None:
        same = same.filter(since__lt=until)
    first = same.first()
    if first is not None and not double_reason.strip():
        raise DoublePrescription(
            drug=first.drug, dose=first.dose, prescriber=first.prescriber, field="double_reason"
        )
    by = current().by
    made = Prescription.objects.create(
        home=row.home, area=row.area, stay=row, person_id=row.person_id, drug=drug.strip()[:60], drug_key=key, dose=dose[:40],
        units=units, times=clean_times(times), since=since, until=until, prescriber=prescriber[:60],
        double_reason=double_reason.strip()[:120] if first else "", ordered_at=at, by=by.account, by_name=by.name,
    )  # fmt: skip
    due.make(on=at.astimezone(CHINA).date(), at=at, stay=stay)
    record(
        Event("facility.prescribed", "person", str(row.person_id), row.area, {"double": first is not None})
    )
    uid: UUID = made.uid
    return uid


def stop(*, prescription: UUID, on: date, at: datetime, reason: str) -> None:
    """停药: nothing more becomes due; a dose already due is held with the reason."""
    found = Prescription.objects.select_for_update().filter(uid=prescription).first()
    if found is None:
        raise NoSuchThing
    if not reason.strip():
        raise ReasonMissing(field="reason")
    found.until = max(on, found.since)
    found.save(update_fields=["until"])
    doses = Dose.objects.filter(prescription=found, state="due")
    doses.filter(due_at__gt=at).delete()
    by = current().by
    doses.update(
        state="held", ended_at=at, by=by.account, by_name=by.name, reason=f"停药：{reason.strip()}"[:120]
    )
    record(Event("facility.prescription_ended", "person", str(found.person_id), found.area))


def receive(
    *, uid: UUID, stay: UUID, drug: str, lot: str, expires_on: date, units: int, at: datetime
) -> UUID:
    """药品入库: a package of the resident's own medicine, once by its uid."""
    row = stay_of(stay)
    if not Lot.objects.filter(uid=uid).exists():
        Lot.objects.create(
            uid=uid, home=row.home, area=row.area, stay=row, person_id=row.person_id, drug=drug.strip()[:60],
            drug_key=drug_key(drug), lot=lot[:40], expires_on=expires_on, units=units, received_at=at,
        )  # fmt: skip
        record(Event("facility.medicine_received", "person", str(row.person_id), row.area, {"units": units}))
    return uid


def end_dose(*, dose: UUID, state: DoseState, at: datetime, reason: str = "") -> None:
    """给药、拒服、暂停、漏服: a dose ends once, with who and when; a given one takes its units from the stock."""
    found = Dose.objects.select_for_update().select_related("prescription").filter(uid=dose).first()
    if found is None:
        raise NoSuchThing
    if found.state != DoseState.DUE:
        raise DoseEnded
    if state is not DoseState.GIVEN and not reason.strip():
        raise ReasonMissing(field="reason")
    if state is DoseState.GIVEN:
        must_be_in(stay_of(found.stay_id), at.astimezone(CHINA).date())
        if (found.due_at - at).total_seconds() > EARLY_SECONDS_MAX:
            raise TooEarly
        found.lot = _take(found, at.astimezone(CHINA).date())
    by = current().by
    found.state, found.ended_at, found.reason = state.value, at, reason.strip()[:120]
    found.by, found.by_name = by.account, by.name
    found.save(update_fields=["state", "ended_at", "reason", "by", "by_name", "lot"])


def _take(dose: Dose, day: date) -> Lot:
    """Units from the lot that expires first and suffices; expired ones are never given."""
    wanted = dose.prescription.units
    lots = Lot.objects.select_for_update().filter(
        stay=dose.stay_id, drug_key=dose.prescription.drug_key, expires_on__gte=day, units__gt=0
    )
    found = list(lots.order_by("expires_on", "uid"))
    enough = next((lot for lot in found if lot.units >= wanted), None)
    if enough is None:
        raise OutOfStock(drug=dose.prescription.drug, units=wanted, left=sum(lot.units for lot in found))
    enough.units -= wanted
    enough.save(update_fields=["units"])
    return enough
