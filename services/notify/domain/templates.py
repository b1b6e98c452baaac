"""Every text there is, one entry per template, and how one is put into words."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import product

from schemas.alerts import AlertKind
from schemas.sites import SiteProfile
from services.notify.domain.catalogue import FALLBACK, WORDINGS
from services.notify.domain.gsm7 import is_one_segment


class Purpose(StrEnum):
    """Why a text is sent; consent is asked for by purpose."""

    VISIT = "visit"
    """The patient is at the clinic and is told what happens next: healthcare-exempt, no clinical detail."""


@dataclass(frozen=True)
class Template:
    """One kind of text. Its words are in the catalogue, under its name."""

    name: str
    alert: AlertKind | None
    """The alert it comes from; None: it takes back another text."""
    purpose: Purpose
    time_to_live: timedelta
    """Not sent when the fact is older: the alert's `time`, or for one that takes back, when the other text was sent."""
    priority: int
    """The lower goes first where a sender is slow."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is offered in."""
        return tuple(language for language, wordings in WORDINGS.items() if self.name in wordings)


CALLED = Template("called", AlertKind.CALLED, Purpose.VISIT, timedelta(minutes=10), priority=1)
PLEASE_DISREGARD = Template("please-disregard", None, Purpose.VISIT, timedelta(minutes=60), priority=1)
NEXT_UP = Template("next-up", AlertKind.NEXT_UP, Purpose.VISIT, timedelta(minutes=15), priority=2)
CHECKED_IN = Template("checked-in", AlertKind.CHECKED_IN, Purpose.VISIT, timedelta(minutes=15), priority=3)

TEMPLATES: tuple[Template, ...] = (CALLED, PLEASE_DISREGARD, NEXT_UP, CHECKED_IN)
BY_ALERT = {template.alert: template for template in TEMPLATES if template.alert is not None}
"""What a patient is texted of an alert; kinds that are not here are for staff."""


def choose_language(template: Template, wished: str | None, offered: tuple[str, ...]) -> str:
    """Return the patient's language where the template has it, else the site's first that it has, else English."""
    return next((language for language in (wished, *offered) if language in template.languages), FALLBACK)


def word(
    template: Template, profile: SiteProfile, wished: str | None, ticket: str, room: str | None, *, link: str | None = None
) -> str:
    """Return the fullest wording that fits one segment, letters as they are. The shortest with the site's id always does.

    `wished` is the patient's language. `room` is the id of a room or service point; one that the profile doesn't know is
    not named. A site whose name is too long in its own alphabet is named by its id rather than with its accents stripped, or
    than that the link is left out.
    """
    known = {"room": _name_of(room, profile), "link": link}
    unknown = [f"{{{name}}}" for name, value in known.items() if value is None]
    wordings = WORDINGS[choose_language(template, wished, profile.languages)][template.name]
    fitting = [wording for wording in wordings if not any(name in wording for name in unknown)]
    linked = [wording for wording in fitting if "{link}" in wording]
    names = (profile.name, profile.site)
    texts = (
        wording.format(site=site, ticket=ticket, **known) for site, wording in (*product(names, linked), *product(names, fitting))
    )
    return next(filter(is_one_segment, texts))


def _name_of(room: str | None, profile: SiteProfile) -> str | None:
    names = {point.id: point.name for point in profile.service_points} | {known.id: known.name for known in profile.rooms}
    return names.get(room) if room is not None else None
