"""The door of the devices room: alarms, a person's devices and signs, binding, absences."""

from __future__ import annotations

from .contracts import AlarmCard, DeviceCard, Position, Sign
from .queries.alarms import alarm, alarms_of, open_alarms
from .queries.devices import device, devices_of, last_signs, position_of
from .services.absences import end_absence, note_absence
from .services.alarms import Call, Raised, Whose, close_alarm, raise_alarm
from .services.registering import Holder, NewDevice, Registered, add_batch, bind, load_models, release

__all__ = [
    "AlarmCard", "Call", "DeviceCard", "Holder", "NewDevice", "Position", "Raised", "Registered", "Sign", "Whose", "add_batch",
    "alarm", "alarms_of", "bind", "close_alarm", "device", "devices_of", "end_absence", "last_signs", "load_models",
    "note_absence", "open_alarms", "position_of", "raise_alarm", "release",
]  # fmt: skip
