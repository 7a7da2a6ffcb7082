"""Divisions: every child has a parent, loading twice changes nothing, names read as officials write them."""

from __future__ import annotations

import pytest

from yinling.base.api import Area, area_path, batch, children, load_areas, load_national
from yinling.base.contracts import SYSTEM

pytestmark = pytest.mark.usefixtures("database")


def test_the_national_table_loads_once_and_every_child_has_its_parent() -> None:
    load_national()
    assert load_national() == 0
    with batch("test", SYSTEM):
        assert Area.objects.filter(level=1).count() == 31
        assert Area.objects.filter(level__gt=1, parent__isnull=True).count() == 0
        assert len(children("500101000000")) > 20


def test_a_place_is_written_from_the_county_down() -> None:
    load_national()
    load_areas(
        [
            ("530199", "银龄示范区", None, None),
            ("530199001", "青禾街道", 102.7, 25.0),
            ("530199001001", "一社区", None, None),
        ]
    )
    with batch("test", SYSTEM):
        assert area_path("530199001001") == "银龄示范区 · 青禾街道 · 一社区"
        assert area_path("530100000000") == "昆明市"
        assert area_path("999999999999") == "999999999999"
