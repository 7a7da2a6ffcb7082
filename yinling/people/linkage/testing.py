"""Two invented registers of one population with a known truth: what sizes, seeds and error rates do to linkage.

Written by the author of the matcher, so figures on it show speed and regressions, not quality in the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pypinyin import Style, pinyin

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武戴莫孔向"
    "汤"
)  # fmt: skip
GIVEN = (
    "英华玉秀明珍兰芳国建文德桂春红军平志云荣凤金生梅丽林海清福成琴永忠义淑贵素香东祥光新庆宝喜美学良才莲"
    "仁长友根发兴龙富万安正天大家子连月花翠菊惠敏娟芬霞彩珠凡祖世家先开其有少克孝礼智信勇刚强伟杰俊雄辉煌"
    "达业昌盛和顺泰康宁静雅洁贞慧巧蓉薇岚峰岩松柏竹枫桃杏荷莹琳瑞琪瑶佩环玲珊"
)  # fmt: skip
SOUNDS_LIKE = (
    "英瑛樱缨鹰;秀绣琇;珍贞真桢;兰岚澜;芳方坊;建健剑;文雯闻;德得;桂贵;红洪鸿宏虹弘;军君均钧俊;平萍苹屏;"
    "志智致治;云芸耘;荣蓉容融;凤奉;金今;生声升;梅玫枚;丽莉俐立;林琳霖临;海亥;清青卿轻;福富付;成诚程承城"
    ";琴勤芹秦;永咏勇泳;忠中钟;义艺毅意亿;淑书;香湘;东冬;祥翔;光广;新欣心鑫;庆晴;宝保;喜禧;美每;良梁"
    ";才财;莲连联;仁人;长常昌;友有;发法;兴星;龙隆;万宛;安鞍;正政;天田;家佳嘉;月悦跃;花华;翠萃;菊鞠"
    ";惠慧会蕙;敏闽;娟涓;芬纷;霞侠;彩采;珠朱株;世士仕"
)  # fmt: skip
PARTS = ("青禾", "云溪", "东风", "南屏", "西山", "北辰", "金马", "官渡", "龙泉", "莲华")


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of rows, left and right register."""

    id_missing: tuple[float, float] = (0.03, 0.12)
    id_mistyped: tuple[float, float] = (0.01, 0.02)
    homophone: float = 0.02
    new_year: float = 0.03
    swapped_birth: float = 0.005
    phone_missing: float = 0.15
    phone_changed: float = 0.12
    moved: float = 0.08
    couples: float = 0.6
    twins: float = 0.004
    poor: float = 0.02  # everything bad at once
    dropped: float = 0.0  # an error type of its own: a character of the given name left out


def _pick(random: np.random.Generator, text: str, count: int, skew: float) -> np.ndarray:
    chars = np.array(list(text))
    weights = 1.0 / np.arange(1, len(chars) + 1) ** skew
    return chars[random.choice(len(chars), count, p=weights / weights.sum())]


@cache
def _alikes() -> dict[str, str]:
    found = {}
    for group in SOUNDS_LIKE.split(";"):
        for place, char in enumerate(group):
            other = group[(place + 1) % len(group)]
            if pinyin(char, Style.NORMAL) == pinyin(other, Style.NORMAL):
                found[char] = other
    return found


CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])


def _ids(area: np.ndarray, birth: np.ndarray, seq: np.ndarray) -> np.ndarray:
    body = np.char.add(np.char.add(area, birth), np.char.zfill(seq.astype(str), 3))
    digits = body.view(np.uint32).reshape(len(body), -1)[:, :17] - 48
    check = np.array(list("10X98765432"))[(digits * CHECK_WEIGHTS).sum(axis=1) % 11]
    return np.char.add(body, check)


def population(random: np.random.Generator, count: int, rates: Rates) -> dict[str, np.ndarray]:
    """Persons in homes: couples share home, telephone and cohort, a few are twins."""
    home = np.arange(count)
    half = int(count * rates.couples / 2)
    home[half : 2 * half] = home[:half]
    sex = random.integers(0, 2, count)
    sex[half : 2 * half] = 1 - sex[:half]
    day = random.integers(-16_000, -4_000, count)
    day[half : 2 * half] = day[:half] + random.normal(0, 900, half).astype(int)
    surname = _pick(random, SURNAMES, count, 0.75)
    first, second = _pick(random, GIVEN, count, 0.6), _pick(random, GIVEN, count, 0.6)
    second[random.random(count) < 0.15] = ""
    first_twin = 2 * half
    last = first_twin + 2 * int(count * rates.twins / 2)
    twins = np.arange(first_twin, last, 2)
    for values in (day, surname, home, sex, first):
        values[twins + 1] = values[twins]
    second[twins] = np.where(second[twins] == second[twins + 1], "凡", second[twins])
    second[twins + 1] = np.where(second[twins] == second[twins + 1], "岚", second[twins + 1])
    division = random.integers(1, 10, home.max() + 1)[home]
    seq = _sequence(division, day, sex)
    area = np.char.add("53019", division.astype(str))
    dwelling = random.integers(0, 9_600, home.max() + 1)[home]
    community = random.integers(0, 400, home.max() + 1)[home]
    phone = (
        random.integers(0, 10**8, home.max() + 1)[home]
        + np.where(random.random(count) < 0.5, 0, np.arange(count) + 1)
    ) % 10**8
    return {"sex": sex, "day": day, "surname": surname, "first": first, "second": second, "seq": seq, "division": area,
            "dwelling": dwelling, "community": community, "phone": phone}  # fmt: skip


def _sequence(division: np.ndarray, day: np.ndarray, sex: np.ndarray) -> np.ndarray:
    """Numbers of a division and a day are given out once, odd ones to men."""
    order = np.lexsort((sex, day, division))
    key = ((division * 100_000 + day) * 2 + sex)[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    place = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    seq = np.empty(len(key), dtype=int)
    seq[order] = place * 2 + sex[order] + 2
    return seq


def _register(
    random: np.random.Generator, world: dict[str, np.ndarray], rows: np.ndarray, side: int, rates: Rates
) -> pa.Table:
    count = len(rows)
    take = {name: values[rows] for name, values in world.items()}
    poor = random.random(count) < rates.poor if side else np.zeros(count, bool)

    def hit(rate: float, when_poor: float = 0.5) -> np.ndarray:
        return random.random(count) < np.where(poor, when_poor, rate)

    born = take["day"].astype("datetime64[D]")
    birth = np.char.replace(np.datetime_as_string(born), "-", "")
    ids = _ids(take["division"], birth, take["seq"])
    wrong = hit(rates.id_mistyped[side], 0.2)
    ids, ok = _mistype(random, ids, wrong)
    gone = hit(rates.id_missing[side], 0.7)
    first = take["first"].copy()
    alike = hit(rates.homophone, 0.3)
    first[alike] = [_alikes().get(char, char) for char in first[alike]]
    if rates.dropped:
        take["second"][hit(rates.dropped)] = ""
    written = np.where(hit(rates.new_year, 0.4), born.astype("datetime64[Y]").astype("datetime64[D]"), born)
    written = _swap(written, hit(rates.swapped_birth, 0.1))
    moved = hit(rates.moved, 0.4)
    community = np.where(moved, random.integers(0, 400, count), take["community"])
    dwelling = np.where(moved, random.integers(0, 9_600, count), take["dwelling"])
    phone = np.where(hit(rates.phone_changed, 0.5), random.integers(0, 10**8, count), take["phone"])
    names = np.char.add(np.char.add(take["surname"], first), take["second"])
    texts = np.char.add("154", np.char.zfill(phone.astype(str), 8))
    return pa.table({
        "uid": pa.array(np.char.add("lr"[side], rows.astype(str)).tolist()),
        "name": pa.array(names.tolist()),
        "sex": pa.array(take["sex"].astype(str).tolist()),
        "born": pa.array(written),
        "idno": pa.array(ids.tolist(), mask=gone),
        "idok": pa.array(ok & ~gone),
        "phone": pa.array(texts.tolist(), mask=hit(rates.phone_missing, 0.6)),
        "account": pa.nulls(count, pa.string()),
        "address": pa.array(_addresses(community, dwelling)),
        "household": pa.nulls(count, pa.string()),
        "area": pa.array((530199_001_000 + community // 8 * 1000 + community % 8 + 1).astype(str).tolist()),
    })  # fmt: skip


def _addresses(community: np.ndarray, dwelling: np.ndarray) -> list[str]:
    return [
        f"{PARTS[where % 10]}街道{PARTS[where // 10 % 10]}社区"
        f"{number % 40 + 1}幢{number // 40 % 6 + 1}单元{number // 240 + 1}01室"
        for where, number in zip(community.tolist(), dwelling.tolist(), strict=True)
    ]


def _mistype(
    random: np.random.Generator, ids: np.ndarray, wrong: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One digit replaced, or two neighbours exchanged; whether the number still checks out."""
    chars = ids.view(np.uint32).reshape(len(ids), -1).copy()
    rows = np.flatnonzero(wrong)
    place = random.integers(6, 16, len(rows))
    swap = random.random(len(rows)) < 0.3
    old = chars[rows, place].copy()
    chars[rows, place] = np.where(
        swap, chars[rows, place + 1], 48 + (old - 48 + random.integers(1, 10, len(rows))) % 10
    )
    chars[rows, place + 1] = np.where(swap, old, chars[rows, place + 1])
    found = chars.view(ids.dtype).ravel()
    return found, found == ids


def _swap(days: np.ndarray, swapped: np.ndarray) -> np.ndarray:
    """Day and month exchanged where both are possible."""
    month = days.astype("datetime64[M]")
    number, day = month.astype(int) % 12 + 1, (days - month.astype("datetime64[D]")).astype(int) + 1
    able = swapped & (day <= 12)
    year = days.astype("datetime64[Y]").astype("datetime64[M]")
    turned = (year + (day - 1)).astype("datetime64[D]") + (number - 1)
    return np.where(able, turned, days)


def two_registers(
    count: int, seed: int, rates: Rates | None = None, shared: float = 0.7
) -> tuple[pa.Table, pa.Table]:
    """Left and right of `count` rows each, `shared` of them the same persons; uids l17 and r17 are one person."""
    random = np.random.default_rng(seed)
    rates = rates or Rates()
    everyone = int(count * (2 - shared))
    world = population(random, everyone, rates)
    order = random.permutation(everyone)
    left, right = order[:count], order[-count:]
    return _register(random, world, left, 0, rates), _register(
        random, world, random.permutation(right), 1, rates
    )


def graded(pairs: pa.Table, left: pa.Table, right: pa.Table) -> tuple[float, float, float]:
    """Precision, recall and F1 of the pairs with verdict join."""
    joined = pairs.filter(pc.equal(pairs.column("verdict"), "join"))
    mine = [text[1:] for text in joined.column("left").to_pylist()]
    theirs = [text[1:] for text in joined.column("right").to_pylist()]
    right_ones = sum(a == b for a, b in zip(mine, theirs, strict=True))
    true = len(
        {text[1:] for text in left.column("uid").to_pylist()}
        & {text[1:] for text in right.column("uid").to_pylist()}
    )
    precision, recall = right_ones / max(len(mine), 1), right_ones / max(true, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)
