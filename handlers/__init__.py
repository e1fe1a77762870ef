"""What people can say to the bot: one class per topic, small methods that read, decide and answer with one Screen.

Handlers never await the network: what they decide is queued and sent after it is on disk.
"""
