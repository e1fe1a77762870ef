"""Every screen of submissions, with as little and as much on it as there can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import product

from showings import WORST, Shown, shown

from forms.submission import HEADINGS, names
from storage.deadlines import Deadline
from storage.proposals import Kind, Proposal
from storage.submissions import Submission
from texts import approvals, submissions
from texts.submissions import Size

_WHO = "Kingfisher-9999"
_CALL = Deadline(WORST[:200], "2027-05-15", "Europe/Zurich", id="01234567", symbol=WORST[:60])
_ENDS = dt.datetime(2027, 5, 15, 22, tzinfo=dt.UTC)
_EMPTY = Submission(_CALL.id)
_FULL = Submission(
    _CALL.id,
    names("\n".join(WORST[n : n + 70] for n in range(20))),
    WORST[:300],
    WORST[:800],
    "fr",
    "2027-05-10",
    _WHO,
    _WHO,
)
_SMALL, _LARGE = Size(0, 1), Size(10**6, 10**4, 2500, 5, 9999, 9999, tuple((str(n), 9999) for n in range(10, 40)))


def submission_screens(language: str) -> Shown:
    """Each with the name of the function that makes it."""
    yield shown(submissions.no_call, language)
    for one, here, ends in product((_EMPTY, _FULL, replace(_FULL, approved_by="")), (True, False), (None, _ENDS)):
        yield shown(submissions.overview, _CALL, one, ends, 99_999, here=here, language=language)
    for code in HEADINGS:
        yield shown(submissions.headings, _CALL, replace(_EMPTY, language=code), language)
    for said in (submissions.nobody_submits, submissions.on_its_way, submissions.not_built, submissions.below_kit):
        yield shown(said, language)
    yield shown(submissions.below_page, language, 900)
    for size in (_SMALL, _LARGE):
        yield shown(submissions.below_preview, size, language, 900)
    yield shown(submissions.below_built, "2027-05-10", language)
    yield shown(submissions.being_built, _WHO, language)
    yield shown(submissions.kept, _CALL, language)
    proposal = Proposal("0" * 12, Kind.SUBMISSION, _CALL.id, {}, _WHO, 1)
    words = submissions.approves(_CALL, _FULL.names, 99_999, _WHO, language)
    ways = submissions.ways(_CALL.id, language)
    yield shown(approvals.looked_at, proposal, words, ways, "Lotus-4", language)
