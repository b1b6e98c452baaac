"""The book of people: the topic's last word, and before it what this process itself has just written."""

from datetime import UTC, datetime

import pytest

from schemas.people import SealedPerson
from services.runtime.people import PeopleBook
from services.runtime.settings import ServiceSettings


def sealed(words: str, person: str = "p-ann") -> SealedPerson:
    return SealedPerson(
        person=person, site="harbor", key_id="people-1", wrapped_key="w", nonce="n" * 16, sealed=words,
        recorded_at=datetime(2026, 3, 2, 14, tzinfo=UTC),
    )  # fmt: skip


def value(words: str, person: str = "p-ann") -> bytes:
    return sealed(words, person).model_dump_json().encode()


@pytest.fixture
def book() -> PeopleBook:
    return PeopleBook(ServiceSettings())


def words_of(book: PeopleBook, person: str = "p-ann") -> str | None:
    found = book.get(person)
    return found.sealed if found else None


def test_the_last_record_counts_and_a_tombstone_erases(book: PeopleBook) -> None:
    book._apply("p-ann", value("first"))
    book._apply("p-ann", value("second"))
    assert (words_of(book), len(book)) == ("second", 1)
    book._apply("p-ann", None)
    assert (words_of(book), len(book)) == (None, 0)


def test_what_cannot_be_read_is_counted_and_leaves_what_was_there(book: PeopleBook) -> None:
    book._apply("p-ann", value("first"))
    for bad in (b"", b"{}", b"no json", value("of another", "p-ben")):
        book._apply("p-ann", bad)
    assert (book.unreadable, words_of(book)) == (4, "first")


def test_what_was_written_here_is_read_at_once_and_nothing_older_takes_its_place(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        assert words_of(book) is None, "nobody has acknowledged it"
    assert words_of(book) == "ours"
    book._apply("p-ann", value("a colleague's, from before"))
    assert words_of(book) == "ours"
    book._apply("p-ann", written)
    book._apply("p-ann", value("a colleague's, from after"))
    assert words_of(book) == "a colleague's, from after"


def test_what_the_topic_brings_back_before_the_acknowledgement_does_not_stay_for_ever(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        book._apply("p-ann", written)
        book._apply("p-ann", value("a colleague's"))
    assert words_of(book) == "a colleague's"


def test_what_was_not_acknowledged_is_not_given_until_the_topic_has_it(book: PeopleBook) -> None:
    with pytest.raises(TimeoutError), book.writing(sealed("ours")) as written:
        raise TimeoutError
    assert words_of(book) is None
    book._apply("p-ann", written)
    assert words_of(book) == "ours"


def test_a_tombstone_after_what_was_written_here_erases_it(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        pass
    book._apply("p-ann", written)
    book._apply("p-ann", None)
    assert words_of(book) is None
