"""The policy manual: each pack as an official reads it, with its papers, tables, questions and proven examples, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from yinling.policy.contracts import Amount, Clause, Item, Pack, Question, Role, Tier
from yinling.policy.explanation.words import PERIODS, given, yuan
from yinling.policy.rules import procedure_of

KINDS = {"cash": "现金", "credit": "服务额度", "service": "服务"}
AWARDS = {"silent": "免申即享（告知后直接发放）", "consent": "确认后发放"}
SUBJECTS = {"person": "按人", "bill": "按账单或服务记录", "provider": "按服务机构"}
LAPSES = {"refuse": "到期后不再享受", "unknown": "到期后待核实，等待新文件", "continue": "到期后沿用"}
TIMES = {"month_met": "符合条件的当月起", "next_month": "次月起", "same_month": "当月起"}
GRADES = {
    "A": "A 原文",
    "B": "B 两份转录一致",
    "C": "C 一份转录，核准前不发放",
    "U": "U 未核实，核准前不发放",
}
NOTICE = "<!-- 由 `yinling policy manual` 从政策文本生成，不要手改；改文本后重新生成。 -->"


def manual(pack: Pack) -> str:
    """One pack as a page."""
    parts = [
        f"# {pack.title}\n\n{NOTICE}",
        _head(pack),
        _section("依据文件", _documents(pack)),
        _section("用语", _definitions(pack)),
        _section("基准标准", _standards(pack)),
        _section("共同条件与停发", _shared(pack)),
        *[_item(pack, item) for item in pack.items],
        _section("清单中没有写入的项目", [f"- {one.list_item}：{one.words}" for one in pack.not_covered]),
        _section("疑问：原文可作两种理解", _questions(pack.questions)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(pack: Pack) -> str:
    counts = f"{len(pack.items)} 个项目，{len(pack.examples)} 个例子全部成立。"
    label = f"\n\n**{pack.label}**" if pack.label else ""
    return f"{pack.name}（{pack.jurisdiction}），版本 {pack.version}，{counts}{label}"


def _shared(pack: Pack) -> list[str]:
    by_hand = [f"- {words}（人工认定）" for words in pack.stop_words]
    return _clauses(pack.common) + _clauses(pack.stops) + by_hand


def contents(packs: Iterable[tuple[str, Pack]]) -> str:
    """The page that leads to the others."""
    rows = [
        f"| [{pack.title}]({folder}.md) | {pack.name} | {len(pack.items)} | {len(pack.examples)} | {_grades(pack)} |"
        for folder, pack in packs
    ]
    head = "| 政策 | 地方 | 项目 | 例子 | 标准的可信等级 |\n|---|---|---|---|---|"
    return f"# 政策手册 Policy manual\n\n{NOTICE}\n\n{head}\n" + "\n".join(rows) + "\n"


def _grades(pack: Pack) -> str:
    return "、".join(sorted({amount.confidence for amount in pack.amounts()}))


def _section(title: str, lines: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(lines) if lines else ""


def _documents(pack: Pack) -> list[str]:
    rows = []
    for paper in pack.documents.values():
        until = f"至 {paper.effective_to}" if paper.effective_to else "长期"
        rows.append(
            f"| {paper.number} | {paper.title} | {paper.effective_from} {until} | {GRADES[paper.confidence][0]} |"
        )
    return ["| 文号 | 标题 | 有效 | 等级 |", "|---|---|---|---|", *rows]


def _definitions(pack: Pack) -> list[str]:
    return [
        f"- {one.words}（{pack.documents[one.document].number}，{one.article}）" for one in pack.definitions
    ]


def _standards(pack: Pack) -> list[str]:
    rows = [
        f"| {standard.words} | {given(pack, row)} | {_since(row)} | {row.article} | {row.confidence} |"
        for standard in pack.standards
        for row in standard.amounts
    ]
    return ["| 标准 | 数额 | 期间 | 依据 | 等级 |", "|---|---|---|---|---|", *rows] if rows else []


def _since(row: Amount) -> str:
    until = f"至 {row.ends}" if row.ends else "起"
    known = f"，{row.known_from} 公布" if row.known_from else ""
    return f"{row.starts} {until}{known}"


def _clauses(clauses: Iterable[Clause]) -> list[str]:
    return [f"- {clause.words}；否则：{clause.unless}（{clause.article}）" for clause in clauses]


def _item(pack: Pack, item: Item) -> str:
    timing = item.timing
    lines = [
        f"{item.list_item if item.list_item != 'local' else '本地项目'} · {KINDS[item.kind]} · {SUBJECTS[item.subject]}"
        f" · {PERIODS[item.per]} · {AWARDS[item.award]}" + ("" if item.cashable else " · 不可提现"),
        f"\n{item.use}。" if item.use else "",
        f"\n起发：{TIMES[timing.start]}；变档：{TIMES[timing.change]}；停发：{TIMES[timing.stop]}；"
        f"最多补发 {item.backpay_months} 个月。其余由{item.rest_payer}负担。" + _lapse(item),
        "",
        *_clauses(item.clauses),
        *[f"- 不适用：{step.unless}（{step.article}）" for step in _weighed(item)],
        "\n| 档次 | 标准 | 期间 | 依据 | 等级 | 分担 |\n|---|---|---|---|---|---|",
        *[_row(pack, tier, row) for tier in item.tiers for row in tier.amounts],
        *_steps(pack, item),
        *_examples(pack, item),
        *(["", *_questions(item.questions)] if item.questions else []),
    ]
    return f"## {item.name}\n\n" + "\n".join(lines)


def _lapse(item: Item) -> str:
    credit = f"额度有效 {item.credit_months} 个月，不结转。" if item.credit_months else ""
    ends = f"有效期至 {item.effective_to}，{LAPSES[item.on_lapse]}。" if item.effective_to else ""
    return credit + ends


def _weighed(item: Item) -> list:
    return [
        step for step in item.steps if step.role in (Role.EXCLUSION, Role.HIGHER, Role.HIGHEST, Role.CHOICE)
    ]


def _row(pack: Pack, tier: Tier, row: Amount) -> str:
    borne = "；".join(
        f"{share.payer}{yuan(share.fen) + '元' if share.fen else f'{share.percent}%'}"
        for share in tier.shares
    )
    paper = f"{pack.documents[row.document].number}，{row.article}"
    return (
        f"| {tier.words} | {given(pack, row)} | {_since(row)} | {paper} | {row.confidence} | {borne or '—'} |"
    )


def _steps(pack: Pack, item: Item) -> list[str]:
    if not item.procedure:
        return []
    lines: list[str] = []
    for step in procedure_of(pack, item):
        limit = f"{step.workdays} 个工作日" if step.workdays is not None else ""
        limit = limit or (f"每月 {step.by_day} 日前" if step.by_day is not None else "")
        lines.append(f"{len(lines) + 1}. {step.words}（{step.who}）{limit}")
    return ["\n办理：\n", *lines]


def _examples(pack: Pack, item: Item) -> list[str]:
    rows = [
        f"| {one.name} | {one.month:%Y-%m} | {one.expect[item.key]} |"
        for one in pack.examples
        if item.key in one.expect
    ]
    return ["\n| 例子 | 月份 | 结果 |\n|---|---|---|", *rows] if rows else []


def _questions(questions: Iterable[Question]) -> list[str]:
    lines = []
    for one in questions:
        lines.append(f"- **疑问** {one.words}")
        lines += [f"  - {r.words}" + ("（现行）" if r.key == one.chosen else "") for r in one.readings]
    return lines
