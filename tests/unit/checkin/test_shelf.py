"""A clinic's patients in order: whatever came and went, a search finds just those whom a look at each of them would find."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from schemas.people import Person
from services.checkin.domain.finding import Entry, entry_of, found, same, wanted
from services.checkin.domain.shelf import Shelf

_names = st.lists(
    st.sampled_from(["Ann", "Anne-Marie", "Lopez", "Lopez-Nunez", "O'Test", "Testa", "\u0644\u064a\u0644\u0649"]),
    min_size=1,
    max_size=3,
)
_born = st.none() | st.sampled_from([date(1970, 12, 31), date(1988, 2, 3)])
_phones = st.none() | st.sampled_from(["+12025550142", "+12025550199", "+442079460142"])
_members = st.none() | st.sampled_from(["ABC-0142", "0199-XY", "ann-7000"])
_people = st.builds(
    Person, person=st.sampled_from([f"p-{number}" for number in range(12)]), name=_names.map(" ".join), born=_born, phone=_phones,
    member_number=_members,
)  # fmt: skip
_changes = st.lists(st.lists(_people, max_size=6) | st.sampled_from([f"p-{number}" for number in range(12)]), max_size=8)
_texts = st.lists(
    st.sampled_from(["an", "ann", "marie", "annemarie", "lop", "lopez-nun", "otest", "0142", "0199", "1970-12-31", "02/03/1988", "abc0142", "ABC-0142",
                     "xy", "7000", "020 7946 0142", "z", "\u0644"]),
    min_size=1, max_size=3,
).map(" ".join)  # fmt: skip


def entry(person: str, name: str = "Ann Test (invented)", **known: object) -> Entry:
    return entry_of(Person.model_validate({"person": person, "name": name, **known}))


def after(changes: list[list[Person] | str]) -> tuple[Shelf, dict[str, Entry]]:
    """A shelf, and beside it who is known, plainly."""
    shelf, plainly = Shelf(), dict[str, Entry]()
    for change in changes:
        if isinstance(change, str):
            shelf.drop(change)
            plainly.pop(change, None)
        else:
            shelf.put([entry_of(person) for person in change])
            plainly |= {person.person: entry_of(person) for person in change}
    return shelf, plainly


@given(_changes, _texts)
def test_a_search_finds_whom_a_look_at_each_would_find(changes: list[list[Person] | str], text: str) -> None:
    shelf, plainly = after(changes)
    wish = wanted(text, month_first=True)
    assert shelf.found(wish) == found(plainly.values(), wish)


@given(_changes, _names.map(" ".join), _born)
def test_who_is_called_the_same_is_found_too(changes: list[list[Person] | str], name: str, born: date | None) -> None:
    shelf, plainly = after(changes)
    assert set(shelf.same(name, born)) == set(same(plainly.values(), name, born))


@given(_changes)
def test_of_who_is_gone_nothing_is_left(changes: list[list[Person] | str]) -> None:
    shelf, plainly = after(changes)
    for person in plainly:
        shelf.drop(person)
    assert (len(shelf), shelf._keys, shelf._people) == (0, [], {})


def test_many_at_once_are_put_there_as_one_by_one_would_be() -> None:
    shelf = Shelf()
    shelf.put([entry("p-first", born=date(1970, 12, 31))])
    shelf.put([entry(f"p-{number}", f"Name{number} (invented)") for number in range(2000)])
    assert shelf._keys == sorted(shelf._people)
    assert [one.person for one in shelf.found(wanted("name1999", month_first=True))] == ["p-1999"]
    assert [one.person for one in shelf.found(wanted("1970-12-31", month_first=True))] == ["p-first"]


def test_a_member_number_is_found_though_nobody_is_called_what_it_begins_with() -> None:
    shelf = Shelf()
    shelf.put(
        [entry("p-1", "Bo Test (invented)", member_number="ann-7000"), entry("p-2", "Cy Test (invented)", phone="+12025557000")]
    )
    assert [one.person for one in shelf.found(wanted("ann 7000", month_first=True))] == ["p-1"]


def test_who_turned_out_to_be_another_is_found_by_what_was_known_of_either() -> None:
    shelf = Shelf()
    shelf.put(
        [entry("p-now", "Ada Now (invented)", born=date(1950, 6, 7)), entry("p-once", "Ada Once (invented)", same_as="p-now")]
    )
    shelf.put([entry("p-before", "Ada Before (invented)", phone="+12025550121", same_as="p-once")])
    for text in ("ada now", "ada once", "ada", "before", "0121"):
        assert [one.person for one in shelf.found(wanted(text, month_first=True))] == ["p-now"], text
    shelf.drop("p-now")
    assert [one.person for one in shelf.found(wanted("before", month_first=True))] == ["p-once"]


def test_two_who_are_each_other_by_mistake_are_found_nevertheless() -> None:
    shelf = Shelf()
    shelf.put([entry("p-1", "Ada One (invented)", same_as="p-2"), entry("p-2", "Ada Two (invented)", same_as="p-1")])
    assert len(shelf.found(wanted("ada", month_first=True))) == 2
