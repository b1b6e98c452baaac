"""The link to a patient's own page, as texts name it."""

from schemas.alerts import Alert
from services.notify.settings import NotifySettings
from services.runtime import secret
from services.runtime.phone_link import KEY, PhoneLinks


class Links:
    """Links under the address by which patients reach the board."""

    def __init__(self, address: str, links: PhoneLinks) -> None:
        self._address, self._links = address.rstrip("/"), links

    @classmethod
    def from_settings(cls, settings: NotifySettings) -> "Links | None":
        """Return None where patients can't reach the board. Raises MissingSecretError where they can and the key is missing."""
        address = settings.public_url
        return None if address is None else cls(address, PhoneLinks(secret.load(settings, KEY)))

    def of(self, alert: Alert) -> str | None:
        """Return where the patient whom the alert is about finds their own page."""
        return None if alert.visit is None else self._address + self._links.path(alert.site, alert.visit)
