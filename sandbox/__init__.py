"""A local Telegram: a strict Bot API on loopback and a chat page for the browser.

Knows nothing of the bot it serves: it speaks HTTP as Telegram does and imports none of the project's other rooms.
"""
