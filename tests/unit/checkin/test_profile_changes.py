"""Of two who change the same clinic at once, the later is told so; nobody's change is overwritten unseen."""

import asyncio
from typing import Any

import pytest

from schemas.sites import PublishedProfile
from services.checkin.domain.bodies import ChangeProfile
from services.checkin.profile_changes import UNDECIDED_SECONDS, ProfileChanges
from services.runtime.clock import Clock
from services.runtime.problems import Problem
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings
from tests.builders import a_profile


class Watch(Clock):
    """A clock that tests move."""

    passed = 0.0

    def monotonic(self) -> float:
        return self.passed


class Clinic:
    """A clinic whose profile is in force as of an offset of the log."""

    def __init__(self) -> None:
        self.book, self.watch = SiteBook(ServiceSettings()), Watch()
        self.changes = ProfileChanges(self.book, self.watch)
        self.comes_into_force(3, name="First")

    def comes_into_force(self, offset: int, **profile: Any) -> None:
        said = PublishedProfile(profile=a_profile("demo", **profile), source_offset=offset)
        self.book._apply("demo", said.model_dump_json().encode())

    async def change(self, made_from: str | None, answered: int = 201, **profile: Any) -> None:
        body = ChangeProfile.model_validate(a_profile("demo", **profile).model_dump())
        async with self.changes.of("demo", body, made_from) as under_way:
            await asyncio.sleep(0)  # the log takes its time
            if answered == 201:
                self.comes_into_force(int(self._version()) + 1, **profile)
            await under_way.answered(answered)

    def _version(self) -> int:
        known = self.book.published("demo")
        assert known is not None
        return known.source_offset

    def refused(self, made_from: str | None, **profile: Any) -> str | None:
        try:
            asyncio.run(self.change(made_from, **profile))
        except Problem as problem:
            return problem.code
        return None


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def test_a_change_of_what_is_in_force_passes_and_the_next_one_from_the_same_version_does_not(clinic: Clinic) -> None:
    assert clinic.refused('"3"', name="Second") is None
    assert clinic.refused('"3"', name="Third") == "changed-meanwhile"
    assert clinic.refused('"4"', name="Third") is None


def test_a_change_that_names_no_version_passes_as_ever(clinic: Clinic) -> None:
    assert clinic.refused(None, name="Second") is None


@pytest.mark.parametrize("header", ["", "3", '"2"', '"3", "4"', "*", 'W/"3"'])
def test_what_names_no_version_in_force_matches_none(clinic: Clinic, header: str) -> None:
    assert clinic.refused(header, name="Second") == "changed-meanwhile"


def test_two_at_once_from_one_version_do_not_both_pass(clinic: Clinic) -> None:
    async def both() -> list[BaseException | None]:
        changes = (clinic.change('"3"', name="Hers"), clinic.change('"3"', name="His"))
        return list(await asyncio.gather(*changes, return_exceptions=True))

    first, second = asyncio.run(both())
    assert first is None
    assert isinstance(second, Problem)
    assert second.code == "changed-meanwhile"


def test_a_repeat_of_what_is_in_force_passes_since_its_answer_may_be_lost(clinic: Clinic) -> None:
    assert clinic.refused('"3"', name="Second") is None
    assert clinic.refused('"3"', name="Second") is None
    assert clinic.refused('"5"', name="Third") is None


def test_while_a_change_is_recorded_and_not_in_force_another_from_the_same_version_waits(clinic: Clinic) -> None:
    assert clinic.refused('"3"', answered=202, name="Second") is None
    assert clinic.refused('"3"', name="Third") == "change-under-way"
    clinic.comes_into_force(7, name="Second")
    assert clinic.refused('"3"', name="Third") == "changed-meanwhile"
    assert clinic.refused('"7"', name="Third") is None


def test_a_change_that_never_came_into_force_does_not_stand_in_the_way_for_good(clinic: Clinic) -> None:
    assert clinic.refused('"3"', answered=202, name="Second") is None
    clinic.watch.passed = UNDECIDED_SECONDS
    assert clinic.refused('"3"', name="Third") is None


def test_a_refused_change_leaves_the_way_free(clinic: Clinic) -> None:
    assert clinic.refused('"3"', answered=409, name="Second") is None
    assert clinic.refused('"3"', name="Third") is None
