"""The book of people: the topic's last word, and before it what this process itself has just written."""

import asyncio
from datetime import UTC, datetime

import pytest

from schemas.people import SealedPerson
from services.runtime import people
from services.runtime.people import PeopleBook
from services.runtime.settings import ServiceSettings


def sealed(words: str, person: str = "p-ann") -> SealedPerson:
    return SealedPerson(
        person=person, site="harbor", key_id="people-1", wrapped_key="w", nonce="n" * 16, sealed=words,
        recorded_at=datetime(2026, 3, 2, 14, tzinfo=UTC),
    )  # fmt: skip


def value(words: str, person: str = "p-ann") -> bytes:
    return sealed(words, person).model_dump_json().encode()


def says(book: PeopleBook, value: bytes | None, key: str = "p-ann", offset: int | None = None) -> None:
    """The topic brings a record, by default the next one."""
    book.table.offset = book._applied.get(0, -1) + 1 if offset is None else offset
    book._apply(key, value)


@pytest.fixture
def book() -> PeopleBook:
    return PeopleBook(ServiceSettings())


def words_of(book: PeopleBook, person: str = "p-ann") -> str | None:
    found = book.get(person)
    return found.sealed if found else None


def test_the_last_record_counts_and_a_tombstone_erases(book: PeopleBook) -> None:
    says(book, value("first"))
    says(book, value("second"))
    assert (words_of(book), len(book)) == ("second", 1)
    says(book, None)
    assert (words_of(book), len(book)) == (None, 0)


def test_what_cannot_be_read_is_counted_and_leaves_what_was_there(book: PeopleBook) -> None:
    says(book, value("first"))
    for bad in (b"", b"{}", b"no json", value("of another", "p-ben")):
        says(book, bad)
    assert (book.unreadable, words_of(book)) == (4, "first")


def test_what_was_written_here_is_read_at_once_and_nothing_older_takes_its_place(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        assert words_of(book) is None, "nobody has acknowledged it"
    assert words_of(book) == "ours"
    says(book, value("a colleague's, from before"))
    assert words_of(book) == "ours"
    says(book, written)
    says(book, value("a colleague's, from after"))
    assert words_of(book) == "a colleague's, from after"


def test_what_the_topic_brings_back_before_the_acknowledgement_does_not_stay_for_ever(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        says(book, written)
        says(book, value("a colleague's"))
    assert words_of(book) == "a colleague's"


def test_what_was_not_acknowledged_is_not_given_until_the_topic_has_it(book: PeopleBook) -> None:
    with pytest.raises(TimeoutError), book.writing(sealed("ours")) as written:
        raise TimeoutError
    assert words_of(book) is None
    says(book, written)
    assert words_of(book) == "ours"


def test_a_tombstone_after_what_was_written_here_erases_it(book: PeopleBook) -> None:
    with book.writing(sealed("ours")) as written:
        pass
    says(book, written)
    says(book, None)
    assert words_of(book) is None


def test_what_is_read_again_after_an_outage_gives_nobody_back_who_was_erased(book: PeopleBook) -> None:
    says(book, value("first"), offset=3)
    says(book, None, offset=4)
    book.touched()
    says(book, value("first"), offset=3)
    assert (words_of(book), book.touched()) == (None, [])


def test_each_partition_counts_for_itself(book: PeopleBook) -> None:
    says(book, value("first"), offset=7)
    book.table.partition = 1
    says(book, value("first", "p-ben"), "p-ben", offset=0)
    assert words_of(book, "p-ben") == "first"


def test_who_was_touched_is_told_once(book: PeopleBook) -> None:
    says(book, value("first"))
    says(book, b"no json", "p-ben")
    says(book, None, "p-cy")
    assert (book.touched(), book.touched()) == (["p-ann", "p-cy"], [])
    with book.writing(sealed("ours")):
        assert book.touched() == []
    assert book.touched() == ["p-ann"]


def test_what_was_written_here_knows_what_it_took_the_place_of(book: PeopleBook) -> None:
    says(book, value("first"))
    with book.writing(sealed("ours")) as written:
        says(book, value("a colleague's"))
        says(book, written)
    assert asyncio.run(book.replaced_by(written)) == sealed("a colleague's")


def test_the_first_record_and_one_after_a_tombstone_take_nobodys_place(book: PeopleBook) -> None:
    for words in ("first", "second"):
        with book.writing(sealed(words)) as written:
            says(book, None)
            says(book, written)
        assert asyncio.run(book.replaced_by(written)) is None


def test_what_the_topic_does_not_bring_is_not_waited_for_for_ever(book: PeopleBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "ACK_SECONDS", 0.01)
    with book.writing(sealed("ours")) as written:
        pass
    with pytest.raises(TimeoutError):
        asyncio.run(book.replaced_by(written))


def test_what_nobody_asks_for_is_not_kept_for_ever(book: PeopleBook) -> None:
    for number in range(people._REMEMBERED + 5):
        with book.writing(sealed(f"no. {number}")) as written:
            says(book, written)
    assert len(book._replaced) == people._REMEMBERED
