"""The bot in a process of its own, killed and started again, while people go on talking to it."""
