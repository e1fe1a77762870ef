"""/submission: who submits, what it would look like, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from storage.deadlines import Deadline
from storage.submissions import Submission
from texts import due
from texts.entries import day_words
from texts.language import plain, say
from texts.layout import lines, paragraphs
from texts.screen import Button, Row, Screen, Toast
from texts.told import calm
from texts.ways import home

_TITLE = 80
HEADINGS = {"en": "English", "fr": "Français", "es": "Español"}


@dataclass(frozen=True)
class Size:
    """How long a submission is, and how long it may be; 0 where the call does not say or nobody entered it."""

    words: int
    pages: int
    most_words: int = 0
    most_pages: int = 0
    left_out: int = 0
    confided: int = 0
    cuts: tuple[tuple[str, int], ...] = ()
    """What to cut first: paragraph, and how many words that saves."""

    @property
    def fits(self) -> bool:
        """Within the limits that are known."""
        return (not self.most_words or self.words <= self.most_words) and (
            not self.most_pages or self.pages <= self.most_pages
        )


def no_call(language: str) -> Screen:
    """There is nothing to submit to."""
    text = say(
        language,
        "<b>Submission</b>\nNo call for information is entered that is still open. A coordinator enters it in /deadlines;"
        " then its submission is put together here.",
    )
    return Screen(text, ((Button(plain(language, "📋 All deadlines"), "dl"),), (home(language),)))


def overview(
    call: Deadline, submission: Submission, ends: dt.datetime | None, judged: int, *, here: bool, language: str
) -> Screen:
    """Where the submission to this call stands. ``judged`` incidents have a finding; ``here``: the office key lies on this
    server."""
    parts = [
        say(language, "<b>Submission</b> to “{title}”", title=due.title(call, language, _TITLE)),
        say(language, "The call is open {until}.", until=due.until(ends, call.zone, language))
        if ends
        else say(language, "The call is over."),
        _who(submission, language),
        say(
            language,
            "Incidents with a finding: {count}. Which of them may stand in it, and where, each teller decided; that is looked"
            " up when it is built. The paragraphs are written on their cards, under <b>For the submission</b>.",
            count=judged,
        ),
        Markup() if here else _elsewhere(language),
        _built(submission, language),
    ]
    return Screen(paragraphs(parts), _ways(call.id, submission, here=here, language=language), protected=True)


def headings(call: Deadline, submission: Submission, language: str) -> Screen:
    """In which language the headings are."""
    text = say(
        language,
        "<b>Language of the headings</b>\nThe paragraphs are in English, with the Khmer beside them where somebody wrote it.",
    )
    each = tuple(
        Button(("● " if code == submission.language else "") + name, f"sm:in:{call.id}:{code}")
        for code, name in HEADINGS.items()
    )
    return Screen(text, (each, (_back(call.id, language), home(language))))


def nobody_submits(language: str) -> Toast:
    """Without submitters there is no submission."""
    return Toast(plain(language, "First write who submits: a call is not answered by nobody."), alert=True)


def on_its_way(language: str) -> Toast:
    """It is being put together."""
    return Toast(plain(language, "I put it together. It comes in a moment."))


def below_page(language: str, lasts: int) -> Screen:
    """Below the picture of page one."""
    text = say(language, "Page one, as it would be sent.")
    return Screen(text, protected=True, lasts=lasts)


def below_preview(size: Size, language: str, lasts: int) -> Screen:
    """Below the whole of it as PDF: how long it is, what to cut, what is not in it."""
    return Screen(
        paragraphs(
            [
                say(language, "<b>Draft.</b> Nothing was sent to anybody."),
                _length(size, language),
                _cuts(size, language),
                say(
                    language,
                    "Not in the main text: {left_out}. In the confidential annex, which is not shown here: {confided}.",
                    left_out=size.left_out,
                    confided=size.confided,
                ),
            ]
        ),
        protected=True,
        silent=True,
        lasts=lasts,
    )


def below_built(day: str, language: str) -> Screen:
    """Below the sealed files."""
    return Screen(
        paragraphs(
            [
                say(language, "The submission of {day}, sealed to the office key.", day=day_words(day, language)),
                say(
                    language,
                    "On the reviewers' machine: <code>python -m bot submission open FILE</code>. Read it once more, send it"
                    " yourselves, and then press <b>Submission sent</b> on the call's card: the reporters are told.",
                ),
            ]
        ),
        protected=True,
    )


def below_kit(language: str) -> Screen:
    """Below the sealed kit."""
    return Screen(
        say(
            language,
            "The kit: how each incident was judged, and who submits; sealed to the office key. With the sealed incidents from"
            " /export, on the reviewers' machine: <code>python -m bot submission build --kit kit.age R-*.tar</code>",
        ),
        protected=True,
    )


def not_built(language: str) -> Screen:
    """It could not be put together, or is too large for Telegram."""
    return Screen(
        say(
            language,
            "I could not put the submission together: its call is gone, the office key is not here any more, or the files are"
            " too large for Telegram. Ask for it again in /submission; nothing was lost.",
        )
    )


def approves(call: Deadline, names: Sequence[str], count: int, who: str, language: str) -> Markup:
    """All that a second person approves."""
    return paragraphs(
        [
            say(
                language,
                "{who} builds the submission to “{title}” and gets it, sealed to the office key.",
                who=who,
                title=due.title(call, language, _TITLE),
            ),
            say(language, "Submitted by: {names}", names="; ".join(map(calm, names))),
            say(
                language,
                "It rests on {count} incidents that have a finding now; of these, what each teller allowed. None that is"
                " judged later is in it.",
                count=count,
            ),
        ]
    )


def ways(deadline: str, language: str) -> Row:
    """What a second person should look at first."""
    return (Button(plain(language, "👁 Look at it first"), f"sm:look:{deadline}"),)


def being_built(who: str, language: str) -> Screen:
    """To whoever approved it."""
    return Screen(say(language, "Approved. {who} is being sent it.", who=who), ((home(language),),))


def kept(call: Deadline, language: str) -> Screen:
    """Who submits was written down."""
    return Screen(
        say(language, "✔ Kept."),
        ((Button(plain(language, "◀ Submission"), f"sm:{call.id}"), home(language)),),
        fresh=True,
    )


def _who(submission: Submission, language: str) -> Markup:
    if not submission.names:
        return say(language, "Submitted by: <i>nobody yet</i>")
    parts = [say(language, "Submitted by:")]
    parts += [Markup("• {name}").format(name=calm(one)) for one in submission.names]
    if submission.contact:
        parts.append(say(language, "Contact: {contact}", contact=calm(submission.contact)))
    return lines(parts)


def _elsewhere(language: str) -> Markup:
    return say(
        language,
        "The office key is not on this server, so it is built on the reviewers' machine: I send a sealed kit for that.",
    )


def _built(submission: Submission, language: str) -> Markup:
    if not submission.built_on:
        return Markup()
    day = day_words(submission.built_on, language)
    if not submission.approved_by:
        return say(language, "Last built on {day} by {who}.", day=day, who=submission.by)
    return say(
        language,
        "Last built on {day} by {who}, approved by {other}.",
        day=day,
        who=submission.by,
        other=submission.approved_by,
    )


def _length(size: Size, language: str) -> Markup:
    words = f"{size.words:,}" + (f" / {size.most_words:,}" if size.most_words else "")
    pages = f"{size.pages:,}" + (f" / {size.most_pages:,}" if size.most_pages else "")
    counted = say(language, "Words: <b>{words}</b> · pages: <b>{pages}</b>", words=words, pages=pages)
    if size.fits:
        return counted
    return lines([counted, say(language, "⚠️ That is more than the call takes.")])


def _cuts(size: Size, language: str) -> Markup:
    if size.fits or not size.cuts:
        return Markup()
    head = say(language, "What to cut first:")
    each = [
        say(language, "• paragraph {number}: {words} words", number=number, words=words)
        for number, words in size.cuts[:5]
    ]
    return lines([head, *each])


def _ways(deadline: str, submission: Submission, *, here: bool, language: str) -> tuple[Row, ...]:
    who = Button(plain(language, "✏️ Who submits"), f"sm:who:{deadline}")
    look = Button(plain(language, "👁 Look at it"), f"sm:look:{deadline}")
    build = Button(
        plain(language, "📦 Build it") if here else plain(language, "📦 Sealed kit"),
        f"sm:build:{deadline}",
        style="primary",
    )
    shown = HEADINGS.get(submission.language, submission.language)
    language_ = Button(plain(language, "Headings: {name}", name=shown), f"sm:in:{deadline}")
    coverage = Button(plain(language, "📊 What is covered"), f"cv:{deadline}")
    first = ((who, look), (build,)) if here else ((who,), (build,))
    return (*first, (language_, coverage), (home(language),))


def _back(deadline: str, language: str) -> Button:
    return Button(plain(language, "◀ Submission"), f"sm:{deadline}")
