"""Dated rows of what is given: fixed sums, formulas, parts of a bill, services, and the standards they refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yinling.policy.contracts import Amount, Expression, FactType, Share, Standard
from yinling.policy.text.builder import Builder
from yinling.policy.text.lines import Path
from yinling.policy.text.reading import yuan_fen

MONEY = (FactType.INT, FactType.FEN)
FORMS = {
    "yuan": ("yuan",),
    "formula": ("formula",),
    "percent": ("percent", "of"),
    "quantity": ("quantity", "unit", "every"),
    "local": ("local",),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Where a list of dated rows stands: its path, its name in approvals, which forms it may have."""

    path: Path
    name: str
    forms: tuple[str, ...] = tuple(FORMS)


def amount_rows(builder: Builder, entries: list[dict], rows: Rows) -> tuple[Amount, ...]:
    """The rows oldest first; every fault in form, order and dates is told."""
    built: list[Amount] = []
    for number, entry in enumerate(entries):
        here = (*rows.path, number)
        builder.cited(entry, here)
        _in_order(builder, entry, here, built)
        _in_time(builder, entry, here)
        form = _form(builder, entry, here, rows)
        formula = _formula(builder, entry, form, here)
        if form and (form not in ("formula", "percent") or formula):
            built.append(_amount(entry, f"{rows.name}@{entry['starts'].isoformat()}", formula))
    return tuple(built)


def _in_order(builder: Builder, entry: dict, here: Path, built: list[Amount]) -> None:
    starts, ends = entry["starts"], entry.get("ends")
    if built and starts <= max(built[-1].starts, built[-1].ends or built[-1].starts):
        before = max(built[-1].starts, built[-1].ends or built[-1].starts)
        builder.add("periods_overlap", (*here, "starts"), starts=starts, before=before)
    if ends and ends < starts:
        builder.add("dates_reversed", (*here, "ends"), ends=ends, starts=starts)


def _in_time(builder: Builder, entry: dict, here: Path) -> None:
    """A row starts while its document holds; one published later may count from before by saying when it was published."""
    document, starts = builder.documents.get(entry["document"]), entry["starts"]
    if document is None:
        return
    if starts < document.effective_from and "known_from" not in entry:
        builder.add("amount_too_early", (*here, "starts"), starts=starts, document=document.effective_from)
    if document.effective_to and starts > document.effective_to:
        builder.add("amount_lapsed", (*here, "starts"), starts=starts, ends=document.effective_to)


def _form(builder: Builder, entry: dict, here: Path, rows: Rows) -> str:
    """Which one of the forms this row has; empty when it has none, two, or half of one."""
    found = [form for form in rows.forms if any(field in entry for field in FORMS[form])]
    whole = len(found) == 1 and all(field in entry for field in FORMS[found[0]])
    if not whole or ("cap" in entry and found[0] not in ("percent", "formula")):
        builder.add("amount_form", here, found="、".join(found) or "—")
        return ""
    return found[0]


def _formula(builder: Builder, entry: dict, form: str, here: Path) -> Expression | None:
    text, field = entry.get("formula", ""), "formula"
    if form == "percent":
        text, field = f"part({entry['of']}, {entry['percent']})", "of"
    elif form != "formula":
        return None
    if "cap" in entry:
        text = f"lower_of({text}, {yuan_fen(entry['cap'])})"
    return builder.expression(text, (*here, field), *MONEY)


def _amount(entry: dict[str, Any], name: str, formula: Expression | None) -> Amount:
    return Amount(
        name,
        entry["starts"],
        yuan_fen(entry.get("yuan", "0")),
        entry["document"],
        entry["article"],
        entry["confidence"],
        formula=formula,
        percent=entry.get("percent", 0),
        of=entry.get("of", ""),
        cap_fen=yuan_fen(entry["cap"]) if "cap" in entry else None,
        quantity=entry.get("quantity", 0),
        unit=entry.get("unit", ""),
        every=entry.get("every", ""),
        local=entry.get("local", ""),
        ends=entry.get("ends"),
        known_from=entry.get("known_from"),
    )


def shares(builder: Builder, row: dict, amounts: tuple[Amount, ...], path: Path) -> tuple[Share, ...]:
    """Who bears what of a tier: no more than all of it."""
    built = []
    for number, entry in enumerate(row.get("share", [])):
        if ("yuan" in entry) == ("percent" in entry):
            builder.add("share_form", (*path, "share", number))
        built.append(Share(entry["payer"], yuan_fen(entry.get("yuan", "0")), entry.get("percent", 0)))
    total = sum(share.fen for share in built)
    least = min((amount.fen for amount in amounts if amount.fixed), default=total)
    if total > least:
        builder.add("share_too_high", (*path, "share"), shares=total / 100, amount=least / 100)
    percent = sum(share.percent for share in built)
    if percent > 100:
        builder.add("share_percent", (*path, "share"), total=percent)
    return tuple(built)


def standards(builder: Builder) -> tuple[Standard, ...]:
    """The sums that others refer to; a formula of one may use those stated before it, so no circle can arise."""
    rows = builder.rows("standard")
    builder.unique(rows)
    later = {row["key"] for _path, row in rows}
    built: list[Standard] = []
    for path, row in rows:
        name = row["key"]
        builder.free_name(name, (*path, "key"))
        _no_circle(builder, row, path, later)
        place = Rows((*path, "row"), f"standard.{name}", ("yuan", "formula"))
        amounts = amount_rows(builder, row["row"], place)
        later.discard(name)
        if amounts:
            standard = Standard(name, row["words"], amounts)
            builder.catalogue.standards[name] = standard
            built.append(standard)
    return tuple(built)


def _no_circle(builder: Builder, row: dict, path: Path, later: set[str]) -> None:
    for number, entry in enumerate(row["row"]):
        for other in builder.words_of(entry.get("formula", "")) & later:
            builder.add("standard_circle", (*path, "row", number, "formula"), name=row["key"], other=other)
