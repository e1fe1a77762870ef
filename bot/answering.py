"""``python -m bot answer``: an answer to a reporter, sealed on the reviewer's machine to the receipt's mailbox.

The file goes into DATA_DIR/answers on the server, which puts it into the mailbox (schedules.answers) and cannot
read it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from pathlib import Path

from bot.bundles import NotOpened, open_bundle
from bot.unsealing import office_key
from storage.keyfiles import write_new
from storage.sealing import KeyFault, padded_json, seal_to

MOST_LETTERS = 2000


class NotAnswered(Exception):
    """No answer was made; the message says in plain words why."""


def answer(
    bundle: Path, words: str, state: str, today: dt.date, *, keys_dir: Path, key: Path | None, folder: Path
) -> Path:
    """Write the answer to this incident into ``folder``; where it is. Raises NotAnswered, OSError."""
    if len(words) > MOST_LETTERS:
        raise NotAnswered(f"An answer has at most {MOST_LETTERS} letters; this one has {len(words)}.")
    if not words and not state:
        raise NotAnswered("Say something: words, or --state.")
    try:
        opened = open_bundle(bundle, office_key(key, keys_dir))
    except (NotOpened, KeyFault) as why:
        raise NotAnswered(str(why)) from None
    mailbox = opened.incident.mailbox
    if mailbox is None:
        raise NotAnswered(f"{opened.incident.reference} has no mailbox.")
    letter = {"on": today.isoformat()} | ({"words": words} if words else {}) | ({"state": state} if state else {})
    sealed = seal_to(mailbox, padded_json(letter))
    whole = json.dumps({"mailbox": mailbox, "sealed": base64.b64encode(sealed).decode()})
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = folder / f"{secrets.token_hex(8)}.answer"  # the name tells nothing
    write_new(target, whole.encode())
    return target
