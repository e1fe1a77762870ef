"""Guided conversations as data: forms, steps, parsers. Knows no Telegram and no SQL."""
