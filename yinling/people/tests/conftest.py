"""Every test of this room that touches the database starts in the test district."""

from __future__ import annotations

import pytest

from yinling.people import testing as t


@pytest.fixture
def places(database: object) -> None:
    """Two streets, three communities."""
    t.places()
