"""发放花名册: the digest that freezes it before it is signed, and its workbook."""

import io
from collections.abc import Iterable
from typing import Any

import xlsxwriter
from cryptography.hazmat.primitives import hashes

from yinling.base.contracts import yuan
from yinling.benefits.contracts import STEP_NAMES, FrozenLine, Roster, RosterRow, Step
from yinling.benefits.rules.files import FIXED_DATE, PLAIN_CELLS, put_row

COLUMNS = (
    "序号",
    "姓名",
    "身份证号",
    "收款账户",
    "街道",
    "社区",
    "补贴项目",
    "所属期",
    "类别",
    "金额（元）",
    "状态",
)
WIDTHS = (6, 10, 20, 22, 14, 14, 24, 10, 8, 12, 8)


def roster_digest(lines: Iterable[FrozenLine]) -> str:
    """SM3 over the signed part of every line, in the order of line uids, so that order of arrival plays no part."""
    digest = hashes.Hash(hashes.SM3())
    for frozen in sorted(lines, key=lambda one: one.line.bytes):
        cells = (
            frozen.line,
            frozen.person,
            frozen.item,
            frozen.month,
            frozen.kind,
            frozen.fen,
            frozen.policy_version,
            frozen.facts_digest,
            frozen.payee_index,
        )
        digest.update(("|".join(str(cell) for cell in cells) + "\n").encode())
    return digest.finalize().hex()


def roster_xlsx(roster: Roster) -> bytes:
    """The roster as a workbook: title, rows, totals by item, and the three signatures."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN_CELLS)
    book.set_properties({"created": FIXED_DATE})
    sheet = book.add_worksheet("发放花名册")
    title = book.add_format({"bold": True, "font_size": 16, "align": "center"})
    head = book.add_format({"bold": True, "border": 1, "align": "center"})
    cell = book.add_format({"border": 1})
    sheet.merge_range(
        0, 0, 0, len(COLUMNS) - 1, f"{roster.area_name} {roster.month} 补贴津贴发放花名册", title
    )
    sheet.write_string(1, 0, f"批次：{roster.number}　名册摘要（SM3）：{roster.digest}")
    put_row(sheet, 2, COLUMNS, head)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    for place, row in enumerate(roster.rows, start=3):
        put_row(sheet, place, _cells(row), cell)
    _foot(sheet, roster, 3 + len(roster.rows), head)
    book.close()
    return out.getvalue()


def _cells(row: RosterRow) -> tuple[str, ...]:
    return (
        str(row.seq),
        row.name,
        row.id_masked,
        row.account_masked,
        row.street,
        row.community,
        row.item_name,
        row.month,
        row.kind,
        yuan(row.fen),
        row.state,
    )


def totals_by_item(roster: Roster) -> list[tuple[str, int, int]]:
    """Item name, rows and sum, in the order of names."""
    sums: dict[str, tuple[int, int]] = {}
    for row in roster.rows:
        count, fen = sums.get(row.item_name, (0, 0))
        sums[row.item_name] = (count + 1, fen + row.fen)
    return [(name, count, fen) for name, (count, fen) in sorted(sums.items())]


def _foot(sheet: Any, roster: Roster, place: int, head: Any) -> None:
    for name, count, fen in totals_by_item(roster):
        put_row(sheet, place, ("小计", name, f"{count} 笔", "", "", "", "", "", "", yuan(fen), ""), head)
        place += 1
    total = sum(row.fen for row in roster.rows)
    put_row(
        sheet, place, ("合计", "", f"{len(roster.rows)} 笔", "", "", "", "", "", "", yuan(total), ""), head
    )
    signed = {one.step: f"{one.name}　{one.at:%Y-%m-%d %H:%M}" for one in roster.signatures}
    for step in Step:
        place += 2
        sheet.write_string(place, 0, f"{STEP_NAMES[step]}：{signed.get(step.value, '')}")
