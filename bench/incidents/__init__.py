"""What an incident costs: to take it in, from a thousand people at once, to keep and to open."""
