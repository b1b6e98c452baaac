"""Who has access, as the topic's records come in."""

from datetime import UTC, datetime, timedelta

from schemas.access import Access, Role, Token, User
from services.runtime import auth, staff
from services.runtime.access_book import AccessBook
from services.runtime.clock import Clock
from services.runtime.settings import ServiceSettings

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
ROSA = User(subject="user:rosa", name="Rosa Test (invented)", role=Role.DESK)


class Topic:
    """Says one record after the other to a book."""

    def __init__(self) -> None:
        self.book = AccessBook(ServiceSettings(), Clock(real=NOW.timestamp))

    def says(self, record: Access | None, key: str = "user:rosa", offset: int | None = None) -> None:
        self.book.table.offset = self.book._applied + 1 if offset is None else offset
        self.book._apply(record.subject if record else key, record.model_dump_json().encode() if record else None)


def test_users_and_tokens_are_found_by_their_subject() -> None:
    topic = Topic()
    text, token = auth.issue("front", Role.DESK, (), NOW)
    topic.says(ROSA)
    topic.says(token)
    assert topic.book.one(User, "user:rosa") == ROSA
    assert topic.book.one(Token, "user:rosa") is None
    assert topic.book.all(User) == [ROSA]
    assert topic.book.verify(text) == auth.Principal("token:front", Role.DESK, ())
    topic.says(None)
    assert topic.book.all(User) == []


def test_a_token_opens_until_it_is_revoked_or_over() -> None:
    topic = Topic()
    text, token = auth.issue("front", Role.DESK, (), NOW, NOW + timedelta(minutes=1))
    topic.says(token)
    assert topic.book.verify(text)
    assert topic.book.verify(text + "x") is topic.book.verify(text[:-1] + "!") is topic.book.verify("") is None
    topic.says(token.model_copy(update={"expires_at": NOW}))
    assert topic.book.verify(text) is None
    topic.says(token.model_copy(update={"revoked_at": NOW}))
    assert topic.book.verify(text) is None


def test_records_that_are_read_once_more_do_not_give_back_what_was_taken_away() -> None:
    topic = Topic()
    gone = staff.revoked(ROSA, NOW)
    assert isinstance(gone, User)
    topic.says(ROSA, offset=3)
    topic.says(gone, offset=4)
    topic.says(ROSA, offset=3)
    assert topic.book.one(User, "user:rosa") == gone


def test_what_cannot_be_read_is_counted_and_changes_nothing() -> None:
    topic = Topic()
    topic.says(ROSA)
    topic.book.table.offset += 1
    topic.book._apply("user:rosa", b'{"type":"of a newer release"}')
    assert (topic.book.unreadable, topic.book.one(User, "user:rosa")) == (1, ROSA)
