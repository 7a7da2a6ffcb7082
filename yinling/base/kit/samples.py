"""Invented figures for the gallery; nothing here is data of a district."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

_SURNAMES = "赵钱孙李周吴郑王冯陈"
_GIVEN = ("桂英", "秀兰", "玉珍", "建国", "德明", "淑芬", "文华", "永福")
_STREETS = ("青禾街道", "云溪街道", "望湖街道", "松柏街道")
ROWS = 236


def people() -> list[dict[str, Any]]:
    """The same invented people each time."""
    return [
        {
            "uid": str(UUID(int=number)),
            "name": _SURNAMES[number % 10] + _GIVEN[number * 7 % 8],
            "street": _STREETS[number * 3 % 4],
            "born_on": date(1930, 3, 1) + timedelta(days=number * 53),
            "verdict": (1, 1, 0, 1, -1)[number % 5],
            "amount_fen": (10_000, 60_000, 0, 30_000, 0)[number % 5],
            "remark": "=1+1" if number == 3 else "" if number % 4 else "居住地与户籍地不一致，已请社区核实",
        }
        for number in range(ROWS)
    ]


CHAIN = [
    ("村（社区）受理", "done", "2026-09-03"),
    ("乡镇（街道）审核", "done", "2026-09-08"),
    ("区县审批", "now", "剩余 2 个工作日"),
    ("公示", "wait", ""),
    ("财政拨付", "wait", ""),
    ("银行代发", "wait", ""),
]
HISTORY: list[dict[str, str]] = [
    {
        "at": "2026-11-03 09:12",
        "title": "去世信息到达",
        "detail": "殡仪馆名册",
        "source": "来源：殡仪馆，2026-11-02",
        "tone": "fail",
        "url": "",
    },
    {
        "at": "2026-10-15 10:00",
        "title": "发放 600.00 元",
        "detail": "困难老年人养老服务补贴",
        "source": "批次 2026-10",
        "tone": "",
        "url": "#",
    },
    {
        "at": "2026-09-30 16:41",
        "title": "结论：符合",
        "detail": "低保在册，年满八十周岁",
        "source": "演示政策第三条",
        "tone": "",
        "url": "#",
    },
    {
        "at": "2026-09-02 08:05",
        "title": "两个来源的出生日期不一致",
        "detail": "1942-03-07 / 1942-07-03",
        "source": "公安、人社",
        "tone": "warn",
        "url": "",
    },
]
_NAMES = ["青禾街道", "云溪街道", "望湖街道", "松柏街道", "石桥街道", "南屏街道"]
BARS: dict[str, Any] = {
    "option": {
        "xAxis": {"type": "category", "data": _NAMES},
        "yAxis": {"type": "value"},
        "legend": {},
        "tooltip": {"trigger": "axis"},
        "series": [
            {"name": "符合", "type": "bar", "stack": "all", "data": [820, 932, 701, 634, 590, 430]},
            {"name": "待核实", "type": "bar", "stack": "all", "data": [64, 82, 41, 90, 33, 28]},
        ],
    },
    "rows": [["青禾街道", 820, 64], ["云溪街道", 932, 82], ["望湖街道", 701, 41]],
    "heads": ["街道", "符合", "待核实"],
}
LINES: dict[str, Any] = {
    "option": {
        "xAxis": {"type": "category", "boundaryGap": False, "data": ["7月", "8月", "9月", "10月", "11月"]},
        "yAxis": {"type": "value"},
        "tooltip": {"trigger": "axis"},
        "series": [
            {
                "name": "发放人数",
                "type": "line",
                "areaStyle": {"opacity": 0.15},
                "data": [11200, 11320, 11650, 11580, 11790],
            }
        ],
    },
}


def _square(number: int) -> dict[str, Any]:
    west, south = 102.6 + number % 3 * 0.1, 24.9 + number // 3 * 0.1
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {
        "type": "Feature",
        "properties": {"code": f"53019900{number + 1}000", "name": _NAMES[number]},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


GEOMETRY: dict[str, Any] = {"type": "FeatureCollection", "features": [_square(number) for number in range(6)]}
SQUARES: dict[str, Any] = {
    "areas": [
        {
            "code": f"53019900{number + 1}000",
            "name": name,
            "value": 400 + number * 137 % 500,
            "url": f"#{number}",
        }
        for number, name in enumerate(_NAMES)
    ],
    "points": [
        {
            "name": "青禾综合为老服务中心",
            "lon": 102.65,
            "lat": 24.95,
            "kind": "综合为老服务中心",
            "url": "#c1",
        },
        {"name": "云溪长者食堂", "lon": 102.77, "lat": 25.03, "kind": "长者食堂", "url": "#c2"},
    ],
}
