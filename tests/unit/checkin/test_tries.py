"""Wrong PINs are counted in a row, for each PIN."""

from services.checkin.sign_in.tries import MOST, Tries


def test_five_may_be_wrong_in_a_row() -> None:
    tries = Tries()
    assert [tries.wrong("user:rosa", "kept") for _ in range(MOST)] == [4, 3, 2, 1, 0]
    assert tries.left("user:rosa", "kept") == 0
    assert tries.left("user:ann", "kept") == MOST


def test_a_right_one_or_another_pin_begins_the_count_anew() -> None:
    tries = Tries()
    for _ in range(3):
        tries.wrong("user:rosa", "kept")
    tries.right("user:rosa")
    assert tries.left("user:rosa", "kept") == MOST
    for _ in range(MOST):
        tries.wrong("user:rosa", "kept")
    assert tries.left("user:rosa", "another") == MOST
    assert tries.wrong("user:rosa", "another") == MOST - 1
