"""Which visits are complete, as summaries.v1 says: the highest source offset counts, whatever comes after it."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from schemas.summaries import SOURCE_OFFSET_HEADER
from services.billing.book import Book
from services.runtime.clock import Clock
from tests.builders_billing import NOON, complete


class Record(NamedTuple):
    """A record as a Kafka client hands it over."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


def said(visit: str = "v1", offset: int = 52, **more: Any) -> Record:
    value = complete(visit, source_offset=offset, **more).model_dump_json(exclude_none=True).encode()
    return Record(visit.encode(), value, [(SOURCE_OFFSET_HEADER, str(offset).encode())])


def taken_back(visit: str = "v1", offset: int = 60) -> Record:
    return Record(visit.encode(), None, [(SOURCE_OFFSET_HEADER, str(offset).encode())])


def incomplete(offset: int) -> Record:
    return said(offset=offset, completion=None, completed_at=None, codes=None)


@pytest.fixture
def book() -> Book:
    return Book(Clock(real=(NOON + timedelta(days=1)).timestamp), days=400)


def test_a_complete_visit_is_in_it_and_one_that_is_not_is_not(book: Book) -> None:
    assert book.take(said()) == "v1"
    assert book.take(said("v2", completion=None, completed_at=None)) is None
    found = book.get("v1")
    assert found is not None
    assert (found.completed_at, list(book), book.get("v2")) == (NOON, ["v1"], None)


@pytest.mark.parametrize("end", [taken_back(), incomplete(60)], ids=["taken back", "not complete"])
def test_what_is_no_longer_complete_leaves_it_and_an_older_word_brings_it_not_back(book: Book, end: Record) -> None:
    book.take(said(offset=52))
    assert book.take(end) == "v1"
    assert book.get("v1") is None
    assert book.take(said(offset=52)) is None
    assert book.get("v1") is None
    assert book.take(said(offset=61)) == "v1"


def test_an_older_word_changes_nothing(book: Book) -> None:
    book.take(said(offset=52, disposition="home"))
    assert book.take(said(offset=40, disposition="other")) is None
    assert book.take(incomplete(40)) is None
    found = book.get("v1")
    assert found is not None
    assert found.disposition == "home"


def test_what_cannot_be_read_is_counted_and_the_next_one_read(book: Book) -> None:
    value = said().value
    for bad in (
        Record(b"v1", b"", []), Record(b"v1", b"{}", []), Record(b"v1", None, []), Record(b"v1", None, [(SOURCE_OFFSET_HEADER, b"x")]),
        Record(b"\xff", value, []), Record(b"v2", value, []), Record(None, value, []),
    ):  # fmt: skip
        assert book.take(bad) is None
    assert (book.unreadable, list(book)) == (7, [])
    assert book.take(said()) == "v1"


def test_what_was_completed_too_long_ago_is_not_in_it_and_leaves_it() -> None:
    now = NOON

    def real() -> float:
        return now.timestamp()

    book = Book(Clock(real=real), days=30)
    assert book.take(said("old", completed_at=NOON - timedelta(days=31))) is None
    assert book.take(said("new")) == "new"
    now += timedelta(days=31)
    book.prune()
    assert list(book) == []
    assert book.edge() == datetime(2026, 3, 3, 17, tzinfo=UTC)


def test_a_visit_whose_last_word_can_not_be_read_is_unclear_until_it_can(book: Book) -> None:
    book.take(said(offset=52))
    assert book.take(said(offset=60)._replace(value=b'{"end": "of a newer release"}')) is None
    assert (book.unclear, book.unreadable) == ({"v1"}, 1)
    assert book.take(said(offset=61)) == "v1"
    assert book.unclear == set()


@pytest.mark.parametrize("end", [taken_back(), incomplete(60)], ids=["taken back", "not complete"])
def test_what_was_unclear_and_is_not_complete_is_looked_at_once_more(book: Book, end: Record) -> None:
    book.take(said()._replace(value=b"{"))
    assert book.take(end) == "v1"
    assert book.take(end) is None
