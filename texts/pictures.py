"""The words in pictures, under the names that the templates know them by."""

from __future__ import annotations

from collections.abc import Mapping

from facts.models import Document, Election
from texts.citing import cited
from texts.language import plain


def scorecard(document: Document, language: str) -> Mapping[str, str]:
    """Around the twenty benchmarks."""
    return {
        "title": plain(language, "The 20 benchmarks"),
        "standing": plain(
            language,
            "Grades of the Special Rapporteur, as of {date}",
            date=document.as_of_words[language],
        ),
        "source": plain(
            language,
            "{symbol}, {place}. Later reports may grade otherwise.",
            symbol=document.symbol,
            place=cited(document.tally.source, language),
        ),
    }


def election_map(document: Document, election: Election, language: str) -> Mapping[str, str]:
    """Around the provinces."""
    shown = election.parties[1]
    return {
        "title": election.name[language],
        "standing": plain(language, "Councillor seats: {party} / all, as printed", party=shown.name[language]),
        "legend": plain(language, "{party} seats in every 100. The shades are ours.", party=shown.abbreviation),
        "odd": plain(
            language,
            "The table disagrees with itself: where this sign stands, the seats do not add up to the printed total.",
        ),
        "source": _table(document, election, language),
    }


def election_bars(document: Document, election: Election, language: str) -> Mapping[str, str]:
    """Around the parties."""
    return {
        "title": election.name[language],
        "standing": plain(language, "The whole country, as printed"),
        "votes": plain(language, "Votes (of two parties only)"),
        "seats": plain(language, "Councillor seats (total {total})", total=f"{election.printed.total:,}"),
        "chiefs": plain(language, "Commune chiefs (of two parties only)"),
        "disagrees": plain(
            language, "The table disagrees with itself: some columns do not add up to the totals shown here."
        ),
        "source": _table(document, election, language),
    }


def _table(document: Document, election: Election, language: str) -> str:
    return f"{document.symbol}, {cited(election.source, language)}"
