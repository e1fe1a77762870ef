"""How an incident is judged, in words: grades, findings, who tells of it, and what a second person approves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from facts.report import Report
from forms.incident import LETTERS
from forms.judging import CONFIRMED, FINDINGS, OWN, SCALE, Counted, Lack, independent
from storage.proposals import Proposal
from storage.reviews import Review, Source
from texts import statuses
from texts.entries import Entries
from texts.language import plain, say
from texts.layout import lines, paragraphs, shortened
from texts.screen import Button, Row, Screen, Toast, grid
from texts.ways import home

Label = Callable[[str], str]

_GRADES: Mapping[str, Label] = {
    "01": lambda language: plain(language, "Highly reliable"),
    "02": lambda language: plain(language, "Likely reliable"),
    "03": lambda language: plain(language, "Unsure"),
    "04": lambda language: plain(language, "Likely unreliable"),
    "05": lambda language: plain(language, "Highly unreliable"),
    "99": lambda language: plain(language, "Cannot be told"),
}
_FINDINGS: Mapping[str, Label] = {
    "0101": lambda language: plain(language, "Confirmed: a violation"),
    "0102": lambda language: plain(language, "Confirmed: a similar act"),
    "0103": lambda language: plain(language, "Confirmed: not a violation"),
    "04": lambda language: plain(language, "Likely"),
    "03": lambda language: plain(language, "Possible"),
    "02": lambda language: plain(language, "Unlikely"),
    "99": lambda language: plain(language, "Cannot be told"),
}
_LINKS: Mapping[str, Label] = {
    "0101": lambda language: plain(language, "Victim"),
    "0102": lambda language: plain(language, "Eyewitness"),
    "020101": lambda language: plain(language, "Relative of the victim"),
    "03": lambda language: plain(language, "Somebody who was told"),
    "0401": lambda language: plain(language, "The lawyer"),
    "040401": lambda language: plain(language, "Human rights organisation"),
    "media": lambda language: plain(language, "News, social media"),
}
_LACKS: Mapping[Lack, Label] = {
    Lack.SOURCE_NOT_JUDGED: lambda language: plain(language, "the source is not judged yet"),
    Lack.SOURCE_WEAK: lambda language: plain(language, "the source is judged worse than unsure"),
    Lack.INFORMATION_NOT_JUDGED: lambda language: plain(language, "the information is not judged yet"),
    Lack.INFORMATION_WEAK: lambda language: plain(language, "the information is judged worse than unsure"),
    Lack.ALONE: lambda language: plain(language, "there is no second independent source"),
    Lack.NOBODY_WAS_THERE: lambda language: plain(language, "neither a victim nor a witness tells of it"),
}


class Judging:
    """The screens that name things of the report."""

    def __init__(self, report: Report, entries: Entries) -> None:
        self._report = report
        self._entries = entries

    def overview(
        self, review: Review, before: Review, missing: Sequence[Lack], notes: int, handle: str, language: str
    ) -> Screen:
        """How it is judged so far, and the way to everything that can be judged or said. ``before`` is how it was judged
        until now; ``notes`` counts those for the team."""
        own = len(review.own.get(handle, ()))
        state = say(language, "The reporter sees: <i>{words}</i>", words=statuses.words(review.state, language))
        kept = say(language, "Notes for the team: {notes} · for yourself: {own}", notes=notes, own=own)
        parts = [
            titled(review, say(language, "Judging")),
            fell(review, before, language),
            summary(review, language),
            self._linked(review, language),
            threshold(missing, language),
            lines([state, kept]),
        ]
        return Screen(paragraphs(parts), _everything(review, language), protected=True)

    def benchmarks(self, review: Review, before: Review, language: str) -> Screen:
        """Tick those that it touches."""
        ticked = [
            Markup("<b>{}</b> {}").format(one, self._report.benchmarks[one].short[language])
            for one in review.benchmarks
            if one in self._report.benchmarks
        ]
        parts = [
            titled(review, say(language, "Benchmarks")),
            fell(review, before, language),
            _guess(review, language),
            lines(ticked),
        ]
        buttons = [_tick(review, letter) for letter in LETTERS if letter in self._report.benchmarks]
        return Screen(paragraphs(parts), (*grid(buttons, 5), back(review, language)), protected=True)

    def confirming(self, review: Review, missing: Sequence[Lack], reason: str, parts: int, language: str) -> Markup:
        """Everything that would be confirmed. ``review`` is the judgement as it was proposed; ``parts`` is how much there is
        to read of the incident."""
        why = [say(language, "<b>Reason given:</b> {reason}", reason=reason)] if reason else []
        return paragraphs(
            [
                titled(review, Markup("{}").format(_FINDINGS[review.finding](language))),
                _grades(review, language),
                lines([*told(review, language), counted(_count(review), language)]),
                self._linked(review, language)
                or say(language, "It is linked to no benchmark, case or recommendation."),
                threshold(missing, language),
                *why,
                say(language, "Parts to read, with what was added later: {parts}", parts=parts),
            ]
        )

    def confirmed(self, review: Review, handle: str, language: str) -> Screen:
        """It is confirmed; whoever has claimed it can go on."""
        text = say(language, "✔ {reference} is confirmed.", reference=review.reference)
        mine = (Button(plain(language, "◀ Judging"), f"j:{review.reference}"),) if review.claimed_by == handle else ()
        card = Button(plain(language, "◀ Its card"), f"r:{review.reference}")
        return Screen(paragraphs([text, summary(review, language)]), ((*mine, card, home(language)),), fresh=True)

    def _linked(self, review: Review, language: str) -> Markup:
        """Benchmarks, cases and recommendations by name."""
        rows = []
        if review.benchmarks:
            shorts = self._report.benchmarks
            names = [f"{one}. {shorts[one].short[language]}" for one in review.benchmarks if one in shorts]
            rows.append(say(language, "Benchmarks: {names}", names="; ".join(names)))
        refs = [f"c:{one}" for one in review.cases] + [f"r:{one}" for one in review.recommendations]
        names = [shortened(self._entries.title(ref, language)) for ref in refs if self._report.knows(ref)]
        if names:
            rows.append(say(language, "Of the report: {names}", names="; ".join(names)))
        return lines(rows)


def summary(review: Review, language: str) -> Markup:
    """What was found so far, in a few lines; nothing while nobody has judged anything."""
    if not (review.finding or review.reliability or review.validity or review.sources):
        return Markup()
    found = _FINDINGS[review.finding](language) if review.finding in _FINDINGS else plain(language, "not decided")
    status = say(language, "Status of the violation: <b>{found}</b>", found=found)
    return lines([status, _grades(review, language), counted(_count(review), language)])


def counted(count: Counted, language: str) -> Markup:
    """Who tells of it, in numbers."""
    numbers = say(
        language,
        "Sources: {total} · independent: {independent} · first-hand: {first_hand}",
        total=count.total,
        independent=count.independent,
        first_hand=count.first_hand,
    )
    if not count.repeated:
        return numbers
    return numbers + say(language, " · repeating another: {repeated}", repeated=count.repeated)


def told(review: Review, language: str) -> list[Markup]:
    """A line for each who tells of it, the reporter first."""
    first = say(language, "1. The reporter: {link}", link=link_word(review.head.source, language))
    return [first, *(_source(place, one, language) for place, one in enumerate(review.sources, 2))]


def link_word(link: str, language: str) -> str:
    """Where a source stands to what it tells."""
    return _LINKS[link](language) if link in _LINKS else plain(language, "not known how they know")


def voice_word(voice: str, language: str) -> str:
    """For which organisation a source speaks."""
    if voice == OWN:
        return plain(language, "the reporter's own organisation")
    return plain(language, "organisation {letter}", letter=voice)


def threshold(missing: Sequence[Lack], language: str) -> Markup:
    """What is missing before it can be confirmed without a reason."""
    if not missing:
        return say(language, "It reaches the threshold for being confirmed.")
    listed = [Markup("• {}").format(_LACKS[one](language)) for one in missing]
    return lines([say(language, "Below the threshold for being confirmed:"), *listed])


def reliability(review: Review, language: str) -> Screen:
    """How reliable is who told it, apart from what they told?"""
    text = say(
        language,
        "<b>How reliable is the source?</b>\nJudge who told it, and not what was told. Were they there? Do they know the"
        " matter? Were they right before? Could they gain by it?\n\n<i>An honest person can be mistaken, and a dishonest"
        " one can be right: the information is judged apart.</i>",
    )
    return _scale(review, text, "re", review.reliability, language)


def validity(review: Review, language: str) -> Screen:
    """How reliable is what was told, apart from who told it?"""
    text = say(
        language,
        "<b>How reliable is the information?</b>\nJudge what was told, and not who told it. Does it agree with itself,"
        " with the photos and files, and with what others say? Are there times, places, details?\n\n<i>Nobody's good name"
        " makes it true, and nobody's bad name makes it false: the source is judged apart.</i>",
    )
    return _scale(review, text, "va", review.validity, language)


def finding(review: Review, missing: Sequence[Lack], language: str) -> Screen:
    """What was found?"""
    text = say(
        language,
        "<b>Status of the violation</b>\nLikely, possible and unlikely you decide yourself. Confirmed takes a second"
        " person, who sees all that you judged.\n• a violation: it happened, and it violates a human right\n• a similar"
        " act: it happened and harms as much, but others than the State answer for it\n• not a violation: it is"
        " certain that it was none",
    )
    instead = say(language, "You can propose it all the same, with a reason.") if missing else Markup()
    buttons = [
        Button(_chosen(review.finding == code) + _FINDINGS[code](language), f"j:fi:{review.reference}:{code}")
        for code in FINDINGS
    ]
    rows = (*grid(buttons[:3], 1), *grid(buttons[3:], 2), back(review, language))
    parts = [titled(review), text, threshold(missing, language), instead]
    return Screen(paragraphs(parts), rows, protected=True)


def ways(proposal: Proposal, language: str) -> Row:
    """What a second person should look at first."""
    return (Button(plain(language, "📖 Read it first"), f"rd:{proposal.subject}"),)


def lost(language: str) -> Screen:
    """Something was written about an incident that somebody else has by now, or that is here no longer."""
    text = say(
        language, "It is not with you any more, so nothing was done with what you wrote. I delete it from this chat."
    )
    return Screen(text, ((Button(plain(language, "◀ Queue"), "q"), home(language)),), fresh=True)


def no_reason(language: str) -> Toast:
    """A reason would have to be sealed, and there is no key to do it with."""
    return Toast(
        plain(
            language, "Below the threshold a reason is needed, and none can be sealed now: no incidents are taken in."
        ),
        alert=True,
    )


def titled(review: Review, title: Markup | None = None) -> Markup:
    """The reference, and what the screen is about."""
    if title is None:
        return Markup("<b>{}</b>").format(review.reference)
    return Markup("<b>{} · {}</b>").format(review.reference, title)


def fell(review: Review, before: Review, language: str) -> Markup:
    """That something confirmed is so no longer, because it was judged otherwise now."""
    if before.finding not in CONFIRMED or review.finding:
        return Markup()
    return say(language, "⚠️ It was confirmed. Now that you changed it, it has to be confirmed anew.")


def back(review: Review, language: str) -> Row:
    """To the overview."""
    return (Button(plain(language, "◀ Judging"), f"j:{review.reference}"), home(language))


def _everything(review: Review, language: str) -> tuple[Row, ...]:
    """All that can be done with it, next to each other what belongs together."""
    here = review.reference
    pairs = [
        (plain(language, "Source"), f"j:re:{here}"),
        (plain(language, "Information"), f"j:va:{here}"),
        (plain(language, "Status"), f"j:fi:{here}"),
        (plain(language, "Who tells of it"), f"j:so:{here}"),
        (plain(language, "Benchmarks"), f"j:be:{here}"),
        (plain(language, "Cases and recommendations"), f"j:li:{here}"),
        (plain(language, "Same as another"), f"j:du:{here}"),
        (plain(language, "State"), f"j:rs:{here}"),
        (plain(language, "✉ Answer"), f"an:{here}"),
        (plain(language, "Note for the team"), f"j:no:{here}"),
        (plain(language, "Note for yourself"), f"j:ow:{here}"),
        (plain(language, "For the submission"), f"j:su:{here}"),
        (plain(language, "Other forms"), f"j:of:{here}"),
        (plain(language, "📖 Read"), f"rd:{here}"),
    ]
    last = (
        Button(plain(language, "◀ Its card"), f"r:{here}"),
        Button(plain(language, "Delete"), f"j:rm:{here}", style="danger"),
        home(language),
    )
    return (*grid([Button(label, data) for label, data in pairs], 2), last)


def _scale(review: Review, text: Markup, verb: str, now: str, language: str) -> Screen:
    buttons = [
        Button(_chosen(now == code) + _GRADES[code](language), f"j:{verb}:{review.reference}:{code}") for code in SCALE
    ]
    return Screen(paragraphs([titled(review), text]), (*grid(buttons, 2), back(review, language)), protected=True)


def _grades(review: Review, language: str) -> Markup:
    return say(
        language,
        "Source: {source} · information: {information}",
        source=_grade(review.reliability, language),
        information=_grade(review.validity, language),
    )


def _grade(code: str, language: str) -> str:
    return _GRADES[code](language) if code in _GRADES else plain(language, "not judged")


def _source(place: int, one: Source, language: str) -> Markup:
    said = [link_word(one.link, language)]
    if one.organisation:
        said.append(voice_word(one.organisation, language))
    if one.repeats:
        said.append(plain(language, "says again what another said"))
    return Markup("{}. {}").format(place, " · ".join(said))


def _count(review: Review) -> Counted:
    return independent(review.head.source, review.sources)


def _chosen(is_it: bool) -> str:
    return "● " if is_it else ""


def _tick(review: Review, letter: str) -> Button:
    ticked = letter in review.benchmarks
    return Button(f"{'☑' if ticked else '☐'} {letter}", f"j:be:{review.reference}:{letter}{int(not ticked)}")


def _guess(review: Review, language: str) -> Markup:
    return say(
        language,
        "Which of the UN's benchmarks does it touch, as you see it? The reporter ticked: {own}",
        own=", ".join(review.head.benchmarks) or "—",
    )
