"""The door of the people room: records, life facts, sources of facts, imports."""

from __future__ import annotations

from .catalogue import datasets
from .contracts import Dataset, Mode, Payee, PersonCard, Register, RowSource, Source, Vital
from .queries.explaining import provenance, sender_of
from .queries.life import alias_set, payable_many, vital, vitals
from .queries.paying import payee
from .queries.searching import age_on, cards_of, person_by_number, person_card, search
from .queries.signs import life_signs
from .registry import Handed, registers
from .services.answering import AlreadyAnswered, answer_question, confirm_death, reject_death
from .services.applying import Outcome, StrictRefused, apply_delivery
from .services.exporting import export_dataset
from .services.receiving import Received, cancel_delivery, receive_delivery
from .services.records import rebuild_records
from .services.relinking import Relinked, relink_everyone

__all__ = [
    "AlreadyAnswered", "Dataset", "Handed", "Mode", "Outcome", "Payee", "PersonCard", "Received", "Register",
    "Relinked", "RowSource", "Source", "StrictRefused", "Vital", "age_on", "alias_set", "answer_question",
    "apply_delivery", "cancel_delivery", "cards_of", "confirm_death", "datasets", "export_dataset", "life_signs", "payable_many",
    "payee", "person_by_number", "person_card", "provenance", "rebuild_records", "receive_delivery", "registers",
    "reject_death", "relink_everyone", "search", "sender_of", "vital", "vitals",
]  # fmt: skip
