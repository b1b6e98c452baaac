"""The codes that a visit is billed by, as they are given: only their form is looked at. No sentence here repeats one."""

import re
from collections.abc import Iterable, Iterator

from schemas.people import BillingCodes

MOST_DIAGNOSES, MOST_PROCEDURES = 12, 50

_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z](\.?[0-9A-Z]{1,4})?")
"""ICD-10-CM: three to seven signs, with a dot after the third or without."""
_PROCEDURE = re.compile(r"([0-9]{4}[0-9FTU]|[A-Z][0-9]{4})(-[0-9A-Z]{2})?")
"""CPT: five digits, or four and F, T or U; HCPCS level II: a letter and four digits; each with a modifier or without."""


def read(diagnoses: Iterable[str], procedures: Iterable[str]) -> BillingCodes:
    """Give the codes as they are kept: in capitals, without spaces around them. They may be wrong still."""
    return BillingCodes.model_construct(
        diagnoses=tuple(code.strip().upper() for code in diagnoses), procedures=tuple(code.strip().upper() for code in procedures)
    )


def wrong(codes: BillingCodes) -> Iterator[tuple[str, str]]:
    """List what is wrong with them: the place, and the problem."""
    for name, given, form, most in (
        ("diagnoses", codes.diagnoses, _DIAGNOSIS, MOST_DIAGNOSES),
        ("procedures", codes.procedures, _PROCEDURE, MOST_PROCEDURES),
    ):
        if len(given) > most:
            yield f"codes.{name}", f"may be {most} at most"
        yield from (
            (f"codes.{name}[{at}]", "is no code of its kind; please check it")
            for at, code in enumerate(given)
            if not form.fullmatch(code)
        )
