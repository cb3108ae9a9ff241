"""Lenient pydantic field types for the JSON of sources and archives.

A paper needs an id and a title, and its number of votes must be valid if given. Every other invalid value counts as
absent, so that a field whose format changes does not make papers unusable.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.sources.fields import Unusable, moment

T = TypeVar("T")


def _or_absent(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


#: `T`, or None if the value is invalid
Lenient = Annotated[T | None, WrapValidator(_or_absent)]
#: aware, in UTC
Moment = Annotated[datetime, AfterValidator(moment)]
#: range of an integer column
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Record(BaseModel):
    """A JSON object; undeclared fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Organization(Record):
    """A lab or company on Hugging Face."""

    name: Lenient[str] = None
    fullname: Lenient[str] = None

    @property
    def display_name(self) -> str:
        """Display name."""
        return self.fullname or self.name or ""


R = TypeVar("R", bound=Record)


def read(kind: type[R], raw: object) -> R:
    """Validate an object. Raise `Unusable` with the first error as a clause."""
    if not isinstance(raw, dict):
        raise Unusable("it is not an object")
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    field = ".".join(str(step) for step in first["loc"])
    if first["type"] == "missing":
        raise Unusable(f"it has no {field}")
    cause = first.get("ctx", {}).get("error")
    reason = str(cause) if cause else first["msg"].removeprefix("Input ")
    raise Unusable(f"{field} is {str(first['input'])[:40]!r}: {reason}")
