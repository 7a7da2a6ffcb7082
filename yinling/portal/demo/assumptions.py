"""The dated table of everything assumed about the district, and the small derived tables beside it."""

import csv
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np


def read_table(name: str) -> list[dict[str, str]]:
    text = files("yinling.portal.demo").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def _values() -> dict[str, float]:
    return {row["key"]: float(row["value"]) for row in read_table("assumptions.csv")}


def assumed(key: str) -> float:
    return _values()[key]


def steps(*keys: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Rungs of a ladder of shares, for searchsorted; what lies above the last rung is the rest."""
    return np.cumsum([assumed(key) for key in keys])


def column(rows: list[dict[str, str]], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array([float(row[name]) for row in rows])


def scaled(key: str, persons: int) -> int:
    """A count of the full district in proportion to a smaller one, never nothing."""
    return max(1, round(assumed(key) * persons / assumed("persons_60_plus")))
