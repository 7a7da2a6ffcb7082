"""Making the demo district: its registers are taken in, determined and paid by the same verbs that a real district uses."""

from .district import Seeded, continue_later, seed
from .months import take_health, take_month
from .resetting import NotADemo, reset

__all__ = ["NotADemo", "Seeded", "continue_later", "reset", "seed", "take_health", "take_month"]
