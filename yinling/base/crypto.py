"""Sealing of sensitive values (SM4-GCM by default, AES-GCM by profile) and their keyed blind index (HMAC-SM3).

A sealed value is `profile | key number | nonce | ciphertext and tag`; the tag also covers the kind of value and the row
it belongs to, so a value moved to another row does not open. Keys live in a file of mode 0600 under YINLING_HOME/keys and
are never part of a backup.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

SM4, AES = 1, 2
PROFILES = {"sm": SM4, "aes": AES}
NONCE_BYTES, TAG_BYTES, KEY_BYTES, HEAD_BYTES = 12, 16, 16, 2


class WrongKey(RuntimeError):
    """A sealed value does not open with the keys at hand: wrong key file, or a value moved or altered."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Numbered data keys (the highest seals, all open) and the key of the blind index."""

    data: dict[int, bytes]
    index: bytes

    @property
    def newest(self) -> int:
        return max(self.data)


def key_file() -> Path:
    return Path(settings.YINLING_HOME) / "keys" / "fields.json"


def make_keys(path: Path) -> None:
    """Write a fresh key file if there is none; two processes at once end with one file."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = json.dumps({"data": {"1": secrets.token_hex(KEY_BYTES)}, "index": secrets.token_hex(32)})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(body)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


@lru_cache(maxsize=4)
def _load(path: Path) -> Keys:
    if not path.exists():
        make_keys(path)
    body = json.loads(path.read_text())
    return Keys(
        {int(number): bytes.fromhex(key) for number, key in body["data"].items()},
        bytes.fromhex(body["index"]),
    )


def keys() -> Keys:
    """The keys of this installation, made on first use."""
    return _load(key_file())


def _sm4(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    lock = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    lock.authenticate_additional_data(bound)
    return lock.update(plain) + lock.finalize() + lock.tag


def _bound(kind: str, aad: str) -> bytes:
    return f"{kind}|{aad}".encode()


def seal(kind: str, value: str, aad: str) -> bytes:
    """Encrypt one value of a kind (id, phone, account, card, …) bound to `aad`, by custom `table:uid` of its row."""
    return seal_column(kind, [value], [aad])[0]


def seal_column(kind: str, values: Sequence[str], aads: Sequence[str]) -> list[bytes]:
    """Encrypt a column; an empty value stays empty bytes."""
    return _seal_all(kind, [value.encode() for value in values], aads)


def _seal_all(kind: str, values: Sequence[bytes], aads: Sequence[str]) -> list[bytes]:
    ring, profile = keys(), PROFILES[settings.YINLING_CRYPTO]
    key = ring.data[ring.newest]
    head = bytes((profile, ring.newest))
    nonces = secrets.token_bytes(NONCE_BYTES * len(values))
    aes = AESGCM(key) if profile == AES else None
    sealed = []
    for place, (value, aad) in enumerate(zip(values, aads, strict=True)):
        if not value:
            sealed.append(b"")
            continue
        nonce, plain, bound = nonces[place * 12 : place * 12 + 12], value, _bound(kind, aad)
        body = aes.encrypt(nonce, plain, bound) if aes else _sm4(key, nonce, plain, bound)
        sealed.append(head + nonce + body)
    return sealed


def unseal(kind: str, blob: bytes, aad: str) -> str:
    """Decrypt one value; WrongKey when the key, the kind or the row is not the one it was sealed with."""
    return unseal_bytes(kind, blob, aad).decode()


def seal_bytes(kind: str, body: bytes, aad: str) -> bytes:
    """Encrypt a file as it is (photo, signature, paper), bound to `aad` like any other value."""
    return _seal_all(kind, [body], [aad])[0]


def unseal_bytes(kind: str, blob: bytes, aad: str) -> bytes:
    """Decrypt a file; WrongKey as in `unseal`."""
    blob = bytes(blob)
    if not blob:
        return b""
    profile, number = blob[0], blob[1]
    nonce, body = blob[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES], blob[HEAD_BYTES + NONCE_BYTES :]
    key = keys().data.get(number)
    if key is None:
        raise WrongKey(f"no key number {number}")
    try:
        if profile == AES:
            return AESGCM(key).decrypt(nonce, body, _bound(kind, aad))
        opener = Cipher(algorithms.SM4(key), modes.GCM(nonce, body[-TAG_BYTES:])).decryptor()
        opener.authenticate_additional_data(_bound(kind, aad))
        return opener.update(body[:-TAG_BYTES]) + opener.finalize()
    except InvalidTag as error:
        raise WrongKey(f"a sealed {kind} does not open") from error


def blind(kind: str, value: str) -> bytes:
    """Keyed index of one value, equal for equal values of one kind; empty for an empty value."""
    return blind_column(kind, [value])[0]


def blind_column(kind: str, values: Sequence[str]) -> list[bytes]:
    """Keyed index of a column of values in their normal form."""
    start = hmac.HMAC(keys().index, hashes.SM3())
    start.update(f"{kind}|".encode())
    found = []
    for value in values:
        if not value:
            found.append(b"")
            continue
        state = start.copy()
        state.update(value.encode())
        found.append(state.finalize())
    return found


def sm3(data: bytes) -> bytes:
    """SM3 digest (GB/T 32905-2016), 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()
