"""A patient's own page, as HTML: complete as it is sent, so that it needs no JavaScript."""

from typing import Final
from urllib.parse import urlsplit

from schemas.languages import NAMES
from schemas.self_check_in import Said, local
from services.board.domain.phone import Phone, answered
from services.board.phone_desk import Found
from services.runtime.live.screen_time import ScreenTime
from services.runtime.web.pages import Pages

STALE_MS: Final = 8000
"""As live.js has it."""
RELOAD_SECONDS: Final = 30
SOON_SECONDS: Final = 5
"""Where something is about to change."""


class PhonePages:
    """Renders the pages that a link leads to. `checkin_url` is where browsers reach the API, for self check-in."""

    def __init__(self, pages: Pages, checkin_url: str) -> None:
        self._pages, self._checkin_url = pages, checkin_url.rstrip("/")

    @property
    def form_action(self) -> str:
        """Where the page's form may be sent, and come back from, for its Content-Security-Policy."""
        address = urlsplit(self._checkin_url)
        return f"'self' {address.scheme}://{address.netloc}"

    def page(self, found: Found, phone: Phone, time: ScreenTime, said: Said | None, language: str) -> str:
        """Return the page of a visit."""
        now, shown_said = answered(phone, said)
        offered = now["what"] == "expected_check_in"
        own = f"/v1/phone/{found.profile.site}/{found.token}"
        shell = {
            "events": f"{own}/events", "held": now["what"] != phone["what"], "phone": now, "time": time,
            "texts": self._pages.texts[language]["phone"],
        }  # fmt: skip
        return self._pages.render(
            "phone.html", language, shell=shell, clinic=found.profile.name, phone=now, languages=NAMES, said=shown_said,
            updated=_updated(time), stale=phone["silent"] or time["age_ms"] is None or time["age_ms"] > STALE_MS,
            check_in=f"{self._checkin_url}{own}/check-in" if offered else None,
            reload=None if offered else SOON_SECONDS if now["what"] == "checked_in" else RELOAD_SECONDS,
        )  # fmt: skip

    def apart(self, what: str, language: str) -> str:
        """Return a page that only says `unknown` or `away`."""
        return self._pages.render("phone_apart.html", language, what=what, languages=NAMES)


def _updated(time: ScreenTime) -> str | None:
    """When the data were up to date, by the site's own clock."""
    if time["age_ms"] is None:
        return None
    return f"{local(time['server_ms'] - round(time['age_ms'] * time['speed']), time['zone']):%H:%M:%S}"
