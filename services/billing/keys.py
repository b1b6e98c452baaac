"""The keys that deliveries are signed with, and the one that tells contents apart: files of the secrets folder."""

import re

from services.runtime import secret
from services.runtime.settings import ServiceSettings

CONTENT = "billing-content.key"
_SIGNING = re.compile(r"billing-webhook-([1-9][0-9]{0,5})\.key")
_FIRST = "billing-webhook-1.key"


def signing_keys(settings: ServiceSettings) -> list[bytes]:
    """Every `billing-webhook-<n>.key`, the highest n first: while two are there, either of them verifies.

    Raises MissingSecretError where there is none and none is made.
    """
    forms = (_SIGNING.fullmatch(path.name) for path in settings.secrets_dir.glob("billing-webhook-*.key"))
    numbers = sorted((int(form[1]) for form in forms if form is not None), reverse=True)
    if not numbers:
        return [secret.load(settings, _FIRST)]
    return [secret.read(settings, f"billing-webhook-{number}.key") for number in numbers]


def content_key(settings: ServiceSettings) -> bytes:
    """Read the key of contents' hashes. Raises MissingSecretError."""
    return secret.load(settings, CONTENT)
