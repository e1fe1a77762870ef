"""``python -m bot submission``: a reviewers' machine builds what the server would, from sealed files alone."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from backstage import Backstage
from conftest import House
from reading_story import Reader, content, put_key
from test_submissions import FILES, Desk

from bot.__main__ import main
from bot.bundling import bundle
from bot.submission import NotBuilt, build, unpack
from documents.submission.files import packed, unpacked
from storage.sealing import OfficeKey


@pytest.fixture
async def desk(house: House) -> Desk:
    """The office key is not on the server."""
    desk = Desk(house, await Reader.admitted(house, "Lina"), await Reader.admitted(house, "Tevy"))
    await desk.began()
    return desk


@pytest.fixture
def laptop(house: House, tmp_path: Path) -> Path:
    """A folder with the office key."""
    folder = tmp_path / "laptop"
    folder.mkdir()
    key(folder, house.office)
    return folder


def key(folder: Path, office: OfficeKey) -> None:
    file = folder / "office.key"
    file.write_text(office.text)
    file.chmod(0o600)


async def carried(desk: Desk, laptop: Path, *references: str) -> tuple[Path, list[Path]]:
    """The kit and the bundles of these, on the reviewers' machine."""
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    await desk.approved()
    kit = laptop / "kit.age"
    kit.write_bytes(content(desk.world, desk.lotus.documents()[-1]))
    return kit, [await asyncio.to_thread(bundle, desk.house.settings, one, laptop) for one in references]


def read(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir()}


async def test_both_build_the_same_files_byte_for_byte(desk: Desk, laptop: Path) -> None:
    told = [await desk.told("Maly", "anonymised rapporteur"), await desk.told("Rith", "public")]
    await desk.wrote(told[0], "en", "In May 2026 a defender was arrested.")
    await desk.wrote(told[0], "km", "នៅខែឧសភា អ្នកការពារសិទ្ធិម្នាក់ត្រូវបានចាប់ខ្លួន។")
    await desk.signed()
    kit, bundles = await carried(desk, laptop, *told)
    build(kit, bundles, laptop / "out", keys_dir=laptop)
    await put_key(desk.house)
    desk.back = Backstage(desk.house)
    assert read(laptop / "out") == await desk.built()
    assert "annex-confidential.docx" in read(laptop / "out"), "control"


async def test_what_does_not_come_along_is_named(desk: Desk, laptop: Path) -> None:
    first, second = await desk.told("Maly", "anonymised"), await desk.told("Rith", "anonymised")
    await desk.signed()
    kit, bundles = await carried(desk, laptop, first)
    build(kit, bundles, laptop / "out", keys_dir=laptop)
    assert f"{second}  a part of it is missing" in read(laptop / "out")["left-out.txt"].decode()
    assert f"{first}  paragraph" in read(laptop / "out")["left-out.txt"].decode(), "control"


async def test_a_bundle_that_the_server_did_not_write_is_left_out(desk: Desk, laptop: Path) -> None:
    """Whoever has the public half of the office key can seal anything."""
    reference = await desk.told("Maly", "anonymised")
    await desk.signed()
    kit, _ = await carried(desk, laptop)
    await desk.wrote(reference, "en", "Somebody adds this after the kit was made.")
    later_one = await asyncio.to_thread(bundle, desk.house.settings, reference, laptop)
    build(kit, [later_one], laptop / "out", keys_dir=laptop)
    made = read(laptop / "out")
    assert f"{reference}  a part of it is missing, was altered" in made["left-out.txt"].decode()


async def test_a_bundle_that_the_kit_does_not_know_is_refused(desk: Desk, laptop: Path) -> None:
    reference = await desk.told("Maly", "anonymised")
    await desk.signed()
    kit, _ = await carried(desk, laptop)
    stranger = await desk.told("Rith", "anonymised")
    bundles = [await asyncio.to_thread(bundle, desk.house.settings, one, laptop) for one in (reference, stranger)]
    with pytest.raises(NotBuilt, match=f"The kit does not know {stranger}"):
        build(kit, bundles, laptop / "out", keys_dir=laptop)
    assert not (laptop / "out").exists()
    with pytest.raises(NotBuilt, match="came twice"):
        build(kit, [bundles[0], bundles[0]], laptop / "out", keys_dir=laptop)


async def test_what_the_bot_built_is_opened_there(
    desk: Desk, laptop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_key(desk.house)
    desk.back = Backstage(desk.house)
    await desk.told("Maly", "anonymised")
    await desk.signed()
    await desk.lotus.tap(f"sm:build:{desk.call.id}")
    await desk.approved()
    file = laptop / "submission.tar.age"
    file.write_bytes(content(desk.world, desk.lotus.documents()[-1]))
    monkeypatch.chdir(laptop)
    assert main(["submission", "open", str(file), "--to", "out"]) == 0
    assert "submission.docx" in capsys.readouterr().out
    assert set(read(laptop / "out")) == FILES
    assert all((laptop / "out" / name).stat().st_mode & 0o077 == 0 for name in read(laptop / "out"))
    assert main(["submission", "open", str(file), "--to", "out"]) == 1
    assert "is there already and was left as it is" in capsys.readouterr().err


@pytest.mark.parametrize("data", [b"", b"age-encryption.org/v1\n", b"x" * 100])
def test_what_is_no_submission_and_no_kit_is_said_in_a_sentence(laptop: Path, data: bytes) -> None:
    file = laptop / "a.age"
    file.write_bytes(data)
    with pytest.raises(NotBuilt, match="no submission"):
        unpack(file, laptop / "out", keys_dir=laptop)
    with pytest.raises(NotBuilt, match="no kit"):
        build(file, [], laptop / "out", keys_dir=laptop)


def test_another_key_opens_nothing(house: House, laptop: Path) -> None:
    file = laptop / "a.age"
    file.write_bytes(_sealed(OfficeKey.new(), packed({"a": b"1"})))
    with pytest.raises(NotBuilt, match="this office key can open"):
        unpack(file, laptop / "out", keys_dir=laptop)
    file.write_bytes(_sealed(house.office, packed({"a": b"1"})))
    assert unpack(file, laptop / "out", keys_dir=laptop), "control"


def _sealed(key: OfficeKey, data: bytes) -> bytes:
    from storage.sealing import OfficeLock

    return OfficeLock(key.recipients).seal(data)


@pytest.mark.parametrize("name", ["../out.txt", "/etc/x", ".hidden", "a/b"])
def test_a_tar_that_would_write_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpacked(packed({name: b"1"}))
    assert unpacked(packed({"a.txt": b"1"})) == {"a.txt": b"1"}, "control"


async def test_a_letter_is_made_on_the_reviewers_machine_and_names_what_is_missing(
    desk: Desk, laptop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed, other = await desk.told("Maly", "rapporteur government"), await desk.told("Rith", "rapporteur")
    bundles = [await asyncio.to_thread(bundle, desk.house.settings, one, laptop) for one in (allowed, other)]
    facts = laptop / "facts.toml"
    facts.write_text('full_name = "A Full Name"\nforces = "Police"\n')
    monkeypatch.chdir(laptop)
    command = ["submission", "letter", "wgeid", "--facts", str(facts), "--to", "out"]
    assert main([*command, "--bundle", str(bundles[0])]) == 1, "it is not complete"
    said = capsys.readouterr().out
    assert "2 of 6 required elements" in said
    assert "searched" in said
    assert set(read(laptop / "out")) == {f"{allowed}-wgeid.docx"}
    assert main([*command, "--bundle", str(bundles[1])]) == 1
    assert "did not allow that the Government is asked" in capsys.readouterr().err
    assert set(read(laptop / "out")) == {f"{allowed}-wgeid.docx"}, "and nothing was written"
