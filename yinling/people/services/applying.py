"""Applying an arrived file: one transaction from staging to records, so that a kill at any moment leaves all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from yinling.base.api import batch, connection, record
from yinling.base.contracts import Actor, Event, Month, Refusal

from ..contracts import About, Mode, Register
from ..linking import link
from ..models import Delivery
from ..queries.files import NoDelivery, register_for
from ..queries.places import known_areas
from ..registry import Handed, registers
from ..rules.cells import Context
from .asking import ask_from_staged, ask_turned, wake_next_month
from .covering import check_order, covered_until, declare
from .living import write_vitals
from .measuring import ask_for_count
from .receiving import NotInState, coverage_range
from .records import plan_for, rebuild_staged, refresh_statistics
from .relinking import relink_staged
from .staging import Staged, stage, taken_rows
from .standing import follow_places, write_statements

Progress = Callable[[int, int, str], None]
ROWS_WORTH_STATISTICS = 1_000
ARRIVE = """
INSERT INTO people_arrival (uid, delivery, row, level, cells, problems, id_sealed, id_blind, phone_sealed, phone_blind,
                            account_sealed, account_blind, card_sealed, area)
SELECT arrival, %(delivery)s, row, level, cells, problems, id_sealed, id_blind, phone_sealed, phone_blind, account_sealed,
       account_blind, card_sealed, %(area)s
FROM people_in
"""


class StrictRefused(Refusal):
    code: ClassVar[str] = "people.strict_refused"
    status: ClassVar[int] = 422
    zh: ClassVar[str] = "严格模式：{bad}行有问题，全部未导入。"
    en: ClassVar[str] = "Strict: {bad} rows have problems, nothing was imported."


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery."""

    uid: UUID
    state: str
    rows: int
    applied: int
    unlinked: int
    refused: int
    again: bool
    effects: dict[str, int]
    refusal: dict[str, object] | None = None

    @property
    def done(self) -> bool:
        return self.state == Delivery.State.APPLIED


def apply_delivery(
    *, uid: UUID, by: Actor, at: datetime, progress: Progress | None = None, rebuild: bool = True
) -> Outcome:
    """Do it, in one transaction of its own; a refusal is written down in another, with nothing of the file applied."""
    say: Progress = progress or (lambda done, total, note: None)
    try:
        with batch("people.apply_delivery", by):
            delivery = _taken(uid)
            if delivery.state == Delivery.State.APPLIED:
                return replace(_outcome(delivery), again=True)
            return _apply(delivery, register_for(delivery), at, say, rebuild)
    except Refusal as refusal:
        with batch("people.refuse_delivery", by):
            return _refuse(uid, refusal)


def _taken(uid: UUID) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None:
        raise NoDelivery
    if delivery.state in (Delivery.State.CANCELLED, Delivery.State.REFUSED, Delivery.State.UNDONE):
        raise NotInState(state=delivery.get_state_display(), verb_zh="导入", verb_en="applied")
    # Two files of one register take turns, so that each sees the other's rows whole.
    with connection().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"people.apply:{delivery.register}"])
    twin = Delivery.objects.filter(register=delivery.register, sha256=delivery.sha256, as_of=delivery.as_of, mode=delivery.mode,
                                   state=Delivery.State.APPLIED).first()  # fmt: skip
    return twin or delivery


def _apply(delivery: Delivery, register: Register, at: datetime, say: Progress, rebuild: bool) -> Outcome:
    check_order(register, delivery)
    context = Context(delivery.as_of, known_areas(delivery.area))

    def read(done: int, total: int) -> None:
        say(done, 0, "读取与检查")

    if register.about == About.PERSON:
        staged = stage(delivery, register, context, read)
        _check_strict(delivery, staged)
        plan_for(staged.rows)
        _arrive(delivery)
        effects = _apply_persons(delivery, register, at, say, staged.rows, rebuild)
    else:
        staged, effects = _hand_over(delivery, register, context, at, read)
    _count(delivery, staged, effects)
    delivery.state, delivery.applied_at = Delivery.State.APPLIED, at
    delivery.save()
    ask_for_count(register.key)
    record(Event("people.delivery_applied", "delivery", str(delivery.uid), delivery.area, {
        "register": delivery.register, "as_of": delivery.as_of.isoformat(), "rows": staged.rows, "refused": staged.refused,
        "unlinked": staged.unlinked, "sha256": delivery.sha256, **effects}))  # fmt: skip
    return _outcome(delivery)


def _apply_persons(
    delivery: Delivery, register: Register, at: datetime, say: Progress, rows: int, rebuild: bool
) -> dict[str, int]:
    mode = Mode(delivery.mode)
    month = Month.of(delivery.as_of).first_day
    ranges = [coverage_range(code) for code in delivery.areas]
    facts: dict[str, Any] = {
        "register": register.key, "delivery": delivery.uid, "as_of": delivery.as_of, "at": at, "area": delivery.area,
        "until": covered_until(register, delivery.as_of), "speaks": month if mode == Mode.FULL else delivery.as_of,
        "los": [lo for lo, _ in ranges], "his": [hi for _, hi in ranges],
    }  # fmt: skip
    say(rows, rows, "对应到人")
    effects = {"persons_new": link(register, area=delivery.area, at=at)}
    follow_places()
    say(rows, rows, "更新事实")
    effects |= write_statements(register, mode, facts)
    effects |= write_vitals(facts)
    declare(register, delivery, at)
    if rows >= ROWS_WORTH_STATISTICS:
        refresh_statistics()
    effects["asked"] = ask_from_staged(facts, full=mode == Mode.FULL)
    if rebuild:
        say(rows, rows, "更新一人一档")
        effects["records"] = rebuild_staged(at)
        say(rows, rows, "比对同一人")
        linked = relink_staged(at)
        effects |= {"joined": linked.joined, "to_check": linked.waiting}
        effects["asked"] += ask_turned(at)
        wake_next_month(at)
    return effects


def _hand_over(
    delivery: Delivery, register: Register, context: Context, at: datetime, read: Callable[[int, int], None]
) -> tuple[Staged, dict[str, int]]:
    taker = registers.taker(register.key)
    assert taker is not None, f"register {register.key} has nobody who takes its rows"
    staged = Staged()
    handed = Handed(delivery.uid, register.key, delivery.area, delivery.as_of, delivery.mode, at)
    effects = taker(handed, taken_rows(delivery, register, context, staged, read))
    _check_strict(delivery, staged)
    _arrive(delivery)
    return staged, dict(effects)


def _check_strict(delivery: Delivery, staged: Staged) -> None:
    if delivery.strict and staged.bad:
        raise StrictRefused(bad=staged.bad)


def _arrive(delivery: Delivery) -> None:
    with connection().cursor() as cursor:
        cursor.execute(ARRIVE, {"delivery": delivery.uid, "area": delivery.area})


def _count(delivery: Delivery, staged: Staged, effects: dict[str, int]) -> None:
    delivery.rows, delivery.applied_rows = staged.rows, staged.applied
    delivery.unlinked_rows, delivery.refused_rows = staged.unlinked, staged.refused
    delivery.noted_rows = staged.noted + staged.left_out
    delivery.effects = effects | {"codes": staged.codes}


def _refuse(uid: UUID, refusal: Refusal) -> Outcome:
    delivery = Delivery.objects.select_for_update().filter(uid=uid).first()
    if delivery is None or delivery.state != Delivery.State.RECEIVED:
        raise refusal
    delivery.state, delivery.refusal = Delivery.State.REFUSED, refusal.problem()
    delivery.save(update_fields=["state", "refusal"])
    record(Event("people.delivery_refused", "delivery", str(uid), delivery.area,
                 {"register": delivery.register, "code": refusal.code}))  # fmt: skip
    return _outcome(delivery)


def _outcome(delivery: Delivery) -> Outcome:
    return Outcome(delivery.uid, delivery.state, delivery.rows, delivery.applied_rows, delivery.unlinked_rows,
                   delivery.refused_rows, False, {key: value for key, value in delivery.effects.items() if key != "codes"},
                   delivery.refusal)  # fmt: skip
