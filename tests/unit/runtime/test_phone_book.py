"""A patient's link is found among the visits of the live state."""

from schemas.live import Change, LiveMeta, LiveVisit
from schemas.summaries import Stage
from services.runtime.live.site import LiveSite
from services.runtime.phone_book import PhoneBook
from services.runtime.phone_link import PhoneLinks
from tests.builders_live import a_clinic, a_visit

LINKS = PhoneLinks(bytes(32))


class Counted(PhoneLinks):
    """Links that count how often one is worked out."""

    made = 0

    def token(self, site: str, visit: str) -> str:
        self.made += 1
        return super().token(site, visit)


def site(*visits: LiveVisit) -> LiveSite:
    return LiveSite(LiveMeta(partition=0, version=(1, 1)), a_clinic(), {visit.visit: visit for visit in visits})


def test_a_visit_is_found_by_its_link_and_by_no_other() -> None:
    live, book = site(a_visit("A1", 0), a_visit("A2", 0)), PhoneBook(LINKS)
    found = book.find(live, LINKS.token("maple", "visit-A2"))
    assert found is not None
    assert found.ticket == "A2"
    assert [book.find(live, wrong) for wrong in ("", "visit-A2", LINKS.token("oak", "visit-A2"))] == [None, None, None]


def test_a_visit_that_comes_is_found_and_one_that_goes_is_not_any_more() -> None:
    links = Counted(bytes(32))
    live, book = site(a_visit("A1", 0)), PhoneBook(links)
    later = a_visit("A2", 0, Stage.WAITING)
    assert book.find(live, LINKS.token("maple", "visit-A2")) is None
    live.apply(
        Change(
            site="maple", before=(1, 1), version=(2, 1), set={"visit:visit-A2": later.model_dump_json()}, gone=("visit:visit-A1",)
        )
    )
    assert book.find(live, LINKS.token("maple", "visit-A2")) == later
    assert book.find(live, LINKS.token("maple", "visit-A1")) is None


def test_each_link_is_worked_out_once_however_often_it_is_asked_for() -> None:
    links = Counted(bytes(32))
    live, book = site(*(a_visit(f"A{number}", 0) for number in range(50))), PhoneBook(links)
    for _ in range(3):
        book.find(live, "x" * 22)
        live.apply(
            Change(
                site="maple",
                before=live.meta.version,
                version=(live.meta.version[0] + 1, 1),
                set={"visit:visit-A1": a_visit("A1", 5).model_dump_json()},
            )
        )
    assert links.made == 50
