"""From the bytes that a department sent to chunks of rows with known columns; every file that cannot be read is named."""

from __future__ import annotations

from ..contracts import Register
from .fhir import open_fhir
from .files import Blob, Chunk, FileRefused, Opened
from .objects import PARQUET_MAGIC, open_lines, open_parquet
from .sheets import open_sheet
from .texts import open_text

__all__ = ["Blob", "Chunk", "FileRefused", "Opened", "open_file"]

SPREADSHEET_MAGIC = b"PK\x03\x04"
OLD_SPREADSHEET_MAGIC = b"\xd0\xcf\x11\xe0"


def open_file(register: Register, blob: Blob) -> Opened:
    """Open by content, not by name: a spreadsheet saved as .csv and a text saved as .xlsx are both read."""
    start = blob.start()
    if not start.strip(b"\x00\r\n\t ,;\xef\xbb\xbf"):
        raise FileRefused(what="empty")
    if register.format == "fhir":
        return open_fhir(register, blob)
    if start.startswith((SPREADSHEET_MAGIC, OLD_SPREADSHEET_MAGIC)):
        return open_sheet(register, blob)
    if start.startswith(PARQUET_MAGIC):
        return open_parquet(register, blob)
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return open_lines(register, blob)
    return open_text(register, blob)
