"""Where the provinces stand on a map of tiles, and how dark a tile is."""

from __future__ import annotations

from collections.abc import Mapping

TILES: Mapping[str, tuple[int, int]] = {
    "22": (0, 1),  # Oddar Meanchey
    "13": (0, 2),  # Preah Vihear
    "19": (0, 3),  # Stung Treng
    "16": (0, 4),  # Ratanakiri
    "01": (1, 0),  # Banteay Meanchey
    "17": (1, 1),  # Siem Reap
    "06": (1, 2),  # Kampong Thom
    "10": (1, 3),  # Kratie
    "11": (1, 4),  # Mondulkiri
    "24": (2, 0),  # Pailin
    "02": (2, 1),  # Battambang
    "03": (2, 3),  # Kampong Cham; the lake lies between the two
    "25": (2, 4),  # Tboung Khmum
    "15": (3, 1),  # Pursat
    "04": (3, 2),  # Kampong Chhnang
    "12": (3, 3),  # Phnom Penh
    "14": (3, 4),  # Prey Veng
    "09": (4, 1),  # Koh Kong
    "05": (4, 2),  # Kampong Speu
    "08": (4, 3),  # Kandal
    "20": (4, 4),  # Svay Rieng
    "18": (5, 1),  # Preah Sihanouk
    "07": (5, 2),  # Kampot
    "21": (5, 3),  # Takeo
    "23": (6, 2),  # Kep
}
"""Row and column of each province by its geocode, from the north-west; neighbours stand close, sizes are equal."""

STEPS = (10, 15, 20)
"""Seats in every 100 from which a tile is one shade darker. The steps are ours."""


def shade(seats: int, total: int) -> int:
    """0 (lightest) to 3, by the share of seats in the total."""
    return sum(100 * seats >= step * total for step in STEPS)
