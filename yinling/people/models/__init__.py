"""Tables of the people room."""

from .arrivals import Arrival, Coverage, Delivery, DeliveryPart, Heading
from .facts import Doubt, Identity, Person, Statement, VitalFact
from .quality import Quality
from .records import Question, Record

__all__ = [
    "Arrival",
    "Coverage",
    "Delivery",
    "DeliveryPart",
    "Doubt",
    "Heading",
    "Identity",
    "Person",
    "Quality",
    "Question",
    "Record",
    "Statement",
    "VitalFact",
]
