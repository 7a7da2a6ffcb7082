"""For tests of any room: sign a test client in under a role without going through passwords."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from yinling.base.api import batch, now
from yinling.base.contracts import SYSTEM

from . import queries
from .contracts import Duty, Grant, Role
from .middleware import cookie_name
from .services import SignedIn, create_account, give_grant, start_session


def an_account(name: str = "", *, display_name: str = "测试", password: str | None = None) -> UUID:
    """A fresh account without roles."""
    with batch("test", SYSTEM):
        return create_account(
            name=name or f"t{uuid4().hex[:12]}",
            display_name=display_name,
            password=password,
            must_change=False,
            at=now(),
        )


def a_session(
    role: Role,
    *,
    area: str | None = None,
    orgs: Sequence[str] = (),
    persons: Sequence[UUID] = (),
    persons_area: str = "",
    duties: Sequence[Duty] = (),
    account: UUID | None = None,
) -> SignedIn:
    """A live session of a (fresh) account under this role; `.token` goes into the cookie, `.grant` says who it is."""
    account = account or an_account()
    with batch("test", SYSTEM):
        uid = give_grant(
            account=account,
            role=role,
            area=area,
            orgs=orgs,
            persons=persons,
            persons_area=persons_area,
            duties=duties,
            at=now(),
        )
        held = next(grant for grant in queries.grants_of(account, now()) if grant.uid == uid)
        return start_session(grant=held, address="127.0.0.1", device="test", at=now())


def sign_in_client(client: Any, role: Role, **scope: Any) -> Grant:
    """Give Django's test client the cookie of a session under this role; the grant it now has."""
    signed_in = a_session(role, **scope)
    client.cookies[cookie_name()] = signed_in.token
    return signed_in.grant
