"""Tables of base: areas, trail, chain, delivery cursors, answers kept for repeats, jobs and timers."""

from .answers import Answer
from .areas import Area
from .job import Job
from .timer import Timer
from .trail import Cursor, DeadLetter, EventRow, Link

__all__ = ["Answer", "Area", "Cursor", "DeadLetter", "EventRow", "Job", "Link", "Timer"]
