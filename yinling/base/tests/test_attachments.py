"""Files that people attach: known by content, bounded, without positions and stowaways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yinling.base.attachments import PIXELS_MAX, AttachmentRefused, clean_file
from yinling.base.crypto import WrongKey, seal_bytes, unseal_bytes
from yinling.base.testing import a_jpeg, a_png, chunk, segment


def test_a_picture_loses_its_position_and_what_is_appended():
    exif = segment(0xE1, b"Exif\0\0GPS 24.9N 102.7E")
    clean = clean_file("床旁.jpg", a_jpeg(exif) + b"PK\x03\x04 a hidden archive")
    assert (clean.media, clean.body) == ("image/jpeg", a_jpeg())
    png = clean_file("a.png", a_png(1, 1, chunk(b"tEXt", b"where\0here")) + b"<script>")
    assert (png.media, png.body) == ("image/png", a_png())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"GIF89a<script>",
        b"PK\x03\x04",
        b"MZ\x90",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        a_png()[:-5],
        a_png(60_000, 60_000),
        a_jpeg(width=60_000, height=60_000),
        a_jpeg()[:20],
        a_png().replace(b"IDAT", b"IDAX"),
        b"%PDF-1.7\n/JavaScript (app.alert)\n%%EOF",
        b"%PDF-1.7 cut off",
    ],
)
def test_what_is_not_a_still_picture_or_paper_is_refused_in_words(body):
    with pytest.raises(AttachmentRefused) as refused:
        clean_file("身份证.jpg", body)
    assert "身份证.jpg" in refused.value.sentence_zh
    assert refused.value.status == 422


def test_a_file_of_the_full_size_passes_and_one_byte_more_does_not():
    paper = b"%PDF-1.7\n%%EOF"
    assert clean_file("a.pdf", paper, bytes_max=len(paper)).media == "application/pdf"
    with pytest.raises(AttachmentRefused):
        clean_file("a.pdf", paper + b"\n", bytes_max=len(paper))
    assert PIXELS_MAX >= 48_000_000  # what a phone's camera takes


@given(st.binary(max_size=300), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-", b""]))
def test_any_bytes_are_kept_or_refused_never_a_crash(rest, head):
    try:
        clean_file("x", head + rest)
    except AttachmentRefused:
        return


def test_the_name_on_the_screen_carries_no_path_and_no_markup():
    clean = clean_file('../../"<b>合影\r\n.png', a_png())
    assert not set(clean.name) & set('/\\"<>\r\n')


def test_a_file_is_sealed_to_its_row():
    body = a_png()
    sealed = seal_bytes("photo", body, "t:1")
    assert body not in sealed
    assert len(sealed) < len(body) + 64
    assert unseal_bytes("photo", sealed, "t:1") == body
    with pytest.raises(WrongKey):
        unseal_bytes("photo", sealed, "t:2")
