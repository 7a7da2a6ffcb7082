"""Rows of a dataset in the running scope, chunk by chunk: numbers masked, or opened for a stated reason by the verb."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from yinling.base.api import connection, today, unseal
from yinling.base.contracts import Refusal, area_range, mask_address, mask_name

from ..catalogue import datasets
from ..contracts import Dataset, DatasetField
from ..rules.cells import Context, clean
from ..rules.ids import ReadId
from ..writers.values import settled

CHUNK_ROWS = 5_000
CURSOR = "people_dataset_rows"
HIDE: dict[str, Callable[[str], str]] = {"name": mask_name, "address": mask_address}


class UnknownDataset(Refusal):
    code: ClassVar[str] = "people.unknown_dataset"
    status: ClassVar[int] = 404
    zh: ClassVar[str] = "没有名为“{dataset}”的数据集。可用：{known}"
    en: ClassVar[str] = "There is no dataset “{dataset}”. Known: {known}"


class NoRows(Refusal):
    code: ClassVar[str] = "people.dataset_without_rows"
    status: ClassVar[int] = 409
    zh: ClassVar[str] = "“{dataset}”所在的业务模块没有安装，没有数据可导出。"
    en: ClassVar[str] = "The room that holds “{dataset}” is not installed; there is nothing to export."


@dataclass(frozen=True, slots=True)
class Reading:
    """How rows are read: of which area, with numbers masked or plain, and how many at most."""

    area: str
    plain: bool = False
    limit: int | None = None
    offset: int = 0


def dataset_of(key: str) -> Dataset:
    """The declared dataset, or the refusal that lists what there is."""
    found = datasets.find(key)
    if found is None:
        raise UnknownDataset(dataset=key[:40], known="、".join(datasets.keys()), field="dataset")
    return found


def dataset_rows(dataset: Dataset, reading: Reading) -> Iterator[list[Any]]:
    """Rows in the order of the fields, in the dataset's own terms; memory stays that of one chunk."""
    source = datasets.source(dataset.key)
    if source is None:
        raise NoRows(dataset=dataset.name)
    wide, day = area_range(reading.area), today()
    values: dict[str, Any] = {
        "lo": wide.lo,
        "hi": wide.hi,
        "today": day,
        "limit": reading.limit,
        "offset": reading.offset,
    }
    query = f"SELECT * FROM ({source.sql}) AS told LIMIT %(limit)s OFFSET %(offset)s"
    with connection().cursor() as outer, outer.cursor.connection.cursor(name=CURSOR) as cursor:
        cursor.execute(query, values)
        names: list[str] = []
        while rows := cursor.fetchmany(CHUNK_ROWS):
            names = names or [column.name for column in cursor.description]
            for row in rows:
                yield _row(dataset, dict(zip(names, row, strict=True)), source.sealed, reading.plain, day)


def _row(dataset: Dataset, row: dict[str, Any], sealed: tuple[str, ...], plain: bool, day: date) -> list[Any]:
    return [
        _opened(field, row, day) if plain and field.key in sealed else _shown(field, row[field.key], plain)
        for field in dataset.fields
    ]


def _shown(field: DatasetField, value: Any, plain: bool) -> Any:
    hide = None if plain or field.column.privacy == "public" else HIDE.get(field.column.kind)
    return hide(str(value)) if hide and value else settled(field, value)


def _opened(field: DatasetField, row: dict[str, Any], day: date) -> Any:
    """The number in plain and in its normal form; what was never a valid number is left out."""
    blob = row[f"{field.key}_sealed"]
    if not blob:
        return None
    raw = unseal(row[f"{field.key}_kind"], bytes(blob), row[f"{field.key}_aad"])
    value = clean(raw, field.column, Context(day)).value
    return (value.number or None) if isinstance(value, ReadId) else value
