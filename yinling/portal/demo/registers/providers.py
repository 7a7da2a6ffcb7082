"""Homes, community centres and the people who work in homes, as civil affairs keeps them."""

from datetime import timedelta

import numpy as np
import pyarrow as pa

from yinling.portal.demo.assumptions import assumed
from yinling.portal.demo.households import OTHER_PHONES, phone_numbers
from yinling.portal.demo.names import drawn_surnames, full_names
from yinling.portal.demo.places import centres, communities, place_name
from yinling.portal.demo.sheets import Sheet
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import day64, digits, identity_numbers, iso, joined, picked, sequences
from yinling.portal.demo.world import World

AREA = 530199
POSTS = ("养老护理员", "护士", "医生", "康复师", "社会工作者", "厨师", "安全员", "管理人员")
POST_SHARES = (0.62, 0.09, 0.02, 0.03, 0.03, 0.10, 0.05, 0.06)
SKILLS = ("五级/初级工", "四级/中级工", "三级/高级工", "二级/技师", "无")
SKILL_SHARES = (0.34, 0.22, 0.10, 0.02, 0.32)


def _texts(values: list[object]) -> pa.Array:
    return pa.array([str(value) for value in values], pa.string())


def homes(world: World, month: int) -> Sheet:
    """Occupancy moves a little from month to month; everything else stays."""
    random = stream(world.seed, f"homes {month}")
    found = world.homes
    heads = _workers(world, "heads", len(found))[0]
    used = [min(home.beds, max(0, home.used + int(random.integers(-3, 4)) * (month > 0))) for home in found]
    filed = [world.span.start - timedelta(days=200 + home.head % 3_000) for home in found]
    columns = {
        "机构名称": _texts([home.name for home in found]), "统一社会信用代码": _texts([home.uscc for home in found]),
        "机构类型": _texts([home.kind for home in found]), "区划": _texts([communities()[home.community].code for home in found]),
        "地址": _texts([f"银龄示范区{place_name(home.community)}{home.head % 180 + 1}号" for home in found]),
        "经度": _texts([f"{home.longitude:.6f}" for home in found]), "纬度": _texts([f"{home.latitude:.6f}" for home in found]),
        "核定床位": _texts([home.beds for home in found]), "已用床位": _texts(list(used)),
        "护理型床位": _texts([home.nursing for home in found]), "法定代表人": heads,
        "联系电话": phone_numbers(np.arange(len(found)) + OTHER_PHONES), "备案日期": _texts(list(filed)),
        "评定等级": _texts([home.grade for home in found]),
    }  # fmt: skip
    return Sheet(columns, np.full(len(found), -1))


def community_centres(world: World, month: int) -> Sheet:
    found = centres(world.seed, world.persons)
    hours = ["08:30-17:30", "08:00-18:00", "09:00-17:00"]
    columns = {
        "名称": _texts([centre.name for centre in found]), "类型": _texts([centre.kind for centre in found]),
        "区划": _texts([communities()[centre.community].code for centre in found]),
        "地址": _texts([f"银龄示范区{place_name(one.community)}{number * 7 % 90 + 1}号" for number, one in enumerate(found)]),
        "经度": _texts([f"{centre.longitude:.6f}" for centre in found]),
        "纬度": _texts([f"{centre.latitude:.6f}" for centre in found]),
        "面积(平方米)": _texts([f"{centre.square_metres:.2f}" for centre in found]),
        "电话": phone_numbers(np.arange(len(found)) + OTHER_PHONES + 1_000),
        "开放时间": _texts([hours[number % 3] for number in range(len(found))]),
    }  # fmt: skip
    return Sheet(columns, np.full(len(found), -1))


def _workers(world: World, topic: str, count: int) -> tuple[pa.Array, pa.Array]:
    """Names and identity numbers of people of working age, none of them in the register of older people."""
    random = stream(world.seed, topic)
    youngest = day64(world.span.reference) - 22 * 365
    born = youngest - random.integers(0, 35 * 365, count)
    male = random.random(count) < 0.24
    names = full_names(random, drawn_surnames(random, count), male, born, reserved=[])
    return names, identity_numbers(AREA, born, sequences(born, male))


def staff(world: World, month: int) -> Sheet:
    random = stream(world.seed, "staff posts")
    each = np.array([max(2, round(home.used * assumed("staff_per_used_bed"))) for home in world.homes])
    count = int(each.sum())
    names, numbers = _workers(world, "staff", count)
    post = random.choice(len(POSTS), count, p=POST_SHARES)
    skill = np.where(post == 0, random.choice(len(SKILLS), count, p=SKILL_SHARES), len(SKILLS) - 1)
    certified = (skill < len(SKILLS) - 1) | np.isin(post, (1, 2, 3, 4))
    until = day64(world.span.firsts[0]) + random.integers(-60, 1_500, count)
    serial = digits(np.arange(count) * 389 % 1_000_000, 6)
    codes = [home.uscc for home in world.homes]
    columns = {
        "姓名": names, "身份证号": numbers, "机构代码": picked(codes, np.repeat(np.arange(len(codes)), each)),
        "岗位": picked(list(POSTS), post), "职业技能等级": picked(list(SKILLS), skill),
        "证书编号": pa.array(np.where(certified, joined("YL530199", serial).to_numpy(zero_copy_only=False), "")),
        "证书有效期至": iso(np.where(certified, until, np.datetime64("NaT"))),
        "联系电话": phone_numbers(np.arange(count) + OTHER_PHONES + 10_000),
    }  # fmt: skip
    return Sheet(columns, np.full(count, -1))
