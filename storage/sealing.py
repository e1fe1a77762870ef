"""Keys, and the only cryptography of the project: sealing so that a stolen disk is unreadable.

Four holders. Two are symmetric (AES-256-GCM, the row's name as associated data):

* the *server key*, kept off the data disk, for what the bot must be able to reopen after a power cut;
* the *draft keys*, kept in memory-backed storage and renewed daily, for what people just wrote.

What they seal is ``version(1) | key id(4) | nonce(12) | ciphertext``; the plaintext is padded to a multiple
of the sealer's block, so that sizes on disk do not tell what was said.

Two are age (X25519), so that any age program opens what was sealed to them:

* the *office key*, whose secret half stays with the reviewers, for submitted incidents and their evidence;
* the *receipt*, on paper with the reporter, for the mailbox in which the answer lies.

age binds no name and proves no writer. So the name is written inside (``ctx``), a MAC stands beside the row
(``ServerKey.mac``), and the plaintext is padded before it is sealed.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyrage
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.keyfiles import KeyFault as KeyFault
from storage.keyfiles import read_private, read_text, write_private

_VERSION = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + 4 + _NONCE_BYTES
_KEY_BYTES = 32
_SERVER_KEY_LABEL = "sangket-server-key-1"
_SYMBOLS = "23456789abcdefghjkmnpqrstvwxyz"
"""30 letters and digits, none of which is mistaken for another: no 0 1 i l o u."""
_RECEIPT_SYMBOLS = 20
_IDENTITY_PREFIX = "age-secret-key-"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_JSON_BLOCK = 2048


class Unreadable(Exception):
    """A sealed value cannot be opened: its key is gone, or it is not what was sealed under that name."""


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

    def has_key_of(self, sealed: bytes) -> bool:
        """Whether the key that this was sealed with is still there."""
        return key_id(sealed) in self._ciphers

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
    """The key that outlives power cuts: seals return addresses, turns chat ids into pseudonyms, proves what it wrote."""

    def __init__(self, key: Key) -> None:
        self.id = key.id
        self.sealer = Sealer([key], block=64)
        self._pseudonyms = _derive(key.secret, "pseudonym")
        self._mailboxes = _derive(key.secret, "mailbox")
        self._replies = _derive(key.secret, "reply")
        self._boxes = _derive(key.secret, "box")
        self._macs = _derive(key.secret, "mac")

    @classmethod
    def load(cls, path: Path, today: dt.date) -> ServerKey:
        """The key in this file; made there, readable by its owner only, when there is none yet.

        Raises KeyFault when the file is readable by others, or is not a server key.
        """
        if not path.exists():
            key = Key.new(today)
            write_private(path, f"{_SERVER_KEY_LABEL} {base64.b64encode(key.secret).decode()}\n")
            return cls(key)
        label, _, encoded = read_private(path).strip().partition(" ")
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

    def mailbox(self, receipt: Receipt) -> MailboxKey:
        """The key to what lies there for the holder of this receipt. Another server gives another one."""
        return MailboxKey(hmac.digest(self._mailboxes, receipt.symbols.encode(), "sha256"))

    def replies(self, receipt: Receipt) -> MailboxKey:
        """Another key of the same receipt, for what lies under the reference of its incident: the two public halves do
        not show that they belong together."""
        return MailboxKey(hmac.digest(self._replies, receipt.symbols.encode(), "sha256"))

    def box(self, public: str) -> bytes:
        """16 bytes that name a mailbox's row, so that the database alone does not lead from an incident to it."""
        return hmac.digest(self._boxes, public.encode(), "sha256")[:16]

    def mac(self, name: str, data: bytes) -> bytes:
        """32 bytes by which this server knows that it wrote ``data`` under ``name``; anybody can seal to an age key."""
        return hmac.digest(self._macs, name.encode() + hashlib.sha256(data).digest(), "sha256")

    def wrote(self, name: str, data: bytes, mac: bytes) -> bool:
        """Whether ``mac`` says that this server wrote ``data`` under ``name``; in constant time."""
        return hmac.compare_digest(self.mac(name, data), mac)


class DraftKeys:
    """The daily keys in memory-backed storage. A power cut takes them, and with them every open draft."""

    def __init__(self, path: Path, keys: list[Key]) -> None:
        self._path = path
        self._keys = keys
        self.sealer = Sealer(keys)
        self.marks = Sealer(keys, block=64)
        """The same keys for what is always short, such as the number of a message."""

    @classmethod
    def load(cls, path: Path, today: dt.date) -> DraftKeys:
        """The keys in this file, and a fresh one when the newest is not of today."""
        keys = []
        if path.exists():
            for line in read_private(path).splitlines():
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

    def pseudonyms(self, number: int) -> list[bytes]:
        """16 bytes that stand for a person or a chat under each live key, that of the newest last.

        Once a key is dropped, nobody can tell whom its pseudonyms stood for.
        """
        return [hmac.digest(_derive(key.secret, "person"), str(number).encode(), "sha256")[:16] for key in self._keys]

    def _keep(self) -> None:
        lines = "".join(f"{k.made_on.isoformat()} {base64.b64encode(k.secret).decode()}\n" for k in self._keys)
        write_private(self._path, lines)
        self.sealer.use(self._keys)
        self.marks.use(self._keys)


class OfficeLock:
    """The public half of the office key: seals what the server itself must not be able to read."""

    def __init__(self, recipients: Sequence[str]) -> None:
        """Raises KeyFault for what is no age recipient, and when there is none at all."""
        if not recipients:
            raise KeyFault("There is no recipient to seal to.")
        self.recipients = tuple(dict.fromkeys(recipients))
        self.held = False
        """The recipients were changed, and nobody approved that yet: nothing may be sealed to them."""
        self._keys = [_recipient(one) for one in self.recipients]

    @classmethod
    def load(cls, path: Path) -> OfficeLock | None:
        """The recipients in this file, one a line, ``#`` before remarks. None when there is no such file.

        Raises KeyFault, which names the file, for what is no list of recipients.
        """
        if not path.exists():
            return None
        try:
            return cls(_entries(read_text(path)))
        except KeyFault as fault:
            raise KeyFault(f"{path} cannot be used: {fault}") from None

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """8 symbols for each recipient, short enough to read out over the telephone."""
        return tuple(_fingerprint(one) for one in self.recipients)

    def seal(self, data: bytes) -> bytes:
        """``data`` for every recipient, in age's binary format."""
        if self.held:
            raise RuntimeError("these recipients were not approved yet")
        sealed: bytes = pyrage.encrypt(data, self._keys)
        return sealed


class OfficeKey:
    """The secret half of the office key, as age writes it. It belongs on the reviewers' machines."""

    def __init__(self, identities: Sequence[str]) -> None:
        """Raises KeyFault for what is no age identity, and when there is none at all; it quotes nothing."""
        if not identities:
            raise KeyFault("There is no AGE-SECRET-KEY in it.")
        self._identities = [_identity(one) for one in identities]

    @classmethod
    def new(cls) -> OfficeKey:
        """A fresh key, which nobody has yet."""
        return cls([str(pyrage.x25519.Identity.generate())])

    @classmethod
    def load(cls, path: Path) -> OfficeKey:
        """The identities in this file, one a line, ``#`` before remarks.

        Raises KeyFault when others can read the file or it holds no identity, FileNotFoundError when there is none.
        """
        entries = _entries(read_private(path))
        try:
            return cls(entries)
        except KeyFault as fault:
            raise KeyFault(f"{path} cannot be used: {fault}") from None

    @property
    def text(self) -> str:
        """The secret itself, one identity a line."""
        return "\n".join(str(one) for one in self._identities)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The public half of each identity."""
        return tuple(str(one.to_public()) for one in self._identities)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed to this key. Raises Unreadable, and the reason in words, when it cannot be."""
        return _open(sealed, self._identities)


@dataclass(frozen=True)
class Receipt:
    """What a reporter keeps: 20 symbols of 30, which is 98 bits. Who has them opens the mailbox, nobody else."""

    symbols: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.symbols) != _RECEIPT_SYMBOLS or not set(self.symbols) <= set(_SYMBOLS):
            raise ValueError("not a receipt")

    @classmethod
    def new(cls) -> Receipt:
        """A fresh receipt."""
        return cls("".join(secrets.choice(_SYMBOLS) for _ in range(_RECEIPT_SYMBOLS)))

    @classmethod
    def read(cls, text: str) -> Receipt | None:
        """The receipt in what somebody typed, in capitals or not, with or without spaces and hyphens, and with
        the digits of any script. None when it is none."""
        if len(text) > 10 * _RECEIPT_SYMBOLS:
            return None
        folded = unicodedata.normalize("NFKC", text).lower()
        try:
            return cls("".join(_as_typed(char) for char in folded))
        except ValueError:
            return None

    def __str__(self) -> str:
        return " ".join(self.symbols[start : start + 5] for start in range(0, _RECEIPT_SYMBOLS, 5))


class MailboxKey:
    """The key of one mailbox. It exists only while somebody shows the receipt."""

    def __init__(self, secret: bytes) -> None:
        self._key = _identity(_bech32(_IDENTITY_PREFIX, secret).upper())
        self.public = str(self._key.to_public())

    def open(self, sealed: bytes) -> bytes:
        """What was sealed to this mailbox. Raises Unreadable when it cannot be opened."""
        return _open(sealed, [self._key])

    def letters(self, sealed: Iterable[bytes]) -> list[dict[str, Any]]:
        """The letters among these, in their order; one that is damaged is left out."""
        found = []
        for one in sealed:
            try:
                letter = json.loads(self.open(one))
            except (Unreadable, ValueError, RecursionError):
                continue
            if isinstance(letter, dict):
                found.append(letter)
        return found


def seal_to(public: str, data: bytes) -> bytes:
    """``data`` for one age recipient, such as a mailbox. Raises KeyFault for what is none."""
    sealed: bytes = pyrage.encrypt(data, [_recipient(public)])
    return sealed


def padded_json(value: Any) -> bytes:
    """Compact UTF-8 JSON with spaces after it, to a multiple of 2,048 bytes: the size tells a page, not a word.

    Half a surrogate pair, which is no text in any encoding, becomes a question mark.
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(errors="replace")
    return written + b" " * (-len(written) % _JSON_BLOCK)


def padded_file(data: bytes) -> bytes:
    """The bytes with zeros after them as Padmé has it (Nikitin et al., PETS 2019), so that few sizes exist.

    It adds at most 11.7 %; at most 6.2 % from 256 bytes on, and 3.1 % from 64 KiB to 4 GiB.
    """
    if len(data) < 2:
        return data
    exponent = len(data).bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return data + bytes(-len(data) % step)


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


def _entries(text: str) -> list[str]:
    """The lines that are neither empty nor remarks."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _recipient(text: str) -> Any:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        if text.lower().startswith(_IDENTITY_PREFIX):
            raise KeyFault("a secret key stands where only public ones (age1…) belong.") from None
        raise KeyFault("what stands there is not an age recipient (age1…).") from None


def _identity(text: str) -> Any:
    try:
        return pyrage.x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise KeyFault("a line is not an AGE-SECRET-KEY.") from None


def _open(sealed: bytes, identities: Sequence[Any]) -> bytes:
    try:
        opened: bytes = pyrage.decrypt(sealed, identities)
    except pyrage.DecryptError as fault:
        stranger = "No matching keys" in str(fault)
        raise Unreadable("sealed to another key" if stranger else "not what was sealed") from None
    return opened


def _fingerprint(recipient: str) -> str:
    number = int.from_bytes(hashlib.sha256(recipient.encode()).digest(), "big")
    symbols = []
    for _ in range(8):
        number, place = divmod(number, len(_SYMBOLS))
        symbols.append(_SYMBOLS[place].upper())
    return "".join(symbols[:4]) + "-" + "".join(symbols[4:])


def _as_typed(char: str) -> str:
    """A symbol as the receipt has it; nothing for what only parts or joins symbols."""
    if unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cf", "Cc", "Pd"):
        return ""
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _bech32(prefix: str, data: bytes) -> str:
    """``data`` in Bech32 (BIP 173), in lower case and of any length."""
    values = _in_fives(data)
    checked = [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix), *values]
    check = _polymod([*checked, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> 5 * (5 - place) & 31 for place in range(6)]
    return f"{prefix}1" + "".join(_BECH32[value] for value in values)


def _in_fives(data: bytes) -> list[int]:
    """The bits five at a time, zeros after the last."""
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data, "big") << (count * 5 - len(data) * 8)
    return [number >> 5 * (count - 1 - place) & 31 for place in range(count)]


def _polymod(values: Iterable[int]) -> int:
    """The checksum of BIP 173: the remainder over GF(32)."""
    rest = 1
    for value in values:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            rest ^= generator if top >> bit & 1 else 0
    return rest
