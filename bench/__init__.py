"""The measurements behind ``make bench``: our bot beside bare echo bots, against one lean server."""
