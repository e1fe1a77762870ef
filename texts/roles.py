"""What each role is called, and what whoever has it may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from markupsafe import Markup

from storage.members import Role
from texts.language import plain, say

NAMES: Mapping[Role, Callable[[str], str]] = {
    Role.MONITOR: lambda language: plain(language, "monitor"),
    Role.EDITOR: lambda language: plain(language, "editor"),
    Role.COORDINATOR: lambda language: plain(language, "coordinator"),
    Role.ADMIN: lambda language: plain(language, "admin"),
}

IN_SHORT: Mapping[Role, Callable[[str], str]] = {
    Role.MONITOR: lambda language: plain(language, "Monitor: tells what happened"),
    Role.EDITOR: lambda language: plain(language, "Editor: keeps cases current"),
    Role.COORDINATOR: lambda language: plain(language, "Coordinator: reviews what comes in"),
    Role.ADMIN: lambda language: plain(language, "Admin: may also take back any role"),
}

MAY: Mapping[Role, Callable[[str], Markup]] = {
    Role.MONITOR: lambda language: say(
        language, "You can tell what happened, and see who works here. Begin with /incident, or look around with /team."
    ),
    Role.EDITOR: lambda language: say(
        language,
        "You can propose news of a case, such as a hearing or a release, and approve what others propose. Begin with"
        " /case and a name; /approvals shows what waits.",
    ),
    Role.COORDINATOR: lambda language: say(
        language,
        "You can review what comes in, answer reporters, invite people and see who did what. Begin with /queue.",
    ),
    Role.ADMIN: lambda language: say(
        language,
        "You can do all that coordinators can, choose their group, and take back any role. Begin with /invite; /help"
        " lists the rest.",
    ),
}
"""What the role may do now, and the first command."""


def name(role: Role, language: str) -> str:
    """Such as ``editor``."""
    return NAMES[role](language)
