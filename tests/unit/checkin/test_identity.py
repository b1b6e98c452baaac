"""Ids come from keys, fingerprints from content, and from nothing else."""

import json

from hypothesis import given
from hypothesis import strategies as st

from services.checkin.domain.identity import event_id, fingerprint, is_key, new_visit_id

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), JSON, max_size=5), st.randoms())
def test_the_order_of_fields_does_not_matter(said: dict[str, object], random: object) -> None:
    turned = dict(reversed(said.items()))
    assert fingerprint("t", "s", said) == fingerprint("t", "s", turned)


@given(st.dictionaries(st.text(), JSON, max_size=5), st.dictionaries(st.text(), JSON, max_size=5))
def test_other_content_has_another_fingerprint(one: dict[str, object], other: dict[str, object]) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (fingerprint("t", "s", one) == fingerprint("t", "s", other)) is same


def test_the_same_words_about_another_visit_have_another_fingerprint() -> None:
    assert len({fingerprint("t", "s", {}), fingerprint("t", "s2", {}), fingerprint("t2", "s", {})}) == 3


def test_a_key_belongs_to_its_clinic() -> None:
    assert event_id("north", "1") == event_id("north", "1")
    assert len({event_id("north", "1"), event_id("south", "1"), event_id("north", "2"), new_visit_id(event_id("north", "1"))}) == 4


def test_ids_never_change_between_releases() -> None:
    event = event_id("riverside", "key-1")
    assert event == "090a5174-3c09-5fac-b2e6-531ddd150cbe"
    assert new_visit_id(event) == "033f3062-7c8a-5c7a-9281-7d51db095c33"
    assert fingerprint("clinicflow.visit.roomed.v1", "visit-1", {"room": "r1"}) == "92db87e37a6b4f69"


def test_a_key_is_short_and_visible() -> None:
    assert all(is_key(text) for text in ("a", "!" * 128))
    assert not any(is_key(text) for text in ("", " ", "a b", "a\n", "é", "a" * 129))
