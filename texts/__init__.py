"""What the bot says: functions that return a Screen, one module per topic, in English and Khmer.

English is written here; Khmer is in ``locales/km.po``, in the same change.
"""
