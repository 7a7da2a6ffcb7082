"""Layouts of the files that go to the bank and come back: 银行代发 as TXT and XLSX, and the return file."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from yinling.base.contracts import Refusal, fen
from yinling.benefits.contracts import PayHead, PayRow, ReturnFile, ReturnRow

CHARSET = "gb18030"
FIXED_DATE = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's stamp has no zone; fixed so that equal rows give equal bytes
# No cell of ours is ever a formula, an address or a number that a spreadsheet may round.
PLAIN_CELLS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
BANK_COLUMNS = (
    "序号",
    "业务流水号",
    "户名",
    "证件号码",
    "收款账号",
    "开户行",
    "金额（元）",
    "补贴项目代码",
    "补贴项目",
    "所属期",
    "街道",
    "社区",
    "备注",
)
RETURN_HEAD_CELLS, RETURN_ROW_CELLS = 8, 9
SAID = {"成功": True, "失败": False}


class BadReturnFile(Refusal):
    code = "benefits_bad_return_file"
    status = 422
    zh = "回盘文件有误：{why}。没有入账。"
    en = "The bank's return file cannot be read: {why}. Nothing was booked."


def plain_yuan(amount_fen: int) -> str:
    """Fen as banks want it: two decimals, no separators."""
    return f"{amount_fen // 100}.{amount_fen % 100:02d}"


def _cell(text: str) -> str:
    """A cell of a separated file: the separator and line ends cannot occur in it."""
    return "".join(
        " " if char == "|" or ord(char) < 32 or char in "\x7f\x85\u2028\u2029" else char for char in text
    )


def bank_txt(head: PayHead, rows: Sequence[PayRow]) -> bytes:
    """`H|批次号|日期|笔数|金额|单位`, then one `D|序号|流水号|户名|证件号|账号|金额|项目|所属期` a row, GB18030."""
    total = plain_yuan(sum(row.fen for row in rows))
    lines = [
        "|".join(("H", head.reference, head.pay_on.isoformat(), str(len(rows)), total, _cell(head.payer)))
    ]
    lines.extend(
        "|".join(
            (
                "D",
                str(row.seq),
                row.row_ref,
                _cell(row.name),
                _cell(row.id_number),
                row.account,
                plain_yuan(row.fen),
                row.item,
                row.month,
            )
        )
        for row in rows
    )
    return ("\r\n".join(lines) + "\r\n").encode(CHARSET)


def put_row(sheet: Any, place: int, cells: Sequence[str], style: Any) -> None:
    for column, text in enumerate(cells):
        sheet.write_string(place, column, text, style)


def bank_xlsx(head: PayHead, rows: Sequence[PayRow]) -> bytes:
    """The same payments as a workbook, every cell text."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN_CELLS)
    book.set_properties({"created": FIXED_DATE})
    sheet = book.add_worksheet("代发明细")
    bold = book.add_format({"bold": True})
    total = plain_yuan(sum(row.fen for row in rows))
    sheet.write_string(
        0,
        0,
        f"{head.payer}　批次号 {head.reference}　{head.pay_on.isoformat()}　{len(rows)} 笔　{total} 元",
        bold,
    )
    put_row(sheet, 1, BANK_COLUMNS, bold)
    for place, row in enumerate(rows, start=2):
        put_row(
            sheet,
            place,
            (
                str(row.seq),
                row.row_ref,
                row.name,
                row.id_number,
                row.account,
                row.bank,
                plain_yuan(row.fen),
                row.item,
                row.item_name,
                row.month,
                row.street,
                row.community,
                row.note,
            ),
            None,
        )
    book.close()
    return out.getvalue()


def read_return(body: bytes) -> ReturnFile:
    """Read a return file whole or not at all; BadReturnFile names the row and the reason."""
    try:
        lines = body.decode(CHARSET).splitlines()
    except UnicodeDecodeError:
        raise BadReturnFile(why="文件编码不是 GB18030") from None
    if not lines:
        raise BadReturnFile(why="文件为空")
    head = lines[0].split("|")
    if len(head) != RETURN_HEAD_CELLS or head[0] != "R":
        raise BadReturnFile(why="第 1 行不是文件头", row=1)
    rows = tuple(_return_row(number, line) for number, line in enumerate(lines[1:], start=2) if line)
    _check_totals(head, rows)
    try:
        booked_on = date.fromisoformat(head[2])
    except ValueError:
        raise BadReturnFile(why=f"第 1 行记账日期“{head[2]}”有误", row=1) from None
    return ReturnFile(head[1], booked_on, rows)


def _return_row(number: int, line: str) -> ReturnRow:
    cells = line.split("|")
    if len(cells) != RETURN_ROW_CELLS or cells[0] != "E":
        raise BadReturnFile(why=f"第 {number} 行栏数有误", row=number)
    if cells[5] not in SAID:
        raise BadReturnFile(why=f"第 {number} 行结果“{cells[5]}”不是成功或失败", row=number)
    return ReturnRow(cells[2], _money(cells[4], number), SAID[cells[5]], cells[6], cells[7], cells[8])


def _money(text: str, number: int) -> int:
    try:
        return fen(text)
    except ValueError:
        raise BadReturnFile(why=f"第 {number} 行金额“{text}”有误", row=number) from None


def _check_totals(head: Sequence[str], rows: Sequence[ReturnRow]) -> None:
    """Issued = paid + returned, in rows and in money, as the head says."""
    paid = [row.fen for row in rows if row.paid]
    failed = [row.fen for row in rows if not row.paid]
    said = (head[3], head[4], _money(head[5], 1), head[6], _money(head[7], 1))
    if said != (str(len(rows)), str(len(paid)), sum(paid), str(len(failed)), sum(failed)):
        raise BadReturnFile(why="文件头笔数、金额与明细合计不符", row=1)
    if len({row.row_ref for row in rows}) != len(rows):
        raise BadReturnFile(why="业务流水号重复")


def txt_to_xlsx(body: bytes) -> bytes:
    """The workbook form of a released text file: the same rows, so both forms always agree."""
    lines = body.decode(CHARSET).splitlines()
    _h, reference, pay_on, _count, _total, payer = lines[0].split("|")
    rows = []
    for line in lines[1:]:
        _d, seq, row_ref, name, number, account, yuan_text, item, month = line.split("|")
        rows.append(PayRow(int(seq), row_ref, name, number, account, "", fen(yuan_text), item, "", month))
    return bank_xlsx(PayHead(reference, date.fromisoformat(pay_on), payer), rows)
