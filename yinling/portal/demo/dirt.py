"""The dirt that departments send, planted on purpose, counted, and known to the truth."""

from collections.abc import Callable

import numpy as np

from yinling.portal.demo.sheets import Sheet
from yinling.portal.demo.text import id_check

VARIANTS = dict(
    zip(
        "国华兰凤丽龙云贵陈刘张杨吴赵黄孙马邓琼莲宝财庆荣义东",
        "國華蘭鳳麗龍雲貴陳劉張楊吳趙黃孫馬鄧瓊蓮寶財慶榮義東",
        strict=True,
    )
)
Spoiler = Callable[[str, np.random.Generator], str | None]


def _mistyped(value: str, random: np.random.Generator) -> str | None:
    """One wrong digit behind the area code, so that the number stays within the unassigned area and fails its check."""
    place = int(random.integers(10, 17))
    if len(value) < 18 or not value[place].isdigit():
        return None
    return value[:place] + str((int(value[place]) + int(random.integers(1, 10))) % 10) + value[place + 1 :]


def _fifteen(value: str, random: np.random.Generator) -> str | None:
    return value[:6] + value[8:17] if len(value) == 18 and value[6:8] == "19" else None


def _lower_x(value: str, random: np.random.Generator) -> str | None:
    return value.replace("X", "x") if "X" in value else None


def _spaced(value: str, random: np.random.Generator) -> str | None:
    forms = (value + "  ", " " + value, value[:6] + " " + value[6:14] + " " + value[14:], value + "\u3000")
    return forms[random.integers(len(forms))]


def _scientific(value: str, random: np.random.Generator) -> str | None:
    return f"{float(value[:17] + '0') / 10 ** (17 if len(value) == 18 else 16):.5f}E+{len(value) - 1}"


def _rounded(value: str, random: np.random.Generator) -> str | None:
    """What a spreadsheet leaves of a long number; skipped where the zeros happen to make a valid one."""
    ruined = value[:15] + "0" * (len(value) - 15)
    return None if id_check(ruined[:17]) == ruined[17] else ruined


def _name_spaced(value: str, random: np.random.Generator) -> str | None:
    forms = (value[:1] + " " + value[1:], value[:1] + "\u3000" + value[1:], value + " ")
    return forms[random.integers(len(forms))]


def _variant(value: str, random: np.random.Generator) -> str | None:
    found = "".join(VARIANTS.get(sign, sign) for sign in value)
    return None if found == value else found


def _birth_differs(value: str, random: np.random.Generator) -> str | None:
    """Day and month exchanged, or a year or a day off: the slips of hand-kept books."""
    year, month, day = value.split("-")
    if random.random() < 0.4 and int(day) <= 12 and day != month:
        return f"{year}-{day}-{month}"
    if random.random() < 0.6 and day < "28":
        return f"{year}-{month}-{int(day) + 1:02d}"
    return f"{int(year) - 1}-{month}-{min(int(day), 28):02d}"


def _date(form: str) -> Spoiler:
    def write(value: str, random: np.random.Generator) -> str | None:
        parts = value.split("-")
        if len(parts) < 2:
            return None
        year, rest = parts[0], [str(int(part)) for part in parts[1:]]
        if form == "compact":
            return "".join(parts)
        if form == "slash":
            return "/".join([year, *rest])
        if form == "short":
            return ".".join([year[2:], *rest]) if len(parts) == 3 else None
        return f"{year}年{rest[0]}月" + (f"{rest[1]}日" if len(rest) > 1 else "")

    return write


SPOILERS: dict[str, Spoiler] = {
    "id_mistyped": _mistyped,
    "id_missing": lambda value, random: "",
    "id_15": _fifteen,
    "id_lower_x": _lower_x,
    "id_spaces": _spaced,
    "id_apostrophe": lambda value, random: "'" + value,
    "id_scientific": _scientific,
    "id_rounded": _rounded,
    "name_spaces": _name_spaced,
    "name_variant": _variant,
    "birth_differs": _birth_differs,
    "date_slash": _date("slash"),
    "date_chinese": _date("chinese"),
    "date_compact": _date("compact"),
    "date_short_year": _date("short"),
}
KINDS = (*SPOILERS, "duplicate")
NATURAL_KINDS = ("moved_out_listed", "marked_dead_alive", "dead_in_pension", "dead_listed")
NEEDS_ID_LATER = "id_missing"


def plan(
    *, id_column: str, date_columns: tuple[str, ...] = (), birth_column: str = "", share: float
) -> tuple[tuple[str, str, float], ...]:
    """(kind, column, share of rows); the commoner slips get more."""
    weights = {"id_mistyped": 1.6, "id_missing": 0.8, "id_15": 0.7, "id_lower_x": 1.0, "id_spaces": 1.2,
               "id_apostrophe": 0.7, "id_scientific": 0.6, "id_rounded": 0.6}  # fmt: skip
    rows = [(kind, id_column, share * weight) for kind, weight in weights.items()]
    rows += [
        ("name_spaces", "姓名", share * 1.5),
        ("name_variant", "姓名", share),
        ("duplicate", id_column, share),
    ]
    for column in date_columns:
        rows += [(kind, column, share * 1.5) for kind in SPOILERS if kind.startswith("date_")]
    if birth_column:
        rows += [("birth_differs", birth_column, share * 1.2)]
    return tuple(rows)


def spoil(
    sheet: Sheet,
    random: np.random.Generator,
    steps: tuple[tuple[str, str, float], ...],
    *,
    spared: int,
    certain: bool,
) -> None:
    """Plant each kind in its share of rows, `certain`: at least once. Rows of the first `spared` persons stay clean."""
    count = len(sheet)
    order = iter(random.permutation(np.flatnonzero(sheet.persons >= spared)).tolist())
    for kind, column, share in steps:
        wanted = max(int(certain), round(share * count))
        passed = []
        while wanted and (row := next(order, None)) is not None:
            if _plant(sheet, random, kind, column, row):
                wanted -= 1
            else:
                passed.append(row)
        order = iter([*passed, *order])


def _plant(sheet: Sheet, random: np.random.Generator, kind: str, column: str, row: int) -> bool:
    if kind == "duplicate":
        copy = sheet.repeat(row)
        sheet.dirt[copy].append(kind)
        if "联系电话" in sheet.columns:
            sheet.cells("联系电话")[copy] = f"154{random.integers(10**8):08d}"
        return True
    cells = sheet.cells(column)
    ruined = SPOILERS[kind](cells[row], random) if cells[row] else None
    if ruined is None:
        return False
    cells[row] = ruined
    sheet.dirt[row].append(kind)
    return True
