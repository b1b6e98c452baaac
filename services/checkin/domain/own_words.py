"""What a command may put on the log: ids that a program made, things that the clinic's profile names, codes of a list.

Anything else could be a patient's name or number that somebody typed (DESIGN I9). It is refused, and not repeated.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from schemas.alerts import AlertKind
from schemas.reasons import REASONS
from schemas.sites import SiteClock, SiteProfile
from services.checkin.domain.identity import is_made
from services.checkin.domain.people import Wrong

_MADE = frozenset({"visit", "forgotten.visit", "person", "event", "undoes", "corrects", "into", "reference", "referral", "concern",
                   "plan"})  # fmt: skip
_THINGS = {"room": "rooms", "provider": "providers", "service": "service_points", "item": "checklist", "supply": "supplies"}
"""By field, the things of the profile that it may name."""
_CODES = frozenset({"reason", "override", "visit_type", "disposition"})
IsUser = Callable[[str], bool]
_MOMENT = re.compile(r"1[0-9]{12}|2[0-9]{3}-[0-9]{2}-[0-9]{2}")
"""Which one of its kind an alert is: milliseconds since 1970, or a day."""


def foreign(said: Mapping[str, object], profile: SiteProfile, is_user: IsUser = lambda _: False) -> Iterator[Wrong]:
    """List the fields that hold something else. `said`: what is said, and what it is about; `is_user`: whether somebody works here.

    Where a site follows its log, the log's map vouches for the visits' ids: they are HMACs, or name nobody.
    """
    flat = {**said, **_forgotten(said)}
    for field, value in flat.items():
        if isinstance(value, str) and (problem := _problem(field, value, profile)) is not None:
            yield Wrong(field, problem)
    if isinstance(owner := flat.get("owner"), str) and not is_user(owner):
        yield Wrong("owner", "is nobody who works here; please choose somebody from the list")


def _problem(field: str, value: str, profile: SiteProfile) -> str | None:
    if field in _MADE:
        vouched_for = field == "visit" and profile.clock is SiteClock.LOG
        return None if vouched_for or is_made(value) else "is no id of ours; please look the patient or the step up again"
    if field in _THINGS:
        return None if value in _ids(profile, field) else "is not known at this clinic; its profile lists what there is"
    if field in _CODES:
        known = value in REASONS or value in profile.codes or value in _named(profile)
        return None if known else "is not on this clinic's list; its profile says which codes there are"
    if field == "alert":
        return None if _is_alert(value, profile) else "is no alert of ours; please look again"
    return None


def _named(profile: SiteProfile) -> frozenset[str]:
    return frozenset(kind.code for kind in profile.visit_types) | frozenset(kind.code for kind in profile.dispositions)


def _forgotten(said: Mapping[str, object]) -> dict[str, object]:
    forgotten = said.get("forgotten")
    return {"forgotten.visit": forgotten.get("visit")} if isinstance(forgotten, Mapping) else {}


def _ids(profile: SiteProfile, field: str) -> frozenset[str]:
    return frozenset(thing.id for thing in getattr(profile, _THINGS[field]))


def _is_alert(alert: str, profile: SiteProfile) -> bool:
    kind, *about = alert.split("/")
    things = {profile.site}.union(*(_ids(profile, field) for field in _THINGS))
    return kind in set(AlertKind) and all(is_made(part) or part in things or _MOMENT.fullmatch(part) for part in about)
