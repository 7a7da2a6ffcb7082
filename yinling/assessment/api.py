"""The door of assessment: the result that counts, results of a person, and asking for an assessment."""

from .queries import latest_valid, latest_valid_many, results_of
from .services import ask, change_seen

__all__ = ["ask", "change_seen", "latest_valid", "latest_valid_many", "results_of"]
