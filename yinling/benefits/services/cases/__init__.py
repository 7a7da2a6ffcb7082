"""The verbs of cases: found by the night run, asked for, taken at the counter; moved, asked about, decided, appealed."""

from yinling.benefits.services.cases.asking import fact_given, facts_overdue, tell_overdue
from yinling.benefits.services.cases.deciding import approve_many, decide
from yinling.benefits.services.cases.finding import approve_with_roster, open_found
from yinling.benefits.services.cases.moving import answered, move
from yinling.benefits.services.cases.opening import Proxy, open_bundle
from yinling.benefits.services.cases.taking import Stated, match_taken, take_for_another_area

__all__ = [
    "Proxy",
    "Stated",
    "answered",
    "approve_many",
    "approve_with_roster",
    "decide",
    "fact_given",
    "facts_overdue",
    "match_taken",
    "move",
    "open_bundle",
    "open_found",
    "take_for_another_area",
    "tell_overdue",
]
