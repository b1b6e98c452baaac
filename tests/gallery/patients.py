"""What patients see, in every state: the wall, and their own page on the phone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Page

from schemas.access import Role
from schemas.languages import LANGUAGES
from schemas.live import LiveQueue, LiveRoom
from schemas.rooms import RoomStatus
from schemas.sites import SiteProfile, Sound, Voice
from services.runtime.clock import Clock
from tests.board_parts import Board, bearer
from tests.builders_live import PARTITION, FlowStandIn, a_clinic, a_visit
from tests.gallery.clinic import PROFILE
from tests.gallery.scene import Scene
from tests.phone_states import State, a_clinic_of_long_names, show_all
from tests.waiting import wait_until
from tests.weights import phone_kb, wall_kb

MINUTE = 60_000
WALLS = ("busy", "calm", "empty", "stale", "silent")
STALE_WALLS, STALE_PHONE = PARTITION + 1, PARTITION + 2
"""Clinics that fall silent are not heard of together with others: a beat is one of a partition."""
HAND_HELD = {"has_touch": True, "is_mobile": True}


class Patients:
    """A board with a clinic for each state and language of its wall, and one whose visits are in every state."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._flows: dict[str, FlowStandIn] = {}
        self._display = board.token(Role.DISPLAY, *(f"{wall}-{language}" for wall in WALLS for language in LANGUAGES))
        for language in LANGUAGES:
            self._open_walls(language)
        self._phone = self._open(a_clinic_of_long_names())
        self._stale_phone = self._open(a_clinic("stale"), STALE_PHONE)
        self._states = show_all(self._phone)
        self._stale_phone.waits("A1")
        wait_until(lambda: httpx.get(board.phone("maple", self._states["next"].visit.visit)).status_code == httpx.codes.OK)

    def close(self) -> None:
        """Let the clinics rest."""
        for flow in self._flows.values():
            flow.close()

    def wall_kb(self) -> float:
        """How much a busy wall weighs over the wire."""
        return wall_kb(self._board.url, "busy-en", self._display)

    def phone_kb(self) -> float:
        """How much the page of somebody who waits weighs over the wire."""
        return phone_kb(self._board.phone("maple", self._states["waiting"].visit.visit))

    def _open(self, profile: SiteProfile, partition: int = PARTITION) -> FlowStandIn:
        self._board.open_site(profile)
        flow = FlowStandIn(self._board.redis_url, self._board.namespace, profile, partition)
        flow.publish()
        flow.keep_beating()
        self._flows[profile.site] = flow
        return flow

    def _open_walls(self, language: str) -> None:
        for wall in WALLS:
            told = {**PROFILE, "languages": [language], "sound": Sound(voice=Voice.OFF) if wall == "silent" else Sound()}
            flow = self._open(
                SiteProfile(site=f"{wall}-{language}", timezone="America/New_York", **told),
                STALE_WALLS if wall == "stale" else PARTITION,
            )
            if wall in {"busy", "stale", "silent"}:
                _a_busy_morning(flow)
            if wall == "calm":
                now = Clock().now_ms()
                flow.show(
                    a_visit("A1", now - 12 * MINUTE), a_visit("B2", now), LiveQueue(queue="A", pace_seconds=420, taken_ms=now)
                )
                flow.calls("A3", "r2")
        for wall in WALLS:
            self._wait_for(f"/v1/sites/{wall}-{language}/wall")

    def _wait_for(self, path: str) -> None:
        wait_until(lambda: httpx.get(self._board.url + path, headers=bearer(self._display)).status_code == httpx.codes.OK)

    @contextmanager
    def _silent(self, partition: int) -> Iterator[None]:
        """Have nothing heard of the clinics of a partition any more."""
        flows = [flow for flow in self._flows.values() if flow.partition == partition]
        for flow in flows:
            flow.stop_beating()
        try:
            yield
        finally:
            for flow in flows:
                flow.keep_beating()

    def scenes(self) -> dict[str, Scene]:
        """All of them, by name."""
        return self._walls() | self._phones()

    # the wall

    def _wall(self, wall: str, until: str, query: str = "") -> Scene:
        def show(page: Page, language: str) -> None:
            page.goto(f"{self._board.url}/wall/{wall}-{language}?theme=auto{query}#key={self._display}")
            page.locator("#updated").filter(has_text=":").wait_for()

        return Scene(show, until)

    def _walls(self) -> dict[str, Scene]:
        def opens(address: str) -> Callable[[Page, str], object]:
            return lambda page, language: page.goto(f"{self._board.url}{address}?theme=auto&lang={language}")

        return {
            "wall-busy": self._wall("busy", "#calling li"),
            "wall-calm": self._wall("calm", "#calling li"),
            "wall-nobody": self._wall("empty", "#waiting-none"),
            "wall-area": self._wall("busy", "#calling li", "&area=lab"),
            "wall-without-sound": self._wall("silent", "#calling li"),
            "wall-stale": Scene(self._wall("stale", "").show, "#notice", away=lambda: self._silent(STALE_WALLS)),
            "wall-pairing": Scene(opens("/wall"), "#code"),
            "wall-not-connected": Scene(opens("/wall/empty-en"), "#message"),
            "board": Scene(opens("/"), "main a"),
        }

    # the phone

    def _phone_in(self, state: State) -> Scene:
        said = f"&said={state.said}" if state.said else ""
        address = self._board.phone("maple", state.visit.visit)
        return Scene(lambda page, language: page.goto(f"{address}?lang={language}{said}"), "h1", HAND_HELD)

    def _phones(self) -> dict[str, Scene]:
        scenes = {f"phone-{name}": self._phone_in(state) for name, state in self._states.items()}
        nowhere, stale = f"{self._board.url}/v/maple/{'x' * 22}", self._board.phone("stale", "visit-A1")
        return scenes | {
            "phone-no-such-link": Scene(lambda page, language: page.goto(f"{nowhere}?lang={language}"), "h1", HAND_HELD),
            "phone-stale": Scene(
                lambda page, language: page.goto(f"{stale}?lang={language}"),
                "#notice",
                HAND_HELD,
                lambda: self._silent(STALE_PHONE),
            ),
        }


def _a_busy_morning(flow: FlowStandIn) -> None:
    now = Clock().now_ms()
    waiting = [a_visit(f"A{number}", now - (40 - number) * 4 * MINUTE) for number in range(1, 37)]
    waiting += [a_visit(f"B{number}", now - number * 7 * MINUTE) for number in range(1, 6)]
    flow.show(*waiting, LiveRoom(room="r1", status=RoomStatus.CLEANING), LiveRoom(room="r7", status=RoomStatus.OUT_OF_SERVICE))
    for number in range(40, 46):
        flow.rooms(f"A{number}", f"r{number - 39}")
    flow.calls("A52", "r3")
    flow.calls("B31", "us")
    flow.calls("A7")
