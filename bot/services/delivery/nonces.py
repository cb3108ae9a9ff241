"""Nonces: the idempotency keys of messages."""

from __future__ import annotations

import base64
import hashlib

from bot.domain.deliveries import Delivery


def nonces(delivery: Delivery, parts: int) -> tuple[str, ...]:
    """Return a nonce per part: 24 letters and digits (Discord accepts 25), the same in every process and database."""
    return tuple(_nonce(f"{delivery.subscription_id}|{delivery.local_date}|{part}") for part in range(parts))


def _nonce(key: str) -> str:
    return base64.b32encode(hashlib.blake2b(key.encode(), digest_size=15).digest()).decode().lower()
