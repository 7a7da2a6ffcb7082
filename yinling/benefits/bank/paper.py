"""The bank's own reading of a payment file and writing of a return file, written apart from the platform's."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CHARSET = "gb18030"
HEAD_FIELDS = 6
ROW_FIELDS = 9


class BadFile(Exception):
    """The whole file is refused; the text says why and where."""


@dataclass(frozen=True, slots=True)
class PaperRow:
    seq: int
    row_ref: str
    holder: str
    account: str
    fen: int


@dataclass(frozen=True, slots=True)
class Paper:
    reference: str
    pay_on: str
    fen: int
    rows: tuple[PaperRow, ...]


def fen_of(text: str, where: str) -> int:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise BadFile(f"{where}：金额“{text}”不是数字") from None
    if not value.is_finite() or value != value.quantize(Decimal("0.01")):
        raise BadFile(f"{where}：金额“{text}”须为两位小数")
    return int(value * 100)


def read_paper(body: bytes) -> Paper:
    """Read `H|批次号|日期|笔数|金额|单位` and one `D|序号|流水号|户名|证件号|账号|金额|项目|所属期` a row."""
    try:
        lines = body.decode(CHARSET).splitlines()
    except UnicodeDecodeError:
        raise BadFile("文件编码不是 GB18030") from None
    head = lines[0].split("|") if lines else []
    if len(head) != HEAD_FIELDS or head[0] != "H":
        raise BadFile("第 1 行：缺少文件头")
    rows = tuple(_row(number, line) for number, line in enumerate(lines[1:], start=2) if line)
    total = fen_of(head[4], "第 1 行")
    if not head[3].isdigit() or int(head[3]) != len(rows):
        raise BadFile(f"文件头笔数 {head[3]} 与明细 {len(rows)} 笔不符")
    if total != sum(row.fen for row in rows):
        raise BadFile("文件头金额与明细合计不符")
    if len({row.row_ref for row in rows}) != len(rows):
        raise BadFile("文件内业务流水号重复")
    return Paper(head[1], head[2], total, rows)


def _row(number: int, line: str) -> PaperRow:
    cells = line.split("|")
    if len(cells) != ROW_FIELDS or cells[0] != "D" or not cells[1].isdigit():
        raise BadFile(f"第 {number} 行：明细栏数或序号有误")
    return PaperRow(int(cells[1]), cells[2], cells[3], cells[5], fen_of(cells[6], f"第 {number} 行"))


def write_return(reference: str, booked_on: str, rows: list[tuple]) -> bytes:
    """The return file: a head with both totals, then one row per payment, accounts by their last four digits."""
    paid = [row for row in rows if row[4]]
    failed = [row for row in rows if not row[4]]
    head = ["R", reference, booked_on, len(rows), len(paid), _yuan(sum(r[3] for r in paid)), len(failed)]
    lines = ["|".join(str(cell) for cell in [*head, _yuan(sum(r[3] for r in failed))])]
    for seq, row_ref, tail, fen, ok, code, reason, serial in rows:
        said = "成功" if ok else "失败"
        lines.append("|".join(["E", str(seq), row_ref, tail, _yuan(fen), said, code, reason, serial]))
    return ("\r\n".join(lines) + "\r\n").encode(CHARSET)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
