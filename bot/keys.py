"""``python -m bot init``: makes the keys that last, explains them on one screen, shows the office key once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from storage.keyfiles import write_private
from storage.sealing import OfficeKey, OfficeLock, ServerKey

_SERVER, _PUBLIC, _SECRET = "server.key", "office.pub", "office.key"
_AGAIN = "To make the missing office key, run: python -m bot init --office"
_SCREEN = """\
The keys of this server, in KEYS_DIR = {folder}

server key   KEYS_DIR/server.key. For what the bot must reopen. Keep a copy on another machine.
             Lost: everybody is a stranger to the bot, and every receipt opens nothing.
draft keys   in memory, a new one each day. For what people are just writing.
             Lost, by a power cut: what was not yet sent is gone, and its writers are told.
office key   with the reviewers; here only the public half, office.pub. For incidents and evidence.
             Lost: no incident sealed to it is ever read again, by anybody.
receipts     on paper, one with each reporter. For the answer to that one.
             Lost: that reporter hears no answer. Nobody can make a second one.

THE OFFICE KEY, shown this once and written to no file:

{secret}

1. Carry it to the reviewers' machine as the file office.key, then: chmod 600 office.key
2. Write it on paper too, and lock the paper away. It can be told by {fingerprint}, as in office.pub.
3. Clear this screen. Whoever has this key reads every incident.
Keep it off this server. A copy in KEYS_DIR/office.key is the weaker mode: the server could read
every incident, and so could whoever takes it.
"""


class NotMade(Exception):
    """No office key was made and no key was replaced; the message says in plain words why, and what to do."""


def make_keys(keys_dir: Path, today: dt.date, show: Callable[[str], None], *, office_only: bool = False) -> None:
    """Make the server key and the office key, and hand the screen that explains them to ``show``.

    The public half of the office key is written only after ``show`` returned, so that nothing is ever sealed to a
    key that nobody has seen. With ``office_only`` the server key must be there already, and stays as it is.
    Raises NotMade where there are keys already, OSError where none can be written.
    """
    _refuse_to_replace(keys_dir, office_only=office_only)
    ServerKey.load(keys_dir / _SERVER, today)
    key = OfficeKey.new()
    fingerprint = OfficeLock(key.recipients).fingerprints[0]
    try:
        show(_SCREEN.format(folder=keys_dir, secret=key.text, fingerprint=fingerprint))
    except OSError as fault:
        raise NotMade(f"The office key could not be shown ({fault.strerror}), so none was made. {_AGAIN}") from None
    try:
        write_private(keys_dir / _PUBLIC, _public(key, fingerprint, today), fresh=True)
    except OSError as fault:
        raise NotMade(
            f"{keys_dir / _PUBLIC} could not be written ({fault.strerror}), so the office key above is void. {_AGAIN}"
        ) from None


def _refuse_to_replace(keys_dir: Path, *, office_only: bool) -> None:
    server, public, secret = (keys_dir / name for name in (_SERVER, _PUBLIC, _SECRET))
    if public.exists() and server.exists():
        raise NotMade(f"{server} and {public} exist already; they stay as they are.")
    if public.exists():
        raise NotMade(f"{public} exists, but {server} is missing: put it back from its copy; nothing was changed.")
    if secret.exists():
        raise NotMade(f"{secret} exists, but {public} is missing: put it back, or move {_SECRET} away first.")
    if server.exists() and not office_only:
        raise NotMade(f"{server} exists already and stays as it is. {_AGAIN}")
    if office_only and not server.exists():
        raise NotMade(f"{server} is missing. To make both keys, run: python -m bot init")


def _public(key: OfficeKey, fingerprint: str, today: dt.date) -> str:
    remark = f"# Public half of the office key made on {today.isoformat()}, fingerprint {fingerprint}. It seals, and opens nothing."
    return "\n".join([remark, *key.recipients, ""])
