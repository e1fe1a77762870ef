"""Who submits to a call: what stands at the top of the submission, for everybody to read."""

from __future__ import annotations

from forms.form import Form
from forms.steps import Words

SUBMITTERS = Form(
    "submitters",
    (
        Words(name="sub_names", needed=True, most=1500),
        Words(name="sub_contact", most=300),
        Words(name="sub_about", most=800),
    ),
)
"""One organisation a line, the one that leads first."""

HEADINGS = ("en", "fr", "es")


def names(words: str) -> tuple[str, ...]:
    """The organisations in what was written, each once."""
    lines = (" ".join(line.split()).lstrip("•-* ") for line in words.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))
