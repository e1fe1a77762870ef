"""``python -m bot submission``: a submission on a reviewers' machine, built from sealed files or opened.

The kit and the bundles come from the bot (/submission, /export); the office key opens them here. The same code builds
it on a server that has the key.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.bundles import NotOpened, Opened, open_bundle, parts_of
from bot.unsealing import office_key
from documents.appeals import BadFacts, appeal, noted, read_facts
from documents.submission.clearance import raised
from documents.submission.compiling import compiled
from documents.submission.files import files, unpacked
from documents.submission.gathering import Kit, NoKit, material
from documents.submission.material import Told
from documents.word import word
from facts.loader import load_all
from forms.appeals import KINDS, Facts, Kind, missing, there
from storage.keyfiles import write_new
from storage.reviews import Head, Review
from storage.sealing import KeyFault, OfficeKey, Unreadable
from texts.appeals import in_words, not_allowed
from texts.told import calm


class NotBuilt(Exception):
    """Nothing was written; the message says in plain words why."""


def build(kit: Path, bundles: Sequence[Path], folder: Path, *, keys_dir: Path, key: Path | None = None) -> list[str]:
    """Write the files of the submission into ``folder``; a line for each. Raises NotBuilt, OSError."""
    office = _key(key, keys_dir)
    decided = _kit(kit, office)
    report = next((one for one in load_all() if one.document.symbol == decided.symbol), None)
    if report is None:
        raise NotBuilt(f"The kit is about {calm(decided.symbol)}, which this copy of Sangket does not know.")
    sealed: dict[str, Mapping[str, bytes]] = {}
    for path in bundles:
        try:
            reference, parts = parts_of(path, office)
        except NotOpened as why:
            raise NotBuilt(calm(str(why))) from None
        if reference in sealed:
            raise NotBuilt(f"{reference} came twice: as {path.name}, too. Leave one of them out.")
        sealed[reference] = parts
    if strangers := sorted(sealed.keys() - {one.reference for one in decided.reviews}):
        raise NotBuilt(f"The kit does not know {', '.join(strangers)}. Ask the bot for a new kit.")
    return _written(files(compiled(material(decided, sealed, office, report))), folder)


def unpack(file: Path, folder: Path, *, keys_dir: Path, key: Path | None = None) -> list[str]:
    """Open a submission that the bot built and sealed; a line for each file. Raises NotBuilt, OSError."""
    try:
        made = unpacked(_key(key, keys_dir).open(file.read_bytes()))
    except Unreadable:
        raise NotBuilt(f"{file.name} is no submission that this office key can open.") from None
    except ValueError:
        raise NotBuilt(f"{file.name} opens, but is no submission.") from None
    return _written(made, folder)


def write_appeal(
    kind: str,
    bundle: Path | None,
    facts: Path | None,
    folder: Path,
    day: dt.date,
    *,
    keys_dir: Path,
    key: Path | None = None,
) -> tuple[list[str], bool]:
    """Write the letter on one incident as Word; lines that say what is missing, and whether nothing is.

    ``facts`` go before what reviewers answered in the chat, which is in the bundle. The checklist of a trial needs no
    incident. Raises NotBuilt, OSError.
    """
    form = KINDS[kind]
    if bundle is None and form.raised:
        raise NotBuilt(f"“{kind}” is about one incident. Give it with --bundle R-7F3K.tar.")
    known: Facts = _facts(facts, form) if facts is not None else {}
    confided, name = None, f"{kind}.docx"
    if bundle is not None:
        opened = _opened(bundle, _key(key, keys_dir))
        confided = raised(_told(opened))
        if confided is None and form.raised:
            raise NotBuilt(not_allowed("en"))
        known = {**noted(form, opened.notes.values()), **known}
        name = calm(f"{opened.incident.reference}-{name}")
    lacks = missing(form, there(form, known))
    written = _written({name: word(appeal(form, known, confided, day.isoformat()))}, folder)
    return [*written, *in_words(form, lacks, "en")], not lacks.questions


def _facts(path: Path, form: Kind) -> Facts:
    try:
        return read_facts(path.read_bytes(), form)
    except BadFacts as why:
        raise NotBuilt(calm(str(why))) from None


def _opened(bundle: Path, office: OfficeKey) -> Opened:
    """A whole incident; one that is not whole is no ground for a letter."""
    try:
        opened = open_bundle(bundle, office)
    except NotOpened as why:
        raise NotBuilt(calm(str(why))) from None
    if opened.faults:
        raise NotBuilt(calm(f"{bundle.name} is not whole: {opened.faults[0]}"))
    return opened


def _told(opened: Opened) -> Told:
    """What the letter may rest on. How it was judged is not in a bundle: it counts as found possible, and no more is said."""
    written = {note.written: note.words for note in opened.notes.values() if note.written}
    judged = Review(opened.incident.reference, Head(), finding="03")
    return Told(opened.incident, judged, tuple(opened.additions.values()), written)


def _key(key: Path | None, keys_dir: Path) -> OfficeKey:
    try:
        return office_key(key, keys_dir)
    except (KeyFault, NotOpened) as why:
        raise NotBuilt(calm(str(why))) from None


def _kit(path: Path, office: OfficeKey) -> Kit:
    try:
        return Kit.from_json(office.open(path.read_bytes()))
    except Unreadable:
        raise NotBuilt(f"{path.name} is no kit that this office key can open.") from None
    except NoKit:
        raise NotBuilt(f"{path.name} opens, but is no kit of a submission.") from None


def _written(made: Mapping[str, bytes], folder: Path) -> list[str]:
    """All of them, or none where one of that name is there already."""
    if there := [name for name in made if (folder / name).exists()]:
        raise NotBuilt(f"{folder / there[0]} is there already and was left as it is. Name another folder with --to.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, data in made.items():
        write_new(folder / name, data)
    return [f"Written: {folder / name}" for name in made]
