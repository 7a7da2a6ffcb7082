"""Who is registered, who moved, who died, who serves a term: police, civil affairs, funeral homes, justice."""

import numpy as np
import pyarrow as pa

from yinling.portal.demo.build import ETHNICITIES
from yinling.portal.demo.households import district_address, living_address, living_code, phones
from yinling.portal.demo.life import dwelling_on, hukou_on
from yinling.portal.demo.places import ELSEWHERE_BEYOND, ELSEWHERE_CITY, communities, streets
from yinling.portal.demo.sheets import Sheet, filled, stacked
from yinling.portal.demo.text import day64, digits, iso, joined, picked
from yinling.portal.demo.world import MOVED_IN, NEWLY_SIXTY, OUT_BEYOND, RELATIONS, World

FUNERAL_HOMES = ("示范区殡仪馆", "西郊殡仪馆")
CITY = [code for code, _ in ELSEWHERE_CITY]
BEYOND = [code for code, _ in ELSEWHERE_BEYOND]


def named(world: World, rows: np.ndarray) -> tuple[pa.Array, pa.Array]:
    at = pa.array(rows)
    return world.texts["name"].take(at), world.texts["id"].take(at)


def in_order(world: World, mask: np.ndarray) -> np.ndarray:
    """The rows of a mask in the order of a department's own book, which is none that we know."""
    rows = np.flatnonzero(mask)
    return np.asarray(rows[np.argsort(world["shuffle"][rows], kind="stable")])


def _entry(world: World, rows: np.ndarray, month: int, kind: str, days: np.ndarray) -> Sheet:
    cut = day64(world.span.cuts[month])
    name, number = named(world, rows)
    community = hukou_on(world, cut)[rows]
    code = picked([area.code for area in communities()], community)
    address = district_address(community, dwelling_on(world, cut)[rows])
    columns = {
        "姓名": name,
        "性别": picked(["女", "男"], world.male[rows].astype(int)),
        "民族": picked(list(ETHNICITIES), world["ethnicity"][rows]),
        "公民身份号码": number,
        "出生日期": iso(world["register_born"][rows]),
        "户籍区划": code,
        "户籍地址": address,
        "现住区划": living_code(world, rows, code),
        "现住地址": living_address(world, rows, address),
        "户号": joined("5301990", digits((world["household"][rows] * 7_919 + 104_729) % 10_000_000, 7)),
        "与户主关系": picked(list(RELATIONS), world["relation"][rows]),
        "联系电话": phones(world, rows, changed=world["phone_changed_on"][rows] <= cut),
        "变动类型": filled(len(rows), kind),
        "变动日期": iso(days),
    }
    return Sheet(columns, rows)


def population(world: World, month: int) -> Sheet:
    if month == 0:
        rows = np.flatnonzero(world.present(0))
        community = hukou_on(world, day64(world.span.cuts[0]))[rows]
        order = np.lexsort((world["relation"][rows], world["shuffle"][world["household"][rows]], community))
        sheet = _entry(world, rows[order], 0, "", np.full(len(rows), np.datetime64("NaT", "D")))
        sheet.flag(world["out_on"][sheet.persons] <= day64(world.span.cuts[0]), "moved_out_listed")
        sheet.flag(world["died_on"][sheet.persons] <= day64(world.span.cuts[0]), "dead_listed")
        return sheet
    return stacked(*(_entry(world, rows, month, kind, days) for kind, rows, days in _changes(world, month)))


def _changes(world: World, month: int) -> list[tuple[str, np.ndarray, np.ndarray]]:
    within = world.span.window
    out_seen = _out_seen(world, month)
    found = [
        ("新增", (world.entry == NEWLY_SIXTY) & (world.entered == month), world.entered_on),
        ("新增", (world.entry == MOVED_IN) & (world.entered == month), world["in_on"]),
        ("变更", within(month, world["within_on"]), world["within_on"]),
        ("变更", within(month, world["phone_changed_on"]), world["phone_changed_on"]),
        ("迁出", out_seen, world["out_on"]),
        ("注销", within(month, world["cancelled_on"]) & np.isnat(world["out_on"]), world["cancelled_on"]),
    ]
    return [(kind, rows, days[rows]) for kind, mask, days in found for rows in [in_order(world, mask)]]


def _out_seen(world: World, month: int) -> np.ndarray:
    """Departures enter the population file with the month, a share of them a month late; the first file knows none."""
    now = world.span.window(month, world["out_on"]) & ~world["out_late"]
    before = world.span.window(month - 1, world["out_on"]) & (world["out_late"] | (month == 1))
    return np.asarray(now | before)


def moves(world: World, month: int) -> Sheet:
    kinds = [
        ("区内", world["within_on"]),
        ("市内迁出", np.where(world["out_kind"] == OUT_BEYOND, np.datetime64("NaT"), world["out_on"])),
        ("市外迁出", np.where(world["out_kind"] == OUT_BEYOND, world["out_on"], np.datetime64("NaT"))),
        ("迁入", world["in_on"]),
    ]
    return stacked(*(_moved(world, month, kind, days) for kind, days in kinds))


def _moved(world: World, month: int, kind: str, days: np.ndarray) -> Sheet:
    rows = in_order(world, world.span.window(month, days))
    name, number = named(world, rows)
    here = [area.code for area in communities()]
    old, new = picked(here, world["community"][rows]), picked(here, world["within_community"][rows])
    if kind == "迁入":
        old, new = picked(CITY, world["in_from"][rows]), picked(here, world["community"][rows])
    elif kind != "区内":
        new = picked(BEYOND if kind == "市外迁出" else CITY, world["out_to"][rows])
    columns = {
        "姓名": name, "身份证号": number, "迁移类型": filled(len(rows), kind),
        "原户籍区划": old, "新户籍区划": new, "迁移日期": iso(days[rows]),
    }  # fmt: skip
    return Sheet(columns, rows)


def death_civil(world: World, month: int) -> Sheet:
    rows = in_order(world, world.span.window(month, world["civil_on"]))
    sheets = [_death(world, rows, world["died_on"][rows], world["civil_on"][rows], "登记")]
    for day_key, state in (("registered_on", "登记"), ("withdrawn_on", "撤销")):
        days = np.array([day64(case[day_key]) for case in world.false_deaths])
        cases = np.flatnonzero(world.span.window(month, days))
        persons = np.array([world.false_deaths[case]["person"] for case in cases], dtype=int)
        died = np.array([day64(world.false_deaths[case]["died_on"]) for case in cases], dtype="datetime64[D]")
        sheets.append(_death(world, persons, died, days[cases], state))
    sheet = stacked(*sheets)
    false = len(sheets[0]), len(sheets[0]) + len(sheets[1])
    for row in range(*false):
        sheet.dirt[row].append("marked_dead_alive")
    return sheet


def _death(world: World, rows: np.ndarray, died: np.ndarray, registered: np.ndarray, state: str) -> Sheet:
    name, number = named(world, rows)
    offices = [place + "派出所" for place in (street.name.removesuffix("街道") for street in streets())]
    columns = {
        "姓名": name, "身份证号": number, "死亡日期": iso(died), "登记日期": iso(registered),
        "登记机关": picked(offices, world["community"][rows] // 8), "登记状态": filled(len(rows), state),
    }  # fmt: skip
    return Sheet(columns, rows)


def death_funeral(world: World, month: int) -> Sheet:
    rows = in_order(world, world.span.window(month, world["funeral_on"]))
    return cremations(world, rows, world["died_on"][rows], world["cremated_on"][rows])


def cremations(world: World, rows: np.ndarray, died: np.ndarray, cremated: np.ndarray) -> Sheet:
    name, number = named(world, rows)
    columns = {
        "姓名": name, "身份证号": number, "死亡日期": iso(died), "火化日期": iso(cremated),
        "殡仪馆": picked(list(FUNERAL_HOMES), rows % 2),
    }  # fmt: skip
    return Sheet(columns, rows)


def custody(world: World, month: int) -> Sheet:
    rows = in_order(world, (world["custody"] > 0) & world.present(month))
    name, number = named(world, rows)
    columns = {
        "姓名": name, "身份证号": number, "状态": picked(["", "服刑", "刑满"], world["custody"][rows]),
        "起始日期": iso(world["custody_from"][rows]), "终止日期": iso(world["custody_until"][rows]),
    }  # fmt: skip
    return Sheet(columns, rows)


def place_columns(world: World, rows: np.ndarray, day: np.datetime64) -> tuple[pa.Array, pa.Array]:
    community = hukou_on(world, day)[rows]
    names = [area.name for area in communities()]
    return picked([street.name for street in streets()], community // 8), picked(names, community)
