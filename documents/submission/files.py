"""The files of a submission, by their names: the same material gives the same bytes."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping

from documents.print import pdf
from documents.submission.compiling import Compiled
from documents.tables import tables
from documents.word import word
from texts import papers as words

MAIN, ANNEX, LEFT_OUT = "submission", "annex-confidential", "left-out.txt"


def files(compiled: Compiled) -> dict[str, bytes]:
    """What goes to the UN as Word and PDF, the annex apart from it, and what stays with the network: which incidents are
    not in the main text, and why."""
    made = {f"{MAIN}.docx": word(compiled.main), f"{MAIN}.pdf": pdf(compiled.main)}
    if compiled.annex is not None:
        made |= {f"{ANNEX}.docx": word(compiled.annex), f"{ANNEX}.pdf": pdf(compiled.annex)}
    made |= tables(compiled.stated, compiled.main.made_on)
    lines = [f"{reference}  {words.left_out(why.value)}" for reference, why in compiled.left_out]
    used = [f"{reference}  {words.stands_in(number)}" for reference, number in sorted(compiled.used.items())]
    made[LEFT_OUT] = "\n".join([words.FOR_THE_NETWORK, "", *lines, "", *used, ""]).encode()
    return made


def packed(made: Mapping[str, bytes]) -> bytes:
    """A tar of them without a time or a name in it, to be sealed."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name, data in sorted(made.items()):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(data), 0o600
            tar.addfile(member, io.BytesIO(data))
    return whole.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    """The files of such a tar. Raises ValueError for anything that is none."""
    found: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() and not member.issparse() else None
                if file is None or "/" in member.name or member.name.startswith("."):
                    raise ValueError(member.name)
                found[member.name] = file.read()
    except (tarfile.TarError, ArithmeticError, EOFError):
        raise ValueError("no tar") from None
    return found
