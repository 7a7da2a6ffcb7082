"""The invented place: streets, communities, homes and centres, with points inside the committed geometry."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from yinling.portal.demo.assumptions import assumed, scaled
from yinling.portal.demo.streams import stream
from yinling.portal.demo.text import credit_code

DISTRICT = "530199000000"
DISTRICT_NAME = "银龄示范区"
OUTLINE_CREDIT = "边界轮廓借自昆明市官渡区（© OpenStreetMap 贡献者，ODbL 1.0）；街道、社区为虚构划分"

HOME_NAMES = (
    "松龄颐养院", "晚晴敬老院", "百合护理院", "福寿居老年公寓", "康宁养护院", "长青老年公寓", "静安里养老院", "云水护理院",
    "枫晚养老院", "望湖颐养中心", "德馨敬老院", "南山老年公寓", "安和护理院", "春晖养老院", "夕照里养护中心", "桂香颐养院",
)  # fmt: skip
HOME_KINDS = (("52", "民办非企业单位"), ("12", "事业单位"), ("91", "企业"))
GRADES = ("五级", "四级", "三级", "三级", "二级", "二级", "一级", "未评定")

ELSEWHERE_CITY = (
    ("530102000000", "昆明市五华区"),
    ("530103000000", "昆明市盘龙区"),
    ("530111000000", "昆明市官渡区"),
    ("530112000000", "昆明市西山区"),
    ("530114000000", "昆明市呈贡区"),
    ("530181000000", "云南省安宁市"),
)
ELSEWHERE_BEYOND = (
    ("530302000000", "云南省曲靖市麒麟区"),
    ("530402000000", "云南省玉溪市红塔区"),
    ("510104000000", "四川省成都市锦江区"),
    ("500112000000", "重庆市渝北区"),
    ("440106000000", "广东省广州市天河区"),
    ("310115000000", "上海市浦东新区"),
)


@dataclass(frozen=True)
class Area:
    code: str
    name: str
    level: int
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Home:
    name: str
    uscc: str
    kind: str
    community: int
    longitude: float
    latitude: float
    beds: int
    used: int
    nursing: int
    grade: str
    head: int


@dataclass(frozen=True)
class Centre:
    name: str
    kind: str
    community: int
    longitude: float
    latitude: float
    square_metres: float


def geometry(layer: str) -> dict[str, Any]:
    """The GeoJSON of "outline", "streets" or "communities" (ODbL, show OUTLINE_CREDIT with it)."""
    path = files("yinling.portal.demo").joinpath("data", "geometry_odbl", f"{layer}.geojson")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _layer(name: str, level: int) -> tuple[Area, ...]:
    rows = (feature["properties"] for feature in geometry(name)["features"])
    return tuple(Area(row["code"], row["name"], level, *row["point"]) for row in rows)


@cache
def streets() -> tuple[Area, ...]:
    return _layer("streets", 4)


@cache
def communities() -> tuple[Area, ...]:
    return _layer("communities", 5)


def areas() -> tuple[Area, ...]:
    """The rows that the table of divisions needs: the district, its streets, its communities."""
    return (*_layer("outline", 3), *streets(), *communities())


def street_of(community: int) -> int:
    """The index of a community's street; communities are listed street by street."""
    return community // (len(communities()) // len(streets()))


def place_name(community: int) -> str:
    return streets()[street_of(community)].name + communities()[community].name


def shared_out(total: int, weights: np.ndarray) -> np.ndarray:
    """Whole numbers in proportion to the weights that add up to the total, each at least one."""
    exact = 1 + weights / weights.sum() * (total - len(weights))
    found = np.floor(exact).astype(int)
    found[np.argsort(found - exact, kind="stable")[: total - found.sum()]] += 1
    return found


def _near(community: int, random: np.random.Generator) -> tuple[float, float]:
    area = communities()[community]
    east, north = random.uniform(-0.0012, 0.0012, 2)
    return round(area.longitude + east, 6), round(area.latitude + north, 6)


def homes(seed: int, persons: int) -> tuple[Home, ...]:
    random = stream(seed, "homes")
    count = scaled("homes", persons)
    beds = shared_out(max(scaled("beds", persons), 2 * count), random.lognormal(0, 0.5, count))
    found = []
    for number in range(count):
        code, kind = HOME_KINDS[random.choice(3, p=(0.55, 0.25, 0.20))]
        community = int(random.integers(len(communities())))
        used = int(beds[number] * min(0.97, max(0.2, random.normal(assumed("beds_used"), 0.12))))
        nursing = int(beds[number] * min(0.95, max(0.2, random.normal(assumed("beds_nursing"), 0.12))))
        found.append(
            Home(
                DISTRICT_NAME + HOME_NAMES[number % len(HOME_NAMES)],
                credit_code(code, "530199", 90_000_001 + number * 137),
                kind,
                community,
                *_near(community, random),
                int(beds[number]),
                used,
                nursing,
                GRADES[random.integers(len(GRADES))],
                int(random.integers(1 << 30)),
            )
        )
    return tuple(found)


def centres(seed: int, persons: int) -> tuple[Centre, ...]:
    """Street centres first, then stations, each in a community of its own; together as large as published."""
    random = stream(seed, "centres")
    spots = random.permutation(len(communities()))
    count = scaled("centres", persons)
    size = (
        np.where(
            np.arange(count) < len(streets()), random.gamma(9, 180.0, count), random.gamma(4, 277.0, count)
        )
        + 80
    )
    size *= assumed("centre_square_metres") * count / assumed("centres") / size.sum()
    found = []
    for number in range(count):
        central = number < len(streets())
        kind = "街道综合养老服务中心" if central else "社区居家养老服务站"
        community = number * 8 + int(random.integers(8)) if central else int(spots[number % len(spots)])
        area = streets()[number] if central else communities()[community]
        place = Centre(
            area.name + kind[2:], kind, community, *_near(community, random), round(float(size[number]), 2)
        )
        found.append(place)
    return tuple(found)
