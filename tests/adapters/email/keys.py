"""A key of the usual length for signatures, and its public half as the DNS has it."""

from __future__ import annotations

import base64
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from bot.services.mailboxes.mail_options import Dkim


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key(form: PrivateFormat = PrivateFormat.PKCS8) -> Dkim:
    """The private half. OpenSSL 3 writes PKCS #8, its elders the traditional form."""
    pem = _key().private_bytes(Encoding.PEM, form, NoEncryption())
    return Dkim(key=pem, selector="mail", domain="example.org")


def published() -> bytes:
    """The TXT record."""
    der = _key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
