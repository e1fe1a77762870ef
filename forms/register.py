"""All forms, in the order in which an open one is asked: whatever interrupts comes before what it interrupts."""

from __future__ import annotations

from forms.appeals import APPEALS
from forms.assessment import ASSESSMENT
from forms.broadcast import BROADCAST
from forms.case_news import CASE_NEWS
from forms.deadline import DEADLINE
from forms.incident import ADDITION, INCIDENT
from forms.review import LINK, NOTE, OWN_NOTE, PARAGRAPHS, REASON, REPLY, SAME
from forms.submission import SUBMITTERS
from forms.workplan import DUE, OWNER

FORMS = {
    form.name: form
    for form in (
        REPLY,
        REASON,
        NOTE,
        *PARAGRAPHS.values(),
        *APPEALS.values(),
        OWN_NOTE,
        LINK,
        SAME,
        CASE_NEWS,
        ASSESSMENT,
        DEADLINE,
        BROADCAST,
        SUBMITTERS,
        OWNER,
        DUE,
        ADDITION,
        INCIDENT,
    )
}
