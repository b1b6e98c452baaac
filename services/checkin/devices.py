"""Which people a browser belongs to: those who have signed in there without a PIN. A PIN opens nothing elsewhere."""

from pydantic import ValidationError
from starlette.requests import HTTPConnection

from schemas.access import Subject, User
from schemas.envelope import Frozen
from services.checkin.cookies import set_cookie
from services.runtime import staff
from services.runtime.access_book import AccessBook
from services.runtime.sealed_cookie import LONGEST_SECONDS, SealedCookie
from services.runtime.secret import Sealer

COOKIE = "clinicflow_device"
MOST = 30
"""So many people may share a browser; then those who signed in longest ago give way."""


class Device(Frozen):
    """What the browser keeps, sealed: who signed in last comes first."""

    users: tuple[Subject, ...] = ()


class Devices:
    """Reads and writes the cookie. It names people, and opens nothing without a PIN."""

    def __init__(self, key: bytes, access: AccessBook) -> None:
        self._cookie = SealedCookie(COOKIE, Sealer(key, "1"), b"checkin-device", LONGEST_SECONDS)
        self._access = access

    def of(self, request: HTTPConnection) -> Device:
        """Whose device this is, as its cookie says."""
        content = self._cookie.read(request)
        try:
            return Device.model_validate_json(content) if content else Device()
        except ValidationError:
            return Device()  # of another release

    def people(self, device: Device) -> list[User]:
        """The device's people as they are now, without those whose access has ended."""
        found = [self._access.one(User, subject) for subject in device.users]
        return [user for user in found if user is not None and staff.is_in_force(user)]

    def add(self, request: HTTPConnection, device: Device, subject: str) -> Device:
        """Let this user's PIN work here, too."""
        others = [other for other in device.users if other != subject]
        return self._send(request, Device(users=(subject, *others[: MOST - 1])))

    def forget(self, request: HTTPConnection, subject: str) -> Device:
        """Let this user's PIN open nothing here any more."""
        return self._send(request, Device(users=tuple(user for user in self.of(request).users if user != subject)))

    def _send(self, request: HTTPConnection, device: Device) -> Device:
        content = device.model_dump_json().encode() if device.users else b""
        set_cookie(request, COOKIE, self._cookie.header(request, content))
        return device
