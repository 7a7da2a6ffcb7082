"""The table of moves of a case, whose turn it is, and until when a step must be done by the policy's procedure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from yinling.base.contracts import Refusal
from yinling.benefits.contracts.cases import CASE_NAMES, VERB_NAMES, CaseState, CaseVerb
from yinling.policy.contracts import WorkStep

S, V = CaseState, CaseVerb

# Every other pair of state and verb is refused.
CASE_MOVES: Mapping[tuple[CaseState, CaseVerb], CaseState] = MappingProxyType(
    {
        (S.FOUND, V.AGREE): S.DECIDING,
        (S.FOUND, V.DECLINE): S.DECLINED,
        (S.FOUND, V.LAPSE): S.LAPSED,
        (S.SUBMITTED, V.ACCEPT): S.CHECKING,
        (S.SUBMITTED, V.WITHDRAW): S.WITHDRAWN,
        (S.SUBMITTED, V.LAPSE): S.LAPSED,
        (S.CHECKING, V.PASS): S.DECIDING,
        (S.CHECKING, V.SEND_BACK): S.SUBMITTED,
        (S.CHECKING, V.WITHDRAW): S.WITHDRAWN,
        (S.CHECKING, V.LAPSE): S.LAPSED,
        (S.DECIDING, V.APPROVE): S.APPROVED,
        (S.DECIDING, V.REFUSE): S.REFUSED,
        (S.DECIDING, V.SEND_BACK): S.CHECKING,
        (S.DECIDING, V.DECLINE): S.DECLINED,
        (S.DECIDING, V.WITHDRAW): S.WITHDRAWN,
        (S.DECIDING, V.LAPSE): S.LAPSED,
        (S.APPROVED, V.DECLINE): S.DECLINED,
        (S.APPROVED, V.LAPSE): S.LAPSED,
        (S.REFUSED, V.APPEAL): S.APPEALED,
        (S.APPEALED, V.GRANT): S.APPROVED,
        (S.APPEALED, V.UPHOLD): S.UPHELD,
        (S.APPEALED, V.WITHDRAW): S.REFUSED,
        (S.APPEALED, V.LAPSE): S.LAPSED,
        (S.DECLINED, V.AGREE): S.DECIDING,
    }
)
CASE_ENDS = frozenset({S.UPHELD, S.WITHDRAWN, S.LAPSED})
# One person has one case an item in these states.
CASE_LIVE = (S.FOUND, S.SUBMITTED, S.CHECKING, S.DECIDING, S.APPEALED, S.APPROVED)
# What somebody asked for and nobody has decided yet: nothing of it is paid.
CASE_UNDECIDED = (S.SUBMITTED, S.CHECKING, S.DECIDING, S.APPEALED)

# What a person waits for: somebody's step, or their own.
CASE_UNDER_WAY = (S.FOUND, *CASE_UNDECIDED, S.REFUSED)

# Whose desk a case lies on; the person's own turn is theirs alone.
DESKS: Mapping[CaseState, str] = MappingProxyType(
    {S.SUBMITTED: "village", S.CHECKING: "street", S.DECIDING: "district", S.APPEALED: "district"}
)
CLERKS_DO = (V.ACCEPT, V.PASS, V.SEND_BACK, V.APPROVE, V.REFUSE, V.GRANT, V.UPHOLD)
PERSONS_DO = (V.APPEAL, V.WITHDRAW)
# The policy's step that says how long each desk has.
STEP_OF: Mapping[CaseState, str] = MappingProxyType(
    {S.SUBMITTED: "accept", S.CHECKING: "first_check", S.DECIDING: "decide"}
)


class WrongCaseMove(Refusal):
    code = "benefits_case_wrong_move"
    zh = "办件现为“{state}”，不能“{verb}”。"
    en = "The case is {state_en}; it cannot {verb_en} now."


def case_after(state: str, verb: str) -> CaseState:
    """Where this verb leads from this state; WrongCaseMove when the table has no such move."""
    found = CASE_MOVES.get((S(state), V(verb)))
    if found is None:
        raise WrongCaseMove(
            state=CASE_NAMES[S(state)],
            verb=VERB_NAMES[V(verb)],
            state_en=state,
            verb_en=str(verb).replace("_", " "),
        )
    return found


def sources_of(verb: str) -> list[str]:
    """The states from which a verb starts: what a set-based UPDATE writes into its WHERE."""
    return sorted(state.value for state, name in CASE_MOVES if name == verb)


def verbs_for(state: str, role: str) -> list[CaseVerb]:
    """What this role may do with a case in this state."""
    if role in ("elder", "family"):
        return [verb for verb in PERSONS_DO if (S(state), verb) in CASE_MOVES]
    if DESKS.get(S(state)) != role:
        return []
    return [verb for verb in CLERKS_DO if (S(state), verb) in CASE_MOVES]


def after_workdays(start: date, days: int, is_workday: Callable[[date], bool]) -> date:
    """The day so many working days after `start`; none: the next working day, or the day itself if it is one."""
    day = start
    while not is_workday(day):
        day += timedelta(days=1)
    left = days
    while left > 0:
        day += timedelta(days=1)
        left -= is_workday(day)
    return day


def due_of(
    state: str,
    entered: date,
    procedure: Sequence[WorkStep],
    fallback: Mapping[str, int],
    is_workday: Callable[[date], bool],
) -> date | None:
    """Until when the desk of this state must have acted.

    The policy's step gives working days or a day of the month; where it gives neither, `fallback` (working days by
    state) counts; None when it is nobody's turn.
    """
    key = STEP_OF.get(S(state))
    step = next((one for one in procedure if one.key == key), None)
    if step is not None and step.workdays is not None:
        return after_workdays(entered, step.workdays, is_workday)
    if step is not None and step.by_day is not None:
        return day_of_month(entered, step.by_day)
    if state in fallback:
        return after_workdays(entered, fallback[state], is_workday)
    return None


def day_of_month(entered: date, day: int) -> date:
    """The next such day of a month, in this month while it has not passed; a short month ends earlier."""
    year, month = entered.year, entered.month
    for _ in range(2):
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        found = date(year, month, min(day, last))
        if found >= entered:
            return found
        year, month = year + month // 12, month % 12 + 1
    return found
