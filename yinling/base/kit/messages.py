"""The messages of a room: found in its Python and templates, compared with and written to its English catalogue."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[2]
LEFT_OUT = frozenset({"tests", "migrations", "locale", "static"})
# Django's functions and how many of their arguments are messages; files import them under names of their own.
KINDS: dict[str, Any] = {
    "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
ALWAYS: dict[str, Any] = {"_": None, "said": None, **KINDS}
TEMPLATES = {
    "trimmed": "false",
    "extensions": "jinja2.ext.do",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
HEADER = [
    ("Content-Type", "text/plain; charset=UTF-8"), ("Content-Transfer-Encoding", "8bit"), ("Language", "en"),
    ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
]  # fmt: skip

Key = tuple[str | None, str | tuple[str, ...]]  # context and id, or ids of singular and plural


class PlainCatalog(Catalog):
    """A catalogue whose head carries no dates and no names of programs, so that differences stay small."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return HEADER


def po_path(room: str) -> Path:
    return PACKAGE / room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def _sources(room: str, pattern: str) -> Iterator[Path]:
    root = PACKAGE / room
    for path in sorted(root.rglob(pattern)):
        if not LEFT_OUT & set(path.relative_to(root).parts) and path.name != "testing.py":
            yield path


def _keywords(text: str) -> dict[str, Any]:
    """The names under which this file knows the functions of translation."""
    words = dict(ALWAYS)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            words.update(
                {one.asname: KINDS[one.name] for one in node.names if one.asname and one.name in KINDS}
            )
    return words


def messages_of(room: str) -> set[Key]:
    """Every message that the room's code and templates say."""
    found: set[Key] = set()
    for path in _sources(room, "*.py"):
        body = path.read_bytes()
        found |= _found("python", body, _keywords(body.decode("utf-8")), {"encoding": "utf-8"})
    for path in _sources(room, "*.html"):
        found |= _found("jinja2.ext:babel_extract", path.read_bytes(), ALWAYS, TEMPLATES)
    return found


def _found(method: str, body: bytes, words: dict[str, Any], options: dict[str, str]) -> set[Key]:
    lines = extract(method, io.BytesIO(body), keywords=words, options=options)
    return {(context, message) for _line, message, _comments, context in lines if message}


@cache
def literals() -> frozenset[str]:
    """Every text that stands in Python: words of a table that are translated where they are shown."""
    rooms = [path.parent.name for path in PACKAGE.glob("*/__init__.py")]
    return frozenset(
        node.value
        for room in rooms
        for path in _sources(room, "*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def data_texts() -> str:
    """Policies and registers as they are written: their names are translated where they are shown."""
    files = [*sorted((PACKAGE.parent / "policies").rglob("*.toml")), *sorted(PACKAGE.glob("*/**/*.toml"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def catalogue(room: str) -> dict[Key, Message]:
    path = po_path(room)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {(one.context, _id(one)): one for one in read_po(file, locale="en") if one.id}


def _id(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def filled(message: Message | None) -> bool:
    if message is None:
        return False
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return bool(texts) and all(texts)


def text_of(key: Key) -> str:
    return key[1] if isinstance(key[1], str) else key[1][0]


def unused(room: str, found: set[Key]) -> list[Key]:
    """Entries of the catalogue that nobody says any more, neither as a message nor as a word of a table or of data."""
    return [
        key
        for key in catalogue(room)
        if key not in found and text_of(key) not in literals() and text_of(key) not in data_texts()
    ]


def update(room: str) -> tuple[int, int, int]:
    """Write new messages to the catalogue and take out unused ones; how many added, taken out and without English."""
    found, have, shared = messages_of(room), catalogue(room), {} if room == "base" else catalogue("base")
    gone = set(unused(room, found))
    new = {key for key in found if key not in have and not filled(shared.get(key))}
    kept = {key: one.string for key, one in have.items() if key not in gone}
    book = PlainCatalog(locale="en")
    for key in sorted({*kept, *new}, key=lambda key: (text_of(key), key[0] or "")):
        book.add(key[1], kept.get(key, "" if isinstance(key[1], str) else ("", "")), context=key[0])
    _write(po_path(room), book)
    return len(new), len(gone), sum(not filled(one) for one in catalogue(room).values())


def _write(path: Path, book: Catalog) -> None:
    out = io.BytesIO()
    write_po(out, book, width=0, no_location=True)
    lines = [
        line for line in out.getvalue().split(b"\n") if line not in (b"#", b"#, fuzzy") and line[:2] != b"# "
    ]
    body = b"\n".join(lines).replace(b'n != 1);"\n', b'n != 1);\\n"\n', 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != body:
        path.write_bytes(body)
