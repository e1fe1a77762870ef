"""What a team's updates come to: each counts once, in its turn, by rules that are written down here a second time.

Whatever the bot makes up itself, such as the number of an invite, is taken from the audit; all else must be there as
it was reckoned, in the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from storage.audit import Act, Entry
from storage.invites import _hash, _id
from storage.members import Role

CONFIRMED = ("0101", "0102")


class Differs(AssertionError):
    """The audit is not what was done."""


@dataclass(frozen=True)
class Deed:
    """What somebody wrote or pressed. ``receipt`` is the one that they showed."""

    person: int
    said: str
    receipt: str = ""


@dataclass(frozen=True)
class Case:
    """How an incident should stand."""

    claimed_by: str = ""
    state: str = "received"
    reliability: str = ""
    finding: str = ""


@dataclass(frozen=True)
class Proposed:
    """A proposal that is open, by its digest."""

    kind: str
    subject: str
    by: str
    finding: str = ""


@dataclass
class _Form:
    """A form that somebody fills in."""

    kind: str
    reference: str
    finding: str = ""
    words: str = ""


@dataclass
class _Invite:
    id: str
    role: Role
    guest: int = 0
    heard: bool = False


@dataclass
class Decisions:
    """Everything that follows from the deeds so far."""

    members: dict[int, tuple[str, Role]] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    letters: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """For each incident (state, words) of what its reporter was told."""
    proposals: dict[str, Proposed] = field(default_factory=dict)
    fetched: dict[tuple[int, str], int] = field(default_factory=dict)
    """How often somebody asked for a file of an incident."""
    with_files: set[str] = field(default_factory=set)
    references: dict[str, str] = field(default_factory=dict)
    """Of receipts."""
    used: dict[str, int] = field(default_factory=dict)
    """How many people each invite has made members."""
    _forms: dict[int, _Form] = field(default_factory=dict)
    _shown: dict[int, str] = field(default_factory=dict)
    _invites: dict[str, _Invite] = field(default_factory=dict)
    _entries: Sequence[Entry] = ()
    _next: int = 0

    def follow(self, deeds: Iterable[Deed], entries: Sequence[Entry]) -> None:
        """Go on with these deeds, and hold what follows from them against the whole audit. Raises Differs."""
        self._entries = entries
        for deed in deeds:
            self._do(deed)
        if self._next < len(entries):
            raise Differs(f"nobody did {entries[self._next :][:3]}")

    def power_failed(self) -> None:
        """What people were about to fill in is gone."""
        self._forms.clear()
        self._shown.clear()

    def _noted(self, actor: str, act: Act, on: str) -> str:
        """The next entry says this; what stands for a star at the end of ``on``."""
        if self._next >= len(self._entries):
            raise Differs(f"{actor} {act} {on} is not there")
        entry, start = self._entries[self._next], on.removesuffix("*")
        fits = entry.on.startswith(start) if on.endswith("*") else entry.on == on
        if (entry.actor, entry.act) != (actor, act.value) or not fits:
            raise Differs(f"entry {entry.n} is {entry}, and not {actor} {act} {on}")
        self._next += 1
        return entry.on.removeprefix(start)

    def _do(self, deed: Deed) -> None:
        handle, role = self.members.get(deed.person, ("", Role.PUBLIC))
        if deed.said.startswith("/start i_"):
            self._follows(deed.person, role, _id(_hash(deed.said.removeprefix("/start i_"))))
        elif deed.receipt:
            self._shown[deed.person] = self.references[deed.receipt]
        elif deed.said == "mb:withdraw:yes":
            self._withdraws(self._shown.pop(deed.person, ""))
        elif role >= Role.COORDINATOR:
            self._decides(deed.person, handle, role, deed.said)

    def _decides(self, person: int, me: str, role: Role, said: str) -> None:
        for pattern, method in self._ways().items():
            if match := re.fullmatch(pattern, said):
                method(person, me, role, *match.groups())  # type: ignore[operator]
                return

    def _ways(self) -> dict[str, object]:
        ref = "(R-[0-9A-Z]{4})"
        return {
            f"r:claim:{ref}": self._claims,
            f"r:release:{ref}": self._releases,
            f"r:over:{ref}:(.+)": self._hands_over,
            f"j:re:{ref}:(..)": self._grades,
            f"j:fi:{ref}:(.+)": self._finds,
            f"an:{ref}": self._begins_answer,
            f"j:rs:{ref}:(.+)": self._says_state,
            f"rd:{ref}": self._reads,
            f"rd:file:{ref}:1": self._fetches,
            "pr:y:.{12}:(.{16})": self._approves,
            "pr:n:.{12}:(.{16})": self._declines,
            "iv:new:(.+)": self._invites_one,
            "iv:w:(.{10}):.+": self._hears,
            "tm:ry:(.+)": self._revokes,
            "f:send": self._sends,
            "([A-Z][a-z].*)": self._writes,
        }

    # The queue

    def _claims(self, person: int, me: str, role: Role, ref: str) -> None:
        if self.cases[ref].state != "withdrawn" and not self.cases[ref].claimed_by:
            self._keep(ref, claimed_by=me)
            self._noted(me, Act.CLAIMED, ref)

    def _may_pass_on(self, me: str, role: Role, ref: str) -> bool:
        case = self.cases[ref]
        return bool(case.state != "withdrawn" and case.claimed_by and (case.claimed_by == me or role >= Role.ADMIN))

    def _releases(self, person: int, me: str, role: Role, ref: str) -> None:
        if self._may_pass_on(me, role, ref):
            self._keep(ref, claimed_by="")
            self._noted(me, Act.RELEASED, ref)

    def _hands_over(self, person: int, me: str, role: Role, ref: str, to: str) -> None:
        able = {handle for handle, theirs in self.members.values() if theirs >= Role.COORDINATOR}
        if self._may_pass_on(me, role, ref) and to in able - {self.cases[ref].claimed_by}:
            self._keep(ref, claimed_by=to)
            self._noted(me, Act.HANDED_OVER, f"{ref}:{to}")

    def _is_mine(self, me: str, ref: str) -> bool:
        return self.cases[ref].claimed_by == me and self.cases[ref].state != "withdrawn"

    # Judging

    def _grades(self, person: int, me: str, role: Role, ref: str, grade: str) -> None:
        if self._is_mine(me, ref):
            self._judged(me, ref, reliability=grade)

    def _finds(self, person: int, me: str, role: Role, ref: str, finding: str) -> None:
        """One source alone never reaches the threshold: to confirm takes a reason."""
        if not self._is_mine(me, ref):
            return
        if finding in CONFIRMED and finding != self.cases[ref].finding:
            self._forms[person] = _Form("reason", ref, finding)
        else:
            self._judged(me, ref, finding=finding)

    def _judged(self, me: str, ref: str, **changed: str) -> None:
        before, after = self.cases[ref], replace(self.cases[ref], **changed)
        if before == after:
            return
        if before.finding in CONFIRMED and after.finding == before.finding:
            after = replace(after, finding="")
        self.cases[ref] = after
        self._void(me, ref)
        self._noted(me, Act.GRADED, ref)

    def _void(self, by: str, subject: str) -> None:
        for digest in [one for one, proposed in self.proposals.items() if proposed.subject == subject]:
            self._noted(by, Act.VOIDED, f"{self.proposals.pop(digest).kind}:{subject}:{digest}")

    def _propose(self, me: str, kind: str, subject: str, finding: str = "") -> None:
        self._void(me, subject)
        digest = self._noted(me, Act.PROPOSED, f"{kind}:{subject}:*")
        if digest in self.proposals:
            raise Differs(f"{digest} was proposed twice")
        self.proposals[digest] = Proposed(kind, subject, me, finding)

    def _approves(self, person: int, me: str, role: Role, digest: str) -> None:
        proposed = self.proposals.get(digest)
        if proposed is None or proposed.by == me:
            return
        del self.proposals[digest]
        if proposed.kind == "confirm":
            self._keep(proposed.subject, finding=proposed.finding)
            self._noted(me, Act.GRADED, proposed.subject)
            done = True
        else:
            done = self._takes_in(me, self._invites.pop(proposed.subject, None))
        self._noted(me, Act.APPROVED if done else Act.VOIDED, f"{proposed.kind}:{proposed.subject}:{digest}")

    def _declines(self, person: int, me: str, role: Role, digest: str) -> None:
        proposed = self.proposals.pop(digest, None)
        if proposed is not None:
            self._noted(me, Act.DECLINED, f"{proposed.kind}:{proposed.subject}:{digest}")

    # The reporter

    def _begins_answer(self, person: int, me: str, role: Role, ref: str) -> None:
        if self._is_mine(me, ref):
            self._forms[person] = _Form("reply", ref)

    def _writes(self, person: int, me: str, role: Role, words: str) -> None:
        if person in self._forms:
            self._forms[person].words = words

    def _sends(self, person: int, me: str, role: Role) -> None:
        form = self._forms.pop(person, None)
        if form is None or not form.words:
            return
        if not self._is_mine(me, form.reference):
            return
        if form.kind == "reply":
            self.letters[form.reference].append(("", form.words))
            self._noted(me, Act.ANSWERED, form.reference)
        else:
            self._propose(me, "confirm", form.reference, form.finding)

    def _says_state(self, person: int, me: str, role: Role, ref: str, state: str) -> None:
        if self._is_mine(me, ref) and self.cases[ref].state != state:
            self._keep(ref, state=state)
            self.letters[ref].append((state, ""))
            self._noted(me, Act.STATE, ref)

    def _may_read(self, me: str, ref: str) -> bool:
        asked = any(one.subject == ref and one.by != me for one in self.proposals.values())
        return self.cases[ref].state != "withdrawn" and (self._is_mine(me, ref) or asked)

    def _reads(self, person: int, me: str, role: Role, ref: str) -> None:
        if self._may_read(me, ref):
            self._opened(me, ref, Act.OPENED)

    def _fetches(self, person: int, me: str, role: Role, ref: str) -> None:
        if self._may_read(me, ref) and ref in self.with_files:
            self._opened(me, ref, Act.FETCHED)
            self.fetched[person, ref] = self.fetched.get((person, ref), 0) + 1

    def _opened(self, me: str, ref: str, act: Act) -> None:
        self._noted(me, act, ref)
        if self.cases[ref].claimed_by == me and self.cases[ref].state == "received":
            self._keep(ref, state="read")
            self.letters[ref].append(("read", ""))
            self._noted(me, Act.STATE, ref)

    def _withdraws(self, ref: str) -> None:
        if not ref or self.cases[ref].state == "withdrawn":
            return
        self._noted("reporter", Act.WITHDRAWN, ref)
        self._void("reporter", ref)
        self.cases[ref] = Case(self.cases[ref].claimed_by, "withdrawn")
        self.letters[ref].clear()

    def _keep(self, ref: str, **changed: str) -> None:
        self.cases[ref] = replace(self.cases[ref], **changed)

    # People

    def _invites_one(self, person: int, me: str, role: Role, wanted: str) -> None:
        number = self._noted(me, Act.INVITED, f"{wanted}:*")
        if number in self._invites or number in self.used:
            raise Differs(f"{number} was made twice")
        self._invites[number] = _Invite(number, Role[wanted.upper()])
        self.used[number] = 0

    def _follows(self, guest: int, role: Role, number: str) -> None:
        invite = self._invites.get(number)
        if invite is not None and not invite.guest and role < invite.role:
            invite.guest = guest

    def _hears(self, person: int, me: str, role: Role, number: str) -> None:
        """Which word is the right one only the bot knows: after a wrong one the invite is over."""
        invite = self._invites.get(number)
        if invite is None or not invite.guest or invite.heard:
            return
        if self._next < len(self._entries) and self._entries[self._next].act == Act.TURNED_DOWN:
            del self._invites[number]
            self._noted(me, Act.TURNED_DOWN, f"{invite.role.name.lower()}:{number}")
            return
        self._noted(me, Act.CONFIRMED_PERSON, f"{invite.role.name.lower()}:{number}")
        if invite.role >= Role.COORDINATOR:
            invite.heard = True
            self._propose(me, "coordinator", number)
        else:
            self._takes_in(me, self._invites.pop(number))

    def _takes_in(self, me: str, invite: _Invite | None) -> bool:
        if invite is None:
            return False
        handle, role = self.members.get(invite.guest, ("", Role.PUBLIC))
        if role >= invite.role:
            return False
        known = {one for one, _ in self.members.values()}
        joined = self._noted(me, Act.JOINED, handle or "*") or handle
        if not handle and joined in known:
            raise Differs(f"{joined} is somebody else already")
        self.members[invite.guest] = (joined, invite.role)
        self.used[invite.id] += 1
        return True

    def _revokes(self, person: int, me: str, role: Role, handle: str) -> None:
        found = next((one for one, (theirs, _) in self.members.items() if theirs == handle), None)
        if found is None or handle == me or role < Role.ADMIN:
            return
        del self.members[found]
        self._forms.pop(found, None)
        for digest in [one for one, proposed in self.proposals.items() if proposed.by == handle]:
            proposed = self.proposals.pop(digest)
            self._noted(me, Act.VOIDED, f"{proposed.kind}:{proposed.subject}:{digest}")
        self._noted(me, Act.REVOKED, handle)
        freed = {ref for ref, case in self.cases.items() if case.claimed_by == handle}
        while freed:
            ref = self._noted(me, Act.RELEASED, "*")
            if ref not in freed:
                raise Differs(f"{ref} was released, and not by {handle}")
            freed.discard(ref)
            self._keep(ref, claimed_by="")
