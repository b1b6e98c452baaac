"""Of a record that could not be used, its kind is said, where it is one of ours; nothing else of it."""

import pytest

from services.checkin.domain.set_aside import kind_of

MARK = "Maria-Planted"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (b'{"type": "clinicflow.visit.roomed.v1", "subject": 7}', "visit.roomed"),
        (b'{"type": "clinicflow.site.profile-changed.v1"}', "site.profile-changed"),
        (f'{{"type": "clinicflow.{MARK.lower()}.v1"}}'.encode(), None),
        (f'{{"type": "{MARK}"}}'.encode(), None),
        (b'{"type": ["clinicflow.visit.roomed.v1"]}', None),
        (b'["clinicflow.visit.roomed.v1"]', None),
        (b"{", None),
        (b"\xff\xfe", None),
        (b"", None),
        (None, None),
    ],
)
def test_only_a_kind_that_we_know_is_said(value: bytes | None, kind: str | None) -> None:
    assert kind_of(value) == kind
