"""What the system administrator does: open, disable and unlock accounts, and reset a password."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from uuid import UUID, uuid4

from yinling.base.api import current, record
from yinling.base.contracts import Event, Refusal

from ..models import Account
from .passwords import UNUSABLE, hash_password, refuse_weak
from .sessions import end_sessions_of

NAME_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}\Z")
EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz"


class NameTaken(Refusal):
    code, status = "account_name_taken", 409
    zh = "账号名 {name} 已被使用。"
    en = "The account name {name} is taken."


class NameUnfit(Refusal):
    code, status = "account_name_unfit", 422
    zh = "账号名须为 2 至 64 位小写字母、数字或 . _ -，并以字母或数字开头。"
    en = "An account name has 2 to 64 lower-case letters, digits or . _ - and starts with a letter or digit."


class NoSuchAccount(Refusal):
    code, status = "no_such_account", 404
    zh = "没有这个账号。"
    en = "There is no such account."


class NotYourself(Refusal):
    code, status = "not_yourself", 409
    zh = "不能对自己的账号这样操作。"
    en = "You cannot do this to your own account."


def create_account(
    *,
    name: str,
    display_name: str,
    password: str | None,
    at: datetime,
    demo: bool = False,
    must_change: bool = True,
) -> UUID:
    """Open an account without any role. Without a password it can only be used by demo cards."""
    if not NAME_FORM.match(name):
        raise NameUnfit(field="name")
    if Account.objects.filter(name=name).exists():
        raise NameTaken(field="name", name=name)
    if password is not None:
        refuse_weak(password, name, display_name)
    uid = uuid4()
    Account.objects.create(
        uid=uid,
        name=name,
        display_name=display_name.strip() or name,
        demo=demo,
        created_at=at,
        password=UNUSABLE if password is None else hash_password(password),
        password_changed_at=at,
        must_change=must_change and password is not None,
        created_by=current().by.account,
    )
    record(Event("accounts.account_created", "account", str(uid)))
    return uid


def locked_account(account: UUID) -> Account:
    row = Account.objects.select_for_update().filter(uid=account).first()
    if row is None:
        raise NoSuchAccount
    return row


def disable_account(*, account: UUID, at: datetime) -> None:
    """Nobody signs in with it any more, and whoever is signed in is out with the next request."""
    row = locked_account(account)
    if row.uid == current().by.account:
        raise NotYourself
    if row.disabled_at is None:
        row.disabled_at = at
        row.save(update_fields=["disabled_at"])
        ended = end_sessions_of(account=account, why="disabled", at=at)
        record(Event("accounts.account_disabled", "account", str(account), data={"sessions_ended": ended}))


def enable_account(*, account: UUID, at: datetime) -> None:
    row = locked_account(account)
    if row.disabled_at is not None:
        row.disabled_at, row.unlocked_at = None, at
        row.save(update_fields=["disabled_at", "unlocked_at"])
        record(Event("accounts.account_enabled", "account", str(account)))


def unlock_account(*, account: UUID, at: datetime) -> None:
    """Forget the wrong passwords counted so far."""
    row = locked_account(account)
    row.unlocked_at = at
    row.save(update_fields=["unlocked_at"])
    record(Event("accounts.account_unlocked", "account", str(account)))


def first_password() -> str:
    """Readable over the telephone, and strong: four groups of letters and digits."""
    groups = ["".join(secrets.choice(EASY_LETTERS) for _ in range(4)) for _ in range(3)]
    return "-".join([groups[0].capitalize(), *groups[1:], f"{secrets.randbelow(10_000):04d}"])


def reset_password(*, account: UUID, at: datetime) -> str:
    """A new password to be changed at the first sign-in; shown once, to the administrator who asked."""
    row = locked_account(account)
    if row.uid == current().by.account:
        raise NotYourself
    fresh = first_password()
    row.password, row.password_changed_at, row.must_change, row.unlocked_at = (
        hash_password(fresh),
        at,
        True,
        at,
    )
    row.save(update_fields=["password", "password_changed_at", "must_change", "unlocked_at"])
    ended = end_sessions_of(account=account, why="reset", at=at)
    record(Event("accounts.password_reset", "account", str(account), data={"sessions_ended": ended}))
    return fresh
