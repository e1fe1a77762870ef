"""What happens when a handler fails: the turn remembers it, and the worker undoes the turn."""

from __future__ import annotations

from handlers.turn import Context, current


async def remember(update: object, context: Context) -> None:
    """PTB's ``process_update`` swallows errors, even ones raised here; so the error is kept for the worker."""
    if context.error is not None:
        current.get().error = context.error
