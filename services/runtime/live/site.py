"""A site's live state, read whole from Redis and kept current by changes."""

from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel
from redis.asyncio import Redis

from schemas import redis_keys
from schemas.live import (
    Change,
    LiveAlert,
    LiveMeta,
    LiveOpenItems,
    LiveProvider,
    LiveQueue,
    LiveRoom,
    LiveSupply,
    LiveVisit,
)
from schemas.sites import SiteProfile

_MODELS: dict[str, type[BaseModel]] = {
    "visit": LiveVisit, "room": LiveRoom, "provider": LiveProvider, "supply": LiveSupply, "queue": LiveQueue, "open": LiveOpenItems,
    "alert": LiveAlert,
}  # fmt: skip


@dataclass
class LiveSite:
    """One site as flow shows it at `meta.version`."""

    meta: LiveMeta
    profile: SiteProfile
    visits: dict[str, LiveVisit] = field(default_factory=dict)
    rooms: dict[str, LiveRoom] = field(default_factory=dict)
    providers: dict[str, LiveProvider] = field(default_factory=dict)
    """Of whom anything was said."""
    supplies: dict[str, LiveSupply] = field(default_factory=dict)
    queues: dict[str, LiveQueue] = field(default_factory=dict)
    """By letter; a queue of whose pace nothing is known is not here."""
    open_items: dict[str, LiveOpenItems] = field(default_factory=dict)
    """By visit, or by the concern's own id."""
    alerts: dict[str, LiveAlert] = field(default_factory=dict)

    def apply(self, change: Change) -> bool:
        """Take a change in; False says that one is missing and the site must be read anew."""
        if change.version <= self.meta.version:
            return True
        if change.before != self.meta.version:
            return False
        for name, value in change.fields.items():
            self._set(name, value)
        for name in change.gone:
            kind, _, key = name.partition(":")
            if kind in _MODELS:
                self._kind(kind).pop(key, None)
        self.meta = self.meta.model_copy(update={"version": change.version})
        return True

    def _kind(self, kind: str) -> dict[str, Any]:
        kinds: dict[str, dict[str, Any]] = {
            "visit": self.visits, "room": self.rooms, "provider": self.providers, "supply": self.supplies, "queue": self.queues,
            "open": self.open_items, "alert": self.alerts,
        }  # fmt: skip
        return kinds[kind]

    def _set(self, name: str, value: str | bytes) -> None:
        kind, _, key = name.partition(":")
        if kind == "meta":
            self.meta = LiveMeta.model_validate_json(value)
        elif kind == "profile":
            self.profile = SiteProfile.model_validate_json(value)
        elif kind in _MODELS:  # a newer release may show more
            self._kind(kind)[key] = _MODELS[kind].model_validate_json(value)


async def read_site(redis: Redis, namespace: str, site: str) -> LiveSite | None:
    """Read a site whole, as of one instant; None while Redis does not hold it."""
    fields = cast("dict[bytes, bytes]", await redis.hgetall(redis_keys.site(namespace, site)))
    if b"meta" not in fields or b"profile" not in fields:
        return None
    live = LiveSite(LiveMeta.model_validate_json(fields[b"meta"]), SiteProfile.model_validate_json(fields[b"profile"]))
    for name, value in fields.items():
        live._set(name.decode(), value)  # noqa: SLF001  # the same module
    return live


async def read_visit(redis: Redis, namespace: str, site: str, visit: str) -> tuple[int, LiveVisit] | None:
    """Read one visit, and the partition its site is in; None where Redis does not hold it."""
    names = ["meta", f"visit:{visit}"]
    meta, shown = cast("list[bytes | None]", await redis.hmget(redis_keys.site(namespace, site), names))
    if meta is None or shown is None:
        return None
    return LiveMeta.model_validate_json(meta).partition, LiveVisit.model_validate_json(shown)
