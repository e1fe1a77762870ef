"""Who is there when the sandbox starts: the people and the group of the chat page."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.records import Chat, Person
from sandbox.world import World


@dataclass(frozen=True, slots=True)
class Cast:
    """The default people, and the group they share."""

    dara: Person
    sok: Person
    chanthy: Person
    network: Chat


def cast(world: World) -> Cast:
    """Dara, a visitor; Sok, a monitor who reads Khmer; Chanthy, a coordinator; their network's group with topics."""
    dara = world.add_person("Dara", username="dara_visits", note="a visitor")
    sok = world.add_person("Sok", username="sok_monitors", language_code="km", note="a monitor")
    chanthy = world.add_person("Chanthy", username="chanthy_coordinates", note="a coordinator")
    network = world.add_group("Network", people=(chanthy, sok), topics=("General", "Queue", "Deadlines"))
    return Cast(dara, sok, chanthy, network)
