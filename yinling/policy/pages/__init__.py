"""Pages of the policy room, by what one does there."""

from .approving import approve, version, versions, withdraw
from .asked import NoSuchMonth
from .drafting import (
    draft,
    draft_copy,
    draft_drop,
    draft_examples,
    draft_new,
    draft_save,
    draft_submit,
    draft_text,
    drafts,
)
from .looking_ahead import ahead, night
from .reading import card, changes, determine, item, items, national, panel, places
from .simulating import simulate, simulate_keep, simulate_persons, simulate_result

__all__ = [
    "NoSuchMonth", "ahead", "approve", "card", "changes", "determine", "draft", "draft_copy", "draft_drop", "draft_examples",
    "draft_new", "draft_save", "draft_submit", "draft_text", "drafts", "item", "items", "national", "night", "panel", "places",
    "simulate", "simulate_keep", "simulate_persons", "simulate_result", "version", "versions", "withdraw",
]  # fmt: skip
