"""The pure door of base: values, areas, money, identity numbers, refusals. No Django in here."""

from .areas import AreaRange, area_level, area_range, pad_area, parent_area
from .identity import IdCheck, luhn_ok, uscc_ok, valid_id
from .masks import mask_account, mask_address, mask_id, mask_name, mask_phone
from .money import fen, yuan
from .periods import Month
from .refusals import Refusal
from .scope import SYSTEM, Actor, Event, Scope
from .words import said

__all__ = [
    "SYSTEM",
    "Actor",
    "AreaRange",
    "Event",
    "IdCheck",
    "Month",
    "Refusal",
    "Scope",
    "area_level",
    "area_range",
    "fen",
    "luhn_ok",
    "mask_account",
    "mask_address",
    "mask_id",
    "mask_name",
    "mask_phone",
    "pad_area",
    "parent_area",
    "said",
    "uscc_ok",
    "valid_id",
    "yuan",
]
