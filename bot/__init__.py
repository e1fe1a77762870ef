"""Starts the program; the only place where everything meets."""
