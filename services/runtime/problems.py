"""Errors as application/problem+json (RFC 9457) that a receptionist can read. No received value is echoed."""

from collections.abc import Iterable, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response


class Problem(Exception):  # noqa: N818  # it is the answer, not a fault of ours
    """Raised anywhere in a route; becomes the answer. `detail` says what to do, in plain words."""

    def __init__(
        self, status: int, code: str, title: str, detail: str, *, headers: Mapping[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.headers, self.extra = headers, extra

    def response(self) -> Response:
        """Build the answer."""
        body = {
            "type": f"about:clinicflow:{self.code}",
            "code": self.code,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.extra,
        }
        return JSONResponse(body, self.status, headers=dict(self.headers or {}), media_type="application/problem+json")


def field_problems(errors: Iterable[Mapping[str, object]]) -> list[dict[str, str]]:
    """Put pydantic's errors, each located below the body, in plain words: the field and what is wrong with it.

    `kind` is pydantic's own name for what is wrong, or ours, for pages that say it in another language.
    """
    return [{"field": _where(error), "problem": _plain(error), "kind": str(error["type"])} for error in errors]


def _where(error: Mapping[str, object]) -> str:
    parts = error["loc"]
    return ".".join(str(part) for part in parts[1:]) if isinstance(parts, tuple) else ""


def install(app: FastAPI) -> None:
    """Make every error of `app` a problem."""

    @app.exception_handler(Problem)
    async def _problem(_request: Request, problem: Problem) -> Response:
        return problem.response()

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, invalid: RequestValidationError) -> Response:
        errors = invalid.errors()
        if any(error["type"] == "json_invalid" for error in errors):
            return Problem(400, "not-json", "Not JSON", "What was sent could not be read. Please send JSON.").response()
        fields = field_problems(errors)
        listed = "; ".join(f"{entry['field'] or 'the body'}: {entry['problem']}" for entry in fields)
        return Problem(422, "invalid", "Something is missing or wrong", f"Please correct: {listed}.", fields=fields).response()

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> Response:
        titles = {404: ("not-found", "There is nothing at this address"), 405: ("not-allowed", "This address can't be used so")}
        code, title = titles.get(error.status_code, ("error", "That did not work"))
        return Problem(error.status_code, code, title, title + ".", headers=error.headers).response()

    @app.exception_handler(Exception)
    async def _fault(_request: Request, _fault: Exception) -> Response:
        return Problem(500, "fault", "Something broke here", "That is our fault, not yours. Please try again.").response()


def _plain(error: Mapping[str, object]) -> str:
    """Pydantic's message without the value: those of value_error are ours and hold none."""
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not known here",
        "timezone_aware": "needs an offset, such as 2026-03-01T09:00:00-05:00",
        "string_pattern_mismatch": "has a form that is not allowed",
        "enum": "is none of the allowed values",
        "literal_error": "is none of the allowed values",
    }
    message = str(error["msg"]).removeprefix("Value error, ")
    return words.get(str(error["type"]), message[:1].lower() + message[1:])
