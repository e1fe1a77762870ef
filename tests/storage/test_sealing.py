"""Keys and sealed values: what opens them, what does not, and what their files look like."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.keyfiles import write_private
from storage.sealing import (
    DraftKeys,
    Key,
    KeyFault,
    OfficeKey,
    OfficeLock,
    Receipt,
    Sealer,
    ServerKey,
    Unreadable,
    key_id,
    padded_file,
    padded_json,
    seal_to,
)

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
WORDS = "ខ្ញុំឃើញ the march".encode()
A_KEY = Key.of(bytes(range(32)), MONDAY)
ANOTHER_KEY = Key.of(bytes(range(1, 33)), MONDAY)


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([A_KEY])


@pytest.fixture
def server(tmp_path: Path) -> ServerKey:
    return ServerKey.load(tmp_path / "keys" / "server.key", MONDAY)


# Sealing


@settings(deadline=None)
@given(data=st.binary(max_size=2000), context=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_is_sealed_opens_again_under_its_own_name(data: bytes, context: str) -> None:
    sealer = Sealer([A_KEY])
    assert sealer.open(sealer.seal(data, context), context) == data


@settings(deadline=None)
@given(data=st.binary(max_size=300), block=st.integers(1, 600))
def test_every_block_size_gives_back_what_was_sealed(data: bytes, block: int) -> None:
    sealer = Sealer([A_KEY], block=block)
    assert sealer.open(sealer.seal(data, "row"), "row") == data


def test_a_value_moved_to_another_row_is_unreadable(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "inbox:1")
    with pytest.raises(Unreadable):
        sealer.open(sealed, "inbox:2")


def test_another_key_opens_nothing(sealer: Sealer) -> None:
    with pytest.raises(Unreadable):
        Sealer([ANOTHER_KEY]).open(sealer.seal(WORDS, "row"), "row")


def test_another_key_under_the_same_id_opens_nothing(sealer: Sealer) -> None:
    impostor = Sealer([Key(A_KEY.id, ANOTHER_KEY.secret, MONDAY)])
    with pytest.raises(Unreadable):
        impostor.open(sealer.seal(WORDS, "row"), "row")


@pytest.mark.parametrize("bit", range(8))
def test_a_flipped_bit_anywhere_makes_the_value_unreadable(sealer: Sealer, bit: int) -> None:
    sealed = sealer.seal(WORDS, "row")
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1 << bit
        with pytest.raises(Unreadable):
            sealer.open(bytes(damaged), "row")


def test_a_value_cut_short_anywhere_is_unreadable(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            sealer.open(sealed[:length], "row")


@settings(deadline=None)
@given(st.binary(max_size=600))
def test_nonsense_is_unreadable_and_nothing_worse(nonsense: bytes) -> None:
    with pytest.raises(Unreadable):
        Sealer([A_KEY]).open(b"\x01" + A_KEY.id + nonsense, "row")
    with pytest.raises(Unreadable):
        Sealer([A_KEY]).open(nonsense, "row")


def test_the_size_on_disk_does_not_tell_a_yes_from_a_sentence(sealer: Sealer) -> None:
    sizes = {len(sealer.seal(b"x" * length, "row")) for length in range(512)}
    assert len(sizes) == 1
    assert len(sealer.seal(b"x" * 512, "row")) > min(sizes), "control: the next block is longer"


def test_the_same_words_look_different_each_time(sealer: Sealer) -> None:
    assert len({sealer.seal(WORDS, "row") for _ in range(200)}) == 200


def test_nothing_of_the_words_shows(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    assert not any(WORDS[n : n + 4] in sealed for n in range(len(WORDS) - 4))
    assert A_KEY.secret not in sealed


def test_older_keys_still_open_and_the_newest_seals() -> None:
    before = Sealer([A_KEY]).seal(WORDS, "row")
    both = Sealer([A_KEY, ANOTHER_KEY])
    assert both.open(before, "row") == WORDS
    assert key_id(both.seal(WORDS, "row")) == ANOTHER_KEY.id == both.newest.id
    assert key_id(before) == A_KEY.id


def test_a_dropped_key_no_longer_opens(sealer: Sealer) -> None:
    sealed = sealer.seal(WORDS, "row")
    sealer.use([ANOTHER_KEY])
    with pytest.raises(Unreadable):
        sealer.open(sealed, "row")


def test_the_public_id_of_a_key_is_no_part_of_the_key() -> None:
    key = Key.new(MONDAY)
    assert len(key.id) == 4
    assert key.id not in key.secret


# Pseudonyms and return addresses


def test_a_chat_has_the_same_pseudonym_after_a_restart(tmp_path: Path) -> None:
    first = ServerKey.load(tmp_path / "server.key", MONDAY)
    again = ServerKey.load(tmp_path / "server.key", TUESDAY)
    assert first.pseudonym(815) == again.pseudonym(815)
    assert first.id == again.id


def test_a_pseudonym_without_its_key_is_no_guess_away(server: ServerKey, tmp_path: Path) -> None:
    chat_id = 6_123_456_789
    pseudonym = server.pseudonym(chat_id)
    assert len(pseudonym) == 16
    assert ServerKey.load(tmp_path / "other.key", MONDAY).pseudonym(chat_id) != pseudonym
    for digest in (hashlib.sha256, hashlib.md5, hashlib.blake2b):
        assert digest(str(chat_id).encode()).digest()[:16] != pseudonym
    assert chat_id.to_bytes(6, "big") not in pseudonym


@settings(deadline=None)
@given(st.lists(st.integers(-(2**62), 2**62), unique=True, min_size=2))
def test_every_chat_has_a_pseudonym_of_its_own(chat_ids: list[int]) -> None:
    server = ServerKey(A_KEY)
    assert len({server.pseudonym(chat_id) for chat_id in chat_ids}) == len(chat_ids)


@settings(deadline=None)
@given(st.one_of(st.none(), st.integers(-(2**62), 2**62)))
def test_a_return_address_leads_back_to_its_chat(chat_id: int | None) -> None:
    server = ServerKey(A_KEY)
    assert server.open_chat(server.seal_chat(chat_id, "inbox:1"), "inbox:1") == chat_id


def test_a_return_address_of_another_row_or_server_leads_nowhere(server: ServerKey) -> None:
    address = server.seal_chat(815, "inbox:1")
    assert server.open_chat(address, "inbox:2") is None
    assert ServerKey(A_KEY).open_chat(address, "inbox:1") is None


def test_all_return_addresses_are_equally_long(server: ServerKey) -> None:
    ids = (1, 6_123_456_789, -1_002_123_456_789)
    assert len({len(server.seal_chat(chat_id, "row") or b"") for chat_id in ids}) == 1


# The server key's file


def test_the_key_file_is_for_its_owner_only(server: ServerKey, tmp_path: Path) -> None:
    file = tmp_path / "keys" / "server.key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file], "no draft of the file is left behind"


def test_a_key_file_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "server.key"
    ServerKey.load(file, MONDAY)
    for mode in (0o604, 0o640, 0o666):
        file.chmod(mode)
        with pytest.raises(KeyFault, match=r"chmod 600 .*server\.key"):
            ServerKey.load(file, MONDAY)
    file.chmod(0o600)
    ServerKey.load(file, MONDAY)


SECRET = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"something else entirely\n",
        f"sangket-server-key-2 {SECRET}\n".encode(),
        b"sangket-server-key-1",
        b"sangket-server-key-1 \n",
        b"sangket-server-key-1 not-base64!\n",
        f"sangket-server-key-1 {SECRET[:-8]}\n".encode(),
        f"sangket-server-key-1 {SECRET}{SECRET}\n".encode(),
        "sangket-server-key-1 ក\n".encode(),
        b"\xff\xfe\x00\x00",
    ],
)
def test_a_damaged_server_key_is_named_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "server.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=r"server\.key") as fault:
        ServerKey.load(file, MONDAY)
    assert SECRET[:20] not in str(fault.value)
    assert file.read_bytes() == content


# The draft keys


def draft_file(folder: Path) -> Path:
    return folder / "memory" / "draft.keys"


def test_a_restart_on_the_same_day_opens_what_was_sealed_before(tmp_path: Path) -> None:
    sealed = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    again = DraftKeys.load(draft_file(tmp_path), MONDAY)
    assert again.sealer.open(sealed, "row") == WORDS
    assert key_id(again.sealer.seal(WORDS, "row")) == key_id(sealed)


def test_each_day_seals_with_a_key_of_its_own_and_opens_those_before(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    monday = drafts.sealer.seal(WORDS, "row")
    drafts.renew(MONDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) == key_id(monday), "one key a day"
    drafts.renew(TUESDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) != key_id(monday)
    assert drafts.sealer.open(monday, "row") == WORDS


def test_a_start_on_a_later_day_takes_a_fresh_key(tmp_path: Path) -> None:
    monday = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    drafts = DraftKeys.load(draft_file(tmp_path), TUESDAY)
    assert key_id(drafts.sealer.seal(WORDS, "row")) != key_id(monday)
    assert drafts.sealer.open(monday, "row") == WORDS


def test_a_key_that_no_row_needs_is_gone_from_memory_and_file(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    sealed = drafts.sealer.seal(WORDS, "row")
    drafts.renew(TUESDAY)
    assert drafts.drop({key_id(sealed)}) == 0, "control: a needed key stays"
    assert drafts.sealer.open(sealed, "row") == WORDS
    assert drafts.drop(set()) == 1
    for ring in (drafts, DraftKeys.load(draft_file(tmp_path), TUESDAY)):
        with pytest.raises(Unreadable):
            ring.sealer.open(sealed, "row")
    assert len(draft_file(tmp_path).read_text().splitlines()) == 1


def test_the_newest_key_is_never_dropped(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    sealed = drafts.sealer.seal(WORDS, "row")
    assert drafts.drop(set()) == 0
    assert drafts.sealer.open(sealed, "row") == WORDS


def test_a_power_cut_takes_the_drafts(tmp_path: Path) -> None:
    sealed = DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.seal(WORDS, "row")
    draft_file(tmp_path).unlink()
    with pytest.raises(Unreadable):
        DraftKeys.load(draft_file(tmp_path), MONDAY).sealer.open(sealed, "row")


def test_the_draft_keys_are_for_their_owner_only(tmp_path: Path) -> None:
    file = draft_file(tmp_path)
    DraftKeys.load(file, MONDAY)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    file.chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        DraftKeys.load(file, MONDAY)


@pytest.mark.parametrize(
    "content", [b"\n", b"2026-11-23\n", b"2026-11-23 AAAA\n", f"monday {SECRET}\n".encode(), b"\xff", b"\x00" * 80]
)
def test_damaged_draft_keys_are_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "draft.keys"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyFault, match=r"draft\.keys"):
        DraftKeys.load(file, MONDAY)


def test_a_person_has_a_pseudonym_under_each_live_key_and_the_newest_is_last(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    (monday,) = drafts.pseudonyms(815)
    drafts.renew(TUESDAY)
    both = drafts.pseudonyms(815)
    assert both[0] == monday != both[1]
    assert {len(one) for one in both} == {16}
    assert drafts.pseudonyms(816) != both, "control: another person has others"
    assert DraftKeys.load(draft_file(tmp_path), TUESDAY).pseudonyms(815) == both


def test_once_a_key_is_dropped_nobody_knows_whom_its_pseudonyms_stood_for(tmp_path: Path) -> None:
    drafts = DraftKeys.load(draft_file(tmp_path), MONDAY)
    (monday,) = drafts.pseudonyms(815)
    drafts.renew(TUESDAY)
    assert monday in drafts.pseudonyms(815), "control"
    drafts.drop(set())
    assert monday not in drafts.pseudonyms(815)


# The office key


OFFICE = OfficeKey.new()
LOCK = OfficeLock(OFFICE.recipients)


def test_what_is_sealed_to_the_office_only_the_office_opens() -> None:
    sealed = LOCK.seal(WORDS)
    assert OFFICE.open(sealed) == WORDS
    with pytest.raises(Unreadable, match="another key"):
        OfficeKey.new().open(sealed)


def test_any_age_program_opens_what_the_office_lock_sealed() -> None:
    sealed = LOCK.seal(WORDS)
    assert sealed.startswith(b"age-encryption.org/v1\n")
    identity = pyrage.x25519.Identity.from_str(OFFICE.text)
    assert pyrage.decrypt(sealed, [identity]) == WORDS


def test_the_office_key_opens_what_any_age_program_sealed() -> None:
    recipient = pyrage.x25519.Recipient.from_str(OFFICE.recipients[0])
    assert OFFICE.open(pyrage.encrypt(WORDS, [recipient])) == WORDS


def test_each_of_two_reviewers_opens_alone() -> None:
    second = OfficeKey.new()
    sealed = OfficeLock([*OFFICE.recipients, *second.recipients]).seal(WORDS)
    assert OFFICE.open(sealed) == second.open(sealed) == WORDS
    with pytest.raises(Unreadable):
        OfficeKey.new().open(sealed)


def test_a_key_file_with_an_older_key_opens_the_older_incidents_too(tmp_path: Path) -> None:
    older = OfficeKey.new()
    write_private(tmp_path / "office.key", f"# since May\n{OFFICE.text}\n\n# until May\n{older.text}\n")
    both = OfficeKey.load(tmp_path / "office.key")
    assert both.recipients == (*OFFICE.recipients, *older.recipients)
    for key in (OFFICE, older):
        assert both.open(OfficeLock(key.recipients).seal(WORDS)) == WORDS
    assert OfficeKey(both.text.splitlines()).recipients == both.recipients


@pytest.mark.parametrize("bit", [0, 3, 7])
def test_a_flipped_bit_anywhere_makes_an_incident_unreadable(bit: int) -> None:
    sealed = LOCK.seal(WORDS)
    for place in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[place] ^= 1 << bit
        with pytest.raises(Unreadable):
            OFFICE.open(bytes(damaged))


def test_an_incident_cut_short_or_made_longer_is_unreadable() -> None:
    sealed = LOCK.seal(WORDS)
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            OFFICE.open(sealed[:length])
    with pytest.raises(Unreadable):
        OFFICE.open(sealed + b"x")


@settings(deadline=None)
@given(st.binary(max_size=600), st.integers(0, 250))
def test_nonsense_is_unreadable_to_the_office_and_nothing_worse(nonsense: bytes, kept: int) -> None:
    with pytest.raises(Unreadable):
        OFFICE.open(LOCK.seal(WORDS)[:kept] + nonsense)


def test_no_file_means_no_office() -> None:
    assert OfficeLock.load(Path("no-such-folder") / "office.pub") is None


def test_the_public_half_is_read_with_remarks_empty_lines_and_foreign_line_ends(tmp_path: Path) -> None:
    second = OfficeKey.new().recipients[0]
    file = tmp_path / "office.pub"
    file.write_bytes(f"# ours\r\n{OFFICE.recipients[0]}\r\n\r\n  {second}  \r\n# end".encode())
    lock = OfficeLock.load(file)
    assert lock is not None
    assert lock.recipients == (OFFICE.recipients[0], second)


def test_a_recipient_named_twice_counts_once() -> None:
    assert OfficeLock([*OFFICE.recipients, *OFFICE.recipients]).recipients == OFFICE.recipients


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# only a remark\n",
        b"age1notakey\n",
        OFFICE.recipients[0][:-1].encode(),
        b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDummy x\n",
        "age1ក\n".encode(),
        b"\xff\xfe",
        f"{OFFICE.recipients[0]}\n{OFFICE.text}\n".encode(),
    ],
    ids=map(str, range(9)),
)
def test_a_public_half_that_cannot_be_used_is_named_and_not_quoted(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "office.pub"
    file.write_bytes(content)
    with pytest.raises(KeyFault, match=r"office\.pub") as fault:
        OfficeLock.load(file)
    assert OFFICE.text[20:40] not in str(fault.value)


@pytest.mark.parametrize(
    "content",
    ["", "# nothing\n", "AGE-SECRET-KEY-1NOTAKEY\n", OFFICE.recipients[0], OFFICE.text[:-1], "\n\n"],
    ids=map(str, range(9)),
)
def test_an_office_key_that_cannot_be_used_is_named_and_not_quoted(tmp_path: Path, content: str) -> None:
    file = tmp_path / "office.key"
    write_private(file, content)
    with pytest.raises(KeyFault, match=r"office\.key") as fault:
        OfficeKey.load(file)
    assert OFFICE.text[20:40] not in str(fault.value)


def test_an_office_key_that_others_can_read_is_refused_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "office.key"
    write_private(file, OFFICE.text)
    file.chmod(0o644)
    with pytest.raises(KeyFault, match=r"chmod 600 .*office\.key"):
        OfficeKey.load(file)
    file.chmod(0o600)
    assert OfficeKey.load(file).recipients == OFFICE.recipients


def test_a_fingerprint_is_short_steady_and_of_one_key() -> None:
    keys = [OfficeKey.new().recipients[0] for _ in range(50)]
    fingerprints = OfficeLock(keys).fingerprints
    assert len(set(fingerprints)) == 50
    assert OfficeLock(keys[:1]).fingerprints == fingerprints[:1]
    for one in fingerprints:
        assert len(one) == 9
        assert one[4] == "-"
        assert set(one) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ-")


def test_no_secret_shows_when_a_key_is_printed() -> None:
    receipt = Receipt.new()
    mailbox = ServerKey(A_KEY).mailbox(receipt)
    shown = f"{OFFICE!r} {OFFICE} {LOCK!r} {mailbox!r} {mailbox} {receipt!r} {[receipt]} {vars(mailbox)} {vars(OFFICE)}"
    for secret in (OFFICE.text[16:], OFFICE.text[16:].lower(), receipt.symbols[:5], str(receipt)):
        assert secret not in shown
    assert receipt.symbols[:5] in str(receipt), "control: only where it is asked for"


# Receipts and mailboxes


def test_a_receipt_has_98_bits_and_no_symbol_that_is_mistaken_for_another() -> None:
    receipts = [Receipt.new() for _ in range(2000)]
    assert len(set(receipts)) == 2000
    assert {len(one.symbols) for one in receipts} == {20}
    symbols = set("".join(one.symbols for one in receipts))
    assert len(symbols) == 30
    assert not symbols & set("01ilou")
    assert math.log2(len(symbols)) * 20 > 98


def test_every_symbol_stands_at_every_place_about_equally_often() -> None:
    counts: dict[str, int] = {}
    for _ in range(3000):
        for symbol in Receipt.new().symbols:
            counts[symbol] = counts.get(symbol, 0) + 1
    assert min(counts.values()) > 1600
    assert max(counts.values()) < 2400, "2,000 expected; ten times the spread of chance allowed"


def test_a_receipt_looks_like_nothing_in_particular() -> None:
    groups = str(Receipt.new()).split(" ")
    assert [len(group) for group in groups] == [5, 5, 5, 5]


KHMER_DIGITS = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")


@pytest.mark.parametrize(
    "typed",
    [
        str,
        lambda receipt: receipt.symbols,
        lambda receipt: str(receipt).upper(),
        lambda receipt: str(receipt).title(),
        lambda receipt: str(receipt).replace(" ", "-"),
        lambda receipt: str(receipt).replace(" ", " – "),
        lambda receipt: str(receipt).replace(" ", "\u200b"),
        lambda receipt: str(receipt).replace(" ", "\u00a0"),
        lambda receipt: str(receipt).replace(" ", "\n"),
        lambda receipt: f"\ufeff  {receipt}\t\r\n",
        lambda receipt: " ".join(receipt.symbols),
        lambda receipt: str(receipt).translate(KHMER_DIGITS),
        lambda receipt: "".join(chr(ord(symbol) + 0xFEE0) for symbol in receipt.symbols),
    ],
)
def test_a_receipt_is_read_however_it_was_typed(typed: Any) -> None:
    for _ in range(50):
        receipt = Receipt.new()
        assert Receipt.read(typed(receipt)) == receipt


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "abcde fghjk mnpqr stvw",
        "abcde fghjk mnpqr stvwx y",
        "abcde fghjk mnpqr stvw0",
        "abcde fghjk mnpqr stvwi",
        "abcde_fghjk_mnpqr_stvwx",
        "/receipt",
        "ខ្ញុំឃើញប៉ូលិសបួននាក់",
        "២២២២២ ២២២២២ ២២២២២ ២២២២",
        "½" * 20,
        "²" * 19,
        "\ud83d" * 20,
        "a" * 100_000,
        " " * 100_000,
    ],
)
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert Receipt.read(text) is None


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_whatever_stops_the_reading_of_receipts(text: str) -> None:
    receipt = Receipt.read(text)
    assert receipt is None or Receipt.read(str(receipt)) == receipt


def test_a_receipt_cannot_be_made_of_something_else() -> None:
    for symbols in ("", "abc", "A" * 20, "0" * 20, "a" * 21):
        with pytest.raises(ValueError, match="not a receipt"):
            Receipt(symbols)


def test_what_is_sealed_to_a_mailbox_only_its_receipt_opens(server: ServerKey) -> None:
    receipt = Receipt.new()
    sealed = seal_to(server.mailbox(receipt).public, WORDS)
    assert server.mailbox(receipt).open(sealed) == WORDS
    with pytest.raises(Unreadable):
        server.mailbox(Receipt.new()).open(sealed)
    with pytest.raises(Unreadable):
        OFFICE.open(sealed)
    with pytest.raises(Unreadable):
        server.mailbox(receipt).open(sealed[:-1])


def test_a_mailbox_is_an_age_key_like_any_other(server: ServerKey) -> None:
    public = server.mailbox(Receipt.new()).public
    assert str(pyrage.x25519.Recipient.from_str(public)) == public


def test_every_receipt_has_a_mailbox_that_age_accepts() -> None:
    server = ServerKey(A_KEY)
    assert len({server.mailbox(Receipt.new()).public for _ in range(300)}) == 300


def test_a_receipt_has_the_same_mailbox_after_a_restart_and_another_on_another_server(tmp_path: Path) -> None:
    receipt = Receipt("abcdefghjkmnpqrstvwx")
    public = ServerKey.load(tmp_path / "server.key", MONDAY).mailbox(receipt).public
    assert ServerKey.load(tmp_path / "server.key", TUESDAY).mailbox(receipt).public == public
    assert ServerKey.load(tmp_path / "other.key", MONDAY).mailbox(receipt).public != public
    kept = "age1ectf7nlxf6n79y6z9fh3muugk3hnna0qz5wc044423u9uwmfpfws2mhw4z"
    assert ServerKey(A_KEY).mailbox(receipt).public == kept, "a change here shuts every mailbox there is"


def test_what_is_no_recipient_is_refused() -> None:
    for text in ("", "age1x", OFFICE.text):
        with pytest.raises(KeyFault) as fault:
            seal_to(text, WORDS)
        assert OFFICE.text[20:40] not in str(fault.value)


def test_the_row_of_a_mailbox_does_not_lead_to_it_without_the_server_key(server: ServerKey) -> None:
    public = server.mailbox(Receipt.new()).public
    box = server.box(public)
    assert len(box) == 16
    assert server.box(public) == box
    assert ServerKey(A_KEY).box(public) != box
    assert server.box(server.mailbox(Receipt.new()).public) != box
    for digest in (hashlib.sha256, hashlib.md5, hashlib.blake2b):
        assert digest(public.encode()).digest()[:16] != box


def test_a_row_that_the_server_did_not_write_is_recognised(server: ServerKey) -> None:
    mac = server.mac("incident:R-7F3K:1", b"sealed")
    assert len(mac) == 32
    assert server.wrote("incident:R-7F3K:1", b"sealed", mac), "control"
    assert not server.wrote("incident:R-9ZZZ:1", b"sealed", mac)
    assert not server.wrote("incident:R-7F3K:1", b"planted", mac)
    assert not server.wrote("incident:R-7F3K:1", b"sealed", mac[:-1])
    assert not server.wrote("incident:R-7F3K:1", b"sealed", b"")
    assert not ServerKey(A_KEY).wrote("incident:R-7F3K:1", b"sealed", mac)


def test_no_two_purposes_of_the_server_key_give_the_same_bytes(server: ServerKey) -> None:
    given = [server.pseudonym(815), server.box("815"), server.mac("815", b"")[:16], server.mac("", b"815")[:16]]
    assert len(set(given)) == len(given)


# Padding


JITTER = 400
"""age adds something of random length to each header; 10,000 seals differed by at most 169 bytes."""


def test_the_size_of_an_incident_does_not_tell_a_word_from_a_page() -> None:
    lengths = {len(padded_json("x" * count)) for count in range(1, 2047)}
    assert lengths == {2048}
    sizes = [len(LOCK.seal(padded_json("x" * count))) for count in range(1, 2047, 7)]
    assert max(sizes) - min(sizes) <= JITTER
    assert len(LOCK.seal(padded_json("x" * 2047))) > min(sizes) + 2048 - JITTER, "control: the next block is longer"


def test_without_padding_the_size_would_tell() -> None:
    assert len(LOCK.seal(b"x" * 2000)) - len(LOCK.seal(b"x")) > JITTER


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(deadline=None)
@given(JSON)
def test_any_json_reader_reads_what_was_padded(value: Any) -> None:
    padded = padded_json(value)
    assert len(padded) % 2048 == 0
    assert json.loads(padded.decode()) == value


def test_padded_json_keeps_khmer_as_it_is_written() -> None:
    assert "ខ្ញុំឃើញ".encode() in padded_json({"account": "ខ្ញុំឃើញ"})


def test_half_a_surrogate_pair_costs_one_character_and_not_the_incident() -> None:
    assert json.loads(padded_json("before \ud83d after")) == "before ? after"


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        padded_json(float("nan"))


def test_a_padded_file_begins_with_the_file_and_ends_with_zeros() -> None:
    for size in [*range(600), 4095, 4096, 4097, 100_000]:
        data = bytes([255]) * size
        assert padded_file(data).rstrip(b"\0") == data


def test_padding_a_file_costs_little() -> None:
    def cost(size: int) -> float:
        return len(padded_file(bytes(size))) / size - 1

    assert max(map(cost, range(1, 10_000))) <= 0.117
    assert max(map(cost, range(256, 10_000))) <= 0.0625
    assert max(cost((1 << power) + 1) for power in range(16, 25)) <= 0.03125
    assert max(map(cost, range(1, 10_000))) > 0.116, "control: the bound is no larger than it must be"


def test_few_sizes_of_files_exist() -> None:
    sizes = {len(padded_file(bytes(size))) for size in range(300, 200_000, 13)}
    assert len(sizes) < 180
    assert len(range(300, 200_000, 13)) > 15_000, "control: without padding there would be one for each"


# Key files


def test_a_fresh_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "first", fresh=True)
    with pytest.raises(FileExistsError):
        write_private(tmp_path / "key", "second", fresh=True)
    assert (tmp_path / "key").read_text() == "first"
    write_private(tmp_path / "key", "second")
    assert (tmp_path / "key").read_text() == "second", "control: without it, it does"
    assert [file.name for file in tmp_path.iterdir()] == ["key"], "no draft of the file is left behind"


def test_a_file_that_could_not_be_written_leaves_the_one_before_and_no_draft(tmp_path: Path) -> None:
    write_private(tmp_path / "key", "first")
    with pytest.raises(UnicodeEncodeError):
        write_private(tmp_path / "key", "ក")
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"key": "first"}
