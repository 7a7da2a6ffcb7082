"""What the tests of other rooms may use of base."""

from __future__ import annotations

from .kit.messages import catalogue, filled, messages_of, text_of, unused

__all__ = ["check_messages"]


def check_messages(room: str) -> list[str]:
    """What is wrong with a room's English: messages without it, entries nobody says, entries still uncertain."""
    found, own = messages_of(room), catalogue(room)
    shared = {} if room == "base" else catalogue("base")
    missing = [text_of(key) for key in found if not filled(own.get(key)) and not filled(shared.get(key))]
    empty = [text_of(key) for key, one in own.items() if not filled(one) and key not in found]
    fuzzy = [text_of(key) for key, one in own.items() if one.fuzzy]
    return sorted(
        [f"no English: {one}" for one in missing + empty]
        + [f"unused: {text_of(key)}" for key in unused(room, found)]
        + [f"uncertain: {one}" for one in fuzzy]
    )
