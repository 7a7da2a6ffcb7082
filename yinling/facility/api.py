"""The door of facility for rooms above: the demo's homes filled."""

from .demo import fill

__all__ = ["fill"]
