"""Packs from a folder or from kept texts: read, built and proven by their examples, or refused as a whole."""

from __future__ import annotations

from pathlib import Path

from yinling.policy.contracts import Catalogue, Pack, PackRefused, Problem
from yinling.policy.examples import try_examples
from yinling.policy.text.assembling import assemble
from yinling.policy.text.catalogue import load_catalogue
from yinling.policy.text.messages import message

CATALOGUE = "facts.toml"
FILES_MAX = 200


def load_pack(texts: dict[str, str], catalogue: Catalogue, *, readings: dict[str, str] | None = None) -> Pack:
    """The pack, proven by its examples; PackRefused otherwise, so that the last good one stays in force.

    Under another reading the examples of the reading in force do not bind."""
    pack = assemble(texts, catalogue, readings=readings)
    problems = [] if readings else try_examples(pack)
    if problems:
        raise PackRefused(tuple(problems))
    return pack


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of a pack's folder by file name."""
    files = sorted(folder.glob("*.toml"))[:FILES_MAX]
    if not files:
        raise PackRefused((_trouble("file_missing", folder.name, name="pack.toml"),))
    texts = {}
    for file in files:
        try:
            texts[file.name] = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise PackRefused((_trouble("encoding", file.name),)) from error
    return texts


def _trouble(code: str, file: str, **said: object) -> Problem:
    zh, en = message(code, **said)
    return Problem(code, file, 1, "—", zh, en)


def catalogue_beside(folder: Path) -> Catalogue:
    """The catalogue of facts that stands one level above a pack's folder."""
    file = folder.parent / CATALOGUE
    if not file.is_file():
        raise PackRefused((_trouble("file_missing", str(file.parent.name), name=CATALOGUE),))
    return load_catalogue(file.read_text(encoding="utf-8"), CATALOGUE)


def load_folder(folder: Path, *, readings: dict[str, str] | None = None) -> Pack:
    """A pack's folder with the catalogue above it."""
    return load_pack(read_folder(folder), catalogue_beside(folder), readings=readings)
