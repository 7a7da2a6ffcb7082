"""Verbs of the accounts room, the only writers of its tables."""

from .accounts import (
    create_account,
    disable_account,
    enable_account,
    reset_password,
    unlock_account,
)
from .demo import seed_demo_accounts
from .emergency import close_emergency_access, open_emergency_access, review_emergency_access
from .grants import give_grant, revoke_grant
from .passwords import change_password
from .sessions import SignedIn, end_session, end_sessions_of, start_session, switch_grant, touch_session
from .sign_in import sign_in, sign_in_demo

__all__ = [
    "SignedIn",
    "change_password",
    "close_emergency_access",
    "create_account",
    "disable_account",
    "enable_account",
    "end_session",
    "end_sessions_of",
    "give_grant",
    "open_emergency_access",
    "reset_password",
    "review_emergency_access",
    "revoke_grant",
    "seed_demo_accounts",
    "sign_in",
    "sign_in_demo",
    "start_session",
    "switch_grant",
    "touch_session",
    "unlock_account",
]
