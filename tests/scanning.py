"""Looks for marks in everything that an installation keeps, and in all that a wall's or a phone's credential can fetch."""

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import httpx

from schemas.languages import LANGUAGES
from schemas.permissions import BOARD, CHECKIN
from schemas.self_check_in import Said
from services.stack.stack import Stack
from tests.planted import Marks, scan_files, scan_redis, scan_topics
from tests.planting import Clinic, open_clinic, plant

SERVICES = ("checkin", "flow", "board", "notify", "billing")
TABLES = {"checkin": CHECKIN, "board": BOARD}


def planted_found(stack: Stack, site: str, folder: Path) -> list[str]:
    """Plant names and numbers at a new clinic of a running stack, and name each place where one came out.

    `folder` is for the files of a replay; it must not lie in the stack's data folder.
    """
    clinic = open_clinic(stack, site)
    plant(clinic, folder)
    found = [*clinic.planted.echoes, *everywhere(clinic, clinic.planted.marks)]
    clinic.desk.client.close()
    return found


def everywhere(clinic: Clinic, marks: Marks) -> list[str]:
    """Name each place where a mark was found: of an answer its address, of a topic the offset, of Redis the key, and each file.

    The files are the data folder's: Kafka's own, Redis's, logs with their tracebacks, the outbox, whatever services keep. There is no
    other backup than a copy of it.
    """
    kept = [
        *(f"topic {place}" for place in scan_topics(clinic.stack.around.kafka_bootstrap, marks)),
        *(f"redis {place}" for place in scan_redis(clinic.stack.around.redis_url, marks)),
        *(f"file {place}" for place in scan_files(clinic.stack.folder.path, marks)),
    ]
    return [*kept, *fetched(clinic, marks)]


def fetched(clinic: Clinic, marks: Marks) -> list[str]:
    """Name each answer with a mark in it, of all that a display, a phone and Prometheus can fetch."""
    answers = {**of_services(clinic), **by_display(clinic), **by_phone(clinic)}
    return [place for place, said in answers.items() if marks.stand_in(said)]


def of_services(clinic: Clinic) -> Mapping[str, bytes]:
    """What each service says of itself."""
    around = clinic.stack.around
    return {
        f"{path} of {service}": _fetch(around.url(service) + path, {})
        for service, path in product(SERVICES, ("/metrics", "/healthz", "/readyz"))
    }


def by_display(clinic: Clinic) -> Mapping[str, bytes]:
    """Everything that a display's credential is given, at each address of board and checkin that can be read."""
    seen = {"authorization": f"Bearer {clinic.display}"}
    return {f"wall {address}": _fetch(address, seen) for address in _addresses(clinic)}


def by_desk(clinic: Clinic) -> Mapping[str, bytes]:
    """Everything that can be read with all rights."""
    seen = {"authorization": f"Bearer {clinic.desk.token}"}
    return {address: _fetch(address, seen) for address in _addresses(clinic)}


def by_phone(clinic: Clinic) -> Mapping[str, bytes]:
    """Everything that a patient's link leads to, in each language and after each try to check in."""
    page = clinic.stack.around.url("board") + clinic.link
    told = [*(f"{page}?lang={language}" for language in LANGUAGES), *(f"{page}?said={said}" for said in Said)]
    return {f"phone {address}": _fetch(address, {}) for address in (*told, *_addresses(clinic))}


def _addresses(clinic: Clinic) -> Iterator[str]:
    things = {
        "site": clinic.desk.site, "visit": clinic.visit, "person": clinic.person, "event": clinic.visit, "room": "r1",
        "token": clinic.link.rpartition("/")[2], "ticket": "A01", "letter": "0-0", "user": "operator", "screen": "screen:x",
        "provider": "dr-test", "supply": "blood-test", "nowhere": "x", "path": "favicon.png", "version": "0", "name": "tokens.css",
    }  # fmt: skip
    for service, table in TABLES.items():
        for method, path in table:
            if method == "GET":
                yield clinic.stack.around.url(service) + path.replace(":path", "").format(**things)


def _fetch(address: str, headers: Mapping[str, str]) -> bytes:
    """The answer with its headers; of a stream its first two events."""
    with httpx.stream("GET", address, headers=dict(headers), timeout=20) as answer:
        said = repr(answer.headers.raw).encode()
        if "event-stream" not in answer.headers.get("content-type", ""):
            return said + answer.read()
        for line in answer.iter_lines():
            said += line.encode() + b"\n"
            if said.count(b"data:") == 2:
                break
        return said
