"""The invented district 银龄示范区: its people, its registers as files, and the truth behind them."""

from datetime import date
from pathlib import Path

from yinling.portal.demo.build import build
from yinling.portal.demo.places import OUTLINE_CREDIT, areas, geometry
from yinling.portal.demo.writing import Manifest, read_manifest, write_all, write_health

PERSONS, SEED, MONTHS = 119_185, 20260101, 3
FOLDER = "demo"

__all__ = ["OUTLINE_CREDIT", "Manifest", "areas", "generate", "generate_health", "geometry", "read_manifest"]


def generate(
    home: Path, *, persons: int = PERSONS, seed: int = SEED, as_of: date, months: int = MONTHS
) -> Manifest:
    """Write the district's registers, truth, cast and manifest under home/demo; same arguments, same bytes."""
    return write_all(build(persons=persons, seed=seed, as_of=as_of, months=months), Path(home) / FOLDER)


def generate_health(
    home: Path, *, persons: int = PERSONS, seed: int = SEED, as_of: date, months: int = MONTHS
) -> Manifest:
    """Write the health checks of a district that `generate` has written with the same arguments."""
    return write_health(build(persons=persons, seed=seed, as_of=as_of, months=months), Path(home) / FOLDER)
