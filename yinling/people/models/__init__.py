"""Tables of the people room."""

from .arrivals import Arrival, Coverage, Delivery, DeliveryPart, Heading
from .facts import Doubt, Identity, Person, Statement, VitalFact
from .links import Merge, Pair
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
    "Merge",
    "Pair",
    "Person",
    "Quality",
    "Question",
    "Record",
    "Statement",
    "VitalFact",
]
