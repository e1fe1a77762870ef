"""Settings from the environment and ``.env``, and what is wrong with them in plain words."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from forms.contacts import Contacts, ContactsFault
from forms.contacts import load as load_contacts
from texts.statuses import Statuses, StatusesFault
from texts.statuses import load as load_statuses

_OURS = ("TELEGRAM_", "WEBHOOK_", "SANGKET_")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class WrongSetting(Exception):
    """A setting is wrong or unknown; the message is one plain sentence that names it."""


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


Optional = BeforeValidator(_empty_is_none)


class Settings(BaseSettings):
    """Everything that can be set. Each field is the environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8-sig", extra="forbid", hide_input_in_errors=True, frozen=True
    )

    telegram_token: Annotated[SecretStr | None, Optional] = None
    """The bot's token from @BotFather. Without one, `run` starts the local sandbox."""
    telegram_api_url: str = "https://api.telegram.org"
    """The root of the Bot API."""
    data_dir: Path = Path("data")
    """Where the database lives. Everything in it is sealed."""
    official_text: Annotated[Path | None, Optional] = None
    """The official text that `facts import` made. DATA_DIR/official.db by default; it holds public words only."""
    keys_dir: Path = Path("keys")
    """Where the server key lives. Put it on another disk than DATA_DIR."""
    draft_key_dir: Annotated[Path | None, Optional] = None
    """Where the daily keys live. Memory by default; on a disk, drafts survive a power cut and a seizure reads them."""
    contacts_file: Annotated[Path | None, Optional] = None
    """Whom people can turn to without this bot: see contacts.example.toml."""
    statuses_file: Annotated[Path | None, Optional] = None
    """What reporters read of where their incident stands: see texts/statuses.toml."""
    incident_heads: bool = True
    """Whether the server keeps kind, province and benchmarks of each incident readable for itself, for the queue."""
    incidents_per_day: Annotated[int, Field(ge=1, le=1000)] = 3
    """How many incidents one person may hand in on one day."""
    incident_days: Annotated[int, Field(ge=7, le=3650)] = 180
    """How long sealed incidents are kept here."""
    mailbox_days: Annotated[int, Field(ge=7, le=3650)] = 90
    """How long a receipt opens its mailbox."""
    nudge_hours: Annotated[int, Field(ge=1, le=720)] = 24
    """How long something in the queue may have nobody before the coordinators are reminded; urgent: 2 hours."""
    broadcast_alone: Annotated[int, Field(ge=0, le=1_000_000)] = 50
    """To how many chats a coordinator may write at once without a second one; 0: always two."""
    reading_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """How long an incident that was opened in the chat stays there."""
    contact_days: Annotated[int, Field(ge=1, le=365)] = 14
    """After so many days without a known contact with somebody held, and again after each as many, their editor is told."""
    time_zone: str = "Asia/Phnom_Penh"
    """The zone in which days and hours are meant."""
    messages_per_second: Annotated[int, Field(ge=0, le=1000)] = 30
    """Telegram's pace. 0 keeps none, for measurements."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much is logged. At no level anything of people, and never the token."""
    webhook_url: Annotated[str | None, Optional] = None
    """Public https address for Telegram to post to. Without it the bot polls, which needs no open port."""
    webhook_secret: Annotated[SecretStr | None, Optional] = None
    """What Telegram must say with each post: 16 to 256 of A-Z a-z 0-9 _ -."""
    webhook_listen: str = "127.0.0.1:8443"
    """Host and port to listen on behind your TLS proxy."""
    sandbox_port: Annotated[int, Field(ge=0, le=65535)] = 8081
    """Port of the local sandbox's chat page."""

    @property
    def official_file(self) -> Path:
        """Where the imported official text is, or would be."""
        return self.official_text or self.data_dir / "official.db"

    @property
    def database(self) -> Path:
        """The one file that holds all tables."""
        return self.data_dir / "sangket.db"

    @property
    def evidence_folder(self) -> Path:
        """Where sealed files lie."""
        return self.data_dir / "evidence"

    @property
    def answers_folder(self) -> Path:
        """Where answers from the reviewers' machine are put."""
        return self.data_dir / "answers"

    @property
    def server_key(self) -> Path:
        """The key for what the bot must reopen."""
        return self.keys_dir / "server.key"

    @property
    def office_lock(self) -> Path:
        """The public half of the office key, which `init` makes."""
        return self.keys_dir / "office.pub"

    @property
    def office_key(self) -> Path:
        """The secret half, where the network chose to read in the chat."""
        return self.keys_dir / "office.key"

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"\d{1,16}:[A-Za-z0-9_-]{30,64}", value.get_secret_value()):
            raise ValueError("is not a bot token, which looks like 123456:ABC-… (ask @BotFather)")
        return value

    @field_validator("telegram_api_url")
    @classmethod
    def _api_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("is not an address such as https://api.telegram.org")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("would send the token unencrypted; use https, or http on this machine only")
        return value.rstrip("/")

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("is not a time zone such as Asia/Phnom_Penh") from None
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "")
        if value is not None and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("must be an https address")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, _ or -")
        return value

    @field_validator("webhook_listen")
    @classmethod
    def _listen(cls, value: str) -> str:
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError("is not host:port such as 127.0.0.1:8443")
        return value

    @property
    def drafts_in_memory(self) -> bool:
        """Whether a power cut takes the draft keys, and with them what was not handed in."""
        return str(self.draft_keys_folder().resolve()).startswith(("/dev/shm/", "/run/"))  # noqa: S108 - where memory is

    def draft_keys_folder(self) -> Path:
        """Memory-backed storage: what was set, systemd's runtime directory, or shared memory."""
        if self.draft_key_dir is not None:
            return self.draft_key_dir
        runtime = os.environ.get("RUNTIME_DIRECTORY")
        if runtime:
            return Path(runtime.split(":")[0])
        memory = Path("/dev/shm")  # noqa: S108 - memory, not a shared temporary folder; ours below is private
        name = re.sub(r"\W+", "-", str(self.data_dir.resolve())).strip("-")
        return memory / f"sangket-{os.getuid()}" / name if memory.is_dir() else self.keys_dir


def load(**given: Any) -> Settings:
    """The settings in force. Raises WrongSetting."""
    try:
        settings = Settings(**given)
    except ValidationError as error:
        raise WrongSetting(_sentence(error)) from None
    except (UnicodeDecodeError, OSError):
        raise WrongSetting("The file .env cannot be read as text.") from None
    known = {name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.upper().startswith(_OURS) and name.upper() not in known:
            raise WrongSetting(f"{name} is not a setting of this program; see .env.example for those there are.")
    if settings.webhook_url is not None and settings.webhook_secret is None:
        raise WrongSetting("WEBHOOK_SECRET is missing: with WEBHOOK_URL set, Telegram must prove who it is.")
    return settings


def contacts(settings: Settings) -> Contacts:
    """Whom people can turn to. Raises WrongSetting."""
    if settings.contacts_file is None:
        return Contacts()
    try:
        return load_contacts(settings.contacts_file)
    except ContactsFault as fault:
        raise WrongSetting(f"CONTACTS_FILE: {fault}") from None


def statuses(settings: Settings) -> Statuses:
    """What reporters read of where their incident stands. Raises WrongSetting."""
    try:
        return load_statuses(settings.statuses_file)
    except StatusesFault as fault:
        raise WrongSetting(f"STATUSES_FILE: {fault}") from None


def _sentence(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(fault["loc"][0]).upper() if fault["loc"] else "A setting"
    if fault["type"] == "extra_forbidden":
        return f"{name} is not a setting of this program; see .env.example for those there are."
    message = fault["msg"].removeprefix("Value error, ")
    return f"{name} {message}." if fault["type"] == "value_error" else f"{name} is wrong: {message}."


def effective(settings: Settings) -> list[str]:
    """``NAME=value`` lines of all settings, secrets masked."""
    lines = []
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown = "" if value is None else "(set, not shown)" if isinstance(value, SecretStr) else str(value)
        lines.append(f"{name.upper()}={shown}")
    return lines


def warnings(settings: Settings) -> list[str]:
    """What works, but should not stay so."""
    found = []
    env_file = Path(".env")
    if settings.telegram_token and env_file.exists() and env_file.stat().st_mode & 0o077:
        found.append("The file .env can be read by others, and it may hold the token. Run: chmod 600 .env")
    if _device(settings.keys_dir) == _device(settings.data_dir):
        found.append("KEYS_DIR is on the same disk as DATA_DIR: who takes the disk has both. Move it to another.")
    if not settings.office_lock.exists():
        found.append("There is no office key, so no incidents are taken in. Make one: python -m bot init")
    if settings.office_key.exists():
        found.append("The office key is on this server: whoever takes the server reads every incident.")
    if settings.contacts_file is None or contacts(settings).other_channel is None:
        found.append("No other channel is set in CONTACTS_FILE for people whom it endangers to write to a bot.")
    if settings.contacts_file is None or not contacts(settings).help:
        found.append("No numbers are set in CONTACTS_FILE for people in danger; only general steps are shown.")
    if settings.contacts_file is None or not contacts(settings).trained:
        found.append("Nobody trained is named in CONTACTS_FILE for children and survivors of sexual violence.")
    if not settings.drafts_in_memory:
        found.append("The draft keys are kept on a disk: what people just wrote survives a power cut, and a seizure.")
    return found


def _device(path: Path) -> int:
    existing = next(p for p in (path.resolve(), *path.resolve().parents) if p.exists())
    return existing.stat().st_dev
