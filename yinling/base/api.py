"""The door of base for rooms that run with Django: units of work, trail, sealing, columns, registries, areas, pages."""

from .answers import BadKey, KeyReused, once
from .areas import area_name, area_path, children, load_areas, load_national
from .bulk import copy_arrow, copy_in, copy_in_arrow
from .clock import CHINA, now, today
from .crypto import WrongKey, blind, blind_column, seal, seal_column, sm3, unseal
from .fields import AreaField, FenField, IndexField, MonthField, SealedField, UidField
from .kit.access import access_of, allow, public
from .kit.pages import is_partial, problem, redirect_to, render, toast
from .models import Area, Job
from .registries import (
    Check,
    FactRelation,
    MenuEntry,
    OrderKind,
    Panel,
    Subscriber,
    TodayEntry,
    TodayItem,
    checks,
    facts,
    menus,
    order_kinds,
    panels,
    subscribers,
    todays,
)
from .rest import NotFound, NotYours, api
from .strict_json import BadJson, read_json
from .trail import Recorded, deliver_tick, record, record_refusal, record_rows, seal_all, trail_of, verify_trail
from .unmasking import ReasonMissing, unmask
from .work import NoScope, Work, batch, connection, current, running, unit

__all__ = [
    "CHINA", "Area", "AreaField", "BadJson", "BadKey", "Check", "FactRelation", "FenField", "IndexField", "Job",
    "KeyReused", "MenuEntry", "MonthField", "NoScope", "NotFound", "NotYours", "OrderKind", "Panel", "ReasonMissing",
    "Recorded", "SealedField", "Subscriber", "TodayEntry", "TodayItem", "UidField", "Work", "WrongKey", "access_of",
    "allow", "api", "area_name", "area_path", "batch", "blind", "blind_column", "checks", "children", "connection",
    "copy_arrow", "copy_in", "copy_in_arrow", "current", "deliver_tick", "facts", "is_partial", "load_areas", "load_national", "menus",
    "now", "once", "order_kinds", "panels", "problem", "public", "read_json", "record", "record_refusal", "record_rows",
    "redirect_to", "render", "running", "seal", "seal_all", "seal_column", "sm3", "subscribers", "toast", "today",
    "todays", "trail_of", "unit", "unmask", "unseal", "verify_trail",
]  # fmt: skip
