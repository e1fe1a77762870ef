"""What stands in documents that leave the network: headings in the languages that the UN takes, sentences in English.

The English is for a desk that has read the report: short, without adjectives, and never surer than the finding.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from facts.models import Benchmark, Case, Grade, Recommendation
from forms.moment import Moment
from forms.where import chain, place
from storage.case_entries import CaseEntry
from texts.questions import OPTIONS
from texts.told import calm
from texts.when import told

_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "title": {
        "en": "Submission to the Special Rapporteur on the situation of human rights in Cambodia",
        "fr": "Communication au Rapporteur spécial sur la situation des droits de l’homme au Cambodge",
        "es": "Comunicación al Relator Especial sobre la situación de los derechos humanos en Camboya",
    },
    "annex": {
        "en": "Confidential annex",
        "fr": "Annexe confidentielle",
        "es": "Anexo confidencial",
    },
    "confidential": {
        "en": "CONFIDENTIAL: not for publication, not to be shared with the Government",
        "fr": "CONFIDENTIEL : ne pas publier, ne pas communiquer au Gouvernement",
        "es": "CONFIDENCIAL: no publicar ni transmitir al Gobierno",
    },
    "submitters": {"en": "Submitted jointly by", "fr": "Présentée conjointement par", "es": "Presentada por"},
    "submitter": {"en": "Submitted by", "fr": "Présentée par", "es": "Presentada por"},
    "call": {"en": "In reply to", "fr": "En réponse à", "es": "En respuesta a"},
    "contact": {"en": "Contact", "fr": "Contact", "es": "Contacto"},
    "day": {"en": "Date", "fr": "Date", "es": "Fecha"},
    "about": {"en": "The submitters", "fr": "Les auteurs", "es": "Los autores"},
    "method": {"en": "How this was collected", "fr": "Méthode", "es": "Método"},
    "benchmark": {"en": "Benchmark {letter}", "fr": "Critère {letter}", "es": "Criterio {letter}"},
    "other": {"en": "Other benchmarks", "fr": "Autres critères", "es": "Otros criterios"},
    "recommendations": {
        "en": "Recommendations followed up",
        "fr": "Suites données aux recommandations",
        "es": "Seguimiento de las recomendaciones",
    },
    "numbers": {"en": "Numbers", "fr": "Données chiffrées", "es": "Cifras"},
    "own": {
        "en": "The network’s own assessment, which is not the UN’s",
        "fr": "Appréciation du réseau, et non des Nations Unies",
        "es": "Valoración de la red, no de las Naciones Unidas",
    },
    "government": {"en": "The Government", "fr": "Le Gouvernement", "es": "El Gobierno"},
    "cases": {"en": "Cases of the report", "fr": "Affaires du rapport", "es": "Casos del informe"},
    "original": {"en": "Khmer original", "fr": "Original khmer", "es": "Original en jemer"},
    "to": {"en": "To"},
    "told": {"en": "What the network was told"},
    "incomplete": {"en": "Not complete: do not send it like this"},
    "confidential_letter": {"en": "CONFIDENTIAL: the source must not be named to the Government"},
    "internal": {"en": "FOR THE NETWORK"},
    "count": {"en": "Incidents", "fr": "Faits", "es": "Hechos"},
}
LANGUAGES = ("en", "fr", "es")

_KINDS: Mapping[str, str] = {
    "arrest": "arrest",
    "detention": "treatment in detention",
    "trial": "charge or trial",
    "missing": "a person missing",
    "violence": "beating, threat or killing",
    "assembly": "a protest or meeting stopped",
    "speech": "restriction of speech or media",
    "election": "acts against a party or around an election",
    "land": "land, forest or eviction",
    "labour": "acts against workers or a union",
    "scam": "a scam site or trafficking",
    "return": "return from abroad",
    "debt": "debt and microfinance",
    "corruption": "corruption",
}
_AFFECTED: Mapping[str, str] = {
    "one": "one person",
    "family": "a family",
    "group": "a group",
    "community": "a community",
}
_FINDINGS: Mapping[str, str] = {
    "01": "confirmed by the reviewers",
    "0101": "confirmed by two reviewers as a violation",
    "0102": "confirmed by two reviewers as a similar act",
    "04": "found likely",
    "03": "found possible",
}
_GRADES: Mapping[str, str] = {"on_target": "on target", "variable": "variable", "off_target": "off target"}


def heading(name: str, language: str, **values: object) -> str:
    """One of HEADINGS; English where a language has none."""
    known = HEADINGS[name]
    return (known.get(language) or known["en"]).format(**values)


def benchmark(one: Benchmark, language: str) -> str:
    """``Benchmark D. Short title``: twenty titles as the report prints them would take a fifth of 2,500 words."""
    return f"{heading('benchmark', language, letter=one.letter)}. {one.short.en}"


def graded(one: Benchmark, symbol: str) -> str:
    """Where the report saw it, with the place."""
    return f"The report graded this benchmark “{Grade(one.grade).value}” ({symbol}, para. {one.grade_source})."


def happened(
    month: str, year: str, province: str, category: str, affected: str, number: int, actors: Sequence[str]
) -> str:
    """What is known of an incident, as one sentence of choices. What is not known is not mentioned."""
    kind = _KINDS.get(category, "an incident")
    parts = [_when(month, year), _where(province), kind]
    sentence = ", ".join(part for part in parts if part)
    sentence = sentence[0].upper() + sentence[1:] + "."
    who = f"{number} people" if number else _AFFECTED.get(affected, "")
    if who:
        sentence += f" Affected: {who}."
    names = [OPTIONS["actors"][one]("en").lower() for one in actors if one in OPTIONS["actors"]]
    if names:
        sentence += f" Said to have acted: {'; '.join(names)}."
    return sentence


def exactly(when: Moment | None, code: str) -> str:
    """The day and place, where the person allowed them in public."""
    day = told(when, "en").striptags() if when else ""
    where = ", ".join(one.en for one in reversed(chain(code)))
    return "; ".join(part for part in (day, where) if part)


def finding(code: str, sources: int) -> str:
    """How sure it is, and on how many."""
    known = _FINDINGS.get(code, "not judged")
    return f"{known[0].upper()}{known[1:]}, from {sources} independent {'source' if sources == 1 else 'sources'}."


def cited(references: Sequence[str]) -> str:
    """A footnote: the references under which the network keeps what it rests on."""
    word = "reference" if len(references) == 1 else "references"
    return f"On file with the network, {word} {', '.join(references)}."


def assessed(grade: str, day: str, counted: int, grounds: str, sources: str) -> str:
    """The network's own grade, never without whose it is."""
    basis = f", when at least {counted} incidents were counted" if counted else ""
    parts = [f"{_GRADES.get(grade, grade).capitalize()} (decided on {in_words(day)}{basis})."]
    parts += [_stop(grounds)] if grounds else []
    parts += [f"Other sources: {_stop(sources)}"] if sources else []
    return " ".join(parts)


def says(words: str, source: str) -> str:
    """The Government's account as the network heard it."""
    return f"{words.rstrip('.')} ({source.rstrip('.')})." if source else _stop(words)


def recommended(one: Recommendation, symbol: str, numbers: Sequence[str]) -> str:
    """Which paragraphs speak to a recommendation."""
    return f"{one.source} of {symbol}: see paragraphs {', '.join(numbers)}."


def see(numbers: Sequence[str]) -> str:
    """To what another section says."""
    word = "paragraph" if len(numbers) == 1 else "paragraphs"
    return f"See also {word} {', '.join(numbers)}."


def nothing_on(letters: Sequence[str]) -> str:
    """A benchmark without a paragraph is not one without incidents."""
    which = f"benchmark {letters[0]}" if len(letters) == 1 else f"benchmarks {', '.join(letters)}"
    return f"On {which} the network has no reviewed information that it may publish. That is not a finding."


def method() -> str:
    """How the paragraphs came about."""
    return (
        "Each paragraph rests on what people told the network. It was read and judged by reviewers; what is called"
        " confirmed took two of them. People decided for themselves how it may be used. What they did not allow is not"
        " here, nor is what concerns children or sexual violence. Footnotes give the network’s references, not names."
    )


def counted() -> str:
    """What the table counts."""
    return (
        "Incidents that reviewers found confirmed, likely or possible, and whose tellers agreed to be counted, as the"
        " network’s public statistics show them. Groups of fewer than three have no number and are not in the table."
    )


def news(case: Case, entry: CaseEntry) -> str:
    """What the network published of a case since."""
    moment = Moment.from_json(entry.when)
    day = f"{told(moment, 'en').striptags()}: " if moment else ""
    kind = OPTIONS["news"][entry.kind]("en") if entry.kind in OPTIONS["news"] else entry.kind
    said = f" {_stop(calm(entry.words))}" if entry.words else ""
    return f"{case.name.en} ({case.source}). {day}{kind}.{said} Source: {_stop(calm(entry.source))}"


def on_benchmarks(letters: Sequence[str]) -> str:
    """Which an incident touches."""
    return f"{'Benchmark' if len(letters) == 1 else 'Benchmarks'} {', '.join(letters)}." if letters else ""


def may_be_asked(yes: bool) -> str:
    """Whether the Government may hear of it."""
    return "The Government may be asked about it." if yes else "The Government must not be asked about it."


def added(day: str) -> str:
    """Before what somebody told later."""
    return f"Added on {in_words(day)}"


def file(kind: str, digest: str) -> str:
    """A file that the network keeps."""
    return f"A file is with the network: {kind}, SHA-256 {digest}."


def unanswered() -> str:
    """A question of a form that nobody answered yet."""
    return "–"


def quoted(text: str) -> str:
    """The person's own words."""
    return f"In the person’s own words: “{text}”"


def in_words(day: str) -> str:
    """``3 May 2027``."""
    when = dt.date.fromisoformat(day)
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def _when(month: str, year: str) -> str:
    if month:
        return f"in {_MONTHS[int(month[5:]) - 1]} {month[:4]}"
    return f"in {year}" if year else ""


def _where(code: str) -> str:
    known = place(code) if code else None
    return f"in {known.en}" if known else ""


def _stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "។")) else f"{text}."


FOR_THE_NETWORK = (
    "For the network alone: do not send this along. Which incidents are not in the main text, and why; then where the"
    " others stand. A number with A is one of the confidential annex."
)
_LEFT_OUT: Mapping[str, str] = {
    "withdrawn": "the reporter took it back",
    "sensitive": "about a child or sexual violence: for trained people alone",
    "not_judged": "nothing was found yet, or it cannot be told",
    "no_violation": "found to be no violation",
    "unlikely": "found unlikely",
    "same": "tells of the same as one that is in; its reference stands there",
    "annex": "allowed in confidence only: it is in the annex",
    "not_allowed": "the reporter did not allow it",
    "no_benchmark": "not linked to any benchmark",
    "damaged": "a part of it is missing, was altered, or cannot be opened",
    "cut": "cut by the coordinators",
}


def left_out(why: str) -> str:
    """Why an incident is not in the main text."""
    return _LEFT_OUT.get(why, why)


def stands_in(number: str) -> str:
    """Where an incident is used."""
    return f"paragraph {number}"
