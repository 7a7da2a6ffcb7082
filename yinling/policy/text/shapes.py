"""The fields of every kind of policy file, declared once: the reader checks by them, the JSON Schema is made from them."""

from __future__ import annotations

from dataclasses import dataclass

FORMAT = "yinling-policy/1"
KINDS = ("pack", "item", "examples", "facts", "list")
GRADES = ("A", "B", "C", "U")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its kind, its Chinese label, whether it must be there, what it may hold."""

    kind: str
    label: str
    need: bool = True
    values: tuple[str, ...] = ()
    of: dict[str, Field] | None = None
    low: int | None = None
    high: int | None = None


def _opt(kind: str, label: str, **more: object) -> Field:
    return Field(kind, label, need=False, **more)  # type: ignore[arg-type]


HEAD = {
    "format": Field("text", "格式版本"),
    "kind": Field("text", "文件种类", values=KINDS),
}

CITED = {
    "document": Field("key", "依据文件"),
    "article": Field("text", "条款"),
}

CLAUSE = {
    "key": Field("key", "代号"),
    "words": Field("text", "条件（通俗文字）"),
    "unless": _opt("text", "不满足时的说法"),
    "when": Field("expression", "条件表达式"),
    **CITED,
}

STOP = {**CLAUSE, "when": _opt("expression", "条件表达式（人工认定的停发情形不写）")}

DOCUMENT = {
    "key": Field("key", "代号"),
    "number": Field("text", "文号"),
    "title": Field("text", "标题"),
    "issued": _opt("date", "成文日期"),
    "effective_from": Field("date", "生效日期"),
    "effective_to": _opt("date", "失效日期"),
    "confidence": Field("text", "可信等级", values=GRADES),
    "url": _opt("text", "网址"),
}

READING = {
    "key": Field("key", "代号"),
    "words": Field("text", "这样理解"),
    "set": Field("settings", "相应设置"),
}

QUESTION = {
    "key": Field("key", "代号"),
    "words": Field("text", "疑问"),
    "chosen": Field("key", "现行理解"),
    "reading": Field("tables", "理解", of=READING),
}

EXCLUSION = {**CLAUSE, "drop": Field("keys", "不再享受的项目")}
HIGHER = {
    "key": Field("key", "代号"),
    "words": Field("text", "说明"),
    "unless": _opt("text", "不满足时的说法"),
    "item": Field("key", "项目"),
    "other_amount": Field("expression", "另一制度的月金额（分）"),
    **CITED,
}
PAIR = {"item": Field("key", "项目"), "other_amount": Field("expression", "另一制度的月金额（分）")}
CHOICE = {
    "key": Field("key", "代号"),
    "words": Field("text", "说明"),
    "ask": Field("text", "向本人提的问题"),
    "fact": Field("key", "记录选择的事实"),
    "ours": Field("text", "选本政策时的取值"),
    "theirs": Field("text", "选另一制度时的取值"),
    "scope": Field("text", "选择范围", values=("pair", "both")),
    "pair": Field("tables", "不可兼得的一对", of=PAIR),
    **CITED,
}
PROCEDURE = {
    "key": Field("key", "代号"),
    "words": Field("text", "步骤"),
    "who": Field("text", "办理单位"),
    "workdays": _opt("int", "期限（工作日）", low=0, high=365),
    "by_day": _opt("int", "每月几日前", low=1, high=31),
}
DATED = {
    "starts": Field("date", "生效日期"),
    "ends": _opt("date", "最后一日（文件到期）"),
    "known_from": _opt("date", "公布日期（自更早的日期起算时写）"),
    "yuan": _opt("yuan", "标准（元）"),
    "formula": _opt("expression", "算式（分）"),
    "confidence": Field("text", "可信等级", values=GRADES),
    **CITED,
}
STANDARD = {
    "key": Field("key", "代号"),
    "words": Field("text", "名称"),
    "row": Field("tables", "各期标准", of=DATED),
}
DEFINITION = {
    "key": Field("key", "代号"),
    "words": Field("text", "本文件中的含义"),
    "when": _opt("expression", "条件表达式"),
    "fact": _opt("key", "说明的事实"),
    **CITED,
}
NOT_COVERED = {"list_item": Field("text", "清单序号"), "words": Field("text", "没有写入的原因")}
HIGHEST = {
    "key": Field("key", "代号"),
    "words": Field("text", "说明"),
    "unless": _opt("text", "不满足时的说法"),
    "items": Field("keys", "只取最高的一项"),
    **CITED,
}
PACK_HEAD = {
    "jurisdiction": Field("text", "适用区划"),
    "name": Field("text", "区划名称"),
    "title": Field("text", "标题"),
    "label": _opt("text", "凡显示金额处的标注"),
    "version": Field("text", "版本"),
    "effective_from": Field("date", "生效日期"),
}
PACK = {
    **HEAD,
    "pack": Field("table", "政策包", of=PACK_HEAD),
    "document": Field("tables", "依据文件", of=DOCUMENT),
    "standard": _opt("tables", "基准标准", of=STANDARD),
    "definition": _opt("tables", "用语定义", of=DEFINITION),
    "common": _opt("tables", "共同条件", of=CLAUSE),
    "stop": _opt("tables", "停发情形", of=STOP),
    "exclusion": _opt("tables", "排除", of=EXCLUSION),
    "higher": _opt("tables", "就高", of=HIGHER),
    "highest": _opt("tables", "本政策内就高", of=HIGHEST),
    "choice": _opt("tables", "择一", of=CHOICE),
    "question": _opt("tables", "疑问", of=QUESTION),
    "procedure": _opt("tables", "办理步骤", of=PROCEDURE),
    "not_covered": _opt("tables", "清单中没有写入的项目", of=NOT_COVERED),
}

AMOUNT = {
    **DATED,
    "percent": _opt("int", "比例（%）", low=1, high=1000),
    "of": _opt("key", "比例的基数（事实或标准）"),
    "cap": _opt("yuan", "最高（元）"),
    "quantity": _opt("int", "服务数量", low=1, high=10_000),
    "unit": _opt("text", "服务单位"),
    "every": _opt("text", "服务频次", values=("day", "week", "month", "quarter", "year", "once")),
    "local": _opt("text", "标准由当地规定的说明"),
}
SHARE = {
    "payer": Field("text", "负担方"),
    "yuan": _opt("yuan", "负担金额（元）"),
    "percent": _opt("int", "负担比例（%）", low=1, high=100),
}
TIER = {
    "key": Field("key", "代号"),
    "words": Field("text", "档次（通俗文字）"),
    "when": Field("expression", "条件表达式"),
    "amount": Field("tables", "标准", of=AMOUNT),
    "share": _opt("tables", "分担", of=SHARE),
}
PERIODS = ("month", "day", "meal", "visit", "quarter", "year", "once")
ITEM_HEAD = {
    "key": Field("key", "代号"),
    "list_item": Field("text", "清单序号"),
    "name": Field("text", "名称"),
    "name_en": Field("text", "英文名称"),
    "kind": Field("text", "给付形式", values=("cash", "credit", "service")),
    "cashable": Field("bool", "可否提现"),
    "use": _opt("text", "用途"),
    "award": Field("text", "发放方式", values=("silent", "consent")),
    "effective_from": Field("date", "生效日期"),
    "effective_to": _opt("date", "失效日期"),
    "document": Field("key", "依据文件"),
    "backpay_months": Field("int", "最多补发月数", low=0, high=120),
    "rest_payer": Field("text", "其余负担方"),
    "subject": _opt("text", "给谁或按什么认定", values=("person", "bill", "provider")),
    "per": _opt("text", "给付的单位", values=PERIODS),
    "on_lapse": _opt("text", "失效后怎么办", values=("refuse", "unknown", "continue")),
    "credit_months": _opt("int", "额度有效月数（1 为当月）", low=1, high=120),
}
MONTHS = ("month_met", "next_month")
TIMING = {
    "start": Field("text", "起发", values=MONTHS),
    "change": Field("text", "变档", values=("same_month", "next_month")),
    "stop": Field("text", "停发", values=("same_month", "next_month")),
}
EVIDENCE = {"fact": Field("key", "事实"), "accepts": Field("text", "可接受的材料")}
ITEM = {
    **HEAD,
    "item": Field("table", "项目", of=ITEM_HEAD),
    "timing": Field("table", "时点", of=TIMING),
    "clause": _opt("tables", "本项条件", of=CLAUSE),
    "tier": Field("tables", "档次", of=TIER),
    "evidence": _opt("tables", "举证", of=EVIDENCE),
    "question": _opt("tables", "疑问", of=QUESTION),
    "procedure": _opt("tables", "本项办理步骤", of=PROCEDURE),
}

EXAMPLE = {
    "name": Field("text", "例子"),
    "month": Field("month", "月份"),
    "facts": Field("map", "事实"),
    "before": _opt("map", "月初不同的事实"),
    "expect": Field("map", "期望"),
    "because": _opt("map", "决定性的条件"),
}
EXAMPLES = {**HEAD, "facts": Field("map", "未写明时的事实"), "example": Field("tables", "例子", of=EXAMPLE)}

FACT = {
    "name": Field("key", "事实"),
    "label": Field("text", "名称"),
    "label_en": Field("text", "英文名称"),
    "type": Field("text", "类型", values=("bool", "text", "int", "fen", "date")),
    "unit": _opt("text", "单位"),
    "values": _opt("texts", "取值"),
    "register": Field("text", "来源登记簿"),
    "sender": Field("text", "提供单位"),
    "privacy": Field("text", "隐私等级", values=("public", "internal", "personal", "sensitive")),
    "ask": Field("text", "缺失时怎么问"),
    "derived": _opt("text", "派生表达式"),
    "subject": _opt("text", "关于谁", values=("person", "bill", "provider")),
}
FACTS = {**HEAD, "fact": Field("tables", "事实", of=FACT)}

LIST_HEAD = {
    "title": Field("text", "标题"),
    "document": Field("text", "文号"),
    "published": Field("date", "发布日期"),
    "confidence": Field("text", "可信等级", values=GRADES),
    "note": _opt("text", "说明"),
}
LIST_ITEM = {
    "id": Field("text", "序号"),
    "group": Field("text", "服务对象"),
    "name": Field("text", "服务项目"),
    "content": Field("text", "服务内容"),
    "types": Field("texts", "类型", values=("物质帮助", "照护服务", "关爱服务")),
    "departments": Field("texts", "部门"),
    "confidence": Field("text", "可信等级", values=GRADES),
}
LIST = {**HEAD, "list": Field("table", "清单", of=LIST_HEAD), "item": Field("tables", "项目", of=LIST_ITEM)}

SHAPES = {"pack": PACK, "item": ITEM, "examples": EXAMPLES, "facts": FACTS, "list": LIST}
