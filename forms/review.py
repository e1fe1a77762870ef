"""What reviewers write about an incident: to the reporter, to the team, for themselves, and why."""

from __future__ import annotations

from forms.form import Form
from forms.steps import Words

MOST_LETTERS = 2000
"""Of an answer to a reporter: it fits one message beside the others."""

REPLY = Form("reply", (Words(name="reply", needed=True, most=MOST_LETTERS),))
REASON = Form("reason", (Words(name="reason", needed=True, most=1000),))
"""Why something is confirmed although the threshold is not reached."""
NOTE = Form("note", (Words(name="note", needed=True, most=MOST_LETTERS),))
MOST_IN_PARAGRAPH = 1500
"""Letters: some 250 words of English, a tenth of what a call usually takes in all."""
PARAGRAPHS = {
    language: Form(f"paragraph_{language}", (Words(name=f"paragraph_{language}", needed=True, most=MOST_IN_PARAGRAPH),))
    for language in ("en", "km")
}
"""What stands in a submission about an incident, in English and beside it in Khmer."""
OWN_NOTE = Form("own_note", (Words(name="own_note", needed=True, most=300),))
LINK = Form("link", (Words(name="link", needed=True, most=200),))
"""Which case or recommendation of the report an incident touches: words or a number, to be looked up."""
SAME = Form("same", (Words(name="same", needed=True, most=40),))
"""The reference of another incident that tells of the same."""
