"""The first minute: language, start, help, privacy, about."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from facts.models import Document
from storage.members import Role
from texts.cases import cases_button
from texts.commands import Command, allowed
from texts.dates import dates_button
from texts.elections import election_button
from texts.incidents import readable, seized, told_until
from texts.language import LANGUAGES, NAMES, plain, say
from texts.laws import laws_button
from texts.layout import lines, paragraphs
from texts.recommendations import recommendations_button
from texts.screen import Button, Row, Screen
from texts.ways import help_, home, tell


class Welcome:
    """The screens a newcomer sees.

    ``days`` is how long numbers of handled updates are kept, ``aside_days`` how long a message that failed is,
    ``incident_days`` how long incidents and ``mailbox_days`` how long their mailboxes are; ``read_here`` is whether the
    server has the office key, ``in_memory`` whether a power cut takes the draft keys, ``heads`` whether the choices are
    kept that the queue is sorted by; ``told_days`` is how long a chat is told of answers, ``sent_days`` how long it is
    known which reminders went out; ``elections`` is whether the report has a table of results to be opened.
    """

    def __init__(
        self,
        document: Document,
        *,
        days: int,
        aside_days: int,
        incident_days: int,
        mailbox_days: int,
        read_here: bool,
        in_memory: bool,
        heads: bool,
        told_days: int,
        sent_days: int,
        elections: bool = True,
    ) -> None:
        self._document = document
        self._elections = elections
        self._days = days
        self._aside_days = aside_days
        self._incident_days = incident_days
        self._mailbox_days = mailbox_days
        self._read_here = read_here
        self._in_memory = in_memory
        self._heads = heads
        self._told_days = told_days
        self._sent_days = sent_days

    def languages(self) -> Screen:
        """The choice before anything else, in both languages at once."""
        return Screen(
            Markup("<b>សង្កេត · Sangket</b>\n\nសូមជ្រើសរើសភាសា\nPlease choose your language"),
            (tuple(Button(NAMES[code], f"lang:{code}") for code in reversed(LANGUAGES)),),
        )

    def home(self, language: str) -> Screen:
        """What this is, what is not private, and where to begin."""
        text = say(
            language,
            "<b>Sangket</b> (សង្កេត, “observe”)\n\n"
            "I answer questions about the UN Special Rapporteur's {year} report on human rights in Cambodia. Every"
            " answer is short and names its paragraph.\n\n"
            "Write what you want to know (<code>D</code>, <code>prisons</code>, <code>Kem Sokha</code>), or press a"
            " button.\n\n"
            "If something happened, press the first button before you write of it.\n\n"
            "⚠️ <b>Not private.</b> Telegram can read what you write here, and so can whoever holds your phone. More:"
            " /privacy",
            year=self._document.as_of.year,
        )
        return Screen(
            text,
            (
                (tell(language),),
                (
                    Button(plain(language, "The 20 benchmarks"), "bs", style="primary"),
                    Button(plain(language, "🖼 Scorecard"), "sc:light"),
                ),
                (cases_button(language), recommendations_button(language)),
                (dates_button(language), Button(_other(language), f"lang:{_code(language)}"), help_(language)),
            ),
        )

    def help(self, language: str, role: Role = Role.PUBLIC) -> Screen:
        """What somebody with this role can type."""
        mine = allowed(role)
        commands = _listed([one for one in mine if one.role is Role.PUBLIC], language)
        if role > Role.PUBLIC:
            theirs = _listed([one for one in mine if one.role > Role.PUBLIC], language)
            commands = paragraphs([commands, say(language, "<b>For members, in private</b>"), theirs])
        text = say(
            language,
            "<b>What I can do</b>\n\n{commands}\n\n"
            "You need no command: a letter (<code>D</code>, <code>4</code>, <code>៤</code>), a name, a question in Khmer or"
            " English is enough. In a group, begin with a command. In any other"
            " chat, write my name and what you look for, and choose what to send.",
            commands=commands,
        )
        about = Button(plain(language, "About"), "about")
        elections = (election_button(language),) if self._elections else ()
        rows = (
            (Button(plain(language, "The 20 benchmarks"), "bs"), laws_button(language), *elections),
            (Button(plain(language, "Privacy"), "priv"), about, home(language)),
        )
        return Screen(text, rows)

    def privacy(self, language: str) -> Screen:
        """Who can see what; in numbers that are really in force."""
        text = say(
            language,
            "<b>Who can see what</b>\n\n"
            "<b>Telegram</b> sees your account, phone number, IP address, and everything you write here and when. A"
            " chat with a bot is never end-to-end encrypted. Telegram may give your number and IP address to a"
            " court.\n"
            "<b>Whoever holds your phone</b> sees this chat until you delete it.\n"
            "<b>Your mobile operator</b> sees that you use Telegram.\n\n"
            "<b>What I keep when you ask</b>\n"
            "• the language of this chat, under a pseudonym that only this server can make;\n"
            "• your message, encrypted, until it is answered: mostly under a second. If I fail to handle it, it"
            " stays encrypted for at most {aside} days;\n"
            "• what you type after my name in another chat reaches me letter by letter and is treated the same;\n"
            "• for {days} days, the number of each handled message, so that none is answered twice: no name, no"
            " words, no account;\n"
            "• for at most three days the numbers of our messages here, encrypted, so that /wipe can delete them.\n\n"
            "<b>What I keep when you tell what happened</b>\n"
            "• your answers, encrypted, for at most 24 hours, until you hand them in or cancel;\n"
            "• what you hand in, for {incident} days, without your account: {seized}\n"
            "• as long, {readable}\n"
            "• what those who review it decide about it, as long. I know them by made-up names, and note"
            " each time one of them opens it; they never see who told it;\n"
            "• the answers to you, sealed to your receipt, which opens them for {mailbox} days;\n"
            "• until the day ends, how many you handed in, under a pseudonym that ends with it;\n"
            "• only if you choose to be told here, the number of this chat, encrypted, for {told} days; {power_too}\n\n"
            "<b>What I cannot do:</b> delete anything from Telegram's servers, or hide that you wrote to me.",
            days=self._days,
            aside=self._aside_days,
            incident=self._incident_days,
            mailbox=self._mailbox_days,
            seized=seized(self._read_here, language),
            readable=readable(self._heads, language),
            told=self._told_days,
            power_too=told_until(self._in_memory, language),
        )
        reminding = say(
            language,
            "<b>What I keep when you ask to be reminded:</b> of what, your time zone and hours, and the number of this chat,"
            " encrypted, until you stop or press the first button below; for {sent} days, which reminders went to a"
            " pseudonym.",
            sent=self._sent_days,
        )
        forget = Button(plain(language, "Forget my language and my reminders"), "priv:forget")
        return Screen(paragraphs([text, reminding]), ((forget,), (home(language),)))

    def forgotten(self, language: str) -> Screen:
        """What was kept about the chat is gone."""
        return Screen(
            say(
                language,
                "Done. I forgot the language of this chat and all that it is reminded of: no more reminders come. To empty the"
                " chat itself, send /wipe.",
            ),
            ((home(language),),),
        )

    def about(self, language: str) -> Screen:
        """What this is, and above all what it is not."""
        text = say(
            language,
            "<b>What this is</b>\n\n"
            "A tool of civil society. It is <b>not</b> run by the United Nations or by any government.\n\n"
            "It tells what one document says: {symbol}, “{title}”, by {author}. The grades are the Special"
            " Rapporteur's, as of {date}; later reports may grade otherwise. Summaries are ours, in our own words: before you quote, read the paragraph.\n\n"
            "Where the report disagrees with itself, I say so and choose neither side. I never answer yes or no on"
            " my own.",
            symbol=self._document.symbol,
            title=self._document.title[language],
            author=self._document.author,
            date=self._document.as_of_words[language],
        )
        rows: tuple[Row, ...] = (
            (Button(plain(language, "Copy the symbol"), copy=self._document.symbol), home(language)),
        )
        return Screen(text, rows)

    def joined(self, language: str) -> Screen:
        """The first words in a group."""
        return Screen(
            say(
                language,
                "Hello. Send <code>/benchmark D</code> or <code>/benchmark prisons</code> here and I answer from the"
                " UN report. Everyone in this group sees what is asked. I read only commands.",
            ),
            ((Button("English", "lang:en"), Button("ខ្មែរ", "lang:km")),),
        )


def _other(language: str) -> str:
    return NAMES[_code(language)]


def _code(language: str) -> str:
    """The language that is not this one."""
    return next(code for code in LANGUAGES if code != language)


def _listed(commands: Sequence[Command], language: str) -> Markup:
    return lines(Markup("/{name} · {does}").format(name=one.name, does=one.does(language)) for one in commands)
