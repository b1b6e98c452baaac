"""Shows a partition in Redis: changes as they come, all of it when Redis doesn't hold what was shown last (DESIGN I2)."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from schemas import redis_keys
from services.flow.domain import show
from services.flow.domain.effects import Answer, Effects
from services.flow.domain.site import Site
from services.flow.held import Held
from services.runtime.clock import Clock

_DAY_MS = 24 * 60 * 60 * 1000
_PAUSE_SECONDS = 1.0
_SITES_A_CALL = 50
"""A whole partition is shown in calls of so many sites, so that Redis is never held up for long."""


class LiveState:
    """The live state of the partitions that this worker holds. Redis away is no error: the next look mends it."""

    def __init__(self, redis: Redis, clock: Clock, namespace: str, incarnation: str) -> None:
        self._clock, self._namespace, self._incarnation = clock, namespace, incarnation
        scripts = files("services.flow")
        self._show = redis.register_script(scripts.joinpath("live.lua").read_text())
        self._look = redis.register_script(scripts.joinpath("look.lua").read_text())
        self._pause_until = float("-inf")
        """A Redis that hangs costs its time-out once a second, not once a batch."""

    async def show(self, held: Held, effects: Effects, now_ms: int) -> bool:
        """Show what a batch changed, and answer its events. False: Redis did not take it."""
        sites = [self._site(held, held.state.sites[site], sorted(names), whole=False) for site, names in effects.changed.items()]
        answers = [] if held.rebuilding else self._answers(held, effects.answers, now_ms)
        if not sites and not answers and held.shown_next == held.state.next:
            return True
        before, held.shown_next = held.shown_next, -1  # until Redis says that nothing is missing there
        if self._pausing():
            return False
        try:
            return await self._call(held, sites, answers, whole=False, before=before)
        except RedisError:
            self._pause()
            return False

    async def look(self, held: Held, as_of_ms: int, *, caught_up: bool) -> None:
        """Beat, or show the whole partition again where Redis holds something else. Under the partition's lock."""
        beat = {"incarnation": self._incarnation, "next": held.shown_next, "as_of_ms": as_of_ms, "partition": held.number}
        look: list[Any] = [
            redis_keys.sentinel(self._namespace, held.number), self._incarnation, held.shown_next, orjson.dumps(beat),
            redis_keys.beats(self._namespace), int(caught_up),
        ]  # fmt: skip
        if self._pausing():
            return
        try:
            if held.shown_next != held.state.next or not await self._look(args=look):
                await self._show_whole(held, as_of_ms)
        except RedisError:
            self._pause()

    def _pausing(self) -> bool:
        return self._clock.monotonic() < self._pause_until

    def _pause(self) -> None:
        self._pause_until = self._clock.monotonic() + _PAUSE_SECONDS

    async def _show_whole(self, held: Held, now_ms: int) -> None:
        sites = list(held.state.sites.values())
        for start in range(0, max(len(sites), 1), _SITES_A_CALL):
            some = sites[start : start + _SITES_A_CALL]
            answers = [Answer(site.id, event, decision) for site in some for event, decision in site.decisions.items()]
            shown = [self._site(held, site, show.names(site), whole=True) for site in some]
            before = held.state.next if start else None
            if not await self._call(
                held, shown, [] if held.rebuilding else self._answers(held, answers, now_ms), whole=True, before=before
            ):
                return

    async def _call(self, held: Held, sites: list[list[Any]], answers: list[Any], *, whole: bool, before: int | None) -> bool:
        """Show these; say whether Redis holds all of the partition now, which it does if it held what we showed `before`."""
        namespace = self._namespace
        args = [
            redis_keys.sentinel(namespace, held.number), redis_keys.changes(namespace), redis_keys.sites(namespace, held.number),
            self._incarnation, held.state.next, int(whole), redis_keys.outcomes(namespace), redis_keys.OUTCOME_SECONDS,
            "" if before is None else before, len(answers) // 2, *answers,
        ]  # fmt: skip
        for site in sites:
            args += site
        held.shown_next = held.state.next if await self._show(args=args) else -1
        return held.shown_next >= 0

    def _site(self, held: Held, site: Site, names: Iterable[str], *, whole: bool) -> list[Any]:
        version = (held.state.next, site.clock or 0)
        before = None if whole else held.shown.get(site.id)
        held.shown[site.id] = version
        present: dict[str, str] = {}
        gone: list[str] = []
        for name, value in _fields(site, names):
            if value is None:
                gone.append(name)
            else:
                present[name] = value
        change: dict[str, Any] = {"site": site.id, "before": before, "version": version}
        if not whole:
            change |= {"set": present, "gone": gone}
        meta = orjson.dumps({"partition": held.number, "version": version})
        flat: list[Any] = [site.id, redis_keys.site(self._namespace, site.id), *version, meta, orjson.dumps(change), len(present)]
        for name, value in present.items():
            flat += (name, value)
        return [*flat, len(gone), *gone]

    def _answers(self, held: Held, answers: Iterable[Answer], now_ms: int) -> list[Any]:
        """The outcomes of the last day, by the clock that their site lives by."""
        flat: list[Any] = []
        for answer in answers:
            site = held.state.sites.get(answer.site)
            now = (site.clock or 0) if site is not None and site.follows_log else now_ms
            if answer.decision.recorded >= now - _DAY_MS:
                flat += (redis_keys.outcome(self._namespace, answer.event) if answer.kept else "", _outcome(answer))
        return flat


def _fields(site: Site, names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    for name in names:
        value = show.field(site, name)
        yield name, None if value is None else orjson.dumps(value, default=list).decode()


def _outcome(answer: Answer) -> bytes:
    decision = answer.decision
    said: dict[str, Any] = {
        "event": answer.event, "fingerprint": decision.fingerprint, "site": answer.site, "status": decision.status,
        "reason": decision.reason, "visit": decision.visit, "ticket": decision.ticket, "stage": decision.stage,
        "room": decision.room, "held_by": decision.held_by, "holder": decision.holder,
    }  # fmt: skip
    return orjson.dumps({name: value for name, value in said.items() if value is not None})
