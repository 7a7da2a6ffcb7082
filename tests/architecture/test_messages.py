"""Every message of every room has its English."""

from __future__ import annotations

import pytest

from yinling.base.testing import check_messages
from yinling.config.rooms import existing_rooms


@pytest.mark.parametrize("room", existing_rooms())
def test_every_message_is_translated(room: str) -> None:
    assert check_messages(room) == []
