"""Settings, read from environment variables, from `.env` in the working directory and from secret files."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import parse_qsl, unquote

import platformdirs
from pydantic import AfterValidator, BaseModel, Field, SecretBytes, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.discord.settings import DiscordSettings
from adapters.email.settings import EmailSettings
from adapters.telegram.settings import TelegramSettings
from adapters.web.settings import WebSettings
from bot.domain.errors import SettingsError
from bot.domain.redaction import WithPassword
from bot.domain.setting_values import days_text, http_url, optional_http_url

PREFIX = "PAPERBOY_"
#: directory of secret files, as Docker mounts it; ignored if it does not exist
SECRETS_DIR = Path("/run/secrets")

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def _database(value: SecretStr) -> SecretStr:
    scheme, separator, rest = value.get_secret_value().partition("://")
    if not value.get_secret_value():
        return value
    if not separator or scheme not in _DRIVERS:
        raise ValueError("expected sqlite:///path/to/file.db or postgresql://user:password@host/database")
    return SecretStr(f"{_DRIVERS[scheme]}://{rest}")


Url = Annotated[str, AfterValidator(http_url)]
OptionalUrl = Annotated[str, AfterValidator(optional_http_url)]


class Settings(BaseSettings, EmailSettings, DiscordSettings, TelegramSettings, WebSettings):
    """Every setting, with its default. Nothing needs to be set to start.

    The bases after the first are the registry of adapters (`bot/app/adapters.py`), in the order in which they open.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=False
    )

    data_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("paperboy"), description="Directory of the database file."
    )
    database_url: Annotated[SecretStr, AfterValidator(_database), WithPassword()] = Field(
        default=SecretStr(""),
        description="`sqlite:///file.db` or `postgresql://user:password@host/name`; empty: in the data directory.",
    )
    huggingface_url: Url = Field(default="https://huggingface.co", description="Base URL of Hugging Face.")
    arxiv_url: Url = Field(default="https://export.arxiv.org", description="Base URL of arXiv's API.")
    github_url: Url = Field(default="https://api.github.com", description="Base URL of GitHub's API.")
    github_token: SecretStr = Field(
        default=SecretStr(""), description="A token for GitHub without any permission; allows more requests."
    )
    github_stars: bool = Field(default=True, description="Read how many stars the repositories of papers get a day.")
    hackernews_url: Url = Field(default="https://hn.algolia.com", description="Base URL of Hacker News' search.")
    hacker_news: bool = Field(default=True, description="Look for discussions of papers on Hacker News.")
    arxiv_feed_url: OptionalUrl = Field(
        default="https://rss.arxiv.org",
        description="Base URL of arXiv's feeds, which have the new papers of the categories that subscriptions ask "
        "for; empty: they are not read.",
    )
    arxiv_listing_url: Url = Field(
        default="https://arxiv.org",
        description="Base URL of arXiv's lists as pages, read where a feed is stale or cut.",
    )
    arxiv_holidays: Annotated[str, AfterValidator(days_text)] = Field(
        default="",
        description="Evenings without an announcement of arXiv besides those known of 2026: `2027-01-01 2027-01-18`.",
    )
    biorxiv_url: OptionalUrl = Field(
        default="https://api.biorxiv.org", description="Base URL of the API of bioRxiv and medRxiv; empty: off."
    )
    europepmc_url: OptionalUrl = Field(
        default="https://www.ebi.ac.uk/europepmc/webservices/rest",
        description="Base URL of Europe PMC's web service; empty: off.",
    )
    contact: str = Field(
        default="", max_length=200, description="An address or page in the user agent, so that sources can reach you."
    )
    collect_minutes: int = Field(default=30, ge=5, le=1440, description="Minutes between two rounds of collecting.")
    grace_hours: int = Field(
        default=6, ge=1, le=168, description="Hours by which a digest may be late; one that is later is skipped."
    )
    on_uncertain: Literal["ask", "resend"] = Field(
        default="ask",
        description="If a platform did not confirm a digest: `ask` the chat, or `resend` it, perhaps twice.",
    )
    notify: Literal["subscriber", "admins", "none"] = Field(
        default="subscriber",
        description="Who is told once that a subscription was paused because a chat can't be reached, and once that "
        "it runs again: whoever subscribed, the `admins` of the server or chat, or `none`.",
    )
    public_url: OptionalUrl = Field(default="", description="Public URL of the site; used in the links of mails.")
    operator: str = Field(
        default="",
        max_length=200,
        description="Name of the person or organization that runs this bot, for its privacy and terms pages.",
    )
    operator_contact: str = Field(
        default="",
        max_length=200,
        description="An address or page where people reach the operator, for the privacy and terms pages.",
    )
    retention_days: int = Field(
        default=90,
        ge=1,
        le=3650,
        description="Days after which the data of a chat that removed the bot is deleted.",
    )
    secret: SecretStr = Field(
        default=SecretStr(""),
        description="Key that signs links in mails; empty: generated once and stored in the database.",
    )
    offline: bool = Field(
        default=False, description="Never use the network; show stored papers, or the bundled sample."
    )
    encoder: str = Field(
        default="",
        max_length=500,
        description="A model that finds papers by meaning too: `sentence-transformers/all-MiniLM-L6-v2`, or a folder "
        "with one; `off` ends it. Decided once for all processes of a database.",
    )
    models_dir: str = Field(
        default="", description="Where models are kept; empty: in the directory `models` of the data directory."
    )
    search_prior: float = Field(
        default=0.1, ge=0, le=1, description="Weight of votes and age among papers of similar relevance; 0: none."
    )
    search_sources: bool = Field(
        default=True,
        description="Ask the sources for topics with few stored papers, and store what they return.",
    )
    thumbnails: bool = Field(
        default=True, description="Show pictures of papers, which platforms load from Hugging Face's server."
    )
    taste_from_opened: bool = Field(
        default=False, description="Count papers that a person opens as liked; they are stored under the person's id."
    )
    log_level: Literal["auto", "debug", "info", "warning", "error"] = Field(
        default="auto", description="`auto`: warnings or errors, by command; `info` logs every fetch and command."
    )
    log_format: Literal["auto", "pretty", "json"] = Field(
        default="auto", description="`auto`: pretty on a terminal, JSON elsewhere."
    )
    crash_at: str = Field(
        default="",
        description="For tests: the crash point at which the process ends, such as `send.after`.",
    )

    def source_options(self, options: Mapping[str, str]) -> dict[str, object]:
        """Return the values of settings for arguments of a client: argument -> setting."""
        return {name: getattr(self, setting) for name, setting in options.items()}

    def reads(self, source: str) -> bool:
        """Return whether a remote source is read."""
        return not self.offline and bool(self.source_url(source))

    def source_url(self, source: str) -> str:
        """Return the base URL of a source of `bot/sources/registry.py`: its setting `NAME_url`."""
        url: str = getattr(self, f"{source}_url")
        return url

    def is_on(self, switch: str) -> bool:
        """Return whether a source is asked, given its `switch` in the registry."""
        return not switch or bool(getattr(self, switch))

    @property
    def database(self) -> str:
        """Return the database URL with its driver. It may contain a password, so never log it."""
        return self.database_url.get_secret_value() or f"sqlite+aiosqlite:///{self.data_dir / 'paperboy.db'}"

    @property
    def models(self) -> Path:
        """Return the directory of downloaded models."""
        return Path(self.models_dir) if self.models_dir else self.data_dir / "models"

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return all secrets to be redacted in output: the values of fields whose type contains `SecretStr`."""
        return tuple(dict.fromkeys(secret_values(self)))


def load() -> Settings:
    """Return the settings of this process. Raise `SettingsError` that names the first invalid one."""
    secrets = SECRETS_DIR if SECRETS_DIR.is_dir() else None
    _must_be_text(Path(".env"), *(sorted(secrets.glob(f"{PREFIX.lower()}*")) if secrets else ()))
    try:
        return Settings(_secrets_dir=secrets)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None


def _must_be_text(*files: Path) -> None:
    """Raise `SettingsError` that names the first file that cannot be read as UTF-8."""
    for file in files:
        try:
            if file.is_file():
                file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise SettingsError(f"{file} is not UTF-8 text. Save it as UTF-8.") from None
        except OSError as error:
            raise SettingsError(f"{file} cannot be read: {error.strerror or error}.") from None


def unknown(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return environment variables that look like settings but are not, each with the most similar setting or ""."""
    known = [name.upper() for name in Settings.model_fields]
    strangers = sorted(name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX))
    near = {name: difflib.get_close_matches(name, known, 1) for name in strangers if name not in known}
    return {f"{PREFIX}{name}": f"{PREFIX}{found[0]}" if found else "" for name, found in near.items()}


def is_secret(annotation: object) -> bool:
    """Return whether a type is or contains a `SecretStr`: in a union, a list or a model."""
    if isinstance(annotation, type) and issubclass(annotation, SecretStr | SecretBytes):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(is_secret(field.annotation) for field in annotation.model_fields.values())
    return any(is_secret(argument) for argument in get_args(annotation))


def secret_values(model: BaseModel) -> Iterator[str]:
    """Yield every secret in a model, also nested ones; of a URL only its password."""
    for name, field in type(model).model_fields.items():
        if is_secret(field.annotation):
            address = any(isinstance(mark, WithPassword) for mark in field.metadata)
            for value in _revealed(getattr(model, name)):
                yield from filter(None, _passwords(value) if address else (value,))


def _revealed(value: object) -> Iterator[str]:
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case SecretBytes():
            yield value.get_secret_value().decode(errors="replace")
        case BaseModel():
            yield from secret_values(value)
        case Mapping():
            for each in value.values():
                yield from _revealed(each)
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from _revealed(each)


def _passwords(address: str) -> Iterator[str]:
    """Yield the passwords of a URL, after the user and in its query, as written and percent-decoded."""
    behind = address.partition("://")[2]
    rest, _, query = behind.partition("?")
    # a password may contain characters that should have been percent-encoded: an @, a question mark
    user = rest.rpartition("@")[0] or behind.partition("@")[0] if "@" in behind else ""
    found = [user.partition(":")[2]]
    found += [value for name, value in parse_qsl(query) if "password" in name.casefold()]
    yield from (text for each in found for text in dict.fromkeys((each, unquote(each))))


#: what is accepted instead, by pydantic's type of error
_EXPECTED = {
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "float_parsing": "expected a number",
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
}


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    setting = str(first["loc"][0])
    name = f"{PREFIX}{setting.upper()}"
    cause = first.get("ctx", {}).get("error")
    reason = str(cause) if cause else _EXPECTED.get(first["type"]) or first["msg"].removeprefix("Input ")
    shown = "" if is_secret(Settings.model_fields[setting].annotation) else f" is {str(first['input'])[:80]!r}"
    return f"{name}{shown}: {reason}"
