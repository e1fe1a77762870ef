"""Bare echo bots, each as a newcomer to its library would write it: the yardsticks of the measurements."""
