"""Writes registers, extra files, truth and the manifest; everything on disk begins here."""

import json
import shutil
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from yinling.portal.demo import cast, dirt, truth
from yinling.portal.demo.catalogue import HEALTH, REGISTERS, Register
from yinling.portal.demo.places import DISTRICT, streets
from yinling.portal.demo.registers import health
from yinling.portal.demo.registers.identity import cremations
from yinling.portal.demo.registers.welfare import low_income_rows
from yinling.portal.demo.sheets import Sheet, csv_bytes, digest, stacked, write_xlsx
from yinling.portal.demo.status import DIBAO
from yinling.portal.demo.streams import stream
from yinling.portal.demo.world import World

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What was written: `files` as in manifest.json, in the order in which a month should be taken in."""

    folder: Path
    seed: int
    as_of: date
    persons: int
    months: tuple[str, ...]
    files: tuple[dict[str, Any], ...]

    def of(self, month: str, register: str) -> Path:
        row = next(row for row in self.files if (row["month"], row["register"]) == (month, register))
        return self.folder / row["path"]


def write_all(world: World, folder: Path) -> Manifest:
    _clear(folder)
    rows, parts, counts = [], [], Counter[str]()
    for month in range(world.span.count):
        for register in REGISTERS:
            sheet = _as_sent(world, register, month)
            if register.mode(month) == "delta" and not len(sheet):
                continue  # nothing happened in a very small district: no office sends a file without rows
            rows.append(_write(world, folder, register, month, sheet))
            parts.append(truth.rows_of(sheet, register.key, world.span.label(month)))
            counts.update(
                f"{world.span.label(month)} {register.key} {kind}"
                for kinds in sheet.dirt.values()
                for kind in kinds
            )
    rows += _write_extra(world, folder)
    _write_truth(world, folder, parts, counts)
    _json(folder / "cast.json", cast.listing(world, cast.members(world.span)))
    return _write_manifest(world, folder, rows)


def _clear(folder: Path) -> None:
    """The manifest goes first and comes back last: while it is missing, the district is not complete."""
    (folder / MANIFEST).unlink(missing_ok=True)
    for name in ("registers", "extra", "truth"):
        shutil.rmtree(folder / name, ignore_errors=True)


def _as_sent(world: World, register: Register, month: int) -> Sheet:
    sheet = register.make(world, month)
    random = stream(world.seed, f"dirt {register.key} {month}")
    dirt.spoil(sheet, random, register.dirt, spared=len(world.cast), certain=register.certain and month == 0)
    return sheet


def _areas(register: Register, month: int) -> list[str]:
    if register.key == "low_income" and month == 0:
        return [street.code for place, street in enumerate(streets()) if place != cast.MISSING_STREET]
    return [DISTRICT]


def _write(world: World, folder: Path, register: Register, month: int, sheet: Sheet) -> dict[str, Any]:
    label = world.span.label(month)
    path = folder / "registers" / label / f"{register.key}.{register.kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = register.headers(sheet, month)
    if register.kind == "csv":
        path.write_bytes(csv_bytes(sheet, headers, register.encoding))
    else:
        write_xlsx(
            path, sheet, headers, title=f"银龄示范区{register.title}（{label}）", groups=register.groups
        )
    return {
        **_entry(register, folder, path, label, world.span.cuts[month]),
        "mode": register.mode(month),
        "areas": _areas(register, month),
        "headers": headers,
        "rows": len(sheet),
    }


def _write_extra(world: World, folder: Path) -> list[dict[str, Any]]:
    """Files of the last month to upload by hand: one more hardship case, and late lists of deaths."""
    by_key = {register.key: register for register in REGISTERS}
    heroine, late = np.array([world.cast["five_registers"]]), np.array([world.cast["late_extra"]])
    died = np.datetime64(world.span.day(1, 6))
    deaths = {
        "death_funeral_late": cremations(world, late, world["died_on"][late], world["cremated_on"][late]),
        "death_funeral_five_registers": cremations(world, heroine, np.array([died]), np.array([died + 3])),
    }
    rows = [
        _write_one_extra(
            world, folder, by_key["low_income"], "low_income", _one_more_case(world, by_key["low_income"])
        )
    ]
    return rows + [
        _write_one_extra(world, folder, by_key["death_funeral"], name, sheet)
        for name, sheet in deaths.items()
    ]


def _one_more_case(world: World, register: Register) -> Sheet:
    """The last list as it was sent, dirt included, and one person below it."""
    month = world.span.count - 1
    person = np.array([world.cast["tour_change"]])
    sheet = stacked(
        _as_sent(world, register, month), low_income_rows(world, month, person, np.full(len(world), DIBAO))
    )
    sheet.cells("序号")[-1] = str(len(sheet))
    return sheet


def _write_one_extra(
    world: World, folder: Path, register: Register, name: str, sheet: Sheet
) -> dict[str, Any]:
    label = world.span.label(world.span.count - 1)
    path = folder / "extra" / label / f"{name}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    headers = register.headers(sheet, world.span.count - 1)
    title = f"银龄示范区{register.title}（{world.span.as_of:%Y-%m-%d} 补报）"
    write_xlsx(path, sheet, headers, title=title, groups=register.groups)
    return {
        **_entry(register, folder, path, f"extra/{label}", world.span.as_of),
        "mode": register.mode(world.span.count - 1),
        "areas": [DISTRICT],
        "headers": headers,
        "rows": len(sheet),
    }


def _entry(register: Register, folder: Path, path: Path, month: str, as_of: date) -> dict[str, Any]:
    return {
        "month": month,
        "register": register.key,
        "title": register.title,
        "sender": register.sender,
        "path": str(path.relative_to(folder)),
        "format": register.kind,
        "encoding": register.encoding,
        "as_of": as_of.isoformat(),
        "sha256": digest(path),
    }


def write_health(world: World, folder: Path) -> Manifest:
    """The health checks, a later job; the manifest gains their rows."""
    manifest = read_manifest(folder)
    if (manifest.seed, manifest.persons, manifest.as_of) != (world.seed, world.persons, world.span.as_of):
        raise ValueError("the district in this folder was made with another seed, size or date")
    rows = [row for row in manifest.files if row["register"] != HEALTH[0]]
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for month in range(world.span.count):
        label = world.span.label(month)
        path = folder / "registers" / label / "health_check.jsonl"
        body, persons = health.lines(world, month)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        key, title, sender = HEALTH
        rows.append({
            "month": label, "register": key, "title": title, "sender": sender, "path": str(path.relative_to(folder)),
            "format": "fhir", "encoding": "utf-8", "mode": "delta", "as_of": world.span.cuts[month].isoformat(),
            "areas": [DISTRICT], "headers": [], "rows": len(persons), "sha256": digest(path),
        })  # fmt: skip
    return _write_manifest(world, folder, rows)


def _write_manifest(world: World, folder: Path, rows: list[dict[str, Any]]) -> Manifest:
    order = [*(register.key for register in REGISTERS), HEALTH[0]]
    rows.sort(
        key=lambda row: (
            row["month"].startswith("extra"),
            row["month"],
            order.index(row["register"]),
            row["path"],
        )
    )
    months = [world.span.label(month) for month in range(world.span.count)]
    head = {
        "district": DISTRICT,
        "seed": world.seed,
        "as_of": world.span.as_of.isoformat(),
        "persons": world.persons,
    }
    _json(folder / MANIFEST, {**head, "months": months, "files": rows})
    return read_manifest(folder)


def read_manifest(folder: Path) -> Manifest:
    body = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    as_of = date.fromisoformat(body["as_of"])
    return Manifest(folder, body["seed"], as_of, body["persons"], tuple(body["months"]), tuple(body["files"]))


def _write_truth(world: World, folder: Path, parts: list[pa.Table], counts: Counter[str]) -> None:
    target = folder / "truth"
    target.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables(parts), target / "rows.parquet", compression="zstd", compression_level=1)
    pq.write_table(truth.persons(world), target / "persons.parquet", compression="zstd", compression_level=1)
    pq.write_table(truth.deaths(world), target / "deaths.parquet", compression="zstd", compression_level=1)
    pq.write_table(
        truth.verdict_inputs(world),
        target / "verdict_inputs.parquet",
        compression="zstd",
        compression_level=1,
    )
    _json(target / "dirt.json", dict(sorted(counts.items())))
    cases = [
        {key: value if key == "person" else str(value) for key, value in case.items()}
        for case in world.false_deaths
    ]
    _json(target / "false_deaths.json", cases)
    _json(target / "cast.json", world.cast)


def _json(path: Path, body: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
