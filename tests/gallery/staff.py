"""The pages for staff, each in every state: desk, corridor, administration, sign-in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from services.stack.stack import Stack
from tests.e2e.bad_day import where_it_is_noon
from tests.e2e.consoles import Clinic
from tests.gallery.clinic import BORN, NAMES, PROFILE, fill, puts_beside_the_api, was_not_handed_over
from tests.gallery.scene import Scene

SITE = "gallery"
TABS = ("expected", "late", "waiting", "in_room", "with_provider", "done", "rooms", "providers")
USERS = {"ann": "desk", "lou": "desk", "cleo": "clinical", "lea": "clinical", "ada": "admin"}
"""Lou's and Lea's screens are locked: that holds for all who come with their cookies."""
PARTS = ("settings", "displays", "users", "set-aside", "billing", "audit")


class Staff:
    """A clinic at work with its people signed in, and what each of them can have on the screen."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self._stack = stack
        self._checkin = stack.around.url("checkin")
        self._browser = browser
        self._clinic = Clinic(stack, SITE, self._fresh, **{**PROFILE, "timezone": where_it_is_noon()})
        self._told = fill(self._clinic.api)
        puts_beside_the_api(stack, SITE, b"{}")
        was_not_handed_over(stack, SITE, self._told.seen)
        self._quiet = Clinic(
            stack, "gallery-quiet", self._fresh, name="A clinic on its first day (invented)", rooms=[], providers=[], checklist=[]
        )
        self._cookies = {user: self._signed_in(self._clinic, user, role) for user, role in USERS.items()}
        self._cookies["quinn"] = self._signed_in(self._quiet, "quinn", "desk")

    def _fresh(self, **context: Any) -> Page:
        return self._browser.new_context(**context).new_page()

    def _signed_in(self, clinic: Clinic, user: str, role: str) -> Any:
        page = self._fresh()
        clinic.sign_in(page, user, role)
        state = page.context.storage_state()
        page.context.close()
        return state

    @contextmanager
    def _without_redis(self) -> Iterator[None]:
        self._stack.stop_part("redis")
        try:
            yield
        finally:
            self._stack.start_part("redis")

    def scenes(self) -> dict[str, Scene]:
        """All of them, by name."""
        desk = self._lists() | self._dialogs() | self._about_a_patient() | self._elsewhere()
        return desk | self._book() | self._corridors() | self._administration() | self._doors()

    # the desk

    def _desk(self, then: Callable[[Page], object], until: str, site: str = SITE, **more: Any) -> Scene:
        def show(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/desk/{site}")
            page.locator("#tab-waiting").wait_for()
            if site == SITE:
                page.locator(".visits .of-name").filter(has_text="(invented)").first.wait_for()
            then(page)

        user = "ann" if site == SITE else "quinn"
        return Scene(show, until, {"storage_state": self._cookies[user]}, **more)

    def _lists(self) -> dict[str, Scene]:
        lists = {
            f"desk-{tab.replace('_', '-')}": self._desk(_presses(str(number)), f"#tab-{tab}[aria-selected=true]")
            for number, tab in enumerate(TABS, 1)
        }
        return lists | {
            "desk-found": self._desk(_types("/", "ann"), "#list[aria-label] .visits"),
            "desk-nobody-found": self._desk(_types("/", "zzz"), "#list[aria-label] .none"),
            "desk-first-day": self._desk(_presses("3"), "#list .none", "gallery-quiet"),
            "desk-first-day-rooms": self._desk(_presses("7"), "#list .none", "gallery-quiet"),
            "desk-stale": self._desk(_presses("3"), ".notice", away=self._without_redis),
        }

    def _dialogs(self) -> dict[str, Scene]:
        over = "dialog[open]:not(.cover)"
        return {
            "desk-walk-in": self._desk(_types("n", "Ann"), f"{over} .found button"),
            "desk-walk-in-known": self._desk(_says_who_is_known, f"{over} .same button"),
            "desk-where": self._desk(_presses("3", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"), over),
            "desk-visit": self._desk(self._visit, ".history tbody tr"),
            "desk-change-time": self._desk(self._changes_a_time, "form.question #time"),
            "desk-ticket": self._desk(self._ticket, ".slip .qr"),
            "desk-alerts": self._desk(_presses("a"), f"{over} .alerts li"),
            "desk-menu": self._desk(lambda page: page.locator("header [aria-haspopup=dialog]").click(), over),
            "desk-keys": self._desk(_presses("?"), f"{over} .keys"),
            "desk-back-entry": self._desk(_enters_what_was_on_paper, ".grid .wrong"),
            "desk-undo": self._desk(self._ticks, ".toast button"),
            "desk-locked": Scene(
                self._locked("desk", _presses("l"), _wrong_pin), "#pin-wrong:not(:empty)", {"storage_state": self._cookies["lou"]}
            ),
        }

    def _about_a_patient(self) -> dict[str, Scene]:
        """What is asked and said about one patient, from the door to the bill. Nothing of it is recorded."""
        told, over = self._told, "dialog[open]:not(.cover)"

        def visit(visit: str, then: Callable[[Page], object], until: str) -> Scene:
            def look(page: Page) -> None:
                self._visit(page, visit)
                then(page)

            return self._desk(look, f"{over} {until}")

        return {
            "desk-note": visit(told.much, _click(".acts [aria-expanded]"), ".question input"),
            "desk-details": visit(told.much, _details, "#of-name"),
            "desk-details-wrong": visit(told.much, _gets_a_number_wrong, "#of-phone-wrong"),
            "desk-same-person": visit(told.much, _finds_another_record, ".sides fieldset"),
            "desk-who": visit(told.nobody, _details, "#name"),
            "desk-concern": visit(told.much, _click(".buttons button:nth-last-child(2)"), "#what"),
            "desk-override": visit(told.called, _click(".main-button"), ".reasons"),
            "desk-checkout": visit(told.seen, _click(".main-button"), "#diagnoses"),
            "desk-checkout-failed": visit(told.seen, _fails_to_check_out, ".wrong"),
        }

    def _locked(self, where: str, lock: Callable[[Page], None], then: Callable[[Page], None]) -> Callable[[Page, str], None]:
        def show(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/{where}/{SITE}")
            page.locator(".visits, .rooms, .cover[open]").first.wait_for()
            if page.locator(".cover[open]").count() == 0:
                lock(page)
            then(page)

        return show

    def _visit(self, page: Page, visit: str | None = None) -> None:
        page.goto(f"{self._checkin}/desk/{SITE}#visit={visit or self._told.much}")
        page.locator(".history tbody tr").first.wait_for()

    def _ticks(self, page: Page) -> None:
        self._visit(page)
        page.locator(".checklist input").last.click()

    def _changes_a_time(self, page: Page) -> None:
        self._visit(page)
        page.locator(".history tbody tr button").nth(1).click()

    def _ticket(self, page: Page) -> None:
        self._visit(page)
        page.locator("dialog[open] .buttons button").last.click()

    # beside it

    def _elsewhere(self) -> dict[str, Scene]:
        def printed(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/desk/{SITE}")
            page.locator(".visits .of-name").filter(has_text="(invented)").first.wait_for()
            page.emulate_media(media="print")
            page.evaluate("dispatchEvent(new Event('beforeprint'))")

        return {"desk-printed": Scene(printed, ".downtime", {"storage_state": self._cookies["ann"]}, sizes=("1080p",))}

    # the book

    def _booked(self, then: Callable[[Page], object], until: str, site: str = SITE, **more: Any) -> Scene:
        def show(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/book/{site}")
            page.locator(".grid").wait_for()
            if site == SITE:
                page.locator(".days button").nth(1).click()
                page.locator(".booking").filter(has_text="(invented)").first.wait_for()
            then(page)

        return Scene(show, until, {"storage_state": self._cookies["ann" if site == SITE else "quinn"]}, **more)

    def _book(self) -> dict[str, Scene]:
        over = "dialog[open]:not(.cover)"
        return {
            "book-day": self._booked(_nothing, ".booking"),
            "book-week": self._booked(_presses("2"), ".days select"),
            "book-list": self._booked(_presses("3"), ".list .lacking:not(:empty)"),
            "book-todo": self._booked(_presses("4"), ".todo .overdue"),
            "book-new": self._booked(_types("n", "Max"), f"{over} .found button"),
            "book-visit": self._booked(lambda page: page.locator(".booking button").first.click(), f"{over} .buttons"),
            "book-absence": self._booked(lambda page: page.locator("header .main-button + button").click(), f"{over} tbody tr"),
            "book-files": self._booked(_checks_a_file, f"{over} .rows tbody tr"),
            "book-first-day": self._booked(_nothing, ".days", "gallery-quiet"),
            "book-stale": self._booked(_nothing, ".notice", away=self._without_redis),
        }

    def _corridor(self, then: Callable[[Page], object], until: str, **more: Any) -> Scene:
        def show(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/corridor/{SITE}")
            page.locator(".room .patient").filter(has_text="(invented)").first.wait_for()
            then(page)

        return Scene(show, until, {"storage_state": self._cookies["cleo"]}, **more)

    def _corridors(self) -> dict[str, Scene]:
        return {
            "corridor": self._corridor(_nothing, ".rooms .tap"),
            "corridor-my-rooms": self._corridor(lambda page: page.locator("header button").first.click(), "dialog[open] .check"),
            "corridor-override": self._corridor(
                lambda page: page.locator(".room", has_text="Room 5").locator(".tap").click(), "dialog[open] .reasons"
            ),
            "corridor-locked": Scene(
                self._locked("corridor", _presses_lock, _nothing), ".cover[open]", {"storage_state": self._cookies["lea"]}
            ),
            "corridor-stale": self._corridor(_nothing, ".notice", away=self._without_redis),
        }

    def _admin(self, part: str, then: Callable[[Page], object], until: str) -> Scene:
        def show(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/admin/{SITE}#{part}")
            page.locator("#part").wait_for()
            then(page)

        return Scene(show, until, {"storage_state": self._cookies["ada"]})

    def _administration(self) -> dict[str, Scene]:
        def empties_the_name(page: Page) -> None:
            page.locator("#f-name").fill("")
            page.locator(".save-bar .main-button").click()

        def looks(page: Page) -> None:
            page.get_by_role("radio").last.check()
            page.locator("main .main-button").click()

        return {
            "admin-settings": self._admin("settings", _nothing, "#f-name"),
            "admin-settings-wrong": self._admin("settings", empties_the_name, "#f-name-wrong:not(:empty)"),
            "admin-displays": self._admin("displays", _nothing, "main form"),
            "admin-users": self._admin("users", _nothing, ".card"),
            "admin-add-user": self._admin(
                "users", lambda page: page.locator("main .main-button").first.click(), "dialog[open]:not(.cover)"
            ),
            "admin-end-access": self._admin(
                "users", lambda page: page.locator(".card button").last.click(), "dialog[open]:not(.cover)"
            ),
            "admin-set-aside": self._admin("set-aside", _nothing, ".aside-line"),
            "admin-billing": self._admin("billing", _nothing, ".aside-line"),
            "admin-audit": self._admin("audit", looks, ".trail"),
        }

    # the door

    def _doors(self) -> dict[str, Scene]:
        def invited(then: Callable[[Page], object]) -> Callable[[Page, str], None]:
            def show(page: Page, language: str) -> None:
                page.goto(self._clinic.link(f"{then.__name__.strip('_')}-{language}".replace("_", "-")))
                page.locator("main .main-button").wait_for()
                then(page)

            return show

        def uses_it(page: Page) -> None:
            page.locator("main .main-button").click()

        def chooses_too_simple_a_pin(page: Page) -> None:
            uses_it(page)
            page.locator("#pin").fill("123456")
            page.locator("#again").fill("123456")
            page.locator("main .main-button").click()

        def opens(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/sign-in")

        def refused(page: Page, _language: str) -> None:
            page.goto(f"{self._checkin}/sign-in#problem=sign-in-refused")

        return {
            "sign-in-nobody": Scene(opens, "main p:not(:empty)"),
            "sign-in-refused": Scene(refused, "main .wrong:not(:empty)"),
            "sign-in-link": Scene(invited(_nothing), "main .main-button"),
            "sign-in-pin": Scene(invited(chooses_too_simple_a_pin), ".wrong:not(:empty)"),
            "sign-in-pages": Scene(opens, "main section .button", {"storage_state": self._cookies["ada"]}),
        }


def _nothing(_page: Page) -> None:
    pass


def _presses(*keys: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)

    return press


def _types(key: str, said: str) -> Callable[[Page], None]:
    def type_it(page: Page) -> None:
        page.keyboard.press(key)
        page.locator("input:focus").wait_for()
        page.keyboard.type(said)

    return type_it


def _presses_lock(page: Page) -> None:
    page.locator("header button").last.click()


def _wrong_pin(page: Page) -> None:
    page.locator(".cover #pin").fill("111222")
    page.keyboard.press("Enter")


def _enters_what_was_on_paper(page: Page) -> None:
    page.locator("header [aria-haspopup=dialog]").click()
    page.locator("dialog[open] .stack button").nth(1).click()
    page.locator(".grid input").first.fill("Nobody of this name (invented)")
    page.locator(".grid .time").first.fill("0905")
    page.locator("dialog[open] .main-button").click()


def _click(selector: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        page.locator(f"dialog[open] {selector}").first.click()

    return click


def _says_who_is_known(page: Page) -> None:
    _types("n", NAMES[1])(page)
    page.locator("#born").fill(BORN)
    page.locator("dialog[open] .main-button").click()


def _details(page: Page) -> None:
    _click(".buttons button:nth-last-child(3)")(page)
    page.locator("#of-name, #name").first.wait_for()


def _gets_a_number_wrong(page: Page) -> None:
    _details(page)
    page.locator("#of-phone").fill("12")
    page.locator("dialog[open] .main-button").click()


def _finds_another_record(page: Page) -> None:
    _details(page)
    _click("form .buttons button:last-child")(page)
    page.locator("#other").fill("Li Test")
    page.locator(".found button").first.click()


def _fails_to_check_out(page: Page) -> None:
    _click(".main-button")(page)
    page.route("**/disposition", lambda route: route.abort())
    page.locator("[name=disposition]").first.check()
    _click(".main-button")(page)


def _checks_a_file(page: Page) -> None:
    page.locator("header button:has(+ a.button)").click()
    rows = ["name,date,time", "Somebody Of The Old Book (invented),2026-02-30,09:00", ",2026-02-30,25:00"]
    page.locator("#file").set_input_files({"name": "old.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()})
    page.locator("dialog form .main-button").click()
