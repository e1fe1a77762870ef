"""What is said when somebody changed who can open incidents."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Screen
from texts.ways import home


def changed(fingerprints: Sequence[str], language: str) -> Markup:
    """What a coordinator compares before saying yes."""
    return paragraphs(
        [
            say(
                language,
                "On the server, the list of keys that can open incidents was changed. From now on they would be:",
            ),
            lines(Markup("<code>{}</code>").format(one) for one in fingerprints),
            say(
                language,
                "Ask whoever runs the server, by telephone or in person, and let them read these out. If one of them"
                " is unknown, decline: somebody may be trying to read what people tell. Until it is approved I take"
                " in no incidents.",
            ),
        ]
    )


def notice(proposal_id: str, language: str) -> Screen:
    """To every coordinator, at the start with other recipients."""
    text = say(
        language,
        "⚠️ The list of keys that can open incidents was changed on the server. I take in no incidents until a"
        " coordinator has compared the new list.",
    )
    return Screen(text, ((Button(plain(language, "Look at it"), f"pr:{proposal_id}", style="primary"),),))


def accepted(language: str) -> Screen:
    """To whoever approved it."""
    return Screen(
        say(language, "Approved. From now on incidents are sealed to these keys, and I take them in again."),
        ((home(language),),),
    )
