"""The door of accounts: roles given and taken, names of accounts, emergency access, what a grant shows."""

from .queries import (
    account_card,
    account_names,
    clerk_of,
    demo_account_uids,
    demo_accounts,
    grants_of,
    holders_of,
)
from .rules import scope_of
from .services import (
    close_emergency_access,
    create_account,
    give_grant,
    open_emergency_access,
    revoke_grant,
    seed_demo_accounts,
)

__all__ = [
    "account_card",
    "account_names",
    "clerk_of",
    "close_emergency_access",
    "create_account",
    "demo_account_uids",
    "demo_accounts",
    "give_grant",
    "grants_of",
    "holders_of",
    "open_emergency_access",
    "revoke_grant",
    "scope_of",
    "seed_demo_accounts",
]
