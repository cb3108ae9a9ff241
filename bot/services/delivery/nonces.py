"""Nonces: the idempotency keys of messages."""

from __future__ import annotations

import base64
import hashlib

from bot.domain.deliveries import Delivery


def nonces(delivery: Delivery, parts: int) -> tuple[str, ...]:
    """One for each part, of 24 letters and digits: Discord takes 25. The same in every process and every database."""
    return tuple(_nonce(f"{delivery.subscription_id}|{delivery.local_date}|{part}") for part in range(parts))


def _nonce(key: str) -> str:
    return base64.b32encode(hashlib.blake2b(key.encode(), digest_size=15).digest()).decode().lower()
