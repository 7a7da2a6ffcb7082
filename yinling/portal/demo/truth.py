"""What is true of the invented district. Only tests read it."""

import numpy as np
import pyarrow as pa

from yinling.portal.demo.life import here_on, hukou_on
from yinling.portal.demo.places import communities
from yinling.portal.demo.sheets import Sheet
from yinling.portal.demo.status import (
    CARE_FEN,
    CARE_KEYS,
    LIFE_FEN,
    TEKUN,
    assessed_in,
    care_fen,
    disabled_in,
)
from yinling.portal.demo.text import day64, picked
from yinling.portal.demo.world import ABILITY_RESULTS, DISABILITY_KINDS, LOW_CLASSES, NEVER, World

PAID_HIGHER = ("retired_cadre_care", "duty_disability_care")  # the policy compares amounts of these
LOW_FACTS = (*LOW_CLASSES[:4], "困难补助")


def rows_of(sheet: Sheet, register: str, month: str) -> pa.Table:
    """Whose each row is (row 1 is the first below the header) and what was planted in it."""
    count = len(sheet)
    kinds = [""] * count
    for row, found in sheet.dirt.items():
        kinds[row] = ",".join(found)
    constant = pa.DictionaryArray.from_arrays
    zeros = pa.array(np.zeros(count, dtype=np.int32))
    return pa.table({
        "month": constant(zeros, pa.array([month])),
        "register": constant(zeros, pa.array([register])),
        "row": pa.array(np.arange(1, count + 1, dtype=np.int32)),
        "person": pa.array(sheet.persons.astype(np.int32)),
        "dirt": pa.array(kinds, pa.string()).dictionary_encode(),
    })  # fmt: skip


def persons(world: World) -> pa.Table:
    codes = [area.code for area in communities()]
    return pa.table({
        "person": pa.array(np.arange(len(world), dtype=np.int32)),
        "name": world.texts["name"],
        "id": world.texts["id"],
        "male": pa.array(world.male),
        "born_on": pa.array(world.born),
        "register_born_on": pa.array(world["register_born"]),
        "area": picked(codes, world["community"]),
        "household": pa.array(world["household"].astype(np.int32)),
        "spouse": pa.array(world["spouse"].astype(np.int32)),
        "home": pa.array(world["home"].astype(np.int32)),
        "entered": pa.array(world.entered.astype(np.int8)),
        "died_on": pa.array(world["died_on"]),
        "moved_out_on": pa.array(world["out_on"]),
        "moved_in_on": pa.array(world["in_on"]),
        "moved_within_on": pa.array(world["within_on"]),
    })  # fmt: skip


def deaths(world: World) -> pa.Table:
    """Every true death and the month's file in which each register says so; empty where none does."""
    rows = np.flatnonzero(~np.isnat(world["died_on"]))
    labels = [world.span.label(month) for month in range(world.span.count)]

    def told(days: np.ndarray, first: int = 0) -> pa.Array:
        month = np.full(len(rows), -1)
        for number in range(first, world.span.count):
            month[world.span.window(number, days[rows])] = number
        return picked(labels, month)

    cancelled = np.where(np.isnat(world["out_on"]), world["cancelled_on"], NEVER)
    return pa.table({
        "person": pa.array(rows.astype(np.int32)),
        "died_on": pa.array(world["died_on"][rows]),
        "death_civil": told(np.where(world.present(world.span.count), world["civil_on"], NEVER)),
        "death_funeral": told(world["funeral_on"]),
        "population": told(cancelled, 1),
        "pension": told(np.where(world["pension_kind"] > 0, world["pension_stop_on"], NEVER), 1),
    })  # fmt: skip


def verdict_inputs(world: World) -> pa.Table:
    """The true facts of every person for every month, as the policy's facts are named; age is left to the policy."""
    return pa.concat_tables([_inputs(world, month) for month in range(world.span.count)])


def _said(words: tuple[str, ...], none: str, index: np.ndarray) -> pa.Array:
    return picked([none, *words[1:]], index).dictionary_encode()


def _inputs(world: World, month: int) -> pa.Table:
    first = day64(world.span.firsts[month])
    here = np.flatnonzero(world.present(month))
    low = world["low"][month][here]
    disabled = disabled_in(world, month)[here]
    assessed = assessed_in(world, month)[here] & ~world["ability_other_scale"][here]
    community = hukou_on(world, first)[here]
    care = world["other_care"][here]
    columns: dict[str, pa.Array] = {
        "month": picked([world.span.label(month)], np.zeros(len(here), int)).dictionary_encode(),
        "person": pa.array(here.astype(np.int32)),
        "born_on": pa.array(world.born[here]),
        "hukou_area": picked([area.code for area in communities()], community).dictionary_encode(),
        "alive": pa.array(~(world["died_on"][here] < first)),
        "died_on": pa.array(world["died_on"][here]),
        "hukou_here": pa.array(here_on(world, first)[here]),
        "moved_out_on": pa.array(world["out_on"][here]),
        "dibao_class": _said(LOW_FACTS, "无", low),
        "tekun": pa.array(low == TEKUN),
        "disability_kind": _said(
            DISABILITY_KINDS, "无", np.where(disabled, world["disability_kind"][here], 0)
        ),
        "disability_grade": pa.array(np.where(disabled, world["disability_grade"][here], 0).astype(np.int8)),
        "disability_multiple": pa.array(disabled & (world["disability_other"][here] > 0)),
        "ability_result": _said(
            ABILITY_RESULTS, "未评估", np.where(assessed, world["ability_result"][here], 0)
        ),
        "special_family": pa.array(world["special_kind"][here] > 0),
        "disability_life_subsidy_fen": pa.array(np.where(world["life_subsidy"][here], LIFE_FEN, 0)),
        "disability_care_subsidy_fen": pa.array(
            np.where(world["care_subsidy"][here], care_fen(world)[here], 0)
        ),
        "in_custody": pa.array((world["custody"][here] == 1) & ~(world["custody_until"][here] < first)),
    }
    for place, key in enumerate(CARE_KEYS):
        if key in PAID_HIGHER:
            columns[f"{key}_fen"] = pa.array(np.where(care == place, CARE_FEN[place], 0))
        else:
            columns[key] = pa.array(care == place)
    return pa.table(columns)
