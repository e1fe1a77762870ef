"""A change of who can open incidents holds everything until a coordinator has compared the new list."""

from __future__ import annotations

from conftest import House
from incident_story import Teller
from queue_story import Office, colleague

from bot.talk import Talk
from sandbox.world import World
from storage.keyfiles import write_private
from storage.members import Role
from storage.sealing import OfficeKey


def put(house: House, *keys: OfficeKey) -> None:
    """Make these the recipients, as whoever can write to the server's disk would."""
    write_private(house.settings.office_lock, "\n".join(one for key in keys for one in [*key.recipients, ""]))


async def coordinator(house: House, world: World, name: str, role: Role = Role.COORDINATOR) -> Talk:
    """Somebody who reviews."""
    person = world.add_person(name)
    talk = house.talk(person)
    await talk.say("/start")
    await house.admit(person, role)
    return talk


async def test_with_other_recipients_nothing_is_taken_in_until_a_coordinator_approves_them(
    house: House, world: World
) -> None:
    lotus = await coordinator(house, world, "Lotus")
    teller = Teller(house, house.talk(world.add_person("Dara")))
    await house.stop()
    put(house, house.office, OfficeKey.new())
    await house.start()
    assert any("No incidents are taken in" in line for line in house.said)

    seen = await lotus.after(lambda: None)
    assert "list of keys" in seen[-1].text, "every coordinator is told at once"
    [refused] = await teller.talk.say("/incident")
    assert "in:go" not in str(refused.message), "the form does not begin"

    [shown] = await lotus.press("Look at it")
    [told] = [line for line in house.said if "They are now" in line]
    assert all(one in shown.text for one in told.split("now ")[1].split(". ")[0].split(", "))
    [done] = await lotus.press("✔ Approve")
    assert "take them in again" in done.text
    await teller.talk.say("/incident")
    assert "in:go" in teller.buttons


async def test_declined_recipients_stay_held_and_each_start_asks_anew(house: House, world: World) -> None:
    lotus = await coordinator(house, world, "Lotus")
    await house.stop()
    put(house, OfficeKey.new())
    await house.start()
    await lotus.after(lambda: None)
    await lotus.press("Look at it")
    await lotus.press("Decline")
    await house.restart()
    seen = await lotus.after(lambda: None)
    assert "list of keys" in seen[-1].text
    [refused] = await lotus.say("/incident")
    assert "in:go" not in str(refused.message)


async def test_a_form_that_was_open_over_the_change_is_not_sealed_to_the_new_recipients(
    house: House, world: World
) -> None:
    await coordinator(house, world, "Lotus")
    teller = Teller(house, house.talk(world.add_person("Dara")))
    await teller.tell()
    await house.stop()
    thief = OfficeKey.new()
    put(house, thief)
    await house.start()
    await teller.do("f:send")
    assert "receipt" not in teller.text.casefold()


async def test_the_same_recipients_in_another_order_are_no_change(house: House, world: World) -> None:
    other = OfficeKey.new()
    await house.stop()
    put(house, house.office, other)
    await house.start()
    lotus = await coordinator(house, world, "Lotus")
    await house.stop()
    put(house, other, house.office)
    house.said.clear()
    await house.start()
    assert not any("recipients" in line for line in house.said)
    await house.stop()
    put(house, other)
    await house.start()
    assert any("recipients" in line for line in house.said), "control: one that is missing is a change"
    assert "list of keys" in (await lotus.after(lambda: None))[-1].text


async def test_where_nobody_reviews_yet_the_operators_word_is_enough(house: House, world: World) -> None:
    teller = Teller(house, house.talk(world.add_person("Dara")))
    await house.stop()
    put(house, OfficeKey.new())
    await house.start()
    await teller.talk.say("/incident")
    assert "in:go" in teller.buttons


async def test_while_they_are_held_members_go_on_with_what_is_not_sealed_to_them(house: House, world: World) -> None:
    lotus = await colleague(house, "Chanthy", Role.COORDINATOR)
    office = Office(house)
    await office.came("R-AAA2", claimed_by=lotus.handle)
    await house.stop()
    put(house, OfficeKey.new())
    await house.start()
    await lotus.tap("j:ow:R-AAA2:add")
    await lotus.say("ask again on Monday")
    await lotus.tap("f:send")
    assert (await office.of("R-AAA2")).own == {lotus.handle: ("ask again on Monday",)}
