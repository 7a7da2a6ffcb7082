"""Verbs of the policy room: packs loaded and approved, months determined."""

from .approving import approve_row, approve_version
from .determining import determine_month
from .loading import load_pack

__all__ = ["approve_row", "approve_version", "determine_month", "load_pack"]
