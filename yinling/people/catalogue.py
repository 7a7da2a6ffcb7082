"""The data catalogue's registry: the six datasets, and where the rows of each are read; upper rooms offer theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .contracts import Dataset, RowSource
from .datasets import own_datasets


class Datasets:
    """Declared datasets by key; a room that owns the tables offers where the rows stand."""

    def __init__(self) -> None:
        self._known = {one.key: one for one in own_datasets()}
        self._sources: dict[str, Callable[[], RowSource]] = {}

    def offer(self, key: str, source: Callable[[], RowSource]) -> None:
        if key not in self._known or key in self._sources:
            raise ValueError(f"dataset {key!r} is not declared or has its rows already")
        self._sources[key] = source

    def find(self, key: str) -> Dataset | None:
        return self._known.get(key)

    def source(self, key: str) -> RowSource | None:
        """Where the rows are; None while no room that owns them is installed."""
        made = self._sources.get(key)
        return made() if made else None

    def keys(self) -> list[str]:
        return list(self._known)

    def __iter__(self) -> Iterator[Dataset]:
        return iter(self._known.values())


datasets = Datasets()
