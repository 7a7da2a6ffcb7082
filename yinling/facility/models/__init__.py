"""Tables of the facility room."""

from .care import Charge, Handover, Incident, PlanItem, Record, Task
from .medicines import Dose, Lot, Prescription
from .money import AgreedFee, Bill, BillLine, Claim, Entry, FeeItem
from .safety import Hazard, Point, Round
from .stays import Absence, Message, Stay, StayMove

__all__ = [
    "Absence", "AgreedFee", "Bill", "BillLine", "Charge", "Claim", "Dose", "Entry", "FeeItem", "Handover", "Hazard", "Incident",
    "Lot", "Message", "PlanItem", "Point", "Prescription", "Record", "Round", "Stay", "StayMove", "Task",
]  # fmt: skip
