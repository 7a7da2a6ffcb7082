"""停发 and 追回: lines brought into line with the life facts that are known, in both directions, as often as one likes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from yinling.base.api import copy_in, record, record_rows
from yinling.base.contracts import Actor, Event, Refusal
from yinling.benefits.contracts import Block
from yinling.benefits.queries.doors import lives_of, stops_of, verdicts_sql
from yinling.benefits.queries.sql import rows, run
from yinling.benefits.rules.due import months_lost
from yinling.benefits.rules.moves import LINE_OPEN, line_sources
from yinling.benefits.services.funds import POST

OPEN = sorted(state.value for state in LINE_OPEN)
CAUSES = (Block.DEAD, Block.MOVED, Block.SUSPENDED)


class NoOpenRecovery(Refusal):
    code = "benefits_no_open_recovery"
    status = 404
    zh = "没有这笔追回，或已经办结。"
    en = "There is no such open recovery."


class TooMuch(Refusal):
    code = "benefits_repaid_too_much"
    status = 422
    zh = "退回金额须大于零且不超过尚欠的 {left} 元。"
    en = "The sum must be above zero and at most the {left} yuan still owed."


def settle_vital(*, persons: Collection[UUID], by: Actor, at: datetime) -> dict[str, int]:
    """For these persons: stop what is not yet released, recover what was paid for lost months, undo both when a fact is
    withdrawn. Repeating it changes nothing."""
    if not persons:
        return {}
    people = list(persons)
    done = {
        "stopped": _stop(people, at),
        "recoveries": _recover(people, at),
        "reversed": _reverse(people, at),
        "revived": _revive(people, at),
    }
    if any(done.values()):
        record(Event("benefits.vital_settled", "", "", "", {"persons": len(people), **done}))
    return done


def settle_after_payment(*, batch: UUID, by: Actor, at: datetime) -> None:
    """The second look, at confirmation: whoever of a batch became known as dead or gone between release and payment."""
    pairs = rows(
        "SELECT DISTINCT person, month FROM benefits_line WHERE batch_id = %s AND state IN ('paid', 'returned')",
        [batch],
    )
    found = {person for person, _month in stops_of(pairs)}
    settle_vital(persons=found, by=by, at=at)


def sweep(*, by: Actor, at: datetime) -> dict[str, int]:
    """The monthly cross-check: every person with money under way or paid, and every one who was stopped."""
    pairs = rows("SELECT DISTINCT person, month FROM benefits_line WHERE state <> 'withdrawn'")
    found = {person for person, _month in stops_of(pairs)}
    found |= {
        person
        for (person,) in rows(
            "SELECT person FROM benefits_line WHERE state = 'stopped' AND block = ANY(%s) UNION"
            " SELECT person FROM benefits_recovery WHERE state <> 'reversed' AND cause = ANY(%s)",
            [list(CAUSES), list(CAUSES)],
        )
    }
    return settle_vital(persons=found, by=by, at=at)


def _stage(stops: Sequence[tuple[UUID, str, str]]) -> None:
    run("CREATE TEMP TABLE IF NOT EXISTS halted (person uuid, month text, block text) ON COMMIT DROP")
    run("TRUNCATE halted")
    copy_in("halted", ["person", "month", "block"], stops)


def _stop(people: list[UUID], at: datetime) -> int:
    pairs = rows(
        "SELECT DISTINCT person, month FROM benefits_line WHERE person = ANY(%s) AND state = ANY(%s)",
        [people, [*OPEN, "returned"]],
    )
    stops = stops_of(pairs)
    if not stops:
        return 0
    _stage([(person, month, block) for (person, month), block in stops.items()])
    run("DROP TABLE IF EXISTS pg_temp.ending")
    run(
        """CREATE TEMP TABLE ending ON COMMIT DROP AS
           SELECT l.uid, l.state AS was, h.block FROM benefits_line l
           JOIN halted h ON h.person = l.person AND h.month = l.month WHERE l.state = ANY(%s) ORDER BY l.uid FOR UPDATE OF l""",
        [list(line_sources("stop"))],
    )
    stopped = run(
        """UPDATE benefits_line l SET state = 'stopped', block = e.block, changed_at = %s FROM ending e
                     WHERE e.uid = l.uid""",
        [at],
    )
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %s, l.hukou_area, 'unpaid', 'unpaid:' || l.uid::text || ':' || l.attempt,
               'payable:' || l.person::text, 'benefit:' || left(b.area, 6) || ':' || l.item, l.fen, l.person, l.uid,
               l.batch_id
        FROM benefits_line l JOIN ending e ON e.uid = l.uid JOIN benefits_batch b ON b.uid = l.batch_id
        WHERE e.was = 'returned' AND l.kind <> 'offset'""",
        [at],
    )
    record_rows(
        "benefits.line_stopped",
        "person",
        "SELECT l.person::text AS subject, l.hukou_area AS area, jsonb_build_object('line', l.uid, 'item', l.item,"
        " 'month', l.month, 'fen', l.fen, 'why', e.block) AS data"
        " FROM benefits_line l JOIN ending e ON e.uid = l.uid",
    )
    return stopped


def _recover(people: list[UUID], at: datetime) -> int:
    """Open a case for each paid line of a month after the one in which the person died or left."""
    paid = rows(
        """SELECT l.uid, l.person, l.month FROM benefits_line l
                   WHERE l.person = ANY(%s) AND l.state = 'paid' AND l.kind <> 'offset' AND NOT EXISTS (
                     SELECT 1 FROM benefits_recovery r WHERE r.line_id = l.uid AND r.state <> 'reversed')""",
        [people],
    )
    lives = lives_of({person for _uid, person, _month in paid})
    cases = []
    for line, person, month in paid:
        life = lives.get(person)
        if life and months_lost([month], life.left_on):
            cases.append((line, life.cause, life.left_on, life.known_at or at))
    for case in cases:
        _open_case(*case, at=at)
    return len(cases)


def _open_case(
    line: UUID, cause: str, left_on: object, known_at: datetime, *, at: datetime, fen: int | None = None
) -> None:
    made = rows(
        """INSERT INTO benefits_recovery (uid, person, line_id, item, month, hukou_area, live_area, cause, fact_on,
                     known_at, fen, settled_fen, state, opened_at)
                   SELECT gen_random_uuid(), person, uid, item, month, hukou_area, live_area, %s, %s, %s,
                          coalesce(%s, fen), 0, 'open', %s
                   FROM benefits_line WHERE uid = %s
                   ON CONFLICT (line_id) WHERE state <> 'reversed' DO NOTHING RETURNING uid, person, item, fen, hukou_area""",
        [cause, left_on, known_at, fen, at, line],
    )
    for uid, person, item, sum_fen, area in made:
        run(
            f"""{POST}
            SELECT gen_random_uuid(), %s, l.hukou_area, 'recover', %s, 'recovery:' || l.person::text,
                   'benefit:' || left(b.area, 6) || ':' || l.item, %s, l.person, l.uid, l.batch_id
            FROM benefits_line l JOIN benefits_batch b ON b.uid = l.batch_id WHERE l.uid = %s""",
            [at, f"recover:{uid}", sum_fen, line],
        )
        record(
            Event(
                "benefits.recovery_opened",
                "person",
                str(person),
                area,
                {"recovery": str(uid), "item": item, "fen": sum_fen, "cause": cause},
            )
        )


def _reverse(people: list[UUID], at: datetime) -> int:
    """Cases whose fact was withdrawn or moved to a later day are undone, the sums that were paid back included."""
    cases = rows(
        """SELECT uid, person, month, fen, settled_fen, hukou_area FROM benefits_recovery
                    WHERE person = ANY(%s) AND state <> 'reversed' AND cause = ANY(%s) ORDER BY uid FOR UPDATE""",
        [people, list(CAUSES)],
    )
    lives = lives_of({case[1] for case in cases})
    undone = 0
    for uid, person, month, fen, settled, area in cases:
        life = lives.get(person)
        if life and months_lost([month], life.left_on):
            continue
        run("UPDATE benefits_recovery SET state = 'reversed', closed_at = %s WHERE uid = %s", [at, uid])
        run(
            f"""{POST}
            SELECT gen_random_uuid(), %s, area, 'reverse', %s, credit, debit, fen, person, line, batch
            FROM benefits_transfer WHERE cause = %s""",
            [at, f"reverse:{uid}", f"recover:{uid}"],
        )
        if settled:
            _owe_back(uid, settled, at)
        record(
            Event(
                "benefits.recovery_reversed",
                "person",
                str(person),
                area,
                {"recovery": str(uid), "fen": fen, "owed_back_fen": settled},
            )
        )
        undone += 1
    return undone


def _owe_back(recovery: UUID, fen: int, at: datetime) -> None:
    """What had been paid back is due to the person again; the next list brings it up as arrears."""
    run(
        f"""{POST}
        SELECT gen_random_uuid(), %s, area, 'owe_back', %s, debit, credit, %s, person, line, batch
        FROM benefits_transfer WHERE cause = %s""",
        [at, f"owe_back:{recovery}", fen, f"recover:{recovery}"],
    )


def _revive(people: list[UUID], at: datetime) -> int:
    """Lines that were stopped for a fact that no longer holds come back as new ones, each once."""
    stopped = rows(
        """SELECT l.uid, l.person, l.month FROM benefits_line l
                      WHERE l.person = ANY(%s) AND l.state = 'stopped' AND l.block = ANY(%s) AND l.kind <> 'offset'
                      AND NOT EXISTS (SELECT 1 FROM benefits_line n WHERE n.replaces = l.uid)
                      AND NOT EXISTS (SELECT 1 FROM benefits_line n WHERE n.person = l.person AND n.item = l.item
                        AND n.month = l.month AND n.kind = l.kind AND n.state NOT IN ('stopped', 'withdrawn'))""",
        [people, list(CAUSES)],
    )
    still = stops_of([(person, month) for _uid, person, month in stopped])
    back = [uid for uid, person, month in stopped if (person, month) not in still]
    if not back:
        return 0
    return run(
        """INSERT INTO benefits_line (uid, person, item, month, kind, round, fen, state, block, note, hukou_area,
                    live_area, verdict_run, policy_version, reason, facts_digest, payee_index, payee_tail, replaces,
                    attempt, proposed_at, changed_at)
                  SELECT gen_random_uuid(), person, item, month, kind, round, fen, 'proposed', '', '', hukou_area,
                         live_area, verdict_run, policy_version, reason, facts_digest, payee_index, payee_tail, uid, 0,
                         %(at)s, %(at)s
                  FROM benefits_line WHERE uid = ANY(%(back)s)
                  ON CONFLICT (person, item, month, kind, round) WHERE NOT (state IN ('stopped', 'withdrawn')) DO NOTHING""",
        {"at": at, "back": back},
    )


def repay(*, recovery: UUID, fen: int, by: Actor, at: datetime, reference: str) -> None:
    """Money came back, by transfer or in cash: booked once by the reference of its receipt."""
    found = rows(
        "SELECT uid, person, fen, settled_fen, hukou_area FROM benefits_recovery WHERE uid = %s AND state = 'open'"
        " FOR UPDATE",
        [recovery],
    )
    if not found:
        raise NoOpenRecovery
    uid, person, owed, settled, area = found[0]
    if not 0 < fen <= owed - settled:
        raise TooMuch(left=f"{(owed - settled) / 100:.2f}", field="fen")
    posted = run(
        f"""{POST} VALUES (gen_random_uuid(), %s, %s, 'repaid', %s, %s, %s, %s, %s, NULL, NULL)
                     ON CONFLICT (cause) DO NOTHING""",
        [at, area, f"repaid:{uid}:{reference}", f"fund:{area[:6]}", f"recovery:{person}", fen, person],
    )
    if not posted:
        return
    run(
        """UPDATE benefits_recovery SET settled_fen = settled_fen + %(fen)s,
             state = CASE WHEN settled_fen + %(fen)s = fen THEN 'settled' ELSE state END,
             closed_at = CASE WHEN settled_fen + %(fen)s = fen THEN %(at)s END WHERE uid = %(uid)s""",
        {"fen": fen, "at": at, "uid": uid},
    )
    record(
        Event(
            "benefits.recovery_repaid",
            "person",
            str(person),
            area,
            {"recovery": str(uid), "fen": fen, "reference": reference},
        )
    )


def open_overpaid(*, params: dict[str, object], at: datetime) -> int:
    """Paid sums above what the verdicts now say become cases to recover. A verdict that became unknown recovers nothing."""
    over = rows(
        f"""SELECT l.uid, l.fen - CASE WHEN v.verdict = 1 THEN v.fen ELSE 0 END FROM benefits_line l
                    JOIN ({verdicts_sql()}) v ON v.person = l.person AND v.item = l.item AND v.month = l.month
                    WHERE l.state = 'paid' AND l.kind = 'normal' AND l.hukou_area >= %(lo)s AND l.hukou_area < %(hi)s
                    AND v.verdict IN (0, 1) AND CASE WHEN v.verdict = 1 THEN v.fen ELSE 0 END < l.fen
                    AND NOT EXISTS (SELECT 1 FROM benefits_recovery r WHERE r.line_id = l.uid AND r.state <> 'reversed')""",
        params,
    )
    for line, fen in over:
        _open_case(line, Block.VERDICT_CHANGED, None, at, fen=fen, at=at)
    return len(over)
