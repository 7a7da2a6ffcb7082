"""Notices to people, their answers, and objections while a list hangs out."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from yinling.base.api import record
from yinling.base.contracts import Actor, Event, Month, Refusal
from yinling.benefits.contracts import Block, LineState
from yinling.benefits.models import Consent, Line, Objection
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.rules.terms import applied_items
from yinling.benefits.services.cases.moving import answered


class NoLine(Refusal):
    code = "benefits_no_line"
    status = 404
    zh = "没有这笔补贴津贴，或不在您的管辖范围内。"
    en = "There is no such payment within your area."


class NeedsApplication(Refusal):
    code = "benefits_needs_application"
    zh = "这一项须先申请，由区县审批后发放。"
    en = "This benefit needs an application that the district decides."


class NotPublic(Refusal):
    code = "benefits_not_public"
    zh = "这笔不在公示期内，不能提出异议。"
    en = "This payment is not being published now."


class AlreadyObjected(Refusal):
    code = "benefits_already_objected"
    zh = "这笔已有异议正在处理。"
    en = "An objection to this payment is already open."


class NoObjection(Refusal):
    code = "benefits_no_objection"
    status = 404
    zh = "没有这件异议，或已经处理完。"
    en = "There is no such open objection."


def notify(*, month: Month, area_lo: str, area_hi: str, by: Actor, at: datetime) -> int:
    """Tell everyone who waits for an answer, once a month and item, by message."""
    sent = run(
        """INSERT INTO benefits_notice (uid, person, item, month, hukou_area, live_area, kind, fen, channel, sent_at)
                  SELECT gen_random_uuid(), person, item, month, hukou_area, live_area, 'award', fen, 'sms', %s
                  FROM benefits_line WHERE month = %s AND state = 'awaiting' AND hukou_area >= %s AND hukou_area < %s
                  ON CONFLICT (person, item, month, kind) DO NOTHING""",
        [at, month.text, area_lo, area_hi],
    )
    if sent:
        record(Event("benefits.notified", "month", month.text, area_lo, {"month": month.text, "count": sent}))
    return sent


def record_consent(
    *, person: UUID, item: str, agreed: bool, via: str, on: date, by: Actor, at: datetime, words: str = ""
) -> int:
    """A person's answer, with the words they were shown: yes sends the waiting lines on, no withdraws them.

    The number of lines that moved. An item that needs an application is agreed to by its case alone.
    """
    if agreed and item in applied_items():
        raise NeedsApplication
    areas = rows(
        """SELECT hukou_area, live_area FROM (
             SELECT hukou_area, live_area, changed_at FROM benefits_line WHERE person = %(person)s AND item = %(item)s
             UNION ALL
             SELECT hukou_area, live_area, changed_at FROM benefits_case WHERE person = %(person)s AND item = %(item)s) known
           ORDER BY changed_at DESC LIMIT 1""",
        {"person": person, "item": item},
    )
    if not areas:
        raise NoLine
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"benefits.consent:{person}"])
    live = Consent.objects.filter(person=person, item=item, ended_at__isnull=True).first()
    if live is None or live.agreed != agreed:
        Consent.objects.filter(person=person, item=item, ended_at__isnull=True).update(ended_at=at)
        Consent.objects.create(
            uid=uuid4(),
            person=person,
            item=item,
            hukou_area=areas[0][0],
            live_area=areas[0][1],
            agreed=agreed,
            via=via[:12],
            words=words[:300],
            on=on,
            recorded_at=at,
            account=by.account,
        )
        record(
            Event(
                "benefits.consent_recorded",
                "person",
                str(person),
                areas[0][0],
                {"item": item, "agreed": agreed, "via": via[:12]},
            )
        )
        answered(person=person, item=item, agreed=agreed, at=at)
    return follow_answer(person, item, agreed=agreed, at=at)


def follow_answer(person: UUID, item: str, *, agreed: bool, at: datetime) -> int:
    """Lines that waited for the answer, or stood still for the last one."""
    if agreed:
        return run(
            """UPDATE benefits_line SET changed_at = %s, block = CASE WHEN payee_index IS NULL THEN %s ELSE '' END,
                 state = CASE WHEN payee_index IS NULL THEN 'blocked' ELSE 'proposed' END
               WHERE person = %s AND item = %s AND batch_id IS NULL
               AND (state = 'awaiting' OR (state = 'blocked' AND block IN ('declined', 'case_open')))""",
            [at, Block.NO_ACCOUNT, person, item],
        )
    return run(
        """UPDATE benefits_line SET state = 'blocked', block = %s, changed_at = %s
                       WHERE person = %s AND item = %s AND batch_id IS NULL AND state IN ('awaiting', 'proposed')""",
        [Block.DECLINED, at, person, item],
    )


def record_objection(*, line: UUID, text: str, by: Actor, at: datetime) -> UUID:
    """异议: the line waits until it is settled; the rest of the list goes on."""
    row = Line.objects.select_for_update().filter(uid=line).first()
    if row is None:
        raise NoLine
    if Objection.objects.filter(line=row, settled_at__isnull=True).exists():
        raise AlreadyObjected
    if row.state != LineState.PUBLICISED:
        raise NotPublic
    made = Objection.objects.create(
        uid=uuid4(),
        line=row,
        person=row.person,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        text=text[:500],
        raised_at=at,
        account=by.account,
    )
    _set(row, LineState.BLOCKED, Block.OBJECTION, at)
    record(
        Event(
            "benefits.objected",
            "person",
            str(row.person),
            row.hukou_area,
            {"objection": str(made.uid), "line": str(line), "item": row.item, "month": row.month},
        )
    )
    return UUID(str(made.uid))


def settle_objection(*, objection: UUID, upheld: bool, by: Actor, at: datetime) -> None:
    """Upheld, the line ends; dismissed, it goes back on the list that still hangs, or comes up anew."""
    found = Objection.objects.select_for_update().filter(uid=objection, settled_at__isnull=True).first()
    if found is None:
        raise NoObjection
    row = Line.objects.select_for_update().get(uid=found.line_id)
    found.settled_at, found.upheld, found.settled_by = at, upheld, by.account
    found.save(update_fields=["settled_at", "upheld", "settled_by"])
    if row.state == LineState.BLOCKED and row.block == Block.OBJECTION:
        hanging = one("SELECT state FROM benefits_batch WHERE uid = %s", [row.batch_id]) == "publicised"
        if upheld:
            _set(row, LineState.WITHDRAWN, Block.OBJECTION, at)
        elif hanging:
            _set(row, LineState.PUBLICISED, "", at)
    record(
        Event(
            "benefits.objection_settled",
            "person",
            str(row.person),
            row.hukou_area,
            {"objection": str(objection), "line": str(row.uid), "upheld": upheld},
        )
    )


def _set(row: Line, state: str, block: str, at: datetime) -> None:
    row.state, row.block, row.changed_at = state, block, at
    row.save(update_fields=["state", "block", "changed_at"])


def tell(*, lines: Sequence[UUID], kind: str, at: datetime) -> int:
    """Whenever a payment is raised, lowered, stopped or comes back, the person is told, once."""
    return run(
        """INSERT INTO benefits_notice (uid, person, item, month, hukou_area, live_area, kind, fen, channel, sent_at)
                  SELECT gen_random_uuid(), person, item, month, hukou_area, live_area, %s, fen, 'sms', %s
                  FROM benefits_line WHERE uid = ANY(%s) ON CONFLICT (person, item, month, kind) DO NOTHING""",
        [kind, at, list(lines)],
    )
