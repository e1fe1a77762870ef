"""What is said around a decision that takes two people. Notices name a reference and nothing of what it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from storage.proposals import Kind, Proposal
from texts.language import plain, say
from texts.layout import paragraphs, shortened, turning
from texts.screen import Button, Row, Screen, Toast
from texts.ways import home

KINDS: Mapping[Kind, Callable[[str], str]] = {
    Kind.CONFIRM: lambda language: plain(language, "Confirm what was found"),
    Kind.CASE: lambda language: plain(language, "Publish news of a case"),
    Kind.DELETE: lambda language: plain(language, "Delete an incident"),
    Kind.EXPORT: lambda language: plain(language, "Export incidents"),
    Kind.RECIPIENTS: lambda language: plain(language, "Change who can open incidents"),
    Kind.COORDINATOR: lambda language: plain(language, "Take in a new coordinator"),
    Kind.BROADCAST: lambda language: plain(language, "Send a broadcast"),
    Kind.SUBMISSION: lambda language: plain(language, "Build a submission"),
}

_ON_A_PAGE = 20


def listed(proposals: Sequence[Proposal], handle: str, language: str, page: int = 1) -> Screen:
    """All that wait for this member or were proposed by them, in pages: whoever proposes much hides nothing else."""
    if not proposals:
        return Screen(say(language, "Nothing waits for a second person."), ((home(language),),))
    count = -(-len(proposals) // _ON_A_PAGE)
    page = min(max(page, 1), count)
    here = proposals[(page - 1) * _ON_A_PAGE :][:_ON_A_PAGE]
    rows = tuple((Button(_label(one, handle, language), f"pr:{one.id}"),) for one in here)
    return Screen(
        say(language, "<b>Waiting for a second person</b>\nEach waits for 24 hours."),
        (*rows, *turning("prs", page, count), (home(language),)),
    )


def looked_at(proposal: Proposal, words: Markup, ways: Row, handle: str, language: str) -> Screen:
    """Everything that would be done, the ways to what should be looked at before, and the answers."""
    head = say(language, "<b>{what}</b> · proposed by {who}", what=KINDS[proposal.kind](language), who=proposal.by)
    answers: tuple[Row, ...]
    if proposal.by == handle:
        note = say(language, "Another member has to look at this and approve it.")
        answers = ((Button(plain(language, "Take it back"), _data("n", proposal), style="danger"),),)
    else:
        note = say(language, "You approve exactly what stands here. If it is changed, it has to be proposed anew.")
        answers = (
            (
                Button(plain(language, "✔ Approve"), _data("y", proposal), style="success"),
                Button(plain(language, "Decline"), _data("n", proposal), style="danger"),
            ),
        )
    rows = (*((ways,) if ways else ()), *answers, (Button(plain(language, "◀ All that wait"), "prs"),))
    return Screen(paragraphs([head, words, note]), rows, protected=True)


def waits(proposal: Proposal, language: str) -> Screen:
    """To those who could approve it."""
    text = say(
        language,
        "{who} asks for a second pair of eyes: <b>{what}</b>, {subject}.",
        who=proposal.by,
        what=KINDS[proposal.kind](language),
        subject=proposal.subject,
    )
    return Screen(text, ((Button(plain(language, "Look at it"), f"pr:{proposal.id}", style="primary"),),))


def proposed(proposal: Proposal, language: str) -> Screen:
    """To whoever proposed it."""
    text = say(
        language,
        "Proposed: <b>{what}</b>, {subject}. The others were told; one of them has to approve within 24 hours.",
        what=KINDS[proposal.kind](language),
        subject=proposal.subject,
    )
    return Screen(text, ((Button(plain(language, "◀ All that wait"), "prs"), home(language)),), fresh=True)


def nobody(proposal: Proposal, language: str) -> Screen:
    """There is nobody yet who could approve it."""
    return Screen(
        say(
            language,
            "Nobody here may approve that yet, so it waits. Ask a coordinator to join: it is open for 24 hours.",
        ),
        ((home(language),),),
        fresh=True,
    )


def was_approved(proposal: Proposal, language: str) -> Screen:
    """To whoever proposed it."""
    return _news(say(language, "✔ Approved: {what}, {subject}.", **_what(proposal, language)), language)


def was_declined(proposal: Proposal, language: str) -> Screen:
    """To whoever proposed it."""
    return _news(say(language, "Declined: {what}, {subject}.", **_what(proposal, language)), language)


def was_voided(proposal: Proposal, language: str) -> Screen:
    """To whoever proposed what changed meanwhile."""
    text = say(
        language,
        "It was changed meanwhile, so your proposal holds no longer: {what}, {subject}. Look at it and propose it anew.",
        **_what(proposal, language),
    )
    return _news(text, language)


def declined(proposal: Proposal, language: str) -> Screen:
    """To whoever declined it, or took it back."""
    return _news(say(language, "It is off the list, and nothing was done."), language)


def voided(language: str) -> Screen:
    """To whoever approved what had changed."""
    return _news(
        say(language, "It was changed after it was proposed, so nothing was done. It has to be proposed anew."),
        language,
    )


def gone(language: str) -> Toast:
    """It was decided already, taken back, or its time is over."""
    return Toast(plain(language, "That is not open any more."), alert=True)


def not_by_you(language: str) -> Toast:
    """Somebody approves their own proposal."""
    return Toast(plain(language, "That takes somebody else than who proposed it."), alert=True)


def _news(text: Markup, language: str) -> Screen:
    return Screen(text, ((Button(plain(language, "◀ All that wait"), "prs"), home(language)),))


def _what(proposal: Proposal, language: str) -> dict[str, str]:
    return {"what": KINDS[proposal.kind](language), "subject": proposal.subject}


def _label(proposal: Proposal, handle: str, language: str) -> str:
    mine = "✎ " if proposal.by == handle else ""
    return shortened(f"{mine}{KINDS[proposal.kind](language)} · {proposal.subject}")


def _data(answer: str, proposal: Proposal) -> str:
    return f"pr:{answer}:{proposal.id}:{proposal.digest}"
