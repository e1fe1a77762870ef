"""What is offered to somebody who writes the bot's name in another chat: public facts, ready to be sent there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from markupsafe import Markup

from texts.cards import Cards
from texts.citing import cited
from texts.language import plain
from texts.layout import shortened


@dataclass(frozen=True)
class Offer:
    """One choice: what is shown of it, the text that is sent, and the link below that text."""

    ref: str
    title: str
    description: str
    text: Markup
    link: str
    link_label: str


class Offers:
    """Makes offers of things."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards

    def of(self, ref: str, language: str, today: dt.date) -> Offer:
        """A thing as an offer: its card, without buttons, since these would ask the bot in a chat it is not in."""
        entries = self._cards.frame.entries
        place = cited(entries.place(ref), language)
        return Offer(
            ref,
            entries.title(ref, language),
            f"{shortened(entries.gist(ref, language), 110)} ({place})",
            self._cards.card(ref, language, today).text,
            self._cards.frame.sharing.link(ref),
            plain(language, "Open in Sangket"),
        )
