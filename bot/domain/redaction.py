"""Secret redaction for everything that is printed or logged, in all encodings of a secret."""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from html import escape
from urllib.parse import quote, quote_plus, unquote

#: replaces a secret
MASK = "***"
#: password in any URL, whether known or not: "postgresql://user:password@host"
_URL_PASSWORD = re.compile(r"(://[^\s/:@]*:)[^\s/]*@")
#: maximum depth of nested values
_MAX_DEPTH = 6


class Redactor:
    """Masks known secrets and passwords in URLs."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets if secret for form in _encodings(secret)}
        # longest first, as one secret may be part of another
        ordered = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def text(self, text: str) -> str:
        """Return the text with secrets masked."""
        if self._known:
            text = self._known.sub(MASK, text)
        return _URL_PASSWORD.sub(rf"\1{MASK}@", text) if "://" in text else text

    def value(self, value: object, depth: int = 0) -> object:
        """Return a log value with secrets masked; values without secrets keep their type."""
        if value is None or isinstance(value, bool | int | float):
            # a secret may be all digits
            return value if self.text(str(value)) == str(value) else MASK
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, BaseException):
            return self.text(f"{type(value).__name__}: {value}")
        if depth < _MAX_DEPTH:
            if isinstance(value, Mapping):
                return {self.value(key, depth + 1): self.value(each, depth + 1) for key, each in value.items()}
            if isinstance(value, list | tuple | AbstractSet):
                return [self.value(each, depth + 1) for each in value]
        return self.text(str(value))

    def exception(self, error: BaseException) -> str:
        """Return the traceback of an exception and its causes, with secrets masked."""
        return self.text("".join(traceback.format_exception(error)).rstrip("\n"))


def _encodings(secret: str) -> Iterable[str]:
    """Yield the spellings of a secret in URLs, JSON, `repr` and HTML."""
    for plain in {secret, unquote(secret)}:
        yield plain
        # percent-encoded, with upper-case and lower-case digits
        for encoded in (quote(plain, safe=""), quote(plain), quote_plus(plain), quote(plain, safe="!$&'()*+,;=:")):
            yield encoded
            yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)
        for escaped in (json.dumps(plain)[1:-1], json.dumps(plain, ensure_ascii=False)[1:-1], repr(plain)[1:-1]):
            yield escaped
            # nested, as in a JSON log line that quotes a JSON body or a `repr`
            yield json.dumps(escaped)[1:-1]
            yield json.dumps(escaped, ensure_ascii=False)[1:-1]
        yield ascii(plain)[1:-1]
        yield repr(plain.encode(errors="replace"))[2:-1]
        yield escape(plain)


class WithPassword:
    """Marks a secret setting that is a URL: only its password is secret."""
