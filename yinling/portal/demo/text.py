"""Columns of text built without loops: numbers, dates, identity numbers, bank accounts, credit codes."""

from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Column = Any
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECKS = "10X98765432"
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def digits(values: np.ndarray, width: int = 0) -> Column:
    text = pc.cast(pa.array(values), pa.string())
    return pc.utf8_lpad(text, width, "0") if width else text


def joined(*parts: Column, sep: str = "") -> Column:
    return pc.binary_join_element_wise(*parts, sep, null_handling="replace", null_replacement="")


def picked(words: list[str], index: np.ndarray) -> Column:
    """words[index]; an index below zero gives an empty text."""
    table = pa.array([*words, ""])
    return table.take(pa.array(np.where(index < 0, len(words), index)))


def chosen(mask: np.ndarray, yes: Column, no: Column) -> Column:
    return pc.if_else(pa.array(mask), yes, no)


def iso(days: np.ndarray) -> Column:
    """2026-09-01, empty for no date."""
    return pc.fill_null(pc.strftime(pa.array(days.astype("datetime64[D]")), "%Y-%m-%d"), "")


def year_month(days: np.ndarray) -> Column:
    return pc.utf8_slice_codeunits(iso(days), 0, 7)


def yuan(fen: np.ndarray) -> Column:
    return joined(digits(fen // 100), digits(fen % 100, 2), sep=".")


def parts_of(days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]").astype(int) + 1970
    return years, months.astype(int) % 12 + 1, (days - months).astype(int) + 1


def identity_numbers(area: int, born: np.ndarray, sequence: np.ndarray) -> Column:
    """GB 11643: area, birth date, sequence, check character."""
    years, months, days = parts_of(born)
    body = (area * 10**8 + years * 10_000 + months * 100 + days).astype(np.int64) * 1000 + sequence
    places = (body[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64)) % 10
    checks = (places @ ID_WEIGHTS) % 11
    return joined(digits(body), picked(list(ID_CHECKS), checks))


def id_check(body: str) -> str:
    return ID_CHECKS[int(sum(int(d) * int(w) for d, w in zip(body, ID_WEIGHTS, strict=True))) % 11]


def sequences(born: np.ndarray, male: np.ndarray) -> np.ndarray:
    """Sequence numbers unique per birth date, odd for men, even for women, scattered over 001-998."""
    day = born.astype(np.int64)
    order = np.lexsort((np.arange(len(day)), male, day))
    same = np.r_[False, (day[order][1:] == day[order][:-1]) & (male[order][1:] == male[order][:-1])]
    position = np.arange(len(day))
    starts = np.maximum.accumulate(np.where(same, 0, position))
    rank = np.empty(len(day), dtype=np.int64)
    rank[order] = position - starts
    if len(day) and rank.max() >= 499:
        raise ValueError("more than 499 persons of one sex on one birth date: no identity numbers left")
    return ((day * 2_654_435_761 >> 8) % 499 + 7 * rank) % 499 * 2 + np.where(male, 1, 2)


def accounts(serial: np.ndarray) -> Column:
    """19 digits: BIN 999999, which no bank has, twelve digits, Luhn check."""
    body = np.int64(999_999) * 10**12 + serial
    places = (body[:, None] // 10 ** np.arange(17, -1, -1, dtype=np.int64)) % 10
    doubled = places[:, ::-1].copy()
    doubled[:, ::2] = doubled[:, ::2] * 2
    total = (doubled // 10 + doubled % 10).sum(axis=1)
    return joined(digits(body), digits((10 - total % 10) % 10))


def credit_code(kind: str, area: str, serial: int) -> str:
    """GB 32100 with a GB 11714 organisation code inside."""
    organisation = f"{serial:08d}"
    total = sum(int(d) * w for d, w in zip(organisation, ORGANISATION_WEIGHTS, strict=True))
    organisation += "0123456789X0"[(11 - total % 11) % 11]
    body = kind + area + organisation
    weighted = sum(USCC_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + USCC_SIGNS[(31 - weighted % 31) % 31]


def day64(day: date) -> np.datetime64:
    return np.datetime64(day, "D")
