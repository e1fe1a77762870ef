"""How texts are put together: lines, paragraphs, pages, and what people typed said back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from texts.screen import Button, Row


def lines(parts: Iterable[Markup]) -> Markup:
    """One below the other."""
    return Markup("\n").join(parts)


def paragraphs(parts: Iterable[Markup]) -> Markup:
    """With an empty line between, but below a quotation, which sets itself apart; what is empty is left out."""
    text = Markup()
    for part in parts:
        if text and part:
            text += Markup("\n") if text.endswith("</blockquote>") else Markup("\n\n")
        text += part
    return text


def shortened(words: str, most: int = 60) -> str:
    """What a person typed, or a name, in one line and short enough to say back."""
    one_line = " ".join(words.split())
    return one_line if len(one_line) <= most else one_line[: most - 1] + "…"


def bytes_in_words(count: int) -> str:
    """Bytes as people say them."""
    if count >= 100_000:
        return f"{count / 1_000_000:.1f} MB"
    return f"{max(1, round(count / 1000))} kB" if count else "0 kB"


def pages(parts: Sequence[Markup], most: int = 2500, count: int = 60) -> list[list[Markup]]:
    """The parts in pages of at most ``most`` characters and ``count`` parts, so that one page fits a phone."""
    found: list[list[Markup]] = [[]]
    size = 0
    for part in parts:
        if found[-1] and (size + len(part) > most or len(found[-1]) == count):
            found.append([])
            size = 0
        found[-1].append(part)
        size += len(part)
    return found


def turning(data: str, page: int, count: int) -> tuple[Row, ...]:
    """Buttons that turn pages; none when there is one page only."""
    if count == 1:
        return ()
    back, on = (page - 2) % count + 1, page % count + 1
    return ((Button("◀", f"{data}:{back}"), Button(f"{page}/{count}", f"{data}:{page}"), Button("▶", f"{data}:{on}")),)
