"""The named persons of tours and journeys: present at every size, settled by hand after chance has had its turn."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from yinling.portal.demo.places import communities, place_name
from yinling.portal.demo.span import Span, add_months, years_before
from yinling.portal.demo.status import CARE, DIBAO, HARDSHIP, LIMBS, OLD_AGE, SEVERE, TEKUN
from yinling.portal.demo.text import day64
from yinling.portal.demo.world import LIVES_SAME, NEVER, OUT_BEYOND, World

CLERK, MISSING_STREET = 0, 11
DAUGHTER = {
    "name": "江晓棠",
    "name_en": "Jiang Xiaotang",
    "relation": "女儿",
    "phone": "15400000001",
    "born_on": "1968-04-12",
}
DATES = (
    "died_on", "civil_on", "cremated_on", "funeral_on", "cancelled_on", "pension_stop_on",
    "out_on", "within_on", "phone_changed_on", "in_on",
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    key: str
    name: str
    male: bool
    born: date
    community: int
    role_zh: str
    role_en: str
    facts: dict[str, Any] = field(default_factory=dict)
    consents: tuple[int, ...] = ()
    low: int = 0
    register_birth: date | None = None


def known_by(span: Span, month: int, day: int) -> date:
    """A day of the month that its files can already know."""
    return min(span.day(month, day), span.cuts[month])


def members(span: Span) -> tuple[Member, ...]:
    return (*_paid_and_stopped(span), *_corrected(span), *_at_home(span))


def _aged(span: Span, years: int, day: int = 18) -> date:
    """Born in May of the year that gives this age on the reference day."""
    born = years_before(span.reference, years).replace(month=5, day=day)
    return born if born <= years_before(span.reference, years) else add_months(born, -12)


def _paid_and_stopped(span: Span) -> tuple[Member, ...]:
    last = span.count - 1
    severe = {"ability_result": SEVERE, "ability_on": span.day(0, 3).replace(day=3), "assessor": 0}
    limbs = {"disability_kind": LIMBS, "disability_grade": 2}
    late = {"died_on": span.day(1, 8), "cremated_on": span.day(1, 11), "funeral_on": known_by(span, last, 6)}
    later = {
        "died_on": span.day(0, 11),
        "cremated_on": span.day(0, 14),
        "funeral_on": known_by(span, last, 4),
    }
    unlisted = {"died_on": span.day(1, 9), "cremated_on": span.day(1, 12)}
    return (
        Member("five_registers", "苏玉棠", False, _aged(span, 84), CLERK,
               "84 岁，在五个部门的名册里：户籍、低保、残疾、养老金、评估",
               "84, in five departments' registers: population, hardship, disability, pension, ability",
               severe | limbs, (), DIBAO),
        Member("turned_80", "叶素筠", False, years_before(span.day(0, 12), 80), CLERK,
               "首月满 80 岁，第一次有高龄津贴",
               "turned 80 in the first month: her first old-age allowance", {}, ()),
        Member("turns_90", "邓伯年", True, years_before(span.day(1, 17), 90), CLERK, "次月满 90 岁，再下月调高档次",
               "turns 90 in the second month: a higher tier the month after", {}, (OLD_AGE,)),
        Member("late_death", "韩守诚", True, _aged(span, 86, 7), CLERK, "次月去世，末月才由殡仪馆告知：停发和追回",
               "dies in the second month, known only in the third from the funeral home", late, (OLD_AGE,)),
        Member("late_death_long", "程远樵", True, _aged(span, 88, 21), 17, "首月去世，末月才由殡仪馆告知：多发的月份要追回",
               "dies in the first month, known only in the third: overpaid months to recover", later, (OLD_AGE,)),
        Member("late_extra", "唐望山", True, _aged(span, 87, 2), CLERK, "次月去世，只在导览手工上传的补报名单里",
               "dies in the second month, named only in the late list that the tour uploads", unlisted, (OLD_AGE,)),
        Member("centenarian", "白凤仪", False, _aged(span, 101, 9), 30, "101 岁，特困供养，重度失能：只发高龄津贴",
               "101, destitute support, severe loss of ability: only the old-age allowance", severe, (OLD_AGE,), TEKUN),
    )  # fmt: skip


def _corrected(span: Span) -> tuple[Member, ...]:
    soon = add_months(years_before(span.reference, 80).replace(day=6), 3)
    moves = {"out_on": span.day(1, 12), "out_kind": OUT_BEYOND, "out_to": 2}
    return (
        Member("false_death", "罗敬之", True, _aged(span, 82, 25), CLERK, "死亡登记有误，次月登记、下月撤销，其后还参加了体检",
               "registered dead by mistake, withdrawn the month after, seen at a health check later", {}, (OLD_AGE,)),
        Member("birth_disagrees", "汪雪芹", False, soon, CLERK, "户籍登记的出生日期与身份证号不一致",
               "the population register's birth date differs from her id number", {}, (), 0, add_months(soon, -3)),
        Member("street_missing", "何秋棠", False, _aged(span, 73), MISSING_STREET * 8 + 2,
               "所在街道首月没有报送救助名册：情况不明，不等于没有",
               "her street's hardship list is missing in the first month: unknown is not no", {}, (HARDSHIP,), DIBAO),
        Member("moves_out", "方若梅", False, _aged(span, 81), 40, "次月户籍迁出市外：从下月停发",
               "moves out of the city in the second month: payment stops", moves, (OLD_AGE,)),
        Member("tour_change", "宋采薇", False, _aged(span, 83, 30), CLERK, "导览手工上传的名册把她列为低保：决定随之改变",
               "the register uploaded in the tour lists her for subsistence allowance: the decision changes",
               {}, (OLD_AGE, HARDSHIP)),
    )  # fmt: skip


def _at_home(span: Span) -> tuple[Member, ...]:
    assessed = {"ability_result": SEVERE, "ability_on": span.day(0, 5)}
    return (
        Member("couple_husband", "顾明礼", True, _aged(span, 76), CLERK, "夫妻共用一部电话", "a couple with one telephone"),
        Member("couple_wife", "沈佩兰", False, _aged(span, 74), CLERK, "夫妻共用一部电话", "a couple with one telephone"),
        Member("family_elder", "陆婉清", False, _aged(span, 86, 14), CLERK, "女儿用自己的账号替她看手机页面",
               "her daughter follows everything on the family's phone", assessed, (OLD_AGE, CARE)),
    )  # fmt: skip


def seat(world: World, persons: tuple[Member, ...]) -> None:
    """The first places of the world belong to the cast."""
    world.cast = {member.key: place for place, member in enumerate(persons)}
    world.male[: len(persons)] = [member.male for member in persons]
    world.born[: len(persons)] = [day64(member.born) for member in persons]


def settle(world: World, persons: tuple[Member, ...]) -> None:
    for place, member in enumerate(persons):
        _clear(world, place)
        world["community"][place] = member.community
        world["low"][:, place] = member.low
        for name, value in member.facts.items():
            world[name][place] = day64(value) if isinstance(value, date) else value
        _follow_up(world, place, member)
    _join_couple(world)


def _clear(world: World, place: int) -> None:
    for name in DATES:
        world[name][place] = NEVER
    plain: dict[str, Any] = {
        "low_fen": 56_000, "disability_kind": 0, "disability_grade": 0, "disability_other": 0, "ability_result": 0,
        "ability_from": 0, "disability_from": 0, "special_kind": 0, "other_care": -1, "custody": 0, "life_subsidy": False,
        "care_subsidy": False, "pension_kind": 2, "pension_fen": 18_840, "pension_paused": False, "living": LIVES_SAME,
        "disability_cancelled": False, "ability_other_scale": False, "out_kind": 0, "low_in_home": False, "out_late": False,
    }  # fmt: skip
    for name, value in plain.items():
        world[name][place] = value
    world["consent_on"][:, place] = NEVER
    world["disability_issued"][place] = day64(add_months(world.span.firsts[0], -40))
    world["disability_until"][place] = day64(add_months(world.span.firsts[0], 80))
    world["low_since"][place] = np.datetime64("2019-07", "M")
    world["consent_by_message"][:, place] = False
    world["minority"][place] = False


def _follow_up(world: World, place: int, member: Member) -> None:
    if member.low == TEKUN:
        world["low_fen"][place] = 108_900
    if "ability_on" in member.facts:
        world["ability_until"][place] = world["ability_on"][place] + 730
    for item in member.consents:
        world["consent_on"][item, place] = day64(add_months(world.span.firsts[0], -14))
    world["register_born"][place] = day64(member.register_birth or member.born)


def _join_couple(world: World) -> None:
    husband, wife = world.cast["couple_husband"], world.cast["couple_wife"]
    for name in ("household", "dwelling", "phone_serial"):
        world[name][wife] = world[name][husband]
    world["spouse"][[husband, wife]] = wife, husband
    world["relation"][wife] = 1


def listing(world: World, persons: tuple[Member, ...]) -> dict[str, Any]:
    """What pages may read: names and roles, no identity number."""
    found: dict[str, dict[str, Any]] = {}
    for member in persons:
        area = communities()[member.community]
        found[member.key] = {
            "name": member.name, "sex": "男" if member.male else "女", "born_on": member.born.isoformat(),
            "area": area.code, "place": place_name(member.community), "role": member.role_zh, "role_en": member.role_en,
        }  # fmt: skip
    found["family_elder"]["daughter"] = DAUGHTER
    return {"seed": world.seed, "as_of": world.span.as_of.isoformat(), "cast": found}
