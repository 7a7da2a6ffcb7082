"""Files that people attach (photos, signatures, papers): known by their content, bounded, rid of what is not needed.

A picture is taken apart into its segments and put together without those that carry no picture: position and device of
the camera (EXIF), comments, and anything appended behind its end, where a second file could hide.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .contracts import Refusal

FILE_BYTES_MAX = 8 << 20
PIXELS_MAX = 50_000_000
NAME_LENGTH_MAX = 120

PNG_HEAD = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"})
# JPEG segments without a picture in them: APP1 to APP15 (EXIF, position, thumbnails) and comments; APP14 names the colours.
JPEG_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE})
JPEG_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
PDF_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA")
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


class AttachmentRefused(Refusal):
    """Says which file and what to do; nothing of it is kept."""

    code, status = "attachment_refused", 422
    zh = "附件“{name}”不能保存：{why}"
    en = "The attachment “{name}” cannot be kept: {why_en}"


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be kept: its type by content, its bytes without what was dropped, its name for the screen."""

    media: str
    body: bytes
    name: str

    @property
    def is_picture(self) -> bool:
        return self.media.startswith("image/")


def clean_file(name: str, body: bytes, *, bytes_max: int = FILE_BYTES_MAX) -> CleanFile:
    """The file as it may be kept; AttachmentRefused for anything but JPEG, PNG or a still PDF within the size."""
    shown = (
        "".join(sign for sign in name if sign.isprintable() and sign not in '/\\"<>')[:NAME_LENGTH_MAX]
        or "file"
    )
    if not body:
        raise _refused(shown, "文件是空的。", "the file is empty.")
    if len(body) > bytes_max:
        most = f"{bytes_max >> 20} MB"
        raise _refused(
            shown, f"超过 {most}，请压缩或重新拍照。", f"it exceeds {most}; compress it or take it anew."
        )
    try:
        if body.startswith(b"\xff\xd8\xff"):
            return CleanFile("image/jpeg", b"".join(_jpeg(body)), shown)
        if body.startswith(PNG_HEAD):
            return CleanFile("image/png", PNG_HEAD + b"".join(_png(body)), shown)
    except (ValueError, IndexError, struct.error) as error:
        raise _refused(shown, "图片已损坏，请重新拍照。", "the picture is damaged; take it anew.") from error
    if body.startswith(b"%PDF-"):
        return _pdf(shown, body)
    raise _refused(shown, "只接受 JPG、PNG 图片和 PDF。", "only JPG and PNG pictures and PDF are accepted.")


def _refused(name: str, why: str, why_en: str) -> AttachmentRefused:
    return AttachmentRefused(field="file", name=name, why=why, why_en=why_en)


def _check_pixels(width: int, height: int) -> None:
    if not 0 < width * height <= PIXELS_MAX:
        raise ValueError("picture size")


def _jpeg(body: bytes) -> Iterator[bytes]:
    yield body[:2]
    at = 2
    while True:
        if body[at] != 0xFF:
            raise ValueError("no marker")
        code = body[at + 1]
        if code == 0xFF:  # fill byte
            at += 1
            continue
        if code == 0xDA:
            # Inside a scan 0xFF is always followed by 0x00 or a restart mark, so the first end mark is the real one.
            yield body[at : body.index(b"\xff\xd9", at) + 2]
            return
        (length,) = struct.unpack(">H", body[at + 2 : at + 4])
        if length < 2 or at + 2 + length > len(body):
            raise ValueError("segment length")
        if code in JPEG_FRAMES:
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            _check_pixels(width, height)
        if code not in JPEG_DROPPED:
            yield body[at : at + 2 + length]
        at += 2 + length


def _png(body: bytes) -> Iterator[bytes]:
    at, seen = len(PNG_HEAD), False
    while True:
        (length,) = struct.unpack(">I", body[at : at + 4])
        kind, whole = body[at + 4 : at + 8], body[at : at + 12 + length]
        if len(whole) != 12 + length or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise ValueError("chunk")
        if not seen:
            if kind != b"IHDR":
                raise ValueError("no header")
            _check_pixels(*struct.unpack(">II", whole[8:16]))
            seen = True
        if kind in PNG_KEPT:
            yield whole
        if kind == b"IEND":
            return
        at += 12 + length


def _pdf(name: str, body: bytes) -> CleanFile:
    if b"%%EOF" not in body[-1_024:]:
        raise _refused(name, "PDF 不完整，请重新上传。", "the PDF is incomplete; send it again.")
    if any(word in body for word in PDF_ACTIVE):
        raise _refused(
            name,
            "PDF 含脚本或内嵌文件，请打印为普通 PDF 后上传。",
            "the PDF carries scripts or files; print it to a plain PDF.",
        )
    return CleanFile("application/pdf", body, name)
