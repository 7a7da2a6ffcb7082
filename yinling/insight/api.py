"""The door of insight: count the cube anew, offer outlines for the map, read the figures of an area."""

from .boundaries import boundaries
from .queries import board, months
from .services import refresh

__all__ = ["board", "boundaries", "months", "refresh"]
