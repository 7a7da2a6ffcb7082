"""Verbs of assessment, the only writers of this room's tables."""

from .asking import ask, cancel, change_seen
from .documents import document_of, recognise, verify_document
from .due import TIMER, first_reminder, remind
from .files import opened_file
from .people import approve_mapping, declare_conflict, keep_assessor, stop_assessor
from .planning import ask_for_plan, draw_retests, make_plan
from .reviewing import annul, confirm, dispute, send_back
from .submitting import submit

__all__ = [
    "TIMER", "annul", "approve_mapping", "ask", "ask_for_plan", "cancel", "change_seen", "confirm", "declare_conflict",
    "dispute", "document_of", "draw_retests", "first_reminder", "keep_assessor", "make_plan", "opened_file", "recognise",
    "remind",    "send_back", "stop_assessor", "submit", "verify_document",
]  # fmt: skip
