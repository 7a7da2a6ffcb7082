"""Tables of the devices room."""

from .alarm import Absence, Alarm, Condition, Fence, Rule, Signal
from .device import Batch, Binding, Device, Mapping, Model
from .telemetry import Activity, Dirty, Hour, Reading, Refused, State

__all__ = [
    "Absence", "Activity", "Alarm", "Batch", "Binding", "Condition", "Device", "Dirty", "Fence", "Hour", "Mapping", "Model",
    "Reading", "Refused", "Rule", "Signal", "State",
]  # fmt: skip
