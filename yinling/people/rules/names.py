"""Names: cleaning, and the pinyin by which clerks look people up."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import Style, pinyin

# Surnames that are read otherwise than the same character elsewhere.
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "查": "zha",
    "解": "xie",
    "仇": "qiu",
    "区": "ou",
    "任": "ren",
    "盖": "ge",
    "尉": "yu",
    "朴": "piao",
    "翟": "zhai",
    "缪": "miao",
    "宓": "mi",
    "乐": "yue",
    "召": "shao",
    "折": "she",
    "黑": "he",
    "盛": "sheng",
    "员": "yun",
    "哈": "ha",
    "洗": "xian",
    "冼": "xian",
    "覃": "qin",
    "隗": "wei",
    "逄": "pang",
    "万": "wan",
    "俞": "yu",
    "冯": "feng",
    "华": "hua",
    "尹": "yin",
    "应": "ying",
    "教": "jiao",
    "种": "chong",
    "祭": "zhai",
    "秘": "bi",
    "繁": "po",
    "纪": "ji",
    "燕": "yan",
    "晁": "chao",
    "车": "che",
    "卜": "bu",
    "适": "kuo",
    "长孙": "zhang sun",
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "澹台": "tan tai",
    "单于": "chan yu",
}
LONGEST_NAME = 50


def clean_name(value: str) -> tuple[str, str]:
    """A name and the code of its problem or note ("" when it was clean)."""
    if value.isalpha() and not value.isascii() and value == unicodedata.normalize("NFC", value):
        return value, ""
    text = unicodedata.normalize("NFKC", value).strip().strip("'`\"\ufeff")
    if not text:
        return "", "name_missing"
    if (
        any(ch.isdigit() or unicodedata.category(ch) in ("Cc", "Co", "Cs", "Cn") for ch in text)
        or len(text) > LONGEST_NAME
    ):
        return text[:LONGEST_NAME], "name_odd"
    kept = (
        "".join(ch for ch in text if unicodedata.category(ch) not in ("Cf", "Zs"))
        if _chinese(text)
        else " ".join(text.split())
    )
    return kept, "name_cleaned" if kept != value else ""


def _chinese(text: str) -> bool:
    return any("\u3400" <= ch <= "\u9fff" or ch > "\U00020000" for ch in text)


@lru_cache(maxsize=30_000)
def _read(char: str) -> str:
    found = pinyin(char, style=Style.NORMAL, errors="ignore")
    return (
        found[0][0].replace("ü", "v")
        if found
        else "".join(ch for ch in char.lower() if ch.isascii() and ch.isalnum())
    )


@lru_cache(maxsize=60_000)
def name_keys(name: str) -> tuple[str, str]:
    """Full pinyin and initials of a name: 张秀英 → zhangxiuying, zxy."""
    for size in (2, 1):
        head = SURNAMES.get(name[:size])
        if head and len(name) > size:
            return _joined(head.split() + [_read(char) for char in name[size:]])
    return _joined([_read(char) for char in name])


def _joined(parts: list[str]) -> tuple[str, str]:
    return "".join(parts), "".join(part[:1] for part in parts)
