"""Ids and fingerprints, made from what was said, so that saying it again makes the same."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID, uuid5

EVENTS = UUID("0d4f3e1c-6a52-5c1b-9a3e-6f2b1d7c8e90")
VISITS = UUID("7b9c2a64-31fd-5e08-8c47-d0a95e3f6b12")
PEOPLE = UUID("e85d0b97-4c16-5f2a-b3d8-2a7f60c91e35")
"""Namespaces of UUIDv5; another value would make other ids of the same keys."""

_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_MADE = re.compile(r"(?:[a-z]{1,2}-)?[0-9a-f-]{32,64}")


def is_key(text: str) -> bool:
    """Whether it can be an Idempotency-Key: 1 to 128 visible ASCII characters."""
    return _KEY.fullmatch(text) is not None


def is_made(name: str) -> bool:
    """Whether it can be an id that a program made (a UUID, an HMAC): nobody's name or number looks like that."""
    return _MADE.fullmatch(name) is not None


def event_id(site: str, key: str) -> str:
    """Give the event's id: the same key at the same site is the same event."""
    return str(uuid5(EVENTS, f"{site}/{key}"))


def new_visit_id(event: str) -> str:
    """Give the id of the visit that this event begins, so that a repeat names the same visit."""
    return str(uuid5(VISITS, event))


def new_person_id(site: str, key: str) -> str:
    """Give the id of the person who is added under this key, so that a repeat names the same person."""
    return str(uuid5(PEOPLE, f"{site}/{key}"))


def canonical(said: object) -> str:
    """Write JSON in the one form that depends on nothing but its content."""
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def fingerprint(event_type: str, subject: str, said: Mapping[str, object]) -> str:
    """Tell what was said from something else said under the same key: 64 bits of SHA-256, in hex."""
    return sha256(canonical([event_type, subject, said]).encode()).hexdigest()[:16]
