"""What this bank says to one row: rules over the digits of the account, so that the same row always ends the same way."""

from dataclasses import dataclass

CARD_BIN = "999999"
CARD_DIGITS = 19
# The three digits before the check digit decide; about four accounts in a thousand meet one of them.
FAILING_DIGITS = {
    "404": ("AC01", "账户不存在"),
    "417": ("BE01", "户名不符"),
    "423": ("AC04", "账户已销户"),
    "451": ("AC06", "账户冻结/止付"),
}


@dataclass(frozen=True, slots=True)
class BankVerdict:
    paid: bool
    code: str
    reason: str


PAID = BankVerdict(True, "ACSC", "")


def check_digit_holds(number: str) -> bool:
    """Luhn over all digits."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def verdict_on(account: str, fen: int, *, again: bool) -> BankVerdict:
    """Decide one row; `again` says that this row reference was already paid."""
    if again:
        return BankVerdict(False, "DUPL", "重复发放")
    if fen <= 0:
        return BankVerdict(False, "AM01", "金额为零")
    shaped = account.isascii() and account.isdigit() and len(account) == CARD_DIGITS
    if not shaped or not account.startswith(CARD_BIN) or not check_digit_holds(account):
        return BankVerdict(False, "AC01", "账户不存在")
    if account[-4:-1] in FAILING_DIGITS:
        return BankVerdict(False, *FAILING_DIGITS[account[-4:-1]])
    return PAID
