"""Two patients who turn out to be one, and turn out to be two after all: nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.people import BillingCodes, Person
from services.checkin.domain import people as people_
from services.checkin.domain.one_person import PLAIN, merged, parted
from services.checkin.domain.people import Fields

_maybe = st.sampled_from((None, "one", "two"))
_kept = st.dictionaries(st.sampled_from(("v-1", "v-2", "v-3")), st.sampled_from(("a", "b")), max_size=3)

takes = st.sets(st.sampled_from(PLAIN))
changes = st.fixed_dictionaries(
    {"notes": st.dictionaries(st.sampled_from(("v-1", "v-2", "v-9")), st.sampled_from(("new", None)), max_size=3)},
    optional={
        "name": st.just("New (invented)"),
        "phone": st.sampled_from((None, "+12025550144")),
        "payer": st.sampled_from((None, "new")),
    },
)


def people(name: str) -> st.SearchStrategy[Person]:
    return st.builds(
        Person, person=st.just(name), name=st.sampled_from(("Ann (invented)", "Anne (invented)")), payer=_maybe, member_number=_maybe,
        phone=st.sampled_from((None, "+12025550142", "+12025550143")), born=st.none() | st.dates(), identifiers=_kept, notes=_kept,
        language=st.sampled_from(("en", "es")), codes=st.dictionaries(st.just("c-1"), st.just(BillingCodes(diagnoses=("Z00.00",))), max_size=1),
    )  # fmt: skip


@given(people("p-gone"), people("p-stays"), takes)
def test_what_was_made_one_is_made_two_again_with_nothing_lost(gone: Person, stays: Person, take: set[str]) -> None:
    both = merged(gone, stays, take)
    assert parted(gone, both) == (stays, [])


@given(people("p-gone"), people("p-stays"), takes)
def test_doing_it_again_changes_nothing_more(gone: Person, stays: Person, take: set[str]) -> None:
    both = merged(gone, stays, take)
    assert merged(gone, both, take) == both
    alone, _ = parted(gone, both)
    assert parted(gone, alone) == (alone, [])


@given(people("p-gone"), people("p-stays"))
def test_the_one_who_stays_has_all_that_either_had(gone: Person, stays: Person) -> None:
    both = merged(gone, stays, ())
    for name in PLAIN:
        ours = getattr(stays, name)
        assert getattr(both, name) == (ours if ours is not None else getattr(gone, name))
    assert both.notes.keys() == gone.notes.keys() | stays.notes.keys()
    assert all(both.notes[visit] == note for visit, note in stays.notes.items())


def test_what_was_changed_since_is_kept_and_named() -> None:
    gone = Person(person="p-gone", name="Ann (invented)", phone="+12025550142", payer="Old (invented)", notes={"v-1": "theirs"})
    both = merged(gone, Person(person="p-stays", name="Ann (invented)"), ())
    changed = both.model_copy(update={"phone": "+12025550177", "notes": {"v-1": "changed"}})
    alone, kept = parted(gone, changed)
    assert kept == ["phone", "notes.v-1"]
    assert (alone.phone, alone.payer, alone.notes) == ("+12025550177", None, {"v-1": "changed"})
    alone, kept = parted(gone, both.model_copy(update={"phone": None, "notes": {}}))
    assert (kept, alone.phone, alone.notes) == (["phone"], None, {})


def test_what_is_asked_for_is_taken_over_though_there_was_something() -> None:
    gone = Person(person="p-gone", name="Ann New (invented)", phone="+12025550142")
    both = merged(gone, Person(person="p-stays", name="Ann Old (invented)", phone="+12025550199"), {"name"})
    assert (both.name, both.phone) == ("Ann New (invented)", "+12025550199")


def as_if_first(person: Person) -> Person:
    """The same, whoever else was taken for them before."""
    return person.model_copy(
        update={"absorbed": {one: how.model_copy(update={"order": 0}) for one, how in person.absorbed.items()}}
    )


@given(people("p-a"), people("p-b"), people("p-stays"), takes, takes)
def test_who_is_parted_is_as_if_they_had_never_been_there(
    a: Person, b: Person, stays: Person, take_a: set[str], take_b: set[str]
) -> None:
    both = merged(b, merged(a, stays, take_a), take_b)
    assert as_if_first(parted(a, both, [b])[0]) == as_if_first(merged(b, stays, take_b))
    assert parted(b, both, [a])[0] == merged(a, stays, take_a)


@given(st.permutations("abc"), st.permutations("abc"), st.data())
def test_three_who_were_taken_for_one_are_parted_in_any_order(first: list[str], then: list[str], data: st.DataObject) -> None:
    others = {name: data.draw(people(f"p-{name}")) for name in "abc"}
    stays = both = data.draw(people("p-stays"))
    for name in first:
        both = merged(others[name], both, data.draw(takes))
    for at, name in enumerate(then):
        both, kept = parted(others[name], both, [others[left] for left in then[at + 1 :]])
        assert kept == []
    assert both == stays


@given(people("p-gone"), people("p-stays"), takes, changes, changes)
def test_what_is_said_meanwhile_of_anything_else_stays(
    gone: Person, stays: Person, take: set[str], one: Fields, other: Fields
) -> None:
    taken = merged(gone, stays, take).absorbed["p-gone"].taken

    def said(person: Person, fields: Fields) -> Person:
        notes = {key: note for key, note in fields["notes"].items() if f"notes.{key}" not in taken}  # type: ignore[attr-defined]
        return people_.merged(person, {name: value for name, value in fields.items() if name not in taken} | {"notes": notes})

    before = said(stays, one)
    if merged(gone, before, take).absorbed["p-gone"].taken != taken:
        return  # what was said before makes them lack something else
    both = said(merged(gone, before, take), other)
    assert parted(gone, both) == (said(before, other), [])


def test_what_the_desk_took_away_meanwhile_is_not_taken_over_from_another_anew() -> None:
    stays = Person(person="p-stays", name="Ann (invented)")
    a = Person(person="p-a", name="Ann (invented)", payer="A (invented)")
    b = Person(person="p-b", name="Ann (invented)", phone="+12025550142")
    both = merged(a, merged(b, stays, ()), ()).model_copy(update={"phone": None})
    alone, _ = parted(a, both, [b])
    assert (alone.phone, alone.payer) == (None, None)


def test_what_was_said_of_the_one_who_goes_before_it_was_done_to_the_end_is_taken_over_too() -> None:
    stays = Person(person="p-stays", name="Ann (invented)")
    gone = Person(person="p-gone", name="Ann (invented)", phone="+12025550142")
    half = merged(gone, stays, ())
    later = gone.model_copy(update={"notes": {"v-1": "Said since."}})
    whole = merged(later, half, ())
    assert (whole.phone, whole.notes) == ("+12025550142", {"v-1": "Said since."})
    assert parted(later, whole) == (stays, [])
