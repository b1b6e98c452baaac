"""Bytes of alerts.v1 to an alert or a reason, never an exception."""

from enum import StrEnum

from pydantic import TypeAdapter, ValidationError

from schemas.alerts import Alert
from services.notify.domain.templates import BY_ALERT

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)


class Unreadable(StrEnum):
    """Why a record of alerts.v1 can't be used."""

    EMPTY = "empty"
    NOT_JSON = "not-json"
    NEWER_VERSION = "newer-version"
    INVALID = "invalid"
    WRONG_SITE = "wrong-site"
    WRONG_ID = "wrong-id"


_REASONS = {"json_invalid": Unreadable.NOT_JSON, "union_tag_invalid": Unreadable.NEWER_VERSION, "enum": Unreadable.NEWER_VERSION}


def read(value: bytes | None, key: bytes | None) -> Alert | Unreadable:
    """Return the alert, whose key is its site and its id of kind, whom it is about and milestone; or why there is none."""
    if not value:
        return Unreadable.EMPTY
    try:
        alert = _ALERT.validate_json(value)
    except ValidationError as problem:
        found = {error["type"] for error in problem.errors(include_url=False, include_input=False, include_context=False)}
        return next((reason for kind, reason in _REASONS.items() if kind in found), Unreadable.INVALID)
    if key != alert.site.encode():
        return Unreadable.WRONG_SITE
    if alert.visit is None and alert.kind in BY_ALERT:
        return Unreadable.INVALID
    about = alert.visit or alert.provider or alert.room or alert.site
    return alert if alert.id.startswith(f"{alert.kind}/{about}/") else Unreadable.WRONG_ID
