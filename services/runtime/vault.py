"""Seals who the patients are: each under a data key of their own, which is wrapped by the site's key.

A site's key comes of a master key, which stands in a file `people-<n>.key` of the secrets folder and nowhere else. The highest n
seals, every n opens: a new file there is a rotation, and a record moves to it when it is next changed.
"""

import base64
import re
import secrets
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from schemas.people import Person, SealedPerson
from services.runtime import secret
from services.runtime.settings import ServiceSettings

_KEY_BYTES = 32
_KEY_ID = re.compile(r"people-([1-9][0-9]{0,5})")


class Unopenable(Exception):  # noqa: N818  # it says what the record is
    """A record that no key here opens, or that was changed since it was sealed. It names the person's id and the key's."""

    def __init__(self, sealed: SealedPerson) -> None:
        super().__init__(f"the record of person {sealed.person}, sealed with {sealed.key_id}, can't be opened")


class Vault:
    """Seals and opens people. Raises MissingSecretError when built where there is no key and none is made."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._masters = {number: secret.read(settings, _file(number)) for number in _numbers(settings)}
        if not self._masters:
            self._masters = {1: secret.load(settings, _file(1))}
        self._site_keys: dict[tuple[int, str], bytes] = {}

    def seal(self, person: Person, site: str, now: datetime, known: SealedPerson | None) -> SealedPerson:
        """Seal a person of the site with the newest master key; `known` is their record so far, whose data key is kept.

        Raises Unopenable where that one's data key can't be had, and ValueError where it is somebody else's.
        """
        if known is not None and (known.person, known.site) != (person.person, site):
            raise ValueError("what is known is of another person, or of another site")
        data_key = self._data_key(known) if known is not None else secrets.token_bytes(_KEY_BYTES)
        number = max(self._masters)
        key_id = _key_id(number)
        plain = person.model_dump_json(exclude_none=True).encode()
        nonce, sealed = secret.Sealer(data_key, key_id).seal(plain, _bound_to(person.person, site, key_id))
        return SealedPerson(
            person=person.person,
            site=site,
            key_id=key_id,
            wrapped_key=_text(aes_key_wrap(self._site_key(number, site), data_key)),
            nonce=_text(nonce),
            sealed=_text(sealed),
            recorded_at=now,
        )

    def open(self, sealed: SealedPerson) -> Person:
        """Open a record. Raises Unopenable."""
        context = _bound_to(sealed.person, sealed.site, sealed.key_id)
        try:
            opener = secret.Sealer(self._data_key(sealed), sealed.key_id)
            person = Person.model_validate_json(opener.open(_bytes(sealed.nonce), _bytes(sealed.sealed), context))
        except (InvalidTag, ValueError):
            raise Unopenable(sealed) from None
        if person.person != sealed.person:
            raise Unopenable(sealed)
        return person

    def _data_key(self, sealed: SealedPerson) -> bytes:
        form = _KEY_ID.fullmatch(sealed.key_id)
        if form is None:
            raise Unopenable(sealed)
        try:
            key = aes_key_unwrap(self._site_key(int(form[1]), sealed.site), _bytes(sealed.wrapped_key))
        except (InvalidUnwrap, ValueError, secret.MissingSecretError):
            raise Unopenable(sealed) from None
        if len(key) != _KEY_BYTES:
            raise Unopenable(sealed)
        return key

    def _site_key(self, number: int, site: str) -> bytes:
        key = self._site_keys.get((number, site))
        if key is None:
            derived = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"clinicflow people " + site.encode())
            key = self._site_keys[number, site] = derived.derive(self._master(number))
        return key

    def _master(self, number: int) -> bytes:
        """A key that was put there after the start counts from its first use on: another process seals with it already."""
        if number not in self._masters:
            self._masters[number] = secret.read(self._settings, _file(number))
        return self._masters[number]


def _numbers(settings: ServiceSettings) -> list[int]:
    forms = (_KEY_ID.fullmatch(path.stem) for path in settings.secrets_dir.glob("people-*.key"))
    return [int(form[1]) for form in forms if form is not None]


def _key_id(number: int) -> str:
    return f"people-{number}"


def _file(number: int) -> str:
    return f"{_key_id(number)}.key"


def _bound_to(person: str, site: str, key_id: str) -> bytes:
    """What a sealed person is tied to; no id holds a slash."""
    return f"{person}/{site}/{key_id}".encode()


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
