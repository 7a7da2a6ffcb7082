"""Which registers an office expects every month, with the words that stand for them."""

from __future__ import annotations

from yinling.providers.contracts import REGISTER_NAMES as PROVIDER_NAMES


def expected() -> dict[str, tuple[str, str]]:
    """Register key → (name, sender), in the order of the rooms' declarations."""
    from yinling.people.api import registers

    found = {one.key: (one.name, one.sender) for one in registers}
    return found | {key.value: (name, "民政") for key, name in PROVIDER_NAMES.items()}
