"""The sites that exist and their profiles in force, as sites.v1 says."""

from pydantic import ValidationError

from schemas.sites import PublishedProfile, SiteProfile
from schemas.topics import SITES
from services.runtime.kafka import TopicTable
from services.runtime.settings import ServiceSettings


class SiteBook:
    """The last profile of every site."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._profiles: dict[str, SiteProfile] = {}
        self.unreadable = 0
        self.table = TopicTable(settings, SITES, self._apply)

    def _apply(self, key: str, value: bytes | None) -> None:
        if value is None:
            self._profiles.pop(key, None)
            return
        try:
            self._profiles[key] = PublishedProfile.model_validate_json(value).profile
        except ValidationError:
            self.unreadable += 1

    def get(self, site: str) -> SiteProfile | None:
        """The site's profile, or None where there is no such site."""
        return self._profiles.get(site)

    def all(self) -> list[SiteProfile]:
        """Every site, by id."""
        return [self._profiles[site] for site in sorted(self._profiles)]
