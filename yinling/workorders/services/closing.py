"""What an order asks for before it ends: ticks on its check-list, files that show what was done, the person called back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import clean_file, current, record, seal_bytes, sm3, unseal_bytes
from yinling.base.contracts import Event, Refusal

from .. import rules
from ..contracts import CallBack, State, Verb
from ..models import Call, Evidence, Order
from .moves import MoveNotAllowed, locked, mine, move, put_back

FILES_MAX = 20
SEAL_KIND = "evidence"


class NoSuchCheck(Refusal):
    code, status = "order_no_such_check", 404
    zh = "核对清单里没有这一项。"
    en = "The check-list has no such line."


class OrderEnded(Refusal):
    code, status = "order_ended", 409
    zh = "工单已办完，不能再改。需要更正请先重新打开。"
    en = "The order is finished; reopen it before changing it."


class TooManyFiles(Refusal):
    code, status = "order_too_many_files", 422
    zh = "一张工单最多 {most} 个附件。"
    en = "An order holds at most {most} files."


class CallAnswerMissing(Refusal):
    code, status = "order_call_answer_missing", 422
    zh = "已联系上本人，请记下是否满意。"
    en = "The person was reached: please note whether they were satisfied."


def _waiting(uid: UUID) -> Order:
    row = locked(uid)
    mine(row)
    if State(row.state) not in rules.WAITING:
        raise OrderEnded
    return row


def tick(*, order: UUID, key: str, done: bool, at: datetime) -> None:
    """Tick one line of the check-list, or take the tick back."""
    row = _waiting(order)
    if key not in {item["key"] for item in row.checklist}:
        raise NoSuchCheck(field=key)
    by = current().by.account
    row.checklist = [{**item, "done": done} if item["key"] == key else item for item in row.checklist]
    row.changed_at = at
    row.save(update_fields=["checklist", "changed_at"])
    record(
        Event("workorders.ticked", "order", str(row.uid), row.area, {"key": key, "done": done, "by": str(by)})
    )


def attach(*, order: UUID, name: str, body: bytes, at: datetime) -> UUID:
    """Keep one file with the order, sealed; the same file again is the one that is there. Its uid."""
    clean = clean_file(name, body)
    row = _waiting(order)
    digest = sm3(clean.body).hex()
    known = Evidence.objects.filter(order=row, digest=digest).values_list("uid", flat=True).first()
    if known:
        return known
    if Evidence.objects.filter(order=row).count() >= FILES_MAX:
        raise TooManyFiles(most=FILES_MAX, field="file")
    uid = uuid4()
    Evidence.objects.create(
        uid=uid,
        order=row,
        name=clean.name,
        media=clean.media,
        size=len(clean.body),
        digest=digest,
        body=seal_bytes(SEAL_KIND, clean.body, f"workorders_evidence:{uid}"),
        at=at,
        by=current().by.account,
        subject=row.subject,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        area=row.area,
    )
    record(
        Event(
            "workorders.attached", "order", str(row.uid), row.area, {"digest": digest, "media": clean.media}
        )
    )
    return uid


def opened_file(uid: UUID) -> tuple[Evidence, bytes]:
    """One file, opened; that it was looked at goes into the trail. LookupError-free: none within the scope is a refusal."""
    row = Evidence.objects.filter(uid=uid).first()
    if row is None:
        raise NoSuchCheck
    record(Event("workorders.file_opened", "order", str(row.order_id), row.area, {"digest": row.digest}))
    return row, unseal_bytes(SEAL_KIND, row.body, f"workorders_evidence:{row.uid}")


def call_back(
    *, order: UUID, reached: bool, satisfied: bool | None = None, words: str = "", at: datetime
) -> CallBack:
    """回访: was the person reached, and are they content? Who is not content has the order back in the queue."""
    row = locked(order)
    mine(row)
    if reached and satisfied is None:
        raise CallAnswerMissing(field="satisfied")
    if not row.callback:
        raise MoveNotAllowed(
            state="无需回访", verb="回访", state_en="not to be called back", verb_en="call back"
        )
    tries = Call.objects.filter(order=row).count() + 1
    stands = rules.after_call(reached=reached, tries=tries)
    move(row, Verb.CALL_BACK, at=at, note=words, callback=stands)
    Call.objects.create(
        uid=uuid4(),
        order=row,
        at=at,
        by=current().by.account,
        reached=reached,
        satisfied=satisfied if reached else None,
        words=words[:500],
        subject=row.subject,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        area=row.area,
    )
    if reached and not satisfied:
        put_back(row, note=words, at=at)
    return stands
