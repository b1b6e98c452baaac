"""The sites that exist and their profiles in force, as sites.v1 says."""

from pydantic import ValidationError

from schemas.sites import PublishedProfile, SiteProfile
from schemas.topics import SITES
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings


class SiteBook:
    """The last profile of every site."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._profiles: dict[str, PublishedProfile] = {}
        self.unreadable = 0
        self.table = TopicTable(settings, SITES, self._apply)

    def _apply(self, key: str, value: bytes | None) -> None:
        if value is None:
            self._profiles.pop(key, None)
            return
        try:
            said = PublishedProfile.model_validate_json(value)
        except ValidationError:
            self.unreadable += 1
            return
        known = self._profiles.get(key)
        if known is None or known.source_offset <= said.source_offset:  # a flow worker that slept may say an old one again
            self._profiles[key] = said

    def get(self, site: str) -> SiteProfile | None:
        """The site's profile, or None where there is no such site."""
        known = self._profiles.get(site)
        return known.profile if known is not None else None

    def published(self, site: str) -> PublishedProfile | None:
        """The same with the offset of its event, which tells this profile from every other one that the site had."""
        return self._profiles.get(site)

    def all(self) -> list[SiteProfile]:
        """Every site, by id."""
        return [self._profiles[site].profile for site in sorted(self._profiles)]
