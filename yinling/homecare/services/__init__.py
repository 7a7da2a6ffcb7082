"""The verbs of visiting care: plan the list, register visits and calls, note hospital stays, tell what was missed."""

from .planning import plan
from .registering import register
from .staying import note_stay
from .watching import tell_missed

__all__ = ["note_stay", "plan", "register", "tell_missed"]
