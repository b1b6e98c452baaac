"""The one table of who may do what has every route that there is, and none that there isn't."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from schemas.access import Role
from schemas.permissions import BOARD, CHECKIN, Anyone, Table, roles
from services.board import app as board_app
from services.board.parts import Parts as BoardParts
from services.board.settings import BoardSettings
from services.checkin import app as checkin_app
from services.checkin.parts import Parts
from services.checkin.settings import CheckinSettings
from services.runtime.clock import Clock
from services.runtime.lasting import Lasting

SELF_CHECK_IN = ("POST", "/v1/phone/{site}/{token}/check-in")
"""It asks for the token of the patient's link and for their date of birth."""


def checkin(folder: Path) -> FastAPI:
    return checkin_app.build(Parts.build(CheckinSettings(environment="local", secrets_dir=folder), Clock(), Lasting()))


def board(folder: Path) -> FastAPI:
    return board_app.build(BoardParts.build(BoardSettings(environment="local", secrets_dir=folder), Clock()))


def routes_of(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and path of everything that the app answers; HEAD goes with GET."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, Mount):
            yield "GET", f"{route.path}/{{path}}"
            continue
        assert route.path is not None
        yield from ((method, route.path) for method in (route.methods or set()) - {"HEAD"})


@pytest.mark.parametrize(("build", "table"), [(checkin, CHECKIN), (board, BOARD)], ids=["checkin", "board"])
def test_every_route_is_declared_and_every_declared_route_is_there(build: type, table: Table, tmp_path: Path) -> None:
    found = list(routes_of(build(tmp_path)))
    assert set(found) - table.keys() == set(), "routes that nobody said who may use"
    assert table.keys() - set(found) == set(), "declared, but there is no such route"
    assert len(set(found)) == len(found), "two routes at one address"


def test_what_asks_for_no_role_is_for_every_role() -> None:
    table: Table = {("GET", "/a"): Anyone.PUBLIC, ("GET", "/b"): Anyone.SIGNED_IN, ("GET", "/c"): frozenset({Role.DESK})}
    assert [len(roles(table, "GET", path)) for path in ("/a", "/b", "/c")] == [len(Role), len(Role), 1]
    with pytest.raises(KeyError):
        roles(table, "POST", "/a")


@pytest.mark.parametrize(("table", "by_patients"), [(CHECKIN, [SELF_CHECK_IN]), (BOARD, [])], ids=["checkin", "board"])
def test_whatever_changes_something_at_a_site_asks_for_a_role_or_is_self_check_in(
    table: Table, by_patients: list[tuple[str, str]]
) -> None:
    assert [key for key, who in table.items() if "{site}" in key[1] and key[0] != "GET" and isinstance(who, Anyone)] == by_patients
