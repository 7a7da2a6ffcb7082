"""Sealing: opens only with the right key, kind and row; equal values have equal indexes and different seals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings

from yinling.base import crypto
from yinling.base.api import WrongKey, blind, blind_column, seal, seal_column, sm3, unseal

NUMBER = "530199194407010027"


@pytest.fixture(params=["sm", "aes"])
def profile(request: pytest.FixtureRequest, settings_home: Path) -> str:
    return str(request.param)


@pytest.fixture
def settings_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from django.conf import settings

    monkeypatch.setattr(settings, "YINLING_HOME", tmp_path)
    return tmp_path


@pytest.fixture
def chosen(profile: str, monkeypatch: pytest.MonkeyPatch) -> LazySettings:
    from django.conf import settings

    monkeypatch.setattr(settings, "YINLING_CRYPTO", profile)
    return settings


@pytest.mark.usefixtures("chosen")
def test_what_is_sealed_opens_for_its_own_row_only() -> None:
    blob = seal("id", NUMBER, "people_record:1")
    assert NUMBER.encode() not in blob
    assert unseal("id", blob, "people_record:1") == NUMBER
    for kind, aad in (("id", "people_record:2"), ("phone", "people_record:1")):
        with pytest.raises(WrongKey):
            unseal(kind, blob, aad)


@pytest.mark.usefixtures("chosen")
def test_one_flipped_bit_does_not_open() -> None:
    blob = bytearray(seal("id", NUMBER, "t:1"))
    for place in range(2, len(blob)):
        blob[place] ^= 1
        with pytest.raises(WrongKey):
            unseal("id", bytes(blob), "t:1")
        blob[place] ^= 1


@pytest.mark.usefixtures("settings_home")
def test_equal_values_have_equal_indexes_and_different_seals() -> None:
    one, two = seal_column("id", [NUMBER, NUMBER], ["t:1", "t:1"])
    assert one != two
    assert blind("id", NUMBER) == blind_column("id", [NUMBER, ""])[0]
    assert blind("id", NUMBER) != blind("account", NUMBER)
    assert blind_column("id", ["", NUMBER])[0] == b""


def test_another_key_file_is_a_clear_refusal(settings_home: Path) -> None:
    blob = seal("id", NUMBER, "t:1")
    path = crypto.key_file()
    assert path.stat().st_mode & 0o777 == 0o600
    body = json.loads(path.read_text())
    path.write_text(json.dumps({**body, "data": {"1": "00" * 16}}))
    crypto._load.cache_clear()
    with pytest.raises(WrongKey):
        unseal("id", blob, "t:1")
    path.write_text(json.dumps({**body, "data": {"2": "11" * 16}}))
    crypto._load.cache_clear()
    with pytest.raises(WrongKey, match="no key number 1"):
        unseal("id", blob, "t:1")
    path.write_text(json.dumps({**body, "data": {**body["data"], "2": "11" * 16}}))
    crypto._load.cache_clear()
    assert unseal("id", blob, "t:1") == NUMBER, "old values open after a key was added"
    assert seal("id", NUMBER, "t:1")[1] == 2, "and new values use the new key"


def test_sm3_matches_the_standard_vector() -> None:
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
