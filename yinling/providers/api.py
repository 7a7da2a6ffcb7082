"""The door of providers: registers taken in, homes and sites of an area, and beds: their map, who has them, their codes."""

from .beds.codes import bed_label, home_code
from .beds.queries import bed_board, bed_by_code, bed_card, bed_map, free_beds, planned_moves
from .beds.rules import BED_STATES, floors_of
from .beds.services import (
    BedTaken,
    HasABed,
    cancel_move,
    carry_out,
    lay_out,
    move,
    occupy,
    occupy_many,
    plan_move,
    release,
    set_presence,
)
from .queries import delivery, home_of, homes_in, newest_as_of, organisation_names, site_near, sites_in
from .services import apply, drop, receive

__all__ = [
    "BED_STATES", "BedTaken", "HasABed", "apply", "bed_board", "bed_by_code", "bed_card", "bed_label", "bed_map", "cancel_move",
    "carry_out", "delivery", "drop", "floors_of", "free_beds", "home_code", "home_of", "homes_in", "lay_out", "move",
    "newest_as_of", "occupy", "occupy_many", "organisation_names", "plan_move", "planned_moves", "receive", "release",
    "set_presence", "site_near", "sites_in",
]  # fmt: skip
