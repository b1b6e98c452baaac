"""`clinicflow.people.v1`: who the patients are, encrypted under a data key per person; a tombstone erases."""

from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.envelope import Frozen, Language, SiteId, UtcTime, VisitId

Text = Annotated[str, Field(max_length=2000)]


class BillingCodes(Frozen):
    """What a visit is billed for: the codes as they were given, whose form alone was looked at."""

    diagnoses: tuple[Annotated[str, Field(max_length=8)], ...] = ()
    """ICD-10-CM."""
    procedures: tuple[Annotated[str, Field(max_length=8)], ...] = ()
    """CPT, and HCPCS level II."""


class Absorbed(Frozen):
    """What a person took over from another who turned out to be the same, by field; and what they had there before."""

    taken: dict[str, str]
    before: dict[str, str]
    order: Annotated[int, Field(ge=0)] = 0
    """Whoever turned out to be the same person later has a higher one."""


class Person(Frozen):
    """What is inside the envelope. It is never on any other topic, in no log, label or error."""

    person: VisitId
    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")] | None = None
    """E.164."""
    language: Language = "en"
    born: date | None = None
    payer: Annotated[str, Field(max_length=120)] | None = None
    member_number: Annotated[str, Field(max_length=60)] | None = None
    identifiers: dict[str, str] = {}
    """A feed's own identifiers, by the feed's name."""
    notes: dict[VisitId, Text] = {}
    """Free text, by what it is about: a visit, a referral, a concern, a checklist item."""
    codes: dict[VisitId, BillingCodes] = {}
    """By the reference that the visit's completion names."""
    same_as: VisitId | None = None
    """The person whom this one turned out to be; what is new is kept there."""
    absorbed: dict[VisitId, Absorbed] = {}
    """By the person who turned out to be this one, what was taken over from them: so it can be given back."""
    revisions: dict[str, Annotated[int, Field(ge=1)]] = {}
    """By field, or field and entry (`notes.v-1`), the number of the change that it is of, also where that took it away.

    Of two records that were written at the same time each field is taken from the higher number: nothing is lost with either.
    """


class SealedPerson(Frozen):
    """The record on the topic: AES-256-GCM, keyed by person id, the data key wrapped by the site's key."""

    person: VisitId
    site: SiteId
    key_id: Annotated[str, Field(min_length=1, max_length=64)]
    wrapped_key: Annotated[str, Field(min_length=1, max_length=200)]
    nonce: Annotated[str, Field(min_length=16, max_length=16)]
    """Base64 of 12 bytes."""
    sealed: str
    """Base64 of the ciphertext of a Person in JSON, with its tag."""
    recorded_at: UtcTime
