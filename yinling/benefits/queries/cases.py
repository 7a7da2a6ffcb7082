"""Reads of cases in the running scope: one case with its history, what it lacks, its way to the money, a desk's list."""

from datetime import date
from typing import Any
from uuid import UUID

from yinling.base.contracts import Month, said
from yinling.benefits.contracts import LineState
from yinling.benefits.contracts.cases import CaseCard, CaseState, CaseStatus, ChainStep, Odd, Way
from yinling.benefits.models import Case, CaseFact, CaseMove
from yinling.benefits.queries.sql import one, rows
from yinling.benefits.rules.terms import item_name
from yinling.policy import api as policy

CASES_MAX = 50
PLACES = """LEFT JOIN base_area community ON community.code = c.hukou_area
    LEFT JOIN base_area street ON street.code = left(c.hukou_area, 9) || '000'"""

LIST = f"""SELECT c.uid, c.number, c.person, coalesce(p.name, c.stated_name) AS name, c.item, c.way, c.state, c.opened_at,
    c.changed_at, c.due_on, c.hukou_area, c.taken_area, c.proxy_name, coalesce(street.name, '') AS street,
    coalesce(community.name, '') AS community, c.bundle,
    c.due_on < %(today)s AND c.state IN ('submitted', 'checking', 'deciding', 'appealed') AS late
    FROM benefits_case c LEFT JOIN people_record p ON p.person = c.person {PLACES}
    WHERE (c.hukou_area >= %(lo)s AND c.hukou_area < %(hi)s OR c.taken_area >= %(lo)s AND c.taken_area < %(hi)s)"""

TODO = f"{LIST} AND c.way <> 'proactive' AND c.state = ANY(%(states)s)"
DONE = f"""{LIST} AND c.way <> 'proactive' AND EXISTS (SELECT 1 FROM benefits_case_move m WHERE m.case_id = c.uid
    AND m.account = %(account)s) AND NOT c.state = ANY(%(states)s)"""
ENDED = f"""{LIST} AND c.way <> 'proactive'
    AND c.state IN ('approved', 'refused', 'upheld', 'withdrawn', 'lapsed', 'declined')"""
PROACTIVE = f"{LIST} AND c.way = 'proactive'"
ELSEWHERE = f"{LIST} AND left(c.taken_area, 6) <> left(c.hukou_area, 6)"
TABS = {"todo": TODO, "done": DONE, "ended": ENDED, "found": PROACTIVE, "elsewhere": ELSEWHERE}

# Why a case is unlike the others; the list of codes is empty for those that are alike.
APPROVAL = f"""SELECT c.uid, c.number, c.person, p.name, c.item, c.way, c.state, c.opened_at, c.due_on, c.hukou_area,
    coalesce(street.name, '') AS street, coalesce(community.name, '') AS community, coalesce(v.amount_fen, 0) AS fen,
    v.verdict, c.proxy_name, c.version,
    array_to_string(ARRAY[
      CASE WHEN v.verdict = 0 THEN 'not_entitled' END,
      CASE WHEN coalesce(v.verdict, -1) = -1 THEN 'unknown' END,
      CASE WHEN EXISTS (SELECT 1 FROM benefits_case_fact f WHERE f.bundle = c.bundle AND f.given_at IS NULL)
        THEN 'evidence' END,
      CASE WHEN EXISTS (SELECT 1 FROM people_question q WHERE q.person = c.person AND q.answered_at IS NULL
        AND q.kind IN ('death', 'alive', 'differ')) THEN 'disagree' END,
      CASE WHEN p.account_blind IS NULL AND NOT EXISTS (SELECT 1 FROM benefits_payee y WHERE y.person = c.person
        AND y.ended_at IS NULL AND y.confirmed_at IS NOT NULL) THEN 'no_account' END,
      CASE WHEN c.proxy_name <> '' THEN 'proxy' END,
      CASE WHEN left(c.taken_area, 6) <> left(c.hukou_area, 6) THEN 'elsewhere' END,
      CASE WHEN EXISTS (SELECT 1 FROM benefits_case o WHERE o.person = c.person AND o.item = c.item
        AND o.state IN ('refused', 'upheld')) THEN 'repeated' END], ',') AS odd
    FROM benefits_case c LEFT JOIN people_record p ON p.person = c.person {PLACES}
    LEFT JOIN policy_verdict v ON v.person = c.person AND v.item = c.item AND v.superseded_by IS NULL
      AND v.from_month <= %(month)s AND (v.to_month IS NULL OR v.to_month >= %(month)s)
    WHERE c.way <> 'proactive' AND c.state = 'deciding' AND c.hukou_area >= %(lo)s AND c.hukou_area < %(hi)s"""


def latest_month() -> str:
    """The month that was determined last; nothing before the first determination."""
    found = policy.latest_run()
    return found.month if found else ""


def card_of(row: Case) -> CaseCard:
    return CaseCard(
        uid=row.uid,
        number=row.number,
        person=row.person,
        item=row.item,
        item_name=item_name(row.item),
        way=Way(row.way),
        state=CaseState(row.state),
        bundle=row.bundle,
        hukou_area=row.hukou_area,
        live_area=row.live_area,
        taken_area=row.taken_area,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        due_on=row.due_on,
        decided_at=row.decided_at,
        reason=row.reason,
        remedy=row.remedy,
        appeal_until=row.appeal_until,
        appeal_text=row.appeal_text,
        proxy_name=row.proxy_name,
        proxy_relation=row.proxy_relation,
        version=row.version,
    )


def case(uid: UUID) -> CaseCard | None:
    """One case within scope; None when there is none that this scope sees."""
    row = Case.objects.filter(uid=uid).first()
    return card_of(row) if row else None


def name_in(uid: UUID) -> str:
    """The name that a case is about: of the record, else as it was stated at the counter."""
    found = one(
        """SELECT coalesce(p.name, c.stated_name) FROM benefits_case c LEFT JOIN people_record p ON p.person = c.person
           WHERE c.uid = %s""",
        [uid],
    )
    return str(found or "")


def cases_of(person: UUID) -> list[CaseCard]:
    """Every case of a person, the newest first."""
    return [card_of(row) for row in Case.objects.filter(person=person).order_by("-opened_at")[:CASES_MAX]]


def bundle_of(card: CaseCard) -> list[CaseCard]:
    """The other cases that were opened together with this one."""
    return [
        card_of(row) for row in Case.objects.filter(bundle=card.bundle).exclude(uid=card.uid).order_by("item")
    ]


def moves_of(uid: UUID) -> list[CaseMove]:
    return list(CaseMove.objects.filter(case=uid).order_by("-at", "-from_state"))


def facts_of(bundle: UUID) -> list[CaseFact]:
    """What the bundle lacked, open requests first."""
    return sorted(
        CaseFact.objects.filter(bundle=bundle),
        key=lambda fact: (fact.given_at is not None, fact.due_on, fact.fact),
    )


def facts_asked_of(person: UUID) -> list[CaseFact]:
    """What this person was asked to bring."""
    return list(
        CaseFact.objects.filter(person=person, asked_of="person", given_at__isnull=True).order_by("due_on")
    )


MONEY_STEPS = (said("公示"), said("财政拨付"), said("银行代发到账"))
# How far along the three steps of money a line is: 0 not yet there, 3 all done.
MONEY_AT: dict[str, int] = {
    LineState.PROPOSED: 0,
    LineState.BATCHED: 0,
    LineState.PUBLICISED: 0,
    LineState.CLEARED: 1,
    LineState.RELEASED: 2,
    LineState.SENT: 2,
    LineState.PAID: 3,
}
NOW: dict[str, str] = {
    CaseState.FOUND: said("查到您符合条件，等您确认是否领取。"),
    CaseState.SUBMITTED: said("已收到申请，社区正在受理。"),
    CaseState.CHECKING: said("社区已受理，街道正在审核。"),
    CaseState.DECIDING: said("街道已审核，区民政局正在审批。"),
    CaseState.APPROVED: said("已批准。"),
    CaseState.REFUSED: said("没有批准。"),
    CaseState.APPEALED: said("已收到复核申请，区民政局另一名人员正在复核。"),
    CaseState.UPHELD: said("复核后维持原来的决定。"),
    CaseState.DECLINED: said("您表示不领取。以后还可以改。"),
    CaseState.WITHDRAWN: said("申请已撤回。"),
    CaseState.LAPSED: said("办件已终止。"),
}
NEXT: dict[str, str] = {
    CaseState.FOUND: said("您确认后，由区民政局审批。"),
    CaseState.SUBMITTED: said("受理后由街道审核。"),
    CaseState.CHECKING: said("审核后由区民政局审批。"),
    CaseState.DECIDING: said("批准后公示、拨付，再发到您的卡上。"),
    CaseState.REFUSED: said("不同意的，可以在期限内申请复核。"),
    CaseState.APPEALED: said("复核结果会告诉您。"),
}
APPROVED_NEXT = (
    said("列入发放名单，接着公示和拨付。"),
    said("等财政拨付。"),
    said("银行正在发放。"),
    said("钱已发到卡上，以后按月发放。"),
)


def status_of(card: CaseCard) -> CaseStatus:
    """Where the case is in plain words, what comes next and by when."""
    reached, paid_on = _money(card) if card.state is CaseState.APPROVED else (0, None)
    now, after, by = NOW[card.state], NEXT.get(card.state, ""), card.due_on
    if card.state is CaseState.APPROVED:
        now, after = NOW[card.state], APPROVED_NEXT[reached]
        by = paid_on
    if card.state is CaseState.REFUSED:
        by = card.appeal_until
    return CaseStatus(now, after, by, _steps(card, reached))


def _money(card: CaseCard) -> tuple[int, date | None]:
    """How far the money of an approved case has come, and by when the first of it must be there."""
    found = rows(
        """SELECT state, month FROM benefits_line WHERE person = %s AND item = %s AND kind <> 'offset'
           AND state NOT IN ('withdrawn', 'stopped') ORDER BY (state = 'paid') DESC, month DESC, kind LIMIT 1""",
        [card.person, card.item],
    )
    if not found:
        return 0, None
    state, month = found[0]
    if state == LineState.PAID:
        return MONEY_AT[state], None
    # 次月底前发到: the policy's last step.
    return MONEY_AT.get(state, 0), Month.parse(month).next().last_day


ENDED_STATES = {
    CaseState.REFUSED, CaseState.UPHELD, CaseState.DECLINED, CaseState.WITHDRAWN, CaseState.LAPSED,
}  # fmt: skip
DESK_AT: dict[str, int] = {CaseState.FOUND: 0, CaseState.SUBMITTED: 0, CaseState.CHECKING: 1, CaseState.DECIDING: 2,
                           CaseState.APPEALED: 2, CaseState.APPROVED: 3}  # fmt: skip


def _steps(card: CaseCard, reached: int) -> tuple[ChainStep, ...]:
    proactive = card.way is Way.PROACTIVE
    desks: tuple[str, ...] = (
        (said("主动发现"), said("本人确认"), said("区县审批"))
        if proactive
        else (said("村社区受理"), said("乡镇街道审核"), said("区县审批"))
    )
    at = DESK_AT.get(card.state, 2)
    if proactive and card.state is CaseState.FOUND:
        at = 1
    stopped = card.state in ENDED_STATES
    steps = [
        ChainStep(words, _mark(place, at, stopped), card.due_on if place == at and not stopped else None)
        for place, words in enumerate(desks)
    ]
    if not stopped:
        base = 3
        here = base + reached if card.state is CaseState.APPROVED else at
        steps += [
            ChainStep(words, _mark(base + place, here, False)) for place, words in enumerate(MONEY_STEPS)
        ]
    return tuple(steps)


def _mark(place: int, at: int, stopped: bool) -> str:
    if place < at:
        return "done"
    if place == at:
        return "stop" if stopped else "now"
    return "wait"


def alike(places: dict[str, str]) -> list[dict[str, Any]]:
    """Cases to be approved that are like each other, by item and sum: how many, and which."""
    found = rows(
        f"""SELECT item, fen, count(*), array_agg(uid ORDER BY number) FROM ({APPROVAL}) a WHERE odd = ''
            GROUP BY item, fen ORDER BY 3 DESC""",
        {**places, "month": latest_month()},
    )
    return [
        {"item": item, "name": item_name(item), "fen": fen, "count": count, "uids": uids}
        for item, fen, count, uids in found
    ]


def odd_counts(places: dict[str, str]) -> list[tuple[str, int]]:
    """How many cases stand out, by why."""
    found = dict(
        rows(
            f"""SELECT code, count(*) FROM ({APPROVAL}) a, unnest(string_to_array(odd, ',')) AS code
                WHERE odd <> '' GROUP BY 1""",
            {**places, "month": latest_month()},
        )
    )
    return [(odd.value, int(found[odd.value])) for odd in Odd if odd.value in found]


def counts_of(places: dict[str, str]) -> dict[str, int]:
    """How many cases stand in each state, by way in."""
    found = rows(
        """SELECT way, state, count(*) FROM benefits_case WHERE hukou_area >= %(lo)s AND hukou_area < %(hi)s
           GROUP BY 1, 2""",
        places,
    )
    return {f"{way}.{state}": int(count) for way, state, count in found}
