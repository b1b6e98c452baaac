"""Telephone numbers: read the way people write them, kept as E.164."""

import re

import phonenumbers

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def e164(written: str, region: str) -> str | None:
    """Read a number as somebody in this region (ISO 3166) writes it; None: it can't be one, or has an extension.

    A number of the right length counts, whether or not it is assigned: new ranges are assigned every month.
    """
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return text if _E164.fullmatch(text) else None
