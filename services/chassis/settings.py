"""What a service is told by its environment, read once at the composition root."""

from pathlib import Path
from socket import gethostname
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

DRIVER = "postgresql+asyncpg://"


def _with_our_driver(url: str) -> str:
    if not url.startswith(DRIVER):
        raise ValueError(f"a database address starts with {DRIVER}")
    return url


DatabaseUrl = Annotated[str, AfterValidator(_with_our_driver)]


class Settings(BaseSettings):
    """The settings of one service; variables carry the prefix `TALKA_`.

    The three addresses name one database under three roles: `app` answers requests behind
    row-level security, `worker` runs consumers and timers, `relay` reads the history.
    """

    model_config = SettingsConfigDict(env_prefix="TALKA_", frozen=True, extra="ignore")

    service: str
    role: Literal["all", "web", "worker", "relay"] = "all"
    database_url: DatabaseUrl
    worker_database_url: DatabaseUrl
    relay_database_url: DatabaseUrl
    kafka_bootstrap: str
    instance: str = Field(default_factory=gethostname)  # of two workers on one host, name each
    origin: str = "http://localhost:8800"
    services: tuple[str, ...] = ("registry", "exchanges", "notifications", "analytics")
    signin: Literal["demo", "none"] = "none"
    secret: SecretStr
    link_key: SecretStr
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_starttls: bool = True
    mail_from: str = "talka@localhost"
    intake_a_second: int = Field(default=100, ge=1)  # declarations of one association
    intake_at_once: int = Field(default=6_000, ge=1)  # … and beyond that, after a pause
    clock_file: Path | None = None
    log_json: bool = True
