"""经办、复核、审批、公示: the steps of a batch up to the point where money is asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from yinling.base.api import current, record
from yinling.base.contracts import Actor, Event, Month, Refusal, area_range
from yinling.benefits.contracts import BATCH_NAMES, BatchState, Block, FrozenLine, Kind, Step
from yinling.benefits.models import Approval, Batch
from yinling.benefits.queries.sql import one, rows, run
from yinling.benefits.rules.due import offset_share
from yinling.benefits.rules.moves import batch_after, line_sources
from yinling.benefits.rules.publicity import last_day_of_publicity
from yinling.benefits.rules.roster import roster_digest
from yinling.benefits.rules.terms import items, term
from yinling.benefits.services.locking import lock_batch


class NothingToPay(Refusal):
    code = "benefits_nothing_to_pay"
    zh = "{month} 没有可以编入批次的拟发放对象。"
    en = "There is nothing proposed for {month} that could enter a batch."


class SamePerson(Refusal):
    code = "benefits_same_person"
    status = 403
    zh = "经办、复核、审批须由三个人分别办理，您已在本批次签过名。"
    en = "Three different persons must make, check and approve; you have already signed this batch."


class RosterChanged(Refusal):
    code = "benefits_roster_changed"
    zh = "名册内容与签名时不一致，请退回经办重新提交。"
    en = "The roster is not the one that was signed; send it back and submit again."


class StillPublic(Refusal):
    code = "benefits_still_public"
    zh = "公示期到 {end_on} 结束，现在还不能结束公示。"
    en = "Publicity runs until {end_on} and cannot be closed yet."


class OpenObjections(Refusal):
    code = "benefits_open_objections"
    zh = "还有 {count} 件异议没有处理完。"
    en = "{count} objections are still open."


class NoAccountBehind(Refusal):
    code = "benefits_no_signer"
    status = 403
    zh = "签名须由本人账号办理。"
    en = "A signature needs an account of a person."


def make_batch(*, month: Month, area: str, by: Actor, at: datetime, keys: Sequence[str] = ()) -> UUID:
    """Put every proposed line up to a month into a new batch of the district; the batch's uid."""
    chosen = list(keys) or list(items())
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"benefits.batch:{area}"])
    seq = one(
        "SELECT coalesce(max(seq), 0) + 1 FROM benefits_batch WHERE area = %s AND month = %s",
        [area, month.text],
    )
    uid = uuid4()
    Batch.objects.create(
        uid=uid,
        number=f"{area[:6]}-{month.text}-{seq:02d}",
        area=area,
        month=month.text,
        seq=seq,
        items=chosen,
        state=BatchState.DRAFT,
        made_at=at,
        changed_at=at,
    )
    taken = run(
        "UPDATE benefits_line SET state = 'batched', batch_id = %(batch)s, changed_at = %(at)s"
        " WHERE state = ANY(%(from)s) AND month <= %(month)s AND item = ANY(%(items)s)"
        " AND hukou_area >= %(lo)s AND hukou_area < %(hi)s AND kind <> 'offset'",
        {
            "batch": uid,
            "at": at,
            "from": list(line_sources("enter")),
            "month": month.text,
            "items": chosen,
            **_range(area),
        },
    )
    if not taken:
        raise NothingToPay(month=month.text)
    offsets = _keep_back(uid, month, at)
    _count(uid)
    record(
        Event(
            "benefits.batch_made",
            "batch",
            str(uid),
            area,
            {"month": month.text, "rows": taken, "offsets": offsets, "items": chosen},
        )
    )
    return uid


def _range(area: str) -> dict[str, str]:
    found = area_range(area)
    return {"lo": found.lo, "hi": found.hi}


def _keep_back(batch: UUID, month: Month, at: datetime) -> int:
    """Lines of 追回抵扣 against this batch's payments to people who still owe and still live."""
    share = int(term("offset_share_percent", month.first_day).value)
    owing = rows(
        """SELECT DISTINCT ON (r.uid) r.uid, r.fen - r.settled_fen - coalesce(kept.fen, 0), l.uid, l.fen
           FROM benefits_recovery r
           JOIN benefits_line l ON l.person = r.person AND l.item = r.item AND l.batch_id = %s AND l.kind <> 'offset'
           LEFT JOIN LATERAL (
               SELECT sum(o.fen) AS fen FROM benefits_line o
               WHERE o.recovery = r.uid AND o.kind = 'offset' AND o.state NOT IN ('stopped', 'withdrawn', 'paid')
           ) kept ON true
           WHERE r.state = 'open' AND r.cause NOT IN ('dead', 'moved')
           ORDER BY r.uid, l.month""",
        [batch],
    )
    used: set[UUID] = set()
    for recovery, owed, line, fen in owing:
        keep = offset_share(fen, owed, share)
        if keep > 0 and line not in used:
            used.add(line)
            _offset_line(line, recovery, keep, at)
    return len(used)


def _offset_line(line: UUID, recovery: UUID, fen: int, at: datetime) -> None:
    run(
        """INSERT INTO benefits_line (uid, person, item, month, kind, round, fen, state, block, note, hukou_area,
             live_area, verdict_run, policy_version, reason, facts_digest, payee_index, payee_tail, batch_id,
             against_id, recovery, attempt, proposed_at, changed_at)
           SELECT gen_random_uuid(), person, item, month, 'offset',
                  1 + (SELECT count(*) FROM benefits_line o WHERE o.person = l.person AND o.item = l.item
                       AND o.month = l.month AND o.kind = 'offset'),
                  %s, 'batched', '', '', hukou_area, live_area, verdict_run, policy_version, reason, facts_digest,
                  payee_index, payee_tail, batch_id, uid, %s, 0, %s, %s
           FROM benefits_line l WHERE uid = %s""",
        [fen, recovery, at, at, line],
    )


def _count(batch: UUID) -> None:
    run(
        """UPDATE benefits_batch b SET rows = found.rows, fen = found.fen FROM (
             SELECT count(*) FILTER (WHERE kind <> 'offset') AS rows,
                    coalesce(sum(CASE WHEN kind = 'offset' THEN -fen ELSE fen END), 0) AS fen
             FROM benefits_line WHERE batch_id = %s) found WHERE b.uid = %s""",
        [batch, batch],
    )


def digest_of(batch: UUID) -> str:
    """SM3 of the batch's roster as it stands in the table now, whatever became of its lines since."""
    found = rows(
        """SELECT uid, person, item, month, kind, fen, policy_version, facts_digest,
                           coalesce(encode(payee_index, 'hex'), '') FROM benefits_line WHERE batch_id = %s""",
        [batch],
    )
    return roster_digest(FrozenLine(*row) for row in found)


def submit(*, batch: UUID, by: Actor, at: datetime) -> str:
    """经办 signs: the roster is frozen under its digest."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "submit")
    _count(batch)
    row.refresh_from_db(fields=["rows", "fen"])
    row.digest = digest_of(batch)
    _sign(row, Step.MAKE, by, at)
    _move(row, "benefits.submitted", at, {"rows": row.rows, "fen": row.fen, "digest": row.digest})
    return row.digest


def check(*, batch: UUID, by: Actor, at: datetime) -> None:
    """复核 signs the same roster."""
    _next_signature(batch, "check", Step.CHECK, by, at)


def approve(*, batch: UUID, by: Actor, at: datetime) -> None:
    """审批 signs the same roster."""
    _next_signature(batch, "approve", Step.APPROVE, by, at)


def _next_signature(batch: UUID, move: str, step: Step, by: Actor, at: datetime) -> None:
    row = lock_batch(batch)
    row.state = batch_after(row.state, move)
    ensure_unchanged(row)
    _sign(row, step, by, at)
    _move(row, f"benefits.{'checked' if step is Step.CHECK else 'approved'}", at, {"digest": row.digest})


def ensure_unchanged(row: Batch) -> None:
    if digest_of(row.uid) != row.digest:
        raise RosterChanged


def _sign(row: Batch, step: Step, by: Actor, at: datetime) -> None:
    if by.account is None:
        raise NoAccountBehind
    if Approval.objects.filter(batch=row, round=row.round, account=by.account).exists():
        raise SamePerson
    try:
        with transaction.atomic(using=current().alias):
            Approval.objects.create(
                batch=row,
                area=row.area,
                round=row.round,
                step=step,
                account=by.account,
                name=by.name,
                role=by.role,
                at=at,
                digest=row.digest,
            )
    except IntegrityError:
        raise SamePerson from None


def _move(row: Batch, verb: str, at: datetime, data: dict[str, object]) -> None:
    row.changed_at = at
    if row.state in (BatchState.FINISHED, BatchState.CANCELLED):
        row.closed_at = at
    row.save(update_fields=["state", "round", "digest", "changed_at", "closed_at", "note", "funded_fen"])
    record(
        Event(
            verb,
            "batch",
            str(row.uid),
            row.area,
            {
                "number": row.number,
                "state": str(row.state),
                "name": BATCH_NAMES[BatchState(row.state)],
                **data,
            },
        )
    )


def send_back(*, batch: UUID, why: str, by: Actor, at: datetime) -> None:
    """退回经办: the signatures so far are kept, a new round begins, and lines blocked meanwhile stay behind."""
    row = lock_batch(batch)
    row.state = batch_after(row.state, "send_back")
    row.round += 1
    row.digest = ""
    row.note = why[:200]
    run(
        "UPDATE benefits_line SET batch_id = NULL WHERE batch_id = %s AND state IN ('blocked', 'stopped')",
        [batch],
    )
    _count(batch)
    _move(row, "benefits.sent_back", at, {"why": why[:200]})


def cancel(*, batch: UUID, why: str, by: Actor, at: datetime) -> None:
    """作废: its lines go back to 拟发放 and wait for another batch; money already appropriated goes back."""
    from yinling.benefits.services.funds import give_back

    row = lock_batch(batch)
    row.state = batch_after(row.state, "cancel")
    row.note = why[:200]
    run(
        """UPDATE benefits_line SET state = 'withdrawn', block = %s, changed_at = %s
           WHERE batch_id = %s AND kind = 'offset' AND state NOT IN ('stopped', 'withdrawn')""",
        [Block.BATCH_CANCELLED, at, batch],
    )
    left = run(
        "UPDATE benefits_line SET state = 'proposed', batch_id = NULL, changed_at = %s"
        " WHERE batch_id = %s AND state = ANY(%s)",
        [at, batch, list(line_sources("leave"))],
    )
    give_back(row, at)
    run("UPDATE benefits_publicity SET closed_at = %s WHERE batch_id = %s AND closed_at IS NULL", [at, batch])
    _move(row, "benefits.batch_cancelled", at, {"why": why[:200], "lines": left})


def publish(*, batch: UUID, by: Actor, at: datetime) -> date | None:
    """公示: hang out a masked list per community; the last day, or None when nobody in it is new or changed."""
    row = lock_batch(batch)
    fresh = _first_seen(batch)
    if not fresh:
        row.state = batch_after(row.state, "skip_publicity")
        run(
            "UPDATE benefits_line SET state = 'cleared', changed_at = %s WHERE batch_id = %s AND state = ANY(%s)",
            [at, batch, list(line_sources("pass"))],
        )
        _move(row, "benefits.publicity_not_needed", at, {})
        return None
    row.state = batch_after(row.state, "publish")
    end_on = last_day_of_publicity(at.date(), int(term("publicity_workdays", at.date()).value))
    run(
        "UPDATE benefits_line SET state = 'publicised', changed_at = %s WHERE batch_id = %s AND state = ANY(%s)",
        [at, batch, list(line_sources("publish"))],
    )
    run(
        """INSERT INTO benefits_publicity (uid, batch_id, number, area, month, rows, fen, start_on, end_on, closed_early)
           SELECT gen_random_uuid(), %(batch)s, %(number)s, hukou_area, %(month)s, count(*), sum(fen), %(start)s,
                  %(end)s, false
           FROM benefits_line WHERE batch_id = %(batch)s AND state = 'publicised' AND kind <> 'offset'
           GROUP BY hukou_area""",
        {"batch": batch, "number": row.number, "month": row.month, "start": at.date(), "end": end_on},
    )
    _move(row, "benefits.publicised", at, {"end_on": end_on.isoformat(), "new": fresh})
    return end_on


def _first_seen(batch: UUID) -> int:
    """Lines whose person, item and sum were not on an earlier list that hung out to its end."""
    return int(
        one(
            """SELECT count(*) FROM benefits_line l WHERE l.batch_id = %(b)s AND l.kind <> 'offset'
        AND l.state = 'batched' AND NOT EXISTS (
            SELECT 1 FROM benefits_line old WHERE old.person = l.person AND old.item = l.item AND old.fen = l.fen
            AND old.batch_id <> l.batch_id AND old.state IN ('released', 'sent', 'paid', 'returned'))""",
            {"b": batch},
        )
    )


def close_publicity(*, batch: UUID, by: Actor, at: datetime, early: bool = False) -> None:
    """End of publicity after its last day; `early` is for demonstrations and stands so on the list and in the trail."""
    row = lock_batch(batch)
    after = batch_after(row.state, "close_publicity")
    end_on = one("SELECT max(end_on) FROM benefits_publicity WHERE batch_id = %s", [batch])
    if end_on is not None and at.date() <= end_on and not early:
        raise StillPublic(end_on=end_on.isoformat())
    waiting = one(
        """SELECT count(*) FROM benefits_objection o JOIN benefits_line l ON l.uid = o.line_id
                     WHERE l.batch_id = %s AND o.settled_at IS NULL""",
        [batch],
    )
    if waiting:
        raise OpenObjections(count=waiting)
    row.state = after
    run(
        "UPDATE benefits_publicity SET closed_at = %s, closed_early = %s WHERE batch_id = %s AND closed_at IS NULL",
        [at, early, batch],
    )
    passed = run(
        "UPDATE benefits_line SET state = 'cleared', changed_at = %s WHERE batch_id = %s AND state = ANY(%s)",
        [at, batch, list(line_sources("pass"))],
    )
    _move(row, "benefits.publicity_closed", at, {"lines": passed, "early": early})


def kinds_of(batch: UUID) -> dict[str, int]:
    """How many lines of each kind a batch holds."""
    found = dict(rows("SELECT kind, count(*) FROM benefits_line WHERE batch_id = %s GROUP BY kind", [batch]))
    return {kind.value: found.get(kind.value, 0) for kind in Kind}
