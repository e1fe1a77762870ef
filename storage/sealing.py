"""Keys, and the only cryptography of the project: sealing rows so that a stolen disk is unreadable.

Two symmetric holders live here (AES-256-GCM, the row's name as associated data):

* the *server key*, kept off the data disk, for what the bot must be able to reopen after a power cut;
* the *draft keys*, kept in memory-backed storage and renewed daily, for what people just wrote.

A sealed value is ``version(1) | key id(4) | nonce(12) | ciphertext``; the plaintext is padded to a multiple
of the sealer's block, so that sizes on disk do not tell what was said.
"""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + 4 + _NONCE_BYTES
_KEY_BYTES = 32
_SERVER_KEY_LABEL = "sangket-server-key-1"


class Unreadable(Exception):
    """A sealed value cannot be opened: its key is gone, or it is not what was sealed under that name."""


class KeyFault(Exception):
    """A key file cannot be used; the message is a plain sentence for the operator."""


@dataclass(frozen=True)
class Key:
    """32 random bytes with a short public name and the UTC day they were made on."""

    id: bytes
    secret: bytes
    made_on: dt.date

    @classmethod
    def new(cls, today: dt.date) -> Key:
        """A fresh key."""
        return cls.of(secrets.token_bytes(_KEY_BYTES), today)

    @classmethod
    def of(cls, secret: bytes, made_on: dt.date) -> Key:
        """The key for these 32 bytes; its id is derived from them and reveals nothing of them."""
        return cls(_derive(secret, "id")[:4], secret, made_on)


class Sealer:
    """Seals with its newest key and opens with any of its keys."""

    def __init__(self, keys: list[Key], *, block: int = 512) -> None:
        self._block = block
        self.use(keys)

    def use(self, keys: list[Key]) -> None:
        """Work with these keys from now on; the last one seals."""
        self._ciphers = {key.id: AESGCM(_derive(key.secret, "seal")) for key in keys}
        self._newest = keys[-1]

    @property
    def newest(self) -> Key:
        """The key that seals now."""
        return self._newest

    def seal(self, data: bytes, context: str) -> bytes:
        """``data`` under the newest key, bound to ``context`` (the row's name, such as ``inbox:815``)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._newest.id].encrypt(nonce, _pad(data, self._block), context.encode())
        return _VERSION + self._newest.id + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """What was sealed under this context. Raises Unreadable when it cannot be, for whatever reason."""
        cipher = self._ciphers.get(sealed[1:5])
        if cipher is None or sealed[:1] != _VERSION:
            raise Unreadable("the key is gone")
        try:
            padded = cipher.decrypt(sealed[5:_HEAD_BYTES], sealed[_HEAD_BYTES:], context.encode())
        except (InvalidTag, ValueError):
            raise Unreadable("not what was sealed here") from None
        return _unpad(padded)


class ServerKey:
    """The key that outlives power cuts: seals return addresses, and turns chat ids into pseudonyms."""

    def __init__(self, key: Key) -> None:
        self.id = key.id
        self.sealer = Sealer([key], block=64)
        self._pseudonyms = _derive(key.secret, "pseudonym")

    @classmethod
    def load(cls, path: Path, today: dt.date) -> ServerKey:
        """The key in this file; made there, readable by its owner only, when there is none yet.

        Raises KeyFault when the file is readable by others, or is not a server key.
        """
        if not path.exists():
            key = Key.new(today)
            _write_private(path, f"{_SERVER_KEY_LABEL} {base64.b64encode(key.secret).decode()}\n")
            return cls(key)
        label, _, encoded = _read_private(path).strip().partition(" ")
        if label != _SERVER_KEY_LABEL:
            raise KeyFault(f"{path} is not a server key of this program.")
        return cls(Key.of(_decode(encoded, path), today))

    def pseudonym(self, chat_id: int) -> bytes:
        """16 bytes that stand for a chat in the database. Without the key they cannot be turned back.

        A plain hash would not do: all Telegram ids can be hashed in an hour (docs/safety.md).
        """
        return hmac.digest(self._pseudonyms, str(chat_id).encode(), "sha256")[:16]

    def seal_chat(self, chat_id: int | None, context: str) -> bytes | None:
        """A return address: whom to tell should the row called ``context`` become unreadable."""
        return None if chat_id is None else self.sealer.seal(str(chat_id).encode(), context)

    def open_chat(self, address: bytes | None, context: str) -> int | None:
        """The chat of a return address; None when there is none or it is damaged."""
        try:
            return None if address is None else int(self.sealer.open(address, context))
        except Unreadable:
            return None


class DraftKeys:
    """The daily keys in memory-backed storage. A power cut takes them, and with them every open draft."""

    def __init__(self, path: Path, keys: list[Key]) -> None:
        self._path = path
        self._keys = keys
        self.sealer = Sealer(keys)

    @classmethod
    def load(cls, path: Path, today: dt.date) -> DraftKeys:
        """The keys in this file, and a fresh one when the newest is not of today."""
        keys = []
        if path.exists():
            for line in _read_private(path).splitlines():
                made_on, _, encoded = line.partition(" ")
                keys.append(Key.of(_decode(encoded, path), _day(made_on, path)))
        ring = cls(path, keys or [Key.new(today)])
        ring._keep()
        ring.renew(today)
        return ring

    def renew(self, today: dt.date) -> None:
        """Seal with a key of today from now on; older keys stay until ``drop`` is told they are not needed."""
        if self._keys[-1].made_on != today:
            self._keys = [*self._keys, Key.new(today)]
            self._keep()

    def drop(self, needed: set[bytes]) -> int:
        """Forget the older keys that no row needs; how many were forgotten."""
        kept = [key for key in self._keys[:-1] if key.id in needed] + self._keys[-1:]
        dropped = len(self._keys) - len(kept)
        if dropped:
            self._keys = kept
            self._keep()
        return dropped

    def _keep(self) -> None:
        lines = "".join(f"{k.made_on.isoformat()} {base64.b64encode(k.secret).decode()}\n" for k in self._keys)
        _write_private(self._path, lines)
        self.sealer.use(self._keys)


def key_id(sealed: bytes) -> bytes:
    """The id of the key that a sealed value needs."""
    return sealed[1:5]


def _derive(secret: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 (RFC 5869) of one block, so that one secret serves several purposes."""
    extracted = hmac.digest(b"sangket", secret, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


def _pad(data: bytes, block: int) -> bytes:
    """ISO/IEC 7816-4 padding to a multiple of ``block``."""
    return data + b"\x80" + b"\x00" * (-(len(data) + 1) % block)


def _unpad(padded: bytes) -> bytes:
    return padded[: padded.rindex(b"\x80")]


def _decode(encoded: str, path: Path) -> bytes:
    try:
        secret = base64.b64decode(encoded, validate=True)
    except ValueError:
        secret = b""
    if len(secret) != _KEY_BYTES:
        raise KeyFault(f"{path} is damaged: it does not hold a key of {_KEY_BYTES} bytes.")
    return secret


def _day(text: str, path: Path) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise KeyFault(f"{path} is damaged: a line does not begin with a day.") from None


def _read_private(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise KeyFault(f"{path} can be read by others. Run: chmod 600 {path}")
    try:
        return path.read_text("ascii")
    except UnicodeDecodeError:
        raise KeyFault(f"{path} is damaged: it is not text.") from None


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
