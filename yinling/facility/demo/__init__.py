"""Filling the demo's homes: residents out of the record, weeks of care, a month of bills; the same seed, the same people."""

from .filling import fill

__all__ = ["fill"]
