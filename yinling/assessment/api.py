"""The door of assessment: the result that counts, results of a person, asking for an assessment, and the verbs of the process."""

from .queries import latest_valid, latest_valid_many, plan_titles, results_of, was_reviewed, was_sent
from .scales import scale
from .services import (
    approve_mapping,
    ask,
    ask_for_plan,
    change_seen,
    confirm,
    dispute,
    keep_assessor,
    make_plan,
    recognise,
    submit,
)

__all__ = [
    "approve_mapping", "ask", "ask_for_plan", "change_seen", "confirm", "dispute", "keep_assessor", "latest_valid",
    "latest_valid_many", "make_plan", "plan_titles", "recognise", "results_of", "scale", "submit", "was_reviewed", "was_sent",
]  # fmt: skip
