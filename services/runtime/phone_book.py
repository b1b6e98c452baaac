"""Whose link is whose. Links are worked out for the visits of a site's live state, each once."""

from schemas.live import LiveVisit, Version
from services.runtime.live.site import LiveSite
from services.runtime.phone_link import PhoneLinks


class PhoneBook:
    """Finds a visit by the token of its link."""

    def __init__(self, links: PhoneLinks) -> None:
        self._links = links
        self._sites: dict[str, _Tokens] = {}

    def find(self, live: LiveSite, token: str) -> LiveVisit | None:
        """Return the visit whose link this is, or None."""
        site = live.profile.site
        tokens = self._sites.setdefault(site, _Tokens())
        if tokens.version != live.meta.version:
            tokens.version = live.meta.version
            for visit in tokens.by_visit.keys() - live.visits.keys():
                del tokens.by_token[tokens.by_visit.pop(visit)]
            for visit in live.visits.keys() - tokens.by_visit.keys():
                tokens.by_visit[visit] = self._links.token(site, visit)
                tokens.by_token[tokens.by_visit[visit]] = visit
        return live.visits.get(tokens.by_token.get(token, ""))


class _Tokens:
    """The links of one site, as of a version of it."""

    def __init__(self) -> None:
        self.version: Version | None = None
        self.by_visit: dict[str, str] = {}
        self.by_token: dict[str, str] = {}
