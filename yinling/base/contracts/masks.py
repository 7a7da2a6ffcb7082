"""What a screen shows of a sensitive value unless someone gave a reason: masking is the default, never an option of a view."""

from __future__ import annotations

STAR = "*"


def mask_id(number: str) -> str:
    """First six and last two of a citizen number: 530199**********21."""
    return number[:6] + STAR * (len(number) - 8) + number[-2:] if len(number) > 8 else STAR * len(number)


def mask_phone(number: str) -> str:
    """First three and last two: 154******21."""
    return number[:3] + STAR * (len(number) - 5) + number[-2:] if len(number) > 5 else STAR * len(number)


def mask_account(number: str) -> str:
    """Last four of an account or card."""
    return STAR * (len(number) - 4) + number[-4:] if len(number) > 4 else STAR * len(number)


def mask_name(name: str) -> str:
    """Surname only, as lists for the public show it: 王**."""
    return name[:1] + STAR * max(len(name) - 1, 1) if name else ""


def mask_address(address: str, keep: int = 6) -> str:
    """The first characters of an address, the house number hidden."""
    return address[:keep] + STAR * 4 if len(address) > keep else address
