"""What the people room's data are called on screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from yinling.base.api import area_path

from ..queries.explaining import sender_of
from ..registry import registers

VITAL_WORDS = {"death": _l("去世"), "moved_out": _l("户籍迁出"), "moved_in": _l("户籍迁入"), "cancelled": _l("户口注销"),
               "custody": _l("服刑"), "retracted": _l("撤销此前登记")}  # fmt: skip
LOOKED = {"people.viewed": _l("打开档案"), "base.unmasked": _l("查看明文"), "people.question_answered": _l("处理线索"),
          "people.death_confirmed": _l("确认去世"), "people.death_rejected": _l("核实在世"),
          "accounts.emergency_opened": _l("应急调阅")}  # fmt: skip
CODED = {"work_injury": _l("工伤保险生活护理费"), "hero": _l("见义勇为致残护理补贴"), "returnee": _l("因公致残返城知青护理费"),
         "welfare_home": _l("福利机构入住补贴"), "retired_cadre": _l("离休护理费"), "duty_disability": _l("因公致残护理费"),
         "life": _l("困难残疾人生活补贴"), "care": _l("重度残疾人护理补贴"), "valid": _l("有效"), "in": _l("服刑"),
         "within": _l("区内迁移"), "out_city": _l("市内迁出"), "out": _l("市外迁出"), "registered": _l("登记"),
         "change": _l("变更"), "new": _l("新增"), "cancel": _l("注销"), "restore": _l("恢复")}  # fmt: skip
ITEMS = {
    "old_age": _l("高龄老年人津贴"),
    "hardship": _l("困难老年人养老服务补贴"),
    "care": _l("失能老年人护理补贴"),
}
QUIET = frozenset({"name", "pinyin", "initials", "id_born", "id_sex", "id_masked", "findings"})
ROW_PARTS_MAX = 6


def life_badge(life: str) -> tuple[str, str]:
    """Words and tone of a state of life."""
    return {"alive": (_("在世"), "yes"), "dead": (_("已故"), "quiet"), "moved": (_("已迁出"), "quiet"),
            "cancelled": (_("户口已注销，待核实"), "unknown")}.get(life, (life, "quiet"))  # fmt: skip


def row_words(row: Mapping[str, Any], most: int = ROW_PARTS_MAX) -> str:
    """What a register's row says, in its own headings and order; sensitive values are masked already."""
    data = row["data"]
    if row["register"] == "health_check":
        found = [
            f"{one.get('label') or one.get('code')} {one.get('value')}{one.get('unit', '')}"
            for one in data.get("findings", [])
        ]
        return "，".join(found[:ROW_PARTS_MAX])
    declared = registers.find(row["register"])
    heads = {column.key: (column.header, column.kind) for column in declared.columns} if declared else {}
    parts = []
    for key, (head, kind) in heads.items():
        if key not in QUIET and data.get(key) is not None:
            parts.append(f"{_(head)} {_shown(data[key], kind, key, data)}")
    return "；".join(parts[:most])


def _shown(value: Any, kind: str, key: str, data: Mapping[str, Any]) -> str:
    if kind == "money" and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if key == "sex":
        return {"1": _("男"), "2": _("女")}.get(str(value), _("未知"))
    if key == "grade":
        return {"1": _("一级"), "2": _("二级"), "3": _("三级"), "4": _("四级")}.get(str(value), str(value))
    if kind == "address":
        return str(value)[:6] + "****"
    if key == "item":
        return str(ITEMS.get(str(value), value))
    if kind == "area" and isinstance(value, str):
        return area_path(value)
    return str(CODED.get(value, value)) if isinstance(value, str) else str(value)


def fact_value(fact: str, value: str | None) -> str:
    """A source's word on a fact as screens show it."""
    if value is None:
        return _("全量名册中没有此人")
    if fact == "sex":
        return {"1": _("男"), "2": _("女")}.get(value, _("未知"))
    return area_path(value) if fact in ("hukou_area", "live_area") else value


def question_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """Title and sentence of a question."""
    data = row["data"]
    source = sender_of(data.get("register", "")) if data.get("register") else ""
    kind = row["kind"]
    if kind == "death":
        return _("疑似去世，请核实"), _("%(who)s报告 %(on)s 去世或注销户口。") % {
            "who": source,
            "on": data.get("on", ""),
        }
    if kind == "alive":
        return _("登记去世，但有在世迹象"), _("登记 %(died)s 去世，%(seen)s 有体检记录。") % {
            "died": data.get("died_on", ""), "seen": data.get("seen_on", "")}  # fmt: skip
    if kind == "differ" and data.get("field") == "name":
        return _("姓名不一致"), _("%(who)s写作“%(says)s”，户籍登记为“%(other)s”。") % {
            "who": source, "says": data.get("says", ""), "other": data.get("population", "")}  # fmt: skip
    if kind == "differ":
        return _("出生日期不一致"), _("%(who)s写作 %(says)s，身份证号为 %(other)s。") % {
            "who": source, "says": data.get("says", ""), "other": data.get("id", "")}  # fmt: skip
    if kind == "no_id":
        return _("没有有效身份证号"), _("户籍登记中此人的身份证号缺失或有误，请查看证件。")
    if kind == "gone":
        return _("名册中不再出现"), _("%(who)s %(on)s 的名册中没有此人，请核实是否仍享受。") % {
            "who": source, "on": data.get("as_of", "")}  # fmt: skip
    return _("本月满%(age)s周岁") % {"age": data.get("age", 80)}, _("%(born)s 出生。请上门告知可享受的补贴津贴。") % {
        "born": data.get("born_on", "")}  # fmt: skip


def answer_words(kind: str, row: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Buttons of a question: answer, words, tone; the first is the most likely."""
    data = row["data"]
    later = ("later", _("一周后再问"), "ghost")
    if kind in ("death", "alive"):
        both = [("dead", _("确认已故"), "danger"), ("alive", _("本人在世"), "primary")]
        return [*(both if kind == "death" else reversed(both)), later]
    if kind == "differ" and data.get("field") == "name":
        return [("population", _("以户籍姓名为准"), "primary"), ("register", _("以来源姓名为准"), ""), later]
    if kind == "differ":
        return [("population", _("以身份证号为准"), "primary"), ("register", _("以来源为准"), ""), later]
    if kind == "no_id":
        return [("found", _("已看到证件"), "primary"), ("none", _("本人无证件"), ""), later]
    if kind == "gone":
        return [("still", _("仍应在册"), "primary"), ("gone", _("已不享受"), ""), later]
    return [("told", _("已告知本人"), "primary"), ("absent", _("未见到本人"), ""), later]
