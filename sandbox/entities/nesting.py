"""Entities made to stand inside each other as Telegram allows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.entities.spans import Span, in_order


def with_found(spans: list[Span], found: list[Span]) -> list[Span]:
    """The spans of a message with those found in its text, which give way to what the sender said."""
    if not found:
        return spans
    quotes = [span for span in spans if span.quote]
    solid = [span for span in spans if not span.quote and not span.style]
    free = [one for one in _beside_quotes(found, quotes) if not any(one.overlaps(other) for other in solid)]
    return _cut([span for span in spans if span.style], in_order([*solid, *quotes, *free]))


def nest(spans: list[Span]) -> list[Span]:
    """The spans in order, with what cannot stand together dropped, joined or cut into pieces."""
    spans = in_order(spans)
    if _nests(spans):
        return spans
    styles = [span for span in spans if span.style]
    quotes = without_overlaps([span for span in spans if span.quote])
    solid = without_overlaps([span for span in spans if not span.quote and not span.style])
    return _cut(styles, in_order([*_beside_quotes(solid, quotes), *quotes]))


def _nests(spans: list[Span]) -> bool:
    """Whether spans in order can stand as they are."""
    around: list[Span] = []
    ends: dict[str, int] = {}
    for span in spans:
        while around and span.start >= around[-1].end:
            around.pop()
        if around and not _fits(span, around):
            return False
        if span.style:
            if ends.get(span.kind) == span.start:
                return False
            ends[span.kind] = span.end
        around.append(span)
    return True


def _fits(span: Span, around: list[Span]) -> bool:
    """Whether a span may stand inside all of these, the innermost of which is the last."""
    if not span.within(around[-1]):
        return False
    if span.style:
        return not any(outer.bare or outer.style for outer in around)
    return not span.quote and all(outer.quote for outer in around)


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Of spans in order, those that do not begin inside one that stays."""
    kept: list[Span] = []
    for span in spans:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _beside_quotes(spans: list[Span], quotes: list[Span]) -> list[Span]:
    """The spans that stand wholly inside one of the quotes or outside all of them."""
    return [span for span in spans if not any(span.overlaps(quote) and not span.within(quote) for quote in quotes)]


def _cut(styles: list[Span], fixed: list[Span]) -> list[Span]:
    """Styles and other spans in order: styles that touch are joined, then cut wherever another span begins or ends."""
    edges = sorted({edge for span in fixed for edge in (span.start, span.end)})
    cutter = _Cutter()
    for style in styles:
        while edges and edges[0] <= style.start:
            cutter.cut(edges.pop(0))
        cutter.run(style)
    for edge in edges:
        cutter.cut(edge)
    cutter.finish()
    bare = [span for span in fixed if span.bare]
    pieces = [piece for piece in cutter.pieces if not any(piece.within(one) for one in bare)]
    return in_order([*pieces, *fixed])


class _Cutter:
    """Turns overlapping styles into pieces that nest."""

    def __init__(self) -> None:
        self.pieces: list[Span] = []
        self._running: dict[str, Span] = {}

    def run(self, style: Span) -> None:
        """A style begins: it goes on with one of its kind, or cuts those of other kinds."""
        running = self._running.get(style.kind)
        if running and style.start <= running.end:
            self._running[style.kind] = replace(running, end=max(running.end, style.end))
        else:
            self.cut(style.start)
            self._running[style.kind] = style

    def cut(self, at: int) -> None:
        for kind, running in list(self._running.items()):
            if running.start >= at:
                continue
            self.pieces.append(replace(running, end=min(running.end, at)))
            if running.end <= at:
                del self._running[kind]
            else:
                self._running[kind] = replace(running, start=at)

    def finish(self) -> None:
        self.pieces.extend(self._running.values())
        self._running.clear()
