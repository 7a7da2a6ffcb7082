"""机构码 and 床位码: our proposal, since no national coding was found; and the mark that proves that a printed code is ours.

机构码 = unified social credit code + `-` + two-digit number of the site. 床位码 = 机构码 + `-` + building (2) floor (2) room (3)
bed (2). A printed code carries its issue and a mark: the first ten bytes of the keyed SM3 digest of code and issue, so that
nobody without the platform's key can make one, and a code that was issued anew makes the older print worthless.
"""

from __future__ import annotations

import base64
import hmac
import io
import re

from yinling.base.api import blind

MARK_BYTES = 10
HOME_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}-\d{2}\Z")
BED_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}-\d{2}-\d{9}\Z")
MARK = re.compile(r"(\d{1,4})-([A-Z2-7]{16})\Z")


def home_code(uscc: str, site: int = 1) -> str:
    """机构码 of a site of an organisation."""
    return f"{uscc}-{site:02d}"


def bed_code(home: str, *, building: int, floor: int, room: int, bed: int) -> str:
    """床位码 within a home's 机构码."""
    return f"{home}-{building:02d}{floor:02d}{room:03d}{bed:02d}"


def bed_label(code: str) -> str:
    """A bed in the words of the house: 2栋3层305-1."""
    if not BED_CODE.match(code):
        return code
    tail = code[-9:]
    building, floor, room, bed = int(tail[:2]), int(tail[2:4]), int(tail[4:7]), int(tail[7:])
    return f"{building}栋{floor}层{floor}{room:02d}-{bed}"


def mark_of(code: str, issue: int) -> str:
    """The mark of one issue of a code, as it stands in the printed address."""
    digest = blind("printed_code", f"{code}|{issue}")[:MARK_BYTES]
    return f"{issue}-{base64.b32encode(digest).decode()}"


def issue_of(code: str, mark: str) -> int | None:
    """The issue that a mark proves; None when the mark is not ours."""
    found = MARK.match(mark)
    if not found or not (BED_CODE.match(code) or HOME_CODE.match(code)):
        return None
    issue = int(found.group(1))
    return issue if hmac.compare_digest(mark_of(code, issue), mark) else None


def qr_svg(address: str) -> str:
    """The address as a QR code, error correction M, as an SVG without declarations."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=3, border=2, xmldecl=False, svgns=True, omitsize=False
    )
    return out.getvalue().decode()
