"""Passwords: hashing at a bounded cost, the policy of the installation, and the verb that changes one."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from threading import BoundedSemaphore
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from yinling.base.api import record
from yinling.base.contracts import Event, Refusal

from .. import rules
from ..models import Account
from .sessions import end_sessions_of

UNUSABLE = "!"
# A hash costs 19 MiB and some 40 ms of a core; more at once would starve the pages.
HASHES_AT_ONCE_MAX = 2
_turn = BoundedSemaphore(HASHES_AT_ONCE_MAX)


class _Argon2(Argon2PasswordHasher):
    """OWASP's smallest recommended cost; Django's default takes 100 MiB for every try to sign in."""

    time_cost, memory_cost, parallelism = 2, 19_456, 1


_hasher = _Argon2()


class PasswordTooWeak(Refusal):
    code, status = "password_too_weak", 422
    zh = "密码不合要求：{why}。"
    en = "The password does not meet the policy: {why_en}."


class PasswordWrong(Refusal):
    code, status = "password_wrong", 422
    zh = "原密码不正确。"
    en = "The present password is wrong."


WHY = {
    "too_short": ("长度不够", "too short"),
    "too_long": ("过长", "too long"),
    "too_plain": (
        "大写、小写、数字、符号至少要有三种",
        "needs three of upper case, lower case, digits, signs",
    ),
    "holds_the_name": ("不能包含账号名", "must not contain the account name"),
    "too_common": ("太常见，容易被猜中", "too common"),
    "same_as_before": ("与原密码相同", "same as the present one"),
}


@lru_cache(maxsize=1)
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()


def is_common(password: str) -> bool:
    try:
        _common().validate(password)
    except ValidationError:
        return True
    return False


def profile() -> rules.PasswordProfile:
    """The password policy of this installation (setting YINLING_PASSWORD_PROFILE)."""
    return rules.PROFILES[settings.YINLING_PASSWORD_PROFILE]


def hash_password(password: str) -> str:
    with _turn:
        return _hasher.encode(password, _hasher.salt())


@lru_cache(maxsize=1)
def _nobody() -> str:
    return hash_password("nobody has this password")


def password_fits(password: str, encoded: str | None) -> bool:
    """Does it open the account? An unknown or unusable one costs the same time and is always wrong."""
    usable = bool(encoded) and encoded != UNUSABLE
    target = encoded if usable and encoded else _nobody()
    with _turn:
        fits = _hasher.verify(password[: rules.GOVERNMENT.length_max], target)
    return fits and usable


def refuse_weak(password: str, *names: str) -> None:
    problems = rules.password_problems(password, names=names, profile=profile(), is_common=is_common)
    if problems:
        raise_weak(*problems)


def raise_weak(*problems: str) -> None:
    raise PasswordTooWeak(
        field="password",
        why="、".join(WHY[code][0] for code in problems),
        why_en=", ".join(WHY[code][1] for code in problems),
    )


def change_password(*, account: UUID, old: str, new: str, keep_session: UUID | None, at: datetime) -> None:
    """Set a new password and end every other session of the account."""
    row = Account.objects.select_for_update().get(uid=account)
    if not password_fits(old, row.password):
        raise PasswordWrong(field="old")
    refuse_weak(new, row.name, row.display_name)
    if new == old:
        raise_weak("same_as_before")
    row.password, row.password_changed_at, row.must_change = hash_password(new), at, False
    row.save(update_fields=["password", "password_changed_at", "must_change"])
    ended = end_sessions_of(account=account, keep=keep_session, why="password", at=at)
    record(Event("accounts.password_changed", "account", str(account), data={"sessions_ended": ended}))
