"""The profiles in force: the word with the highest source offset counts, whatever came last."""

from schemas.sites import PublishedProfile
from services.runtime.profiles import SiteBook
from services.runtime.settings import ServiceSettings
from tests.builders import a_profile


def said(name: str, offset: int) -> bytes:
    return PublishedProfile(profile=a_profile("demo", name=name), source_offset=offset).model_dump_json().encode()


def test_an_old_profile_that_a_worker_says_again_does_not_come_back() -> None:
    book = SiteBook(ServiceSettings())
    for name, offset in (("First", 3), ("Second", 7), ("First", 3)):
        book._apply("demo", said(name, offset))
    [profile] = book.all()
    assert (profile.name, book.get("demo")) == ("Second", profile)


def test_the_same_word_again_and_a_tombstone_count() -> None:
    book = SiteBook(ServiceSettings())
    book._apply("demo", said("First", 3))
    book._apply("demo", said("First, said anew", 3))
    assert [profile.name for profile in book.all()] == ["First, said anew"]
    book._apply("demo", None)
    assert book.get("demo") is None
