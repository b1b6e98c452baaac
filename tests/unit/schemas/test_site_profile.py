"""A site's profile: what a manager may have mistyped is said in words that help."""

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.sites import SiteProfile

PROFILE: dict[str, Any] = {"site": "riverside-test", "name": "Riverside Test Clinic (invented)", "timezone": "America/New_York"}
ROOM = {"id": "A12", "name": "Room A12"}
MONDAY = {"weekday": 0, "opens": "08:00", "closes": "17:30"}

MISTAKES: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown zone": ({"timezone": "America/Gotham"}, "timezone", "no such timezone; use an IANA name such as America/New_York"),
    "zone is a path": ({"timezone": "/etc/localtime"}, "timezone", "no such timezone"),
    "zone is a folder": ({"timezone": "America"}, "timezone", "no such timezone"),
    "two rooms of one id": ({"rooms": [ROOM, {**ROOM, "name": "Exam 2"}]}, "", "two rooms have the same id"),
    "two providers of one id": ({"providers": [ROOM, ROOM]}, "", "two providers have the same id"),
    "two service points of one id": ({"service_points": [ROOM, ROOM]}, "", "two service points have the same id"),
    "opens after it closes": ({"hours": [{**MONDAY, "opens": "18:00"}]}, "hours.0",
                              "opens must be before closes; an opening past midnight is two openings"),
    "opens when it closes": ({"hours": [{**MONDAY, "opens": "17:30"}]}, "hours.0", "opens must be before closes"),
    "hours with an offset": ({"hours": [{**MONDAY, "opens": "08:00-05:00"}]}, "hours.0.opens", "without an offset: 08:00"),
    "an eighth weekday": ({"hours": [{**MONDAY, "weekday": 7}]}, "hours.0.weekday", "less than or equal to 6"),
    "warning after critical": ({"limits": {"waiting_warning": 31}}, "limits",
                               "a warning limit must not be longer than its critical limit"),
    "no language": ({"languages": []}, "languages", "at least 1 item"),
    "no queue": ({"queues": {}}, "queues", "at least 1 item"),
}  # fmt: skip


def test_a_profile_needs_only_a_name_and_a_timezone() -> None:
    profile = SiteProfile.model_validate(PROFILE)
    assert (profile.queues, profile.languages, profile.rooms) == ({"A": "Waiting"}, ("en",), ())


def test_the_same_id_may_stand_for_a_room_and_a_provider() -> None:
    SiteProfile.model_validate({**PROFILE, "rooms": [ROOM], "providers": [ROOM]})


def test_a_day_may_have_two_openings() -> None:
    afternoon = {"weekday": 0, "opens": "18:00", "closes": "20:00"}
    assert len(SiteProfile.model_validate({**PROFILE, "hours": [MONDAY, afternoon]}).hours) == 2


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_where_it_is_and_in_words_that_help(mistake: str) -> None:
    fields, place, words = MISTAKES[mistake]
    with pytest.raises(ValidationError) as refused:
        SiteProfile.model_validate({**PROFILE, **fields})
    [error] = refused.value.errors()
    assert ".".join(str(part) for part in error["loc"]) == place
    assert words in error["msg"]
