"""Reading a request: its key and its body, with nothing of it echoed in an error."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Any, NoReturn, TypeVar

from fastapi import Header, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError, WithJsonSchema

from schemas.codec import SITE_EVENT
from services.checkin.domain.identity import is_key
from services.checkin.domain.people import Wrong
from services.runtime.problems import Problem

Body = TypeVar("Body", bound=BaseModel)
KEY_HEADER = "Idempotency-Key"
_EVENT_DATA = "data"


async def idempotency_key(
    idempotency_key: Annotated[
        str | None,
        WithJsonSchema({"type": "string", "pattern": "^[!-~]{1,128}$"}),
        Header(
            alias=KEY_HEADER,
            description="1 to 128 visible ASCII characters, new for each command; a repeat with the same key counts once.",
        ),
    ] = None,
) -> str:
    """Read the command's key. Raises Problem 400."""
    if idempotency_key is None or not is_key(idempotency_key):
        raise Problem(
            400,
            "no-key",
            "The command needs a key",
            "Please send the header Idempotency-Key with 1 to 128 visible characters, a new one for each command."
            " Sending the same command again with the same key is safe: it counts once.",
        )
    return idempotency_key


async def read_body(request: Request, model: type[Body]) -> Body:
    """Read the body as JSON, whatever content type it claims; none at all is an empty object.

    Raises RequestValidationError, which becomes 400 or 422, and Problem 413.
    """
    try:
        return model.model_validate_json(await request.body() or b"{}", extra="forbid")
    except ValidationError as problem:
        refuse(problem, model)


def refuse(problem: ValidationError, model: type[BaseModel]) -> NoReturn:
    """Raise what becomes the answer to a body that is not right."""
    raise RequestValidationError(errors_of(problem, model)) from None


def refuse_fields(wrong: Iterable[Wrong]) -> None:
    """Raise Problem 422 where a field is wrong; it names the fields, and nothing of what they hold."""
    found = list(wrong)
    if found:
        listed = "; ".join(f"{one.field}: {one.problem}" for one in found)
        fields = [one._asdict() for one in found]
        raise Problem(422, "invalid", "Something is missing or wrong", f"Please correct: {listed}.", fields=fields)


def errors_of(problem: ValidationError, model: type[BaseModel]) -> list[dict[str, Any]]:
    """List the errors without a word of what was sent: unknown fields and keys are not named either."""
    declared = _declared(model) | (_declared_by_events() - {_EVENT_DATA})
    errors = problem.errors(include_url=False, include_input=False, include_context=False)
    return [{**error, "loc": ("body", *_nameable(error["loc"], declared))} for error in errors]


def _nameable(where: tuple[int | str, ...], declared: frozenset[str]) -> Iterator[int | str]:
    for part in where:
        if isinstance(part, int) or part in declared:
            yield part
        elif part != _EVENT_DATA and not part.startswith("clinicflow."):  # where an event has it, a body has it on top
            yield "(a field)"


@cache
def _declared(model: type[BaseModel]) -> frozenset[str]:
    return _field_names(model.model_json_schema())


@cache
def _declared_by_events() -> frozenset[str]:
    return _field_names(SITE_EVENT.json_schema())


def _field_names(schema: dict[str, Any]) -> frozenset[str]:
    """Every field name in a schema and in what it refers to."""
    found: set[str] = set()
    for one in (schema, *schema.get("$defs", {}).values()):
        found.update(one.get("properties", {}))
    return frozenset(found)
