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
        default="", description="Host and port of the web site, such as `127.0.0.1:8080`; empty: no site."
    )
    web_pages_per_second: float = Field(
        default=20, ge=0, description="Pages per second that one address may request; 0: no limit."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="Bearer token for /metrics; empty: only private addresses may read it.",
    )
