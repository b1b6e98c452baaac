"""Several desks' processes that change one person at the same time: in the end the log has what each of them has said."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from schemas.people import Person
from services.checkin.domain import people
from services.checkin.domain.people import Fields
from services.checkin.domain.revisions import revised, together
from tests.unit.checkin.test_one_person import people as somebody

ANN = revised(None, Person(person="p-ann", name="Ann (invented)", phone="+12025550142", notes={"v-0": "First."}))
NUMBERS = st.dictionaries(st.sampled_from(["name", "phone", "notes.v-1", "notes.v-9", "codes.c-1", "payer"]), st.integers(1, 3))


def numbered(person: Person, numbers: dict[str, int]) -> Person:
    return person.model_copy(update={"revisions": numbers})


anns = st.builds(numbered, somebody("p-ann"), NUMBERS)


@given(anns, anns, anns)
def test_it_does_not_matter_who_puts_together_what(one: Person, two: Person, three: Person) -> None:
    assert together(one, two) == together(two, one)
    assert together(together(one, two), three) == together(one, together(two, three))
    assert together(together(one, two), two) == together(one, two)
    assert together(one, one) == one


@given(anns, anns)
def test_a_change_overrules_what_it_changed(before: Person, after: Person) -> None:
    ours = revised(before, after)
    assert together(before, ours) == ours
    assert ours.model_copy(update={"revisions": {}}) == after.model_copy(update={"revisions": {}})


def test_what_is_not_changed_keeps_its_number() -> None:
    later = revised(ANN, people.merged(ANN, {"phone": None, "notes": {"v-1": "Second."}}))
    assert ANN.revisions == {"name": 1, "phone": 1, "language": 1, "notes.v-0": 1}
    assert later.revisions == ANN.revisions | {"phone": 2, "notes.v-1": 2}


def test_a_change_beside_one_that_takes_away_leaves_both() -> None:
    ours = revised(ANN, people.merged(ANN, {"phone": None, "notes": {"v-0": None, "v-1": "Ours."}}))
    theirs = revised(ANN, people.merged(ANN, {"payer": "Theirs (invented)"}))
    both = together(ours, theirs)
    assert (both.phone, both.payer, both.notes) == (None, "Theirs (invented)", {"v-1": "Ours."})


def test_records_of_before_there_were_numbers_give_way_to_what_was_said_since() -> None:
    old = numbered(ANN, {})
    ours = revised(old, people.merged(old, {"phone": None}))
    assert together(old, ours) == ours


@dataclass
class Process:
    """A process of ours that has some things to say, one after the other, of the person as it knows them just then."""

    log: list[Person]
    wishes: list[Fields]
    wanted: Person | None = None
    at: int = 0
    """Where its last record stands."""

    @property
    def done(self) -> bool:
        return self.wanted is None and not self.wishes

    def step(self, lag: int) -> None:
        """Put a record on the log, or look at what it took the place of."""
        if self.wanted is None:
            known = self.log[max(self.at, len(self.log) - 1 - lag)]
            self._write(revised(known, people.merged(known, self.wishes.pop(0))))
            return
        ours, both = self.wanted, together(self.log[self.at - 1], self.wanted)
        self.wanted = None
        if both != ours:
            self._write(both)

    def _write(self, person: Person) -> None:
        self.log.append(person)
        self.at, self.wanted = len(self.log) - 1, person


def wish(process: int, number: int) -> Fields:
    """Another note each time; and one process takes the first note away."""
    return {"notes": {f"v-{process}-{number}": "Said.", **({"v-0": None} if process == number == 0 else {})}}


@given(st.lists(st.integers(1, 3), min_size=2, max_size=4), st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_whatever_the_order_nothing_that_anybody_said_is_lost(wishes: list[int], steps: list[tuple[int, int]]) -> None:
    log = [ANN]
    processes = [Process(log, [wish(process, number) for number in range(count)]) for process, count in enumerate(wishes)]
    for process, lag in steps:
        if process < len(processes) and not processes[process].done:
            processes[process].step(lag)
    while left := [one for one in processes if not one.done]:
        for one in left:
            one.step(0)
    said = {f"v-{process}-{number}" for process, count in enumerate(wishes) for number in range(count)}
    assert log[-1].notes.keys() == said
