"""Letters to other bodies of the UN: from a button on an incident's card to a Word file on the reviewers' machine."""

from __future__ import annotations

import asyncio
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from backstage import Backstage
from conftest import House
from queue_story import Colleague, Office, colleague, datas
from reading_story import Reader, put_key
from test_submission_command import key
from test_submissions import Desk

from bot.__main__ import main
from bot.bundling import bundle
from bot.submission import NotBuilt, write_appeal
from forms.appeals import KINDS
from storage.members import Role
from storage.opened import Note, opened
from storage.reviews import Head, Review, read_review

R = "R-AAA2"
ANSWERS = {
    "disappeared_on": "14 March 2026",
    "last_seen_at": "Street 51, Phnom Penh",
    "forces": "Municipal police kanarya",
    "searched": "The mother asked at three police posts in April 2026",
    "organisation": "Lotus Network",
    "contact": "desk@lotus.example",
    "family_agrees": "The mother, on 2 May 2026",
    "what_happened": "f:skip:ap_what_happened",
}


@pytest.fixture
async def lotus(house: House) -> Colleague:
    return await colleague(house, "Chanthy", Role.COORDINATOR)


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


async def answer(who: Colleague | Reader, reference: str, answers: dict[str, str], how: str = "open") -> str:
    """Go through the questions of a disappearance, and send; what is said then."""
    await who.tap(f"j:of:{reference}:wgeid:{how}")
    for said in answers.values():
        await (who.tap(said) if said.startswith("f:") else who.talk.say(said))
    assert "f:send" in datas(who.talk.last), "these are the questions, all of them and no other"
    seen = await who.tap("f:send")
    return seen[-1].text


async def notes(office: Office) -> list[Note]:
    """The team's notes, as whoever has the office key reads them."""
    backstage = Backstage(office.house)
    sealed = await backstage.do(lambda: backstage.tables.notes.sealed(R))
    return [opened(one.sealed, office.house.office, Note) for one in sealed]


async def test_what_is_missing_is_said_in_words_until_it_is_there(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:{R}")
    await lotus.press(f"j:of:{R}")
    assert [one for one in datas(lotus.talk.last) if one.count(":") == 3] == [f"j:of:{R}:{kind}" for kind in KINDS]
    [before] = [one.text for one in await lotus.press(f"j:of:{R}:wgeid") if one.kind != "toast"]
    assert "0 of 6" in before
    assert "Where they were arrested, taken or last seen" in before
    after = await answer(lotus, R, ANSWERS)
    assert "5 of 6" in after
    assert "Where they were arrested, taken or last seen" not in after
    assert "Not in a chat, but on the reviewers' machine:" in after
    assert after.index("Not in a chat") < after.index("The full name of the person concerned")
    assert f"j:of:{R}:wgeid:open" not in datas(lotus.talk.last), "nothing is left that a chat asks"


async def test_the_answers_are_sealed_to_the_office_and_the_server_knows_only_which(
    office: Office, lotus: Colleague
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await answer(lotus, R, ANSWERS)
    kept = {name: said for name, said in ANSWERS.items() if not said.startswith("f:")}
    [note] = await notes(office)
    assert (note.by, note.appeal, dict(note.facts), note.words) == (lotus.handle, "wgeid", kept, "")
    review = await office.of(R)
    assert set(review.appeals["wgeid"]) == set(kept)
    assert "kanarya" not in repr(review)
    raw = b"".join(one.read_bytes() for one in office.house.database.parent.rglob("*") if one.is_file())
    assert b"kanarya" not in raw
    assert R.encode() in raw, "control: the write-ahead log is in it"
    assert "kanarya" not in "\n".join(lotus.heard()), "it is deleted from the chat"
    assert (lotus.handle, "noted", R) in await office.acts()


async def test_only_what_is_missing_is_asked_again_unless_all_is(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    later = {"forces": ANSWERS["forces"], "what_happened": "f:skip:ap_what_happened"}
    await answer(lotus, R, {name: said if name not in later else f"f:skip:ap_{name}" for name, said in ANSWERS.items()})
    assert "5 of 6" in await answer(lotus, R, later), "control"
    changed = {name: f"f:skip:ap_{name}" for name in ANSWERS} | {"forces": "Provincial police"}
    assert "5 of 6" in await answer(lotus, R, changed, "all"), "what is skipped stays as it was"
    assert [one.facts.get("forces") for one in await notes(office)] == [None, ANSWERS["forces"], "Provincial police"]


async def test_a_date_without_a_month_takes_the_place_of_one_that_counted(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    assert "5 of 6" in await answer(lotus, R, ANSWERS)
    vague = {name: f"f:skip:ap_{name}" for name in ANSWERS} | {"disappeared_on": "last year"}
    after = await answer(lotus, R, vague, "all")
    assert "4 of 6" in after
    assert "at least month and year" in after


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("១៤ មីនា ២០២៦", "2026-03-14 (១៤ មីនា ២០២៦)"),
        ("មីនា ២០២៦", "2026-03 (មីនា ២០២៦)"),
        ("night of 14 March 2026", "night of 14 March 2026"),
        ("2024", "2024"),
        ("after the rains", "after the rains"),
    ],
)
async def test_a_date_in_khmer_stands_behind_the_date_that_it_is(
    office: Office, lotus: Colleague, said: str, kept: str
) -> None:
    await office.came(R, claimed_by=lotus.handle)
    after = await answer(lotus, R, {**ANSWERS, "disappeared_on": said})
    assert ("5 of 6" in after) is (said not in ("2024", "after the rains"))
    assert (await notes(office))[0].facts["disappeared_on"] == kept


async def test_whoever_skips_everything_leaves_no_note(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    after = await answer(lotus, R, {name: f"f:skip:ap_{name}" for name in ANSWERS})
    assert "0 of 6" in after
    assert "Kept" not in after
    assert await notes(office) == []


async def test_the_checklist_is_pressed_and_takes_no_words(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:of:{R}:trial:open")
    await lotus.talk.say("perhaps")
    assert "f:c:ap_public:na" in datas(lotus.talk.last), "it is asked again"
    for n, one in enumerate(KINDS["trial"].questions):
        await lotus.press(f"f:c:ap_{one.key}:{('yes', 'no', 'na', 'unknown')[n % 4]}")
    [after] = [one.text for one in await lotus.tap("f:send") if one.kind != "toast"]
    assert "15 of 15" in after
    [note] = await notes(office)
    assert [note.facts[one] for one in ("public", "impartial", "innocent", "informed")] == [
        *("yes", "no", "not applicable", "unknown")
    ]


async def test_what_is_written_about_anothers_incident_is_not_kept(office: Office, lotus: Colleague) -> None:
    review = await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:of:{R}:wgeid:open")
    for said in ANSWERS.values():
        await (lotus.tap(said) if said.startswith("f:") else lotus.talk.say(said))
    await office.keep(replace(review, claimed_by="Teak-7"))
    [after] = [one.text for one in await lotus.tap("f:send") if one.kind != "toast"]
    assert "not with you any more" in after
    assert await notes(office) == []
    assert "kanarya" not in "\n".join(lotus.heard())


async def test_without_an_office_key_nothing_is_asked(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await lotus.tap(f"j:of:{R}:wgeid")
    office.house.settings.office_lock.unlink()
    await office.house.restart()
    assert "No note can be sealed now" in (await lotus.tap(f"j:of:{R}:wgeid:open"))[0].text
    assert "0 of 6" in (await lotus.tap(f"j:of:{R}:wgeid"))[0].text, "control"


async def test_withdrawing_takes_it_along(office: Office, lotus: Colleague) -> None:
    await office.came(R, claimed_by=lotus.handle)
    await answer(lotus, R, ANSWERS)
    assert (await office.of(R)).appeals, "control"
    await office.withdraw(R)
    assert (await office.of(R)).appeals == {}


def test_a_review_of_before_there_were_other_forms_is_read() -> None:
    assert read_review({"reference": R, "head": {}}).appeals == {}
    known = {"reference": R, "head": {}, "appeals": {"wgeid": ["forces"]}}
    assert read_review(known) == Review(R, Head(), appeals={"wgeid": ("forces",)}), "control"


# On the reviewers' machine


@pytest.fixture
def laptop(house: House, tmp_path: Path) -> Path:
    """A folder with the office key."""
    folder = tmp_path / "laptop"
    folder.mkdir()
    key(folder, house.office)
    return folder


async def answered(house: House, consent: str) -> tuple[Desk, str]:
    """Somebody told of a disappearance, and a reviewer answered the questions."""
    desk = Desk(house, await Reader.admitted(house, "Lina"), await Reader.admitted(house, "Tevy"))
    reference = await desk.told("Maly", consent)
    await desk.lotus.claim(reference)
    await answer(desk.lotus, reference, ANSWERS)
    return desk, reference


async def test_the_letter_is_made_of_the_bundle_and_the_name_of_a_file(
    house: House, laptop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk, reference = await answered(house, "rapporteur government")
    file = await asyncio.to_thread(bundle, desk.house.settings, reference, laptop)
    monkeypatch.chdir(laptop)
    command = ["submission", "letter", "wgeid", "--bundle", str(file)]
    assert main([*command, "--to", "without"]) == 1, "the name is missing"
    said = capsys.readouterr().out
    assert "5 of 6 required elements" in said
    assert "(full_name)" in said
    (laptop / "facts.toml").write_text('full_name = "A Full Name"\nforces = "Provincial police"')
    assert main([*command, "--facts", "facts.toml", "--to", "with"]) == 0
    assert "6 of 6" in capsys.readouterr().out
    text = written(laptop / "with" / f"{reference}-wgeid.docx")
    assert "A Full Name" in text
    assert ANSWERS["searched"] in text
    assert "Provincial police" in text, "the file goes before the chat"
    assert "kanarya" not in text
    assert "Not complete" not in text
    assert "Not complete" in written(laptop / "without" / f"{reference}-wgeid.docx"), "control"


@pytest.mark.parametrize("consent", ["", "rapporteur", "government", "anonymised statistics"])
async def test_without_the_persons_word_there_is_no_letter_whatever_was_answered(
    house: House, laptop: Path, consent: str
) -> None:
    desk, reference = await answered(house, consent)
    file = await asyncio.to_thread(bundle, desk.house.settings, reference, laptop)
    day = house.world.clock().date()
    with pytest.raises(NotBuilt, match="did not allow"):
        write_appeal("wgeid", file, None, laptop / "out", day, keys_dir=laptop)
    assert not (laptop / "out").exists()
    lines, whole = write_appeal("trial", file, None, laptop / "out", day, keys_dir=laptop)
    assert not whole, "control: the checklist stays with the network"
    assert "0 of 15" in "\n".join(lines)


async def test_whoever_reads_the_incident_reads_the_answers_too(house: House) -> None:
    await put_key(house)
    desk, reference = await answered(house, "")
    text = "\n".join(one.text for one in await desk.lotus.read(reference))
    assert "For another form" in text
    assert ANSWERS["forces"] in text
    assert "Last seen: Street 51, Phnom Penh" in text


def written(file: Path) -> str:
    with zipfile.ZipFile(file) as parts:
        return parts.read("word/document.xml").decode()
