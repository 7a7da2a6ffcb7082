"""The door of base for rooms that run with Django: units of work, trail, sealing, columns, registries, areas, pages."""

from .answers import BadKey, KeyReused, once
from .areas import area_name, area_path, children, load_areas, load_national
from .attachments import AttachmentRefused, CleanFile, clean_file
from .bulk import copy_arrow, copy_in, copy_in_arrow, refresh_statistics
from .clock import CHINA, now, today
from .crypto import WrongKey, blind, blind_column, seal, seal_bytes, seal_column, sm3, unseal, unseal_bytes
from .fields import AreaField, FenField, IndexField, MonthField, SealedField, UidField
from .jobs import Cancelled, JobHandle, cancel, enqueue, handlers
from .kit.access import access_of, allow, public
from .kit.menu import chosen_area
from .kit.pages import is_partial, problem, redirect_to, render, toast
from .kit.tables import BatchAction, BoundTable, Column, Filter, ListQuery, SqlSource, Table
from .kit.tables.columns import contains
from .kit.tables.exports import safe_cell
from .models import Area, Job, Timer
from .registries import (
    CauseKind,
    Check,
    CheckItem,
    FactAddition,
    FactRelation,
    MenuEntry,
    OfflineShell,
    OrderKind,
    Panel,
    Subscriber,
    Ticker,
    TodayEntry,
    TodayItem,
    cause_kinds,
    checks,
    facts,
    menus,
    offline_shells,
    order_kinds,
    panels,
    subscribers,
    tickers,
    todays,
)
from .rest import NotFound, NotYours, OtherSite, api
from .strict_json import BadJson, read_json
from .timers import DueTimer, cancel_timer, set_timer, timers
from .trail import (
    Recorded,
    deliver_tick,
    record,
    record_refusal,
    record_rows,
    seal_all,
    trail_of,
    verify_trail,
)
from .unmasking import ReasonMissing, unmask
from .work import NoScope, Work, batch, connection, current, running, unit

__all__ = [
    "CHINA", "Area", "AreaField", "AttachmentRefused", "BadJson", "BadKey", "BatchAction", "BoundTable",
    "Cancelled", "CauseKind", "Check", "CheckItem", "CleanFile",
    "Column", "DueTimer", "FactAddition", "FactRelation", "FenField", "Filter", "IndexField", "Job", "JobHandle", "KeyReused",
    "ListQuery", "MenuEntry", "MonthField", "NoScope", "NotFound", "NotYours", "OfflineShell", "OrderKind", "OtherSite", "Panel",
    "ReasonMissing", "Recorded", "SealedField", "SqlSource", "Subscriber", "Table", "Ticker", "Timer", "TodayEntry",
    "TodayItem", "UidField", "Work", "WrongKey", "access_of", "allow", "api", "area_name", "area_path",
    "batch", "blind", "blind_column", "cancel", "cancel_timer", "cause_kinds", "checks", "children", "chosen_area", "clean_file",
    "connection", "contains",
    "copy_arrow", "copy_in", "copy_in_arrow", "current", "deliver_tick", "enqueue", "facts", "handlers",
    "is_partial", "load_areas", "load_national", "menus", "now", "offline_shells", "once", "order_kinds", "panels", "problem",
    "public", "read_json", "record", "record_refusal", "record_rows", "redirect_to", "refresh_statistics", "render", "running",
    "safe_cell", "seal", "seal_all", "seal_bytes", "seal_column", "set_timer", "sm3", "subscribers", "tickers",
    "timers", "toast", "today",
    "todays", "trail_of", "unit", "unmask", "unseal", "unseal_bytes", "verify_trail",
]  # fmt: skip
