"""Kinds of fields that forgive what others write, for the JSON of every source and archive.

A paper needs an id and a title, and the number of its votes must be right where it is given. Everything else is worth
having, and a value that cannot be read counts as absent: a field that changes its shape one day must not cost the
papers.
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


#: as `T`, or None
Lenient = Annotated[T | None, WrapValidator(_or_absent)]
#: aware, in UTC
Moment = Annotated[datetime, AfterValidator(moment)]
#: what an integer column holds
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Record(BaseModel):
    """A JSON object of which only the fields that are named here matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Organization(Record):
    """A lab or company on Hugging Face."""

    name: Lenient[str] = None
    fullname: Lenient[str] = None

    @property
    def shown(self) -> str:
        """What people call it."""
        return self.fullname or self.name or ""


R = TypeVar("R", bound=Record)


def read(kind: type[R], raw: object) -> R:
    """The object as a record. Raises `Unusable` with the first reason, in words."""
    if not isinstance(raw, dict):
        raise Unusable("it is not an object")
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    field = ".".join(str(step) for step in first["loc"])
    if first["type"] == "missing":
        raise Unusable(f"it has no {field}")
    reason = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    raise Unusable(f"{field} is {str(first['input'])[:40]!r}: {reason}")
