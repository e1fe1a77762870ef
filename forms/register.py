"""All forms, in the order in which an open one is asked: whatever interrupts comes before what it interrupts."""

from __future__ import annotations

from forms.assessment import ASSESSMENT
from forms.broadcast import BROADCAST
from forms.case_news import CASE_NEWS
from forms.deadline import DEADLINE
from forms.incident import ADDITION, INCIDENT
from forms.review import LINK, NOTE, OWN_NOTE, REASON, REPLY, SAME

FORMS = {
    form.name: form
    for form in (
        REPLY,
        REASON,
        NOTE,
        OWN_NOTE,
        LINK,
        SAME,
        CASE_NEWS,
        ASSESSMENT,
        DEADLINE,
        BROADCAST,
        ADDITION,
        INCIDENT,
    )
}
