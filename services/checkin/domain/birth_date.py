"""A date of birth, as a patient says it on a form, beside the one on record."""

import hmac
from collections.abc import Mapping
from datetime import date


def said(form: Mapping[str, str]) -> date | None:
    """Read the fields day, month and year, in the digits of any script; None where they are no date."""
    try:
        return date(int(form["year"]), int(form["month"]), int(form["day"]))
    except (KeyError, ValueError, OverflowError):
        return None


def same(one: date | None, other: date) -> bool:
    """Whether it is the same day; takes as long for any two days."""
    return hmac.compare_digest((one or date.min).isoformat(), other.isoformat()) and one is not None
