"""Settings of the web adapter."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, SecretStr

from adapters.kit.registration import Adapter, AdapterSettings
from bot.domain.setting_values import listen_address


class WebSettings(AdapterSettings):
    """`PAPERBOY_WEB_…`, and the token for `/metrics`."""

    adapter: ClassVar[Adapter] = Adapter("web", "adapters.web.builder:build", ("web_address",))

    web_address: Annotated[str, AfterValidator(listen_address)] = Field(
        default="", description="Host and port where the web site is served, such as `127.0.0.1:8080`; empty: nowhere."
    )
    web_pages_per_second: float = Field(
        default=20, ge=0, description="Pages that one visitor's address may ask for in a second; 0 is without limit."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What a monitor must show that reads /metrics; empty: it is readable from private addresses only.",
    )
