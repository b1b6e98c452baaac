"""Two patients who turn out to be one, and turn out to be two after all: nothing of either is lost."""

from hypothesis import given
from hypothesis import strategies as st

from schemas.people import BillingCodes, Person
from services.checkin.domain.one_person import PLAIN, merged, parted

_maybe = st.sampled_from((None, "one", "two"))
_kept = st.dictionaries(st.sampled_from(("v-1", "v-2", "v-3")), st.sampled_from(("a", "b")), max_size=3)


def people(name: str) -> st.SearchStrategy[Person]:
    return st.builds(
        Person, person=st.just(name), name=st.sampled_from(("Ann (invented)", "Anne (invented)")), payer=_maybe, member_number=_maybe,
        phone=st.sampled_from((None, "+12025550142", "+12025550143")), born=st.none() | st.dates(), identifiers=_kept, notes=_kept,
        language=st.sampled_from(("en", "es")), codes=st.dictionaries(st.just("c-1"), st.just(BillingCodes(diagnoses=("Z00.00",))), max_size=1),
    )  # fmt: skip


@given(people("p-gone"), people("p-stays"), st.sets(st.sampled_from(PLAIN)))
def test_what_was_made_one_is_made_two_again_with_nothing_lost(gone: Person, stays: Person, take: set[str]) -> None:
    both = merged(gone, stays, take)
    assert parted(gone, both) == (stays, [])


@given(people("p-gone"), people("p-stays"), st.sets(st.sampled_from(PLAIN)))
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


def test_what_is_asked_for_is_taken_over_though_there_was_something() -> None:
    gone = Person(person="p-gone", name="Ann New (invented)", phone="+12025550142")
    both = merged(gone, Person(person="p-stays", name="Ann Old (invented)", phone="+12025550199"), {"name"})
    assert (both.name, both.phone) == ("Ann New (invented)", "+12025550199")
