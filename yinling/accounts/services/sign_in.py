"""Signing in. Each try is written down before its password is tested and settled after, in transactions of their own."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.crypto import salted_hmac

from yinling.base.api import connection, record, unit
from yinling.base.contracts import Actor, Event, Refusal, Scope

from .. import queries, rules
from ..contracts import Grant
from ..models import Account, SignInAttempt
from .passwords import password_fits
from .sessions import SignedIn, start_session

VISITOR = Actor(None, "访客", "anonymous")
SIGN_IN = Scope(purpose="sign_in")


class NameOrPasswordWrong(Refusal):
    code, status = "name_or_password_wrong", 422
    zh = "账号或密码不正确。"
    en = "The account name or the password is wrong."


class TooManyTries(Refusal):
    code, status = "too_many_tries", 429
    zh = "尝试次数过多，请在 {until} 之后再试。急需使用请联系本单位系统管理员解除锁定。"
    en = "Too many tries. Try again after {until}, or ask your system administrator to unlock the account."


class NoRoleYet(Refusal):
    code, status = "no_role_yet", 403
    zh = "账号还没有授予身份，请联系本单位安全管理员。"
    en = "This account holds no role yet; ask your security administrator."


class NotInDemo(Refusal):
    code, status = "not_in_demo", 404
    zh = "没有这个演示账号。"
    en = "There is no such demo account."


def normal_name(name: str) -> str:
    return name.strip().casefold()[:64]


def name_key(name: str) -> bytes:
    return salted_hmac("yinling.accounts.name", normal_name(name), algorithm="sha256").digest()


def sign_in(*, name: str, password: str, address: str, device: str, at: datetime) -> SignedIn:
    """Begin a session, or refuse with a sentence that does not tell whether the account exists. Opens its own units."""
    attempt, account = _admit(name=name, address=address, at=at)
    fits = password_fits(password, account.password if account and account.disabled_at is None else None)
    if not fits or account is None:
        with unit(SIGN_IN, VISITOR):
            SignInAttempt.objects.filter(uid=attempt).update(outcome="wrong")
            record(
                Event(
                    "accounts.sign_in_failed",
                    "account",
                    str(account.uid) if account else "",
                    data={"address": address},
                )
            )
        raise NameOrPasswordWrong
    with unit(SIGN_IN, Actor(account.uid, account.display_name, "")):
        SignInAttempt.objects.filter(uid=attempt).update(outcome="right")
        signed_in = _begin(account=account.uid, address=address, device=device, how="password", at=at)
    if signed_in is None:
        raise NoRoleYet
    return signed_in


def sign_in_demo(*, name: str, address: str, device: str, at: datetime) -> SignedIn:
    """Begin a session of a demo account without a password; exists in demo mode only. Opens its own unit."""
    if not settings.YINLING_DEMO:
        raise NotInDemo
    with unit(SIGN_IN, VISITOR):
        account = Account.objects.filter(name=normal_name(name), demo=True, disabled_at__isnull=True).first()
    if account is None:
        raise NotInDemo
    with unit(SIGN_IN, Actor(account.uid, account.display_name, "")):
        signed_in = _begin(account=account.uid, address=address, device=device, how="demo", at=at)
    if signed_in is None:
        raise NotInDemo
    return signed_in


def _admit(*, name: str, address: str, at: datetime) -> tuple[UUID, Account | None]:
    """Count the try as wrong before the password is tested, or refuse it untested."""
    key, network = name_key(name), rules.address_range(address)
    with unit(SIGN_IN, VISITOR):
        with connection().cursor() as sql:
            # Parallel guesses at one account take turns here, so none of them slips past the count.
            sql.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(key[:8], "big", signed=True)])
        account = Account.objects.filter(name=normal_name(name)).first()
        shut = _gate(account, key=key, address=address, network=network, at=at)
        attempt = SignInAttempt.objects.create(
            uid=uuid4(),
            name_key=key,
            account=account,
            address=address,
            network=network,
            at=at,
            outcome="testing" if shut.is_open else "shut",
        )
        if not shut.is_open:
            subject = str(account.uid) if account else ""
            record(
                Event(
                    "accounts.sign_in_shut", "account", subject, data={"address": address, "limit": shut.key}
                )
            )
    if shut.until:
        raise TooManyTries(until=shut.until.astimezone(at.tzinfo).strftime("%H:%M:%S"))
    return attempt.uid, account


def _gate(account: Account | None, *, key: bytes, address: str, network: str, at: datetime) -> rules.Gate:
    since = at - rules.LONGEST_WINDOW
    if account and account.unlocked_at:
        since = max(since, account.unlocked_at)
    failures = queries.failures_of(key, since)
    right_at = queries.last_right_at(key, address, at - rules.KNOWN_FOR)
    in_range = queries.failures_in(network, at - rules.RANGE_WINDOW)
    found = rules.tallies(failures, in_range, address=address, right_at=right_at, at=at)
    return rules.gate(found, known=right_at is not None)


def _begin(*, account: UUID, address: str, device: str, how: str, at: datetime) -> SignedIn | None:
    grants = queries.grants_of(account, at)
    if not grants:
        record(Event("accounts.sign_in_without_role", "account", str(account)))
        return None
    chosen = _usual(account, grants)
    signed_in = start_session(grant=chosen, address=address, device=device, at=at)
    data: dict[str, object] = {"how": how, "address": address, "grant": str(chosen.uid)}
    record(Event("accounts.signed_in", "account", str(account), chosen.area or "", data))
    return signed_in


def _usual(account: UUID, grants: list[Grant]) -> Grant:
    """The grant worked in last time, else the first."""
    last = queries.last_grant(account)
    return next((grant for grant in grants if grant.uid == last), grants[0])
