"""Whom an administrator may manage."""

import pytest

from schemas.access import Role, User
from services.checkin.domain.reach import is_last_admin, is_within
from tests.unit.checkin.said import NOW


@pytest.mark.parametrize(
    ("sites", "reach", "within"),
    [
        ((), (), True), (("a",), (), True), (("a",), ("a",), True), (("a",), ("a", "b"), True), (("a", "b"), ("b", "a"), True),
        ((), ("a",), False), (("b",), ("a",), False), (("a", "b"), ("a",), False),
    ],
)  # fmt: skip
def test_no_clinic_named_means_every_clinic(sites: tuple[str, ...], reach: tuple[str, ...], within: bool) -> None:
    assert is_within(sites, reach) is within


def admin(name: str, *sites: str, **more: object) -> User:
    user = User(subject=f"user:{name}", name=f"{name} (invented)", role=Role.ADMIN, sites=sites)
    return user.model_copy(update=more)


ANN = admin("ann", "a", "b")


@pytest.mark.parametrize(
    "change",
    [{"revoked_at": NOW}, {"role": Role.DESK}, {"sites": ("a",)}, {"locked_at": NOW}],
    ids=lambda change: next(iter(change)),
)
def test_the_last_administrator_stays_one(change: dict[str, object]) -> None:
    after = ANN.model_copy(update=change)
    assert is_last_admin(ANN, after, [ANN])
    assert is_last_admin(ANN, after, [ANN, admin("bob", "a"), admin("cid", revoked_at=NOW), admin("dan", role=Role.DESK)])
    assert not is_last_admin(ANN, after, [ANN, admin("eve", "a", "b", "c")])
    assert not is_last_admin(ANN, after, [ANN, admin("eve")])


def test_what_leaves_them_an_administrator_is_no_matter() -> None:
    assert not is_last_admin(ANN, ANN.model_copy(update={"name": "Ann (invented)"}), [ANN])
    assert not is_last_admin(ANN, ANN.model_copy(update={"sites": ()}), [ANN])
    desk = admin("dan", role=Role.DESK)
    assert not is_last_admin(desk, desk.model_copy(update={"revoked_at": NOW}), [desk])
