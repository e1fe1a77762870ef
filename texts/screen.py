"""What a person sees: a text, perhaps under a picture, and rows of buttons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

Style = Literal["primary", "success", "danger"]


@dataclass(frozen=True)
class Button:
    """A button below a text: pressing it sends ``data`` to the bot, copies ``copy``, opens ``url``, or shares ``share``.

    ``data`` is ``topic:action:id`` in at most 64 bytes; it is never a secret and never a permission.
    """

    label: str
    data: str | None = None
    copy: str | None = None
    url: str | None = None
    share: str | None = None
    style: Style | None = None


Row = tuple[Button, ...]


@dataclass(frozen=True)
class Screen:
    """One answer. ``text`` is Markup, so that every value in it was escaped when it was put there.

    Shown in place of the message whose button was pressed, unless ``fresh``. ``toast`` is the short word that
    answers the press itself. ``picture`` is a name that ``documents.pictures`` knows; the text is then its caption,
    of at most 1,024 characters, and says in words what the picture shows. ``protected`` keeps Telegram's apps from
    forwarding and saving it, which is friction and no safety; ``silent`` makes no sound;
    ``personal`` holds what the person told. ``lasts``: so many seconds after it was sent, a new message in a private
    chat is deleted; 0 for never.
    """

    text: Markup
    rows: tuple[Row, ...] = ()
    fresh: bool = False
    toast: str | None = None
    picture: str | None = None
    protected: bool = False
    silent: bool = False
    personal: bool = False
    lasts: int = 0


@dataclass(frozen=True)
class Toast:
    """A short word that answers a press of a button and leaves the screen as it is."""

    text: str
    alert: bool = False


def grid(buttons: list[Button], width: int) -> tuple[Row, ...]:
    """The buttons in rows of ``width``."""
    return tuple(tuple(buttons[n : n + width]) for n in range(0, len(buttons), width))
