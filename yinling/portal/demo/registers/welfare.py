"""Hardship, disability, pensions, care allowances, ability results and consents, each from its own department."""

import numpy as np
import pyarrow as pa

from yinling.portal.demo.cast import MISSING_STREET
from yinling.portal.demo.life import dead_known, here_on, hukou_on
from yinling.portal.demo.registers.identity import in_order, named, place_columns
from yinling.portal.demo.sheets import Sheet, stacked
from yinling.portal.demo.status import (
    BANKS,
    CARE_CLASSES,
    CARE_FEN,
    ITEMS,
    LIFE_FEN,
    PENSION_KINDS,
    TEKUN,
    care_fen,
)
from yinling.portal.demo.text import accounts, chosen, day64, digits, iso, joined, picked, year_month, yuan
from yinling.portal.demo.world import ABILITY_RESULTS, DISABILITY_KINDS, GRADES, LOW_CLASSES, World

SCALE, OTHER_SCALE = "北京2019综合评估（演示）", "GB/T 42195-2022"
ASSESSORS = ("银龄评估中心", "示范区康评服务社", "安和评估事务所")
SPECIAL_KINDS = ("", "独生子女伤残", "独生子女死亡")
SUBSIDIES = (("life_subsidy", "困难残疾人生活补贴"), ("care_subsidy", "重度残疾人护理补贴"))


def kept(world: World, month: int, *, delay: int = 12) -> np.ndarray:
    """Still on the books of a department that hears of deaths and moves with some delay."""
    cut = day64(world.span.cuts[month])
    gone = dead_known(world, cut, after_days=delay) | ~here_on(world, cut - delay)
    return np.asarray(world.present(month) & ~gone)


def low_income(world: World, month: int) -> Sheet:
    cut = day64(world.span.cuts[month])
    listed = (world["low"][month] > 0) & kept(world, month)
    if month == 0:
        listed &= hukou_on(world, cut) // 8 != MISSING_STREET
    return low_income_rows(world, month, in_order(world, listed), world["low"][month])


def low_income_rows(world: World, month: int, rows: np.ndarray, kinds: np.ndarray) -> Sheet:
    name, number = named(world, rows)
    kind = kinds[rows]
    street, community = place_columns(world, rows, day64(world.span.cuts[month]))
    support = np.where(kind != TEKUN, -1, world["low_in_home"][rows].astype(int))
    columns = {
        "序号": digits(np.arange(1, len(rows) + 1)), "姓名": name, "身份证号": number,
        "救助类别": picked(list(LOW_CLASSES), kind), "享受起始年月": year_month(world["low_since"][rows]),
        "保障金额(元)": yuan(world["low_fen"][rows]), "供养方式": picked(["分散供养", "集中供养"], support),
        "所属街道": street, "所属社区": community,
    }  # fmt: skip
    sheet = Sheet(columns, rows)
    sheet.flag(world["died_on"][rows] <= day64(world.span.cuts[month]), "dead_listed")
    sheet.flag(world["out_on"][rows] <= day64(world.span.cuts[month]), "moved_out_listed")
    return sheet


def disability(world: World, month: int) -> Sheet:
    listed = (
        (world["disability_kind"] > 0) & (world["disability_from"] <= month) & kept(world, month, delay=45)
    )
    rows = in_order(world, listed)
    name, number = named(world, rows)
    kind, grade, other = (world[f"disability_{part}"][rows] for part in ("kind", "grade", "other"))
    columns = {
        "姓名": name, "残疾人证号": joined(number, digits(np.where(other > 0, 7, kind)), digits(grade)),
        "残疾类别": picked(list(DISABILITY_KINDS), kind), "残疾等级": picked(list(GRADES), grade),
        "多重残疾": picked(["否", "是"], (other > 0).astype(int)), "多重类别": _both_kinds(kind, other),
        "发证日期": iso(world["disability_issued"][rows]), "有效期至": iso(world["disability_until"][rows]),
        "状态": picked(["有效", "注销"], world["disability_cancelled"][rows].astype(int)),
    }  # fmt: skip
    sheet = Sheet(columns, rows)
    sheet.flag(world["died_on"][rows] <= day64(world.span.cuts[month]), "dead_listed")
    return sheet


def _both_kinds(kind: np.ndarray, other: np.ndarray) -> pa.Array:
    names = list(DISABILITY_KINDS)
    return chosen(other > 0, joined(picked(names, kind), picked(names, other), sep="、"), pa.scalar(""))


def pension(world: World, month: int) -> Sheet:
    span = world.span
    insured = world["pension_kind"] > 0
    if month == 0:
        rows = in_order(
            world, insured & world.present(0) & ~(world["pension_stop_on"] <= day64(span.cuts[0]))
        )
        states = np.where(world["pension_paused"][rows], 1, 0)
        sheet = _pension_rows(world, rows, states)
        sheet.flag(world["died_on"][rows] <= day64(span.cuts[0]), "dead_in_pension")
        return sheet
    stopped = in_order(world, insured & span.window(month, world["pension_stop_on"]))
    new = in_order(world, insured & (world.entered == month))
    resumed = in_order(
        world,
        insured & world["pension_paused"] & (world["shuffle"] % span.count == month) & (world.entered == 0),
    )
    rows = np.concatenate([new, resumed, stopped])
    states = np.repeat([0, 0, 2], [len(new), len(resumed), len(stopped)])
    return _pension_rows(world, rows, states)


def _pension_rows(world: World, rows: np.ndarray, states: np.ndarray) -> Sheet:
    name, number = named(world, rows)
    columns = {
        "姓名": name, "社会保障号码": number, "险种": picked(list(PENSION_KINDS), world["pension_kind"][rows]),
        "待遇状态": picked(["正常", "暂停", "终止"], states), "月养老金(元)": yuan(world["pension_fen"][rows]),
        "社保卡号": joined("Y", digits(world["card_serial"][rows], 8)), "开户银行": picked(list(BANKS), world["bank"][rows]),
        "银行账号": accounts(world["account_serial"][rows]),
    }  # fmt: skip
    return Sheet(columns, rows)


def special_family(world: World, month: int) -> Sheet:
    rows = in_order(world, (world["special_kind"] > 0) & kept(world, month))
    name, number = named(world, rows)
    kind = picked(list(SPECIAL_KINDS), world["special_kind"][rows])
    return Sheet(
        {"姓名": name, "身份证号": number, "类别": kind, "确认日期": iso(world["special_on"][rows])}, rows
    )


def other_care(world: World, month: int) -> Sheet:
    rows = in_order(world, (world["other_care"] >= 0) & kept(world, month))
    name, number = named(world, rows)
    kind = world["other_care"][rows]
    columns = {
        "姓名": name, "身份证号": number, "待遇类别": picked(list(CARE_CLASSES), kind),
        "月金额(元)": yuan(np.array(CARE_FEN)[kind]), "起始年月": year_month(world["other_care_since"][rows]),
        "终止年月": picked([], np.full(len(rows), -1)),
    }  # fmt: skip
    return Sheet(columns, rows)


def disability_subsidy(world: World, month: int) -> Sheet:
    sheets = []
    for key, label in SUBSIDIES:
        rows = in_order(world, world[key] & kept(world, month))
        name, number = named(world, rows)
        amount = care_fen(world)[rows] if key == "care_subsidy" else np.full(len(rows), LIFE_FEN)
        columns = {
            "姓名": name, "身份证号": number, "补贴类别": picked([label], np.zeros(len(rows), int)),
            "月金额(元)": yuan(amount), "起始年月": year_month(world["subsidy_since"][rows]),
        }  # fmt: skip
        sheets.append(Sheet(columns, rows))
    return stacked(*sheets)


def ability(world: World, month: int) -> Sheet:
    done = (world["ability_result"] > 0) & (world["ability_from"] <= month)
    rows = in_order(
        world, done & (world["ability_on"] <= day64(world.span.cuts[month])) & kept(world, month, delay=45)
    )
    name, number = named(world, rows)
    columns = {
        "姓名": name, "身份证号": number,
        "评估标准": picked([SCALE, OTHER_SCALE], world["ability_other_scale"][rows].astype(int)),
        "评估结论": picked(list(ABILITY_RESULTS), world["ability_result"][rows]), "评估日期": iso(world["ability_on"][rows]),
        "有效期至": iso(world["ability_until"][rows]), "评估机构": picked(list(ASSESSORS), world["assessor"][rows]),
    }  # fmt: skip
    return Sheet(columns, rows)


def enrolment(world: World, month: int) -> Sheet:
    sheets = []
    for item, label in enumerate(ITEMS):
        days = world["consent_on"][item]
        now = world.span.window(month, days) if month else days <= day64(world.span.cuts[0])
        rows = in_order(world, now & world.present(month) & ~(world["died_on"] <= days))
        name, number = named(world, rows)
        way = picked(["纸质申请", "短信回复"], world["consent_by_message"][item][rows].astype(int))
        item_text = picked([label], np.zeros(len(rows), int))
        columns = {
            "姓名": name,
            "身份证号": number,
            "项目": item_text,
            "同意方式": way,
            "同意日期": iso(days[rows]),
        }
        sheets.append(Sheet(columns, rows))
    return stacked(*sheets)
