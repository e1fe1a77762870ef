"""Who writes a section of a submission, and until which day."""

from __future__ import annotations

from forms.form import Form
from forms.steps import Day, Words

MOST_LETTERS = 60
"""Of an organisation's name: a line of the plan holds it."""

OWNER = Form("section_owner", (Words(name="wp_owner", needed=True, most=MOST_LETTERS),))
DUE = Form("section_due", (Day(name="wp_due", needed=True),))
