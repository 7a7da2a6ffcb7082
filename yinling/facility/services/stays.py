"""Verbs of a stay: from the first question to its end, each by the table of moves, with bed, absence and word to the family."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import CHINA, current, record, seal
from yinling.base.contracts import Event, Refusal
from yinling.people import api as people
from yinling.providers import api as providers

from ..contracts import CLAUSES, ENDED, STAGE_NAMES, VERB_NAMES, Stage, Verb
from ..models import Absence, AgreedFee, FeeItem, PlanItem, Prescription, Stay, StayMove
from ..queries.stays import ability_of
from ..rules.moves import next_stage
from . import due
from .billing import settle
from .telling import tell


class NoSuchStay(Refusal):
    code, status = "facility.no_such_stay", 404
    zh, en = "没有这位住养老人，或不在您的机构。", "No such resident in your home."


class MoveNotAllowed(Refusal):
    code, status = "facility.move_not_allowed", 409
    zh = "现在是“{stage}”，不能“{verb}”。请刷新后再看。"
    en = "The stay is {stage_en}; it cannot {verb_en}. Please refresh."


class DayUnfit(Refusal):
    code, status = "facility.day_unfit", 422
    zh = "日期应在 {low} 至 {high} 之间。"
    en = "The day must lie between {low} and {high}."


class NotThisName(Refusal):
    code, status = "facility.not_this_name", 422
    zh = "身份证号与姓名不一致，或平台没有这位老人的档案。请核对证件；外区老人请先由社区建档。"
    en = "Number and name do not agree, or there is no record of this person. Check the card; others need a record first."


class KnownDead(Refusal):
    code, status = "facility.known_dead", 409
    zh = "登记显示这位老人已于 {day} 去世，不能办理。如有误，请联系社区更正。"
    en = (
        "The registers say that this person died on {day}. If that is wrong, ask the community to correct it."
    )


class ClauseMissing(Refusal):
    code, status = "facility.clause_missing", 422
    zh = "服务协议缺少条款：{names}（民政部令第66号要求九项）。"
    en = "The agreement lacks clauses: {names} (nine are required by order 66)."


class NoFees(Refusal):
    code, status = "facility.no_fees", 422
    zh, en = "请至少选择一项收费。", "Choose at least one fee."


def local(at: datetime) -> date:
    """The day of a moment where the home is."""
    return at.astimezone(CHINA).date()


def stay_of(uid: UUID) -> Stay:
    """One stay, locked; NoSuchStay outside the scope."""
    found = Stay.objects.select_for_update().filter(uid=uid).first()
    if found is None:
        raise NoSuchStay
    return found


def enquire(
    *, home: UUID, name: str, phone: str, contact_name: str, contact_phone: str, on: date, at: datetime
) -> UUID:  # fmt: skip
    """咨询登记: somebody asks for a place; nothing is known of them yet but what they say."""
    card = providers.home_of(home)
    if card is None:
        raise NoSuchStay
    uid = uuid4()
    row = Stay.objects.create(
        uid=uid, home=home, area=card.area, name=name.strip()[:60], phone_sealed=_sealed(uid, phone),
        contact_name=contact_name.strip()[:60], contact_sealed=_sealed(uid, contact_phone), enquired_on=on, changed_at=at,
    )  # fmt: skip
    _written(row, "enquire", "", on=on, at=at, note="")
    record(Event("facility.enquired", "stay", str(uid), card.area))
    return uid


def _sealed(uid: UUID, phone: str) -> bytes:
    return seal("phone", phone.strip(), f"facility_stay:{uid}") if phone.strip() else b""


def _written(row: Stay, verb: str, before: str, *, on: date, at: datetime, note: str) -> None:
    by = current().by
    StayMove.objects.create(
        home=row.home, area=row.area, stay=row, person=row.person_id, verb=verb, from_stage=before, to_stage=row.stage,
        on_date=on, at=at, by=by.account, by_name=by.name, note=note[:200],
    )  # fmt: skip


def _move(row: Stay, verb: Verb, *, on: date, at: datetime, note: str = "", **changes: Any) -> Stay:
    """The only place where a stay changes its stage."""
    before = Stage(row.stage)
    after = next_stage(before, verb)
    if after is None:
        raise MoveNotAllowed(
            stage=STAGE_NAMES[before], verb=VERB_NAMES[verb], stage_en=before.value, verb_en=verb.value
        )
    _check_day(row, verb, on, at)
    row.stage, row.changed_at = after.value, at
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=["stage", "changed_at", *changes])
    _written(row, verb.value, before.value, on=on, at=at, note=note)
    subject = ("person", str(row.person_id)) if row.person_id else ("stay", str(row.uid))
    data: dict[str, object] = {"stay": str(row.uid), "home": str(row.home), "on": on, "stage": after.value}
    record(Event(f"facility.{verb.value}", *subject, row.area, data))
    return row


def _check_day(row: Stay, verb: Verb, on: date, at: datetime) -> None:
    """No day before the last move's, none in the future but for a planned change of beds."""
    last = StayMove.objects.filter(stay=row).order_by("-on_date").values_list("on_date", flat=True).first()
    low, high = last or row.enquired_on, local(at) + timedelta(days=1)
    if on < low or (on > high and verb is not Verb.TRANSFER):
        raise DayUnfit(low=low, high=high, field="on")


def visit(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """参观."""
    _move(stay_of(stay), Verb.VISIT, on=on, at=at, note=note)


def assess(*, stay: UUID, person: UUID, on: date, at: datetime, level: str = "", goals: str = "") -> None:
    """Know who it is and take over the ability result that the registers hold: never asked twice.

    Runs in a unit whose scope holds this person, who has shown the card to the home.
    """
    row = stay_of(stay)
    card = people.person_card(person)
    if card is None or card.name.replace(" ", "") != row.name.replace(" ", ""):
        raise NotThisName(field="number")
    _check_alive(person, at)
    ability, source, day = ability_of(person, at)
    _move(
        row, Verb.ASSESS, on=on, at=at, note=ability or "", person_id=person, ability=ability or "", ability_source=source,
        ability_on=day, level=level or row.level, goals=goals[:300] or row.goals,
    )  # fmt: skip


def _check_alive(person: UUID, at: datetime) -> None:
    vital = people.vitals([person], at=at)[person]
    if vital.dead_on is not None:
        raise KnownDead(day=vital.dead_on)


def sign(
    *, stay: UUID, agreement: Mapping[str, str], agreement_no: str, fees: Sequence[UUID], deposit_fen: int, on: date,
    at: datetime, photo_consent: bool = False,
) -> None:  # fmt: skip
    """签约: the nine clauses, the fees from the price list as they stand now, the deposit."""
    row = stay_of(stay)
    missing = [words for key, words in CLAUSES if not agreement.get(key, "").strip()]
    if missing:
        raise ClauseMissing(names="、".join(missing), field="agreement")
    chosen = list(FeeItem.objects.filter(uid__in=list(fees), home=row.home, until=None).exclude(unit="time"))
    if not chosen:
        raise NoFees(field="fees")
    clauses = {key: agreement[key].strip()[:500] for key, _words in CLAUSES}
    _move(
        row, Verb.SIGN, on=on, at=at, agreement=clauses, agreement_no=agreement_no[:40], signed_on=on,
        deposit_fen=deposit_fen, photo_consent=photo_consent,
    )  # fmt: skip
    AgreedFee.objects.bulk_create(
        AgreedFee(
            home=row.home, area=row.area, stay=row, person_id=row.person_id, kind=one.kind, name=one.name, unit=one.unit,
            fen=one.fen, while_away=one.while_away, since=on,
        )
        for one in chosen
    )  # fmt: skip


def admit(*, stay: UUID, bed: UUID, on: date, at: datetime, trial_days: int = 30) -> None:
    """办理入住: the bed is theirs from this night on; the trial begins."""
    row = stay_of(stay)
    if row.person_id is None:
        raise MoveNotAllowed(
            stage=STAGE_NAMES[Stage(row.stage)],
            verb=VERB_NAMES[Verb.ADMIT],
            stage_en=row.stage,
            verb_en="admit",
        )
    _check_alive(row.person_id, at)
    _move(row, Verb.ADMIT, on=on, at=at, admitted_on=on, bed=bed, trial_until=on + timedelta(days=trial_days))
    providers.occupy(bed=bed, person=row.person_id, stay=row.uid, on=on)
    AgreedFee.objects.filter(stay=row, since__lt=on).update(since=on)
    due.make(on=local(at), at=at, stay=row.uid)
    due.keep_ticking(at)
    tell(
        row,
        "admit",
        f"{row.name}已于{_day(on)}入住，床位{_bed(bed, on)}，试住至{_day(row.trial_until or on)}。",
        at,
    )


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _bed(bed: UUID, on: date) -> str:
    card = providers.bed_card(bed, on)
    return card.label if card else ""


def confirm(*, stay: UUID, on: date, at: datetime) -> None:
    """试住转正式."""
    row = _move(stay_of(stay), Verb.CONFIRM, on=on, at=at, confirmed_on=on)
    tell(row, "confirm", f"{row.name}试住结束，{_day(on)}起正式入住。", at)


def transfer(*, stay: UUID, bed: UUID, on: date, at: datetime, note: str = "") -> None:
    """调床: today at once, on a later day as a plan that reserves the bed."""
    row = stay_of(stay)
    if on > local(at):
        _move(row, Verb.TRANSFER, on=local(at), at=at, note=f"计划{on}：{note}")
        providers.plan_move(stay=stay, bed=bed, on=on)
        words = f"{row.name}计划于{_day(on)}调到床位{_bed(bed, on)}。"
    else:
        _move(row, Verb.TRANSFER, on=on, at=at, note=note, bed=bed)
        providers.move(stay=stay, bed=bed, on=on)
        words = f"{row.name}已调到床位{_bed(bed, on)}。"
    tell(row, "transfer", words, at)


def carry_out_transfer(*, stay: UUID, at: datetime) -> None:
    """Make a planned change of beds."""
    row = stay_of(stay)
    bed = providers.carry_out(stay=stay)
    _move(row, Verb.TRANSFER, on=local(at), at=at, note="按计划调床", bed=bed)
    tell(row, "transfer", f"{row.name}已按计划调到床位{_bed(bed, local(at))}。", at)


def cancel_transfer(*, stay: UUID) -> None:
    """Give a planned change of beds up."""
    providers.cancel_move(stay=stay_of(stay).uid)


def leave(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """请假外出: nights away begin; the bed stays theirs."""
    row = _move(stay_of(stay), Verb.LEAVE, on=on, at=at, note=note)
    _go(row, "leave", on, at, note)
    tell(row, "leave", f"{row.name}{_day(on)}请假外出。{note}", at)


def hospitalise(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """送医住院."""
    row = _move(stay_of(stay), Verb.HOSPITALISE, on=on, at=at, note=note)
    Absence.objects.filter(stay=row, until_on=None).update(until_on=on)
    _go(row, "hospital", on, at, note)
    tell(row, "hospital", f"{row.name}{_day(on)}送医院住院。{note}请您知悉并与我们联系。", at)


def _go(row: Stay, kind: str, on: date, at: datetime, note: str) -> None:
    Absence.objects.create(
        home=row.home,
        area=row.area,
        stay=row,
        person_id=row.person_id,
        kind=kind,
        from_on=on,
        note=note[:200],
    )
    providers.set_presence(stay=row.uid, presence=kind, on=on)
    due.drop(stay=row.uid, at=at, reason="请假外出" if kind == "leave" else "住院")


def come_back(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """返院: the night of this day is spent in the home again; the day's care goes on."""
    row = stay_of(stay)
    on_trial = row.confirmed_on is None and Stage(row.stage) is Stage.HOSPITAL
    _move(row, Verb.RETURN_TRIAL if on_trial else Verb.RETURN, on=on, at=at, note=note)
    Absence.objects.filter(stay=row, until_on=None).update(until_on=on)
    providers.set_presence(stay=row.uid, presence="in", on=on)
    due.make(on=local(at), at=at, stay=row.uid)
    tell(row, "return", f"{row.name}{_day(on)}已返院。", at)


def discharge(*, stay: UUID, on: date, at: datetime, reason: str) -> None:
    """办理退住: the bed is free from this night, the last bill is made, nothing more is due."""
    row = _end(stay_of(stay), Verb.DISCHARGE, on=on, at=at, reason=reason)
    tell(row, "discharge", f"{row.name}{_day(on)}办理退住，最后一期账单已出，押金和预收款余额将退还。", at)


def die(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """登记去世: as a discharge; the community is asked to confirm, so that money stops everywhere."""
    row = _end(stay_of(stay), Verb.DIE, on=on, at=at, reason=note or "去世")
    tell(row, "die", f"沉痛告知：{row.name}已于{_day(on)}去世。后续事宜我们会与您联系。", at)


def _end(row: Stay, verb: Verb, *, on: date, at: datetime, reason: str) -> Stay:
    _move(row, verb, on=on, at=at, note=reason, ended_on=on, end_reason=reason[:120], bed=None)
    Absence.objects.filter(stay=row, until_on=None).update(until_on=on)
    providers.release(stay=row.uid, on=on)
    due.drop(stay=row.uid, at=at, reason="已退住" if verb is Verb.DISCHARGE else "已故")
    for table in (PlanItem, Prescription, AgreedFee):
        table.objects.filter(stay=row, until=None).update(until=max(on, row.admitted_on or on))
    settle(stay=row.uid, on=on, at=at)
    return row


def decline(*, stay: UUID, on: date, at: datetime, note: str = "") -> None:
    """不再入住."""
    _move(stay_of(stay), Verb.DECLINE, on=on, at=at, note=note)


def must_be_in(row: Stay, local_day: date) -> None:
    """Nothing is recorded for somebody who is away, in hospital or no longer here."""
    if (
        Stage(row.stage) in ENDED
        or Stage(row.stage) in (Stage.AWAY, Stage.HOSPITAL)
        or row.admitted_on is None
    ):
        raise NotInTheHome(stage=STAGE_NAMES[Stage(row.stage)], stage_en=row.stage)


class NotInTheHome(Refusal):
    code, status = "facility.not_in_the_home", 409
    zh = "老人现在是“{stage}”，不在机构内，不能登记照护或给药。"
    en = "The resident is {stage_en} and not in the home; no care or medicine can be recorded."
