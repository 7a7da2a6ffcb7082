"""What other rooms may see of devices: canonical events, alarms, devices, signs; names of the trail's events. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from uuid import UUID

from yinling.base.contracts import said

# Events of this room in the trail; subject and data are described beside each.
ALARM_RAISED = "devices.alarm_raised"  # subject alarm; data: code, grade, person, device, presses, rule
ALARM_REPEATED = "devices.alarm_repeated"  # the same, for a further press or signal of an open alarm
ALARM_CLOSED = "devices.alarm_closed"  # subject alarm; data: code, cause, person, rule
DEVICE_SILENT = "devices.device_silent"  # subject device; data: since
DEVICE_ACTIVATED = "devices.device_activated"  # subject device
DEVICE_BOUND = "devices.device_bound"  # subject device; data: kind, person
DEVICE_RELEASED = "devices.device_released"  # subject device; data: kind, person
# PostgreSQL channel that wakes a duty desk in the moment of the commit; the payload is the alarm's uid.
ALARM_CHANNEL = "devices_alarm"


DEMO_JOB = "devices.demo"  # a job; args `first`: uids of people whose homes are to have a history


class AlarmCode(StrEnum):
    """What an alarm says has happened."""

    SOS = "sos"
    FALL = "fall"
    SMOKE = "smoke"
    GAS = "gas"
    FLOOD = "flood"
    VITAL = "vital"
    INACTIVITY = "inactivity"
    FENCE = "fence"
    BED_EXIT = "bed_exit"
    DEVICE = "device"


ALARM_NAMES: Mapping[AlarmCode, str] = MappingProxyType(
    {
        AlarmCode.SOS: said("一键呼叫"),
        AlarmCode.FALL: said("疑似跌倒"),
        AlarmCode.SMOKE: said("烟雾报警"),
        AlarmCode.GAS: said("燃气报警"),
        AlarmCode.FLOOD: said("水浸报警"),
        AlarmCode.VITAL: said("体征异常"),
        AlarmCode.INACTIVITY: said("长时间无活动"),
        AlarmCode.FENCE: said("离开安全区域"),
        AlarmCode.BED_EXIT: said("夜间离床未归"),
        AlarmCode.DEVICE: said("设备异常"),
    }
)


class Grade(IntEnum):
    """How fast somebody must act; a repeated press only ever lowers the number."""

    URGENT = 1
    IMPORTANT = 2
    NOTICE = 3


GRADE_NAMES: Mapping[Grade, str] = MappingProxyType(
    {Grade.URGENT: said("紧急"), Grade.IMPORTANT: said("重要"), Grade.NOTICE: said("提示")}
)


class AlarmState(StrEnum):
    """asking: the person is asked by the gentlest channel first; open: somebody must act; closed: with a cause."""

    ASKING = "asking"
    OPEN = "open"
    CLOSED = "closed"


class Cause(StrEnum):
    """Why an alarm ended; feeds the record of its rule."""

    REAL = "real"
    MISTAKE = "mistake"
    DEVICE_FAULT = "device_fault"
    AWAY = "away"
    ANSWERED = "answered"
    CLEARED = "cleared"
    TEST = "test"


CAUSE_NAMES: Mapping[Cause, str] = MappingProxyType(
    {
        Cause.REAL: said("确有险情"),
        Cause.MISTAKE: said("误触"),
        Cause.DEVICE_FAULT: said("设备故障"),
        Cause.AWAY: said("外出或住院"),
        Cause.ANSWERED: said("本人确认平安"),
        Cause.CLEARED: said("自动恢复"),
        Cause.TEST: said("测试"),
    }
)
FALSE_CAUSES = frozenset({Cause.MISTAKE, Cause.DEVICE_FAULT, Cause.AWAY, Cause.ANSWERED})


class EventKind(StrEnum):
    """Kinds of the canonical event. Heartbeats and alarms always speak of now; readings may come late."""

    READING = "reading"
    HEARTBEAT = "heartbeat"
    ALARM = "alarm"
    POSITION = "position"
    TEST = "test"
    ANSWER = "answer"


class Flag(IntEnum):
    """Bits of `flags` of a stored value."""

    CLOCK = 1  # the device's clock was wrong; the platform's time stands instead
    IMPLAUSIBLE = 2  # outside what the channel can mean: kept, never judged
    LATE = 4  # measured long before it arrived
    TEST = 8


class DeviceState(StrEnum):
    STOCK = "stock"
    ISSUED = "issued"
    ACTIVE = "active"
    RETURNED = "returned"
    LOST = "lost"
    RETIRED = "retired"


STATE_NAMES: Mapping[DeviceState, str] = MappingProxyType(
    {
        DeviceState.STOCK: said("库存"),
        DeviceState.ISSUED: said("已发放未激活"),
        DeviceState.ACTIVE: said("使用中"),
        DeviceState.RETURNED: said("已收回"),
        DeviceState.LOST: said("遗失"),
        DeviceState.RETIRED: said("报废"),
    }
)


class SubjectKind(StrEnum):
    """What a device is bound to."""

    PERSON = "person"
    BED = "bed"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Canonical:
    """One event of one device, whatever protocol it came by. `at` is aware; `values` are numbers by channel name."""

    device: str
    seq: int
    at: datetime
    kind: EventKind
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one event: committed (`fresh` or seen before) or refused with a named reason."""

    seq: int
    fresh: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class AlarmCard:
    """One alarm, read; `presses` counts the signals that belong to it."""

    uid: UUID
    code: AlarmCode
    grade: Grade
    state: AlarmState
    person: UUID | None
    device: str
    area: str
    hukou_area: str
    org: str
    raised_at: datetime
    received_at: datetime
    last_at: datetime
    presses: int
    rule: str = ""
    evidence: Mapping[str, object] = field(default_factory=dict)
    closed_at: datetime | None = None
    cause: Cause | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """One device, read."""

    uid: UUID
    number: int
    code: str
    model: str
    kind: str
    state: DeviceState
    person: UUID | None
    place: str
    seen_at: datetime | None
    silent_since: datetime | None
    battery: float | None


@dataclass(frozen=True, slots=True)
class Sign:
    """The last value of one channel of a person: what, how much, when, by which device."""

    channel: str
    name: str
    unit: str
    value: float
    at: datetime
    device: str


@dataclass(frozen=True, slots=True)
class Position:
    """The last known position (WGS84/CGCS2000) and how far off it may be, in metres."""

    latitude: float
    longitude: float
    error_m: float
    at: datetime
    device: str
