"""Money is integer fen 分; these two functions are the only way in from text and out to text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN_PER_YUAN = 100


def fen(amount: str | int | Decimal) -> int:
    """Yuan as text, integer or Decimal to fen, rounded half up to the fen; ValueError for anything else."""
    text = str(amount).strip().replace(",", "").replace("，", "").removesuffix("元")
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not a sum of money: {amount!r}") from error
    if not value.is_finite():
        raise ValueError(f"not a sum of money: {amount!r}")
    return int((value * FEN_PER_YUAN).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def yuan(amount_fen: int) -> str:
    """Fen as yuan with thousands separators and two decimals, as rosters print it."""
    sign = "-" if amount_fen < 0 else ""
    whole, part = divmod(abs(amount_fen), FEN_PER_YUAN)
    return f"{sign}{whole:,}.{part:02d}"
