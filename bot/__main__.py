"""The command line: ``python -m bot run | ask | config | init | incidents | open | answer | submission build |
submission open | audit verify | audit show | facts check | facts import``."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from bot import logs, settings

_ROLES = ("public", "monitor", "editor", "coordinator", "admin")
_STATES = ("received", "read", "question", "checking", "used", "closed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it went well, 1 when it could not, 2 when it was asked wrongly."""
    os.umask(0o077)
    wanted = _parser().parse_args(arguments)
    try:
        code: int = wanted.command(wanted)
    except settings.WrongSetting as wrong:
        return _complain(str(wrong), 2)
    except KeyboardInterrupt:
        return 130
    return code


def _run(wanted: argparse.Namespace) -> int:
    chosen = settings.load()
    logs.set_up(chosen.log_level)
    import uvloop

    from bot.run import run
    from bot.sender import Fatal
    from facts.loader import FactsError
    from storage.database import InUse, StorageError
    from storage.sealing import KeyFault

    for warning in settings.warnings(chosen) if chosen.telegram_token else ():
        _complain(f"Note: {warning}", 0)
    try:
        uvloop.run(run(chosen, new_admin=wanted.admin))
    except (Fatal, KeyFault) as plain:
        return _complain(str(plain), 1)
    except InUse as place:
        return _complain(f"Another instance already works on the data directory {place}. Stop it first.", 1)
    except StorageError as fault:
        return _complain(
            f"The database in {chosen.data_dir} cannot be used ({fault}). Is the disk full or read-only?", 1
        )
    except FactsError as fault:
        return _complain(f"The facts are faulty:\n{fault}", 1)
    except OSError as fault:
        return _complain(f"{fault.filename or 'Something on this machine'} cannot be used: {fault.strerror}.", 1)
    return 0


def _ask(wanted: argparse.Namespace) -> int:
    logs.set_up("ERROR")
    from bot.ask import as_json, as_text, ask
    from storage.members import Role

    official = settings.load().official_file
    role = Role[wanted.role.upper()]
    answers = asyncio.run(ask(wanted.message, name=wanted.name, language=wanted.language, role=role, official=official))
    shape = as_json if wanted.json else as_text
    print(shape(wanted.message, answers))  # noqa: T201 - the answer is what was asked for
    return 0 if any(answers) else 1


def _config(wanted: argparse.Namespace) -> int:
    chosen = settings.load()
    for line in settings.effective(chosen):
        print(line)  # noqa: T201 - as above
    for warning in settings.warnings(chosen):
        _complain(f"Note: {warning}", 0)
    return 0


def _init(wanted: argparse.Namespace) -> int:
    from bot.clock import now
    from bot.keys import NotMade, make_keys

    def show(screen: str) -> None:
        print(screen, end="", flush=True)  # noqa: T201 - the public half is written only once this was seen

    try:
        make_keys(settings.load().keys_dir, now().date(), show, office_only=wanted.office)
    except NotMade as why:
        return _complain(str(why), 1)
    except OSError as fault:
        return _complain(f"{fault.filename or 'The folder of the keys'} cannot be used: {fault.strerror}.", 1)
    return 0


def _incidents(wanted: argparse.Namespace) -> int:
    from bot.bundling import NotBundled, bundle, listed
    from storage.database import StorageError
    from storage.sealing import KeyFault

    chosen = settings.load()
    try:
        if wanted.reference:
            lines = [f"Written: {bundle(chosen, wanted.reference, wanted.to)}"]
        else:
            lines = listed(chosen) or ["There are no incidents yet."]
    except (NotBundled, KeyFault) as why:
        return _complain(str(why), 1)
    except StorageError as fault:
        return _complain(f"The database in {chosen.data_dir} cannot be read: {fault}.", 1)
    except OSError as fault:
        return _complain(f"{fault.filename or 'The bundle'} cannot be written: {fault.strerror}.", 1)
    print("\n".join(lines))  # noqa: T201 - the answer is what was asked for
    return 0


def _open(wanted: argparse.Namespace) -> int:
    from bot.bundles import NotOpened
    from bot.unsealing import unseal

    keys_dir = settings.load().keys_dir
    try:
        shown = unseal(wanted.file, keys_dir=keys_dir, key=wanted.key, save=wanted.save, share=wanted.share)
    except NotOpened as why:
        return _complain(str(why), 1)
    _print(shown.text)
    return 0 if shown.whole else 1


def _answer(wanted: argparse.Namespace) -> int:
    from bot.answering import NotAnswered, answer
    from bot.clock import now

    keys_dir = settings.load().keys_dir
    try:
        written = answer(
            wanted.file,
            wanted.words,
            wanted.state,
            now().date(),
            keys_dir=keys_dir,
            key=wanted.key,
            folder=wanted.to,
        )
    except NotAnswered as why:
        return _complain(str(why), 1)
    except OSError as fault:
        return _complain(f"{fault.filename or 'The answer'} cannot be used: {fault.strerror}.", 1)
    _print(f"Written: {written}\nPut it into DATA_DIR/answers on the server; the bot takes it within a minute.\n")
    return 0


def _submission(wanted: argparse.Namespace) -> int:
    from bot.submission import NotBuilt, build, unpack

    keys_dir = settings.load().keys_dir
    try:
        if "facts" in wanted:
            return _letter(wanted, keys_dir)
        if wanted.kit:
            lines = build(wanted.kit, wanted.bundles, wanted.to, keys_dir=keys_dir, key=wanted.key)
        else:
            lines = unpack(wanted.file, wanted.to, keys_dir=keys_dir, key=wanted.key)
    except NotBuilt as why:
        return _complain(str(why), 1)
    except OSError as fault:
        return _complain(f"{fault.filename or 'The submission'} cannot be used: {fault.strerror}.", 1)
    _print("".join(f"{line}\n" for line in lines))
    return 0


def _letter(wanted: argparse.Namespace, keys_dir: Path) -> int:
    from bot.clock import now
    from bot.submission import write_appeal
    from documents.appeals import blank
    from forms.appeals import KINDS

    if wanted.facts is None and wanted.bundle is None:
        _print(blank(KINDS[wanted.kind]))
        return 0
    lines, whole = write_appeal(
        wanted.kind, wanted.bundle, wanted.facts, wanted.to, now().date(), keys_dir=keys_dir, key=wanted.key
    )
    _print("".join(f"{line}\n" for line in lines))
    return 0 if whole else 1


def _audit(wanted: argparse.Namespace) -> int:
    from bot.verifying import NotVerified, heads, shown, verdict, verify
    from storage.database import StorageError
    from storage.sealing import KeyFault

    chosen = settings.load()
    try:
        anchors = heads(wanted.head)
    except NotVerified as why:
        return _complain(str(why), 2)
    try:
        head, faults = verify(chosen, anchors)
        lines = [*shown(chosen), *faults] if wanted.show else verdict(head, faults, anchors)
    except (NotVerified, KeyFault) as why:
        return _complain(str(why), 1)
    except StorageError as fault:
        return _complain(f"The database in {chosen.data_dir} cannot be read: {fault}.", 1)
    _print("".join(f"{line}\n" for line in lines))
    return 1 if faults else 0


def _import(wanted: argparse.Namespace) -> int:
    from bot.importing import NotImported, import_text
    from facts.loader import load_all

    logs.set_up("ERROR")
    target = settings.load().official_file
    try:
        print(import_text(Path(wanted.file), target, load_all()))  # noqa: T201 - the answer is what was asked for
    except NotImported as why:
        return _complain(str(why), 1)
    return 0


def _facts(wanted: argparse.Namespace) -> int:
    from facts.loader import FactsError, load, load_all

    if wanted.folder and not Path(wanted.folder).is_dir():
        return _complain(f"There is no folder {wanted.folder}.", 1)
    try:
        reports = [load(Path(wanted.folder))] if wanted.folder else load_all()
    except FactsError as faults:
        return _complain(str(faults), 1)
    for report in reports:
        print(  # noqa: T201 - as above
            f"{report.document.symbol}: {len(report.benchmarks)} benchmarks, {len(report.recommendations)}"
            f" recommendations, {len(report.cases)} cases, {len(report.defendants)} defendants, {len(report.laws)} laws,"
            f" {len(report.dates)} dates, {len(report.paragraphs)} paragraphs, {len(report.contradictions)}"
            " contradictions. No faults."
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Sangket, a bot that knows a UN report.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the bot; without TELEGRAM_TOKEN in a local sandbox")
    run.add_argument("--admin", action="store_true", help="print a code for a new admin, such as after a lost account")
    run.set_defaults(command=_run)
    ask = commands.add_parser("ask", help="ask through the whole pipeline and print the answers")
    ask.add_argument("message", nargs="+", help='what is typed, such as "/benchmark D"; "[Label]" presses a button')
    ask.add_argument("--as", dest="name", metavar="NAME", default="Visitor", help="the name of who asks")
    ask.add_argument("--role", choices=_ROLES, default="public", help="what who asks may do")
    ask.add_argument("--language", choices=["en", "km"], help="choose this language first")
    ask.add_argument("--json", action="store_true", help="answers for other programs")
    ask.set_defaults(command=_ask)
    config = commands.add_parser("config", help="print the settings in force, secrets masked")
    config.set_defaults(command=_config)
    init = commands.add_parser("init", help="make the keys, explain them, and show the office key once")
    init.add_argument("--office", action="store_true", help="only the office key, where there is a server key already")
    init.set_defaults(command=_init)
    incidents = commands.add_parser("incidents", help="list the incidents, or write one as a sealed bundle")
    incidents.add_argument("reference", nargs="?", help="such as R-7F3K; all are listed when none is given")
    incidents.add_argument("--to", type=Path, metavar="DIR", default=Path(), help="where to write the bundle")
    incidents.set_defaults(command=_incidents)
    opening = commands.add_parser("open", help="open a sealed incident on a reviewer's machine")
    opening.add_argument("file", type=Path, help="a bundle such as R-7F3K.tar, or a single incident.age")
    opening.add_argument("--key", type=Path, metavar="FILE", help="the office key; office.key here or in KEYS_DIR else")
    opening.add_argument("--save", type=Path, metavar="DIR", help="write the originals there, unaltered")
    opening.add_argument("--share", type=Path, metavar="DIR", help="write pictures there, stripped of what cameras add")
    opening.set_defaults(command=_open)
    answering = commands.add_parser("answer", help="answer a reporter, on a reviewer's machine")
    answering.add_argument("file", type=Path, help="the bundle of the incident")
    answering.add_argument("words", nargs="?", default="", help="what to say, in the reporter's language")
    answering.add_argument("--state", choices=_STATES, default="", help="where the incident stands now")
    answering.add_argument("--key", type=Path, metavar="FILE", help="the office key, as for open")
    answering.add_argument("--to", type=Path, metavar="DIR", default=Path(), help="where to write the answer")
    answering.set_defaults(command=_answer)
    submission = commands.add_parser("submission", help="build a submission to the UN, or open one that the bot built")
    works = submission.add_subparsers(required=True, metavar="COMMAND")
    building = works.add_parser("build", help="from the sealed kit and bundles, on a reviewers' machine")
    building.add_argument("bundles", nargs="*", type=Path, metavar="BUNDLE", help="such as R-7F3K.tar")
    building.add_argument("--kit", type=Path, required=True, metavar="FILE", help="what /submission gave: kit.age")
    unpacking = works.add_parser("open", help="open what the bot built and sealed")
    unpacking.add_argument("file", type=Path, help="such as submission-2027-05-10.tar.age")
    writing = works.add_parser("letter", help="a letter on one incident to another body of the UN, or a checklist")
    writing.add_argument("kind", choices=("special-procedures", "wgeid", "wgad", "trial"))
    writing.add_argument("--bundle", type=Path, metavar="FILE", help="of the incident; none for a checklist")
    writing.add_argument(
        "--facts",
        type=Path,
        metavar="FILE",
        help="what nobody answered in the chat; without a bundle and facts, a blank file is printed",
    )
    for one in (building, unpacking, writing):
        one.add_argument("--key", type=Path, metavar="FILE", help="the office key, as for open")
        one.add_argument("--to", type=Path, metavar="DIR", default=Path("submission"), help="where to write the files")
        one.set_defaults(command=_submission, kit=None)
    audit = commands.add_parser("audit", help="see that nobody changed what was written down, or read it")
    looks = audit.add_subparsers(required=True, metavar="COMMAND")
    verifying = looks.add_parser("verify", help="find every edit, deletion, swap, and with a head a cut end")
    verifying.add_argument(
        "--head", action="append", default=[], metavar="HEAD", help="a head that was kept, such as 41:ABCD-EFGH-JKMN"
    )
    verifying.set_defaults(command=_audit, show=False)
    looks.add_parser("show", help="print all entries").set_defaults(command=_audit, show=True, head=[])
    facts = commands.add_parser("facts", help="work with the facts of a report")
    parts = facts.add_subparsers(required=True, metavar="COMMAND")
    check = parts.add_parser("check", help="check a folder of facts and print every fault")
    check.add_argument("folder", nargs="?", help="the folder; those of all reports when none is given")
    check.set_defaults(command=_facts)
    take = parts.add_parser("import", help="read the official text, so that answers quote it and /search covers it")
    take.add_argument("file", help="the report as plain text (UTF-8) or .docx")
    take.set_defaults(command=_import)
    return parser


def _print(text: str) -> None:
    """Khmer on a terminal that cannot show it becomes question marks, not an error."""
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    print(text, end="")  # noqa: T201 - as above


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - for the operator at the terminal
    return code


if __name__ == "__main__":
    sys.exit(main())
