"""Sessions: begun with a fresh token, moved to another grant under a fresh token, ended for good."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from yinling.base.api import record
from yinling.base.contracts import Event, Refusal

from .. import queries, rules
from ..contracts import Grant, Role
from ..models import Session

DEVICE_LENGTH = 120


class NoSuchGrant(Refusal):
    code, status = "no_such_grant", 404
    zh = "您没有这个身份，或它已被收回。"
    en = "You do not hold this role, or it was revoked."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session just begun; the token is known here and in the browser, nowhere else."""

    token: str
    session: UUID
    grant: Grant
    ends_at: datetime


def token_hash(token: str) -> bytes:
    return sha256(token.encode()).digest()


def start_session(*, grant: Grant, address: str, device: str, at: datetime) -> SignedIn:
    """Begin a session with a token that nobody has seen before (so a token set by somebody else is worthless)."""
    token, life, uid = secrets.token_urlsafe(32), rules.session_life(grant.role), uuid4()
    absolute_end = at + life.absolute
    Session.objects.create(
        uid=uid,
        token_hash=token_hash(token),
        account_id=grant.account,
        grant_id=grant.uid,
        created_at=at,
        seen_at=at,
        idle_end=rules.session_idle_end(grant.role, created_at=at, at=at),
        absolute_end=absolute_end,
        address=address,
        device=device[:DEVICE_LENGTH],
    )
    return SignedIn(token, uid, grant, absolute_end)


def switch_grant(*, session: UUID, account: UUID, grant: UUID, at: datetime) -> SignedIn:
    """Work in another capacity: the old token dies, the new session keeps the old end."""
    wanted = next((held for held in queries.grants_of(account, at) if held.uid == grant), None)
    if wanted is None:
        raise NoSuchGrant
    old = Session.objects.select_for_update().get(uid=session, account_id=account, ended_at__isnull=True)
    fresh = start_session(grant=wanted, address=old.address, device=old.device, at=at)
    end = min(old.absolute_end, fresh.ends_at)
    Session.objects.filter(uid=fresh.session).update(
        absolute_end=end, idle_end=min(end, rules.session_idle_end(wanted.role, created_at=at, at=at))
    )
    end_session(session=session, account=account, why="switched", at=at)
    record(Event("accounts.role_switched", "account", str(account), wanted.area or "", {"grant": str(grant)}))
    return fresh


def end_session(*, session: UUID, account: UUID, why: str, at: datetime) -> bool:
    """End one session of this account; False when it had ended already."""
    live = Session.objects.filter(uid=session, account_id=account, ended_at__isnull=True)
    ended = live.update(ended_at=at, ended_why=why) == 1
    if ended and why in ("signed_out", "revoked"):
        record(Event(f"accounts.session_{why}", "account", str(account), data={"session": str(session)}))
    return ended


def end_sessions_of(*, account: UUID, keep: UUID | None = None, why: str, at: datetime) -> int:
    """End every session of an account but one; how many."""
    live = Session.objects.filter(account_id=account, ended_at__isnull=True)
    if keep:
        live = live.exclude(uid=keep)
    return live.update(ended_at=at, ended_why=why)


def touch_session(*, session: UUID, role: Role, created_at: datetime, at: datetime) -> None:
    """Note that the session is in use, at most once a minute."""
    Session.objects.filter(uid=session, ended_at__isnull=True).update(
        seen_at=at, idle_end=rules.session_idle_end(role, created_at=created_at, at=at)
    )
