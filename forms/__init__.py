"""Guided conversations as data: forms, steps, parsers. Knows no Telegram and no SQL.

Empty until the first form, the incident, moves in; the room exists so that the import contracts hold from the
first day.
"""
