"""Which registers an office expects every month, with the words that stand for them."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yinling.providers.contracts import REGISTER_NAMES as PROVIDER_NAMES


def expected() -> dict[str, tuple[str, str]]:
    """Register key → (name, sender), in the order of the rooms' declarations."""
    from yinling.people.api import registers

    english = (get_language() or "").startswith("en")
    found = {one.key: (one.name_en if english else one.name, one.sender) for one in registers}
    return found | {key.value: (_(name), "民政") for key, name in PROVIDER_NAMES.items()}
