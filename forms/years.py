"""Which years people may mean: of the common era or of the Buddhist, with four figures or with two."""

from __future__ import annotations

import datetime as dt

from forms.moment import Reason, Refused

EARLIEST = 1970

_BUDDHIST = 2400
"""Years from here on are of the Buddhist era, marked or not."""

_NEW_BUDDHIST_YEAR = (4, 20)
"""Before this month and day the Buddhist year has surely not changed: it does on the day after the full moon of
Visak, late in April at the earliest. From then on a year may be counted as in Cambodia (544 more than the common
era) or, as phones made for Thailand do, from January (543)."""


def years_meant(year: int, date: tuple[int, int], today: dt.date, *, buddhist: bool) -> list[int]:
    """The years of the common era that ``year`` may be. ``date`` is the month and the day, 0 where not told."""
    if (year < _BUDDHIST and (buddhist or year > today.year + 100)) or year > today.year + 544:
        raise Refused(Reason.IMPOSSIBLE)
    if year < _BUDDHIST:
        return [max(year, dt.MINYEAR)]
    return [year - 543] if date[0] and date < _NEW_BUDDHIST_YEAR else [year - 543, year - 544]


def short_year(year: int, today: dt.date, *, ahead: bool = False) -> int:
    """23 is 2023 and 98 is 1998; 69 may be of the Buddhist era. ``ahead`` also takes the next ten years."""
    century, now = divmod(today.year + (10 if ahead else 0), 100)
    if now < year < EARLIEST % 100:
        raise Refused(Reason.AMBIGUOUS)
    return century * 100 + year - (100 if year > now else 0)
