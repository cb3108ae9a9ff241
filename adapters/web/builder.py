"""Build the web adapter from its settings."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext

from adapters.kit.registration import AdapterContext
from adapters.web.settings import WebSettings
from adapters.web.surface import Web


def build(settings: WebSettings, context: AdapterContext) -> AbstractAsyncContextManager[Web]:
    """Return the adapter. It binds its address when it starts to listen, so there is nothing to open or close."""
    host, _, port = settings.web_address.rpartition(":")
    return nullcontext(
        Web(
            host.strip("[]"),
            int(port),
            public_url=context.public_url,
            metrics_token=settings.metrics_token.get_secret_value(),
            pages_per_second=settings.web_pages_per_second,
        )
    )
