"""Whether a request that changes something was made by a page of ours, or by another site through somebody's browser."""

import hmac
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from services.runtime.problems import Problem

HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


def is_foreign(request: HTTPConnection, address: str | None) -> bool:
    """Whether the browser says that another site's page sent it. `address` is ours as browsers see it, where that is known.

    Programs that are no browsers say nothing of it, and act on nobody else's behalf.
    """
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said not in _OURS
    origin = request.headers.get("origin")
    ours = {request.headers.get("host"), urlsplit(address or "").netloc}
    return origin is not None and urlsplit(origin).netloc not in ours - {None, ""}


def has_token(request: HTTPConnection, expected: str) -> bool:
    """Whether it carries the session's own token, which no other site can read."""
    return hmac.compare_digest(request.headers.get(HEADER, "").encode(), expected.encode())


def refused() -> Problem:
    """Say that the request was not made by a page of ours."""
    return Problem(
        403,
        "csrf",
        "This page is out of date",
        "Your request didn't come from a page that is signed in now. Please load the page again and repeat it.",
    )
