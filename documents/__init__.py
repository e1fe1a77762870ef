"""What leaves the bot as a file: pictures, calendars, tables, the submission.

Empty until the first picture moves in; the room exists so that the import contracts hold from the first day.
"""
