"""How much a page weighs over the wire: every response of its first load, bodies and headers, compressed as a browser is sent it."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin

import httpx

KILOBYTE = 1000


def phone_kb(address: str) -> float:
    """Weigh a patient's page, by its whole address. Its stream brings nothing at first that the page doesn't hold."""
    return sum(over_the_wire(address).values()) / KILOBYTE


def wall_kb(board: str, site: str, token: str) -> float:
    """Weigh a wall: page, style sheets, scripts, icon, and the first snapshot of its stream; no clips, which come once for all calls."""
    page = sum(over_the_wire(f"{board}/wall/{site}").values())
    return (page + _first_snapshot(f"{board}/v1/sites/{site}/wall/events", {"authorization": f"Bearer {token}"})) / KILOBYTE


def over_the_wire(address: str) -> dict[str, int]:
    """By address, the bytes of everything that a page names, and what that names in turn."""
    sizes: dict[str, int] = {}
    wanted = [address]
    while wanted:
        address = wanted.pop()
        if address in sizes:
            continue
        answer = httpx.get(address, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200, address
        assert answer.headers["content-encoding"] == "gzip", address
        sizes[address] = answer.num_bytes_downloaded + _header_bytes(answer)
        wanted += [urljoin(address, part) for part in _named(answer, address)]
    return sizes


def _named(answer: httpx.Response, address: str) -> list[str]:
    if "html" in answer.headers["content-type"]:
        return re.findall(r'<(?:link|script|img)[^>]*\s(?:href|src)="([^"]+)"', answer.text)
    if address.endswith(".css"):
        return re.findall(r'url\("?([^")]+)"?\)', answer.text)
    return re.findall(r'from "([^"]+)"', answer.text) if address.endswith(".js") else []


def _header_bytes(answer: httpx.Response) -> int:
    return sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)


def _first_snapshot(address: str, headers: Mapping[str, str]) -> int:
    with httpx.stream("GET", address, headers={**headers, "accept-encoding": "gzip"}, timeout=20) as answer:
        assert answer.status_code == 200
        said = 0
        for line in answer.iter_lines():
            said += len(line.encode()) + 1
            if line.startswith("data:"):
                break
        return max(said, answer.num_bytes_downloaded if "content-encoding" not in answer.headers else 0) + _header_bytes(answer)
