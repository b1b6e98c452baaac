"""Judges a run: what clients were told and what came out, beside the checker's own fold of the log. Pure; knows nothing of flow."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tests.chaos import alerted, shown, texted
from tests.chaos.evidence import Evidence, Logged, Sent, Version
from tests.chaos.facts import milliseconds
from tests.chaos.fold import Decided
from tests.chaos.folded import Folded, fold_log

CLASSES = (
    "lost", "phantom", "duplicate_applied", "wrong_state", "wrong_view", "alerts_lost", "alerts_doubled", "texts_lost",
    "texts_doubled", "texts_late", "offsets_back",
)  # fmt: skip
Findings = dict[str, list[str]]
"""By class, what was found, one line each."""
DESK_CLOCK_MS = 60_000
"""A desk's clock may be so much ahead; anything beyond that has to be refused."""
BEHIND_MS = 20_000
NOT_ON_THE_LOG = {400, 401, 403, 404, 413, 422}
FLOWS_ANSWERS = {201, 409, 422}


def check(evidence: Evidence) -> Findings:
    """Find everything that is wrong with a run."""
    views = shown.Views()
    folded = fold_log(evidence, views)
    found: Findings = {name: [] for name in CLASSES}
    for findings in (
        views.found, told(evidence, folded), answers(evidence), log(evidence, folded), shown.check(evidence, folded),
        alerted.check(evidence, folded), texted.check(evidence, folded), {"offsets_back": [*offsets(evidence)]},
    ):  # fmt: skip
        for name, lines in findings.items():
            found[name] += lines
    return found


def by_key(sent: Iterable[Sent]) -> dict[str, list[Sent]]:
    """What was sent and told, by the event that it is."""
    keys: dict[str, list[Sent]] = defaultdict(list)
    for each in sent:
        keys[each.event].append(each)
    return keys


def told(evidence: Evidence, folded: Folded) -> Findings:
    """Whether what clients were told is so: nothing acked is gone, nothing refused is there, each result is the log's."""
    found: Findings = defaultdict(list)
    logged = {record.event["id"] for record in evidence.log}
    for event, tries in by_key(evidence.sent).items():
        key = tries[0].key
        if event not in logged:
            if any(each.is_acked or "event" in each.answer for each in tries):
                found["lost"].append(f"{key}: told {_statuses(tries)}, and the log has nothing of it")
            continue
        if all(_never_logged(each) for each in tries):
            found["phantom"].append(f"{key}: told {_statuses(tries)}, and it is on the log")
        for each in tries:
            for name, line in _against(each, folded.decided[event]):
                found[name].append(f"{key}: {line}")
    return found


def _statuses(tries: Sequence[Sent]) -> str:
    return ", ".join(str(each.status or "nothing") for each in tries)


def _never_logged(each: Sent) -> bool:
    return each.status in NOT_ON_THE_LOG and "event" not in each.answer


def _against(each: Sent, decided: Decided) -> Iterator[tuple[str, str]]:
    """What one answer says that the log doesn't bear out."""
    answer = each.answer
    if each.status not in FLOWS_ANSWERS or "event" not in answer:
        return
    status = {201: "applied", 409: "refused", 422: "dead-lettered"}[each.status]
    if status != decided.status:
        name = "phantom" if decided.status == "applied" else "lost"
        yield name, f"told {each.status} {answer.get('code', '')}, and by the log it is {decided.status} {decided.reason or ''}"
        return
    if decided.reason is not None and answer.get("code") != decided.reason:
        yield "wrong_state", f"told {answer.get('code')}, and by the log it is {decided.reason}"
    wrong = [name for name in ("ticket", "stage", "room", "held_by") if name in answer and answer[name] != getattr(decided, name)]
    if wrong:
        yield "wrong_state", f"told {[(name, answer[name]) for name in wrong]}, and by the log it is {decided}"


def answers(evidence: Evidence) -> Findings:
    """Whether the same command has the same answer each time, and a ticket is one patient's."""
    found: list[str] = []
    for tries in by_key(evidence.sent).values():
        final = {(each.status, *_said(each.answer)) for each in tries if each.status in FLOWS_ANSWERS and "event" in each.answer}
        if len(final) > 1:
            found.append(f"{tries[0].key}: answered in {len(final)} ways: {sorted(map(str, final))}")
    bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in evidence.sent:
        if each.status == 201 and each.answer.get("ticket") and each.answer.get("visit"):
            bearers[each.site, each.answer["ticket"]].add(each.answer["visit"])
    found += [
        f"{site}: ticket {ticket} was given to {sorted(visits)}" for (site, ticket), visits in bearers.items() if len(visits) > 1
    ]
    return {"duplicate_applied": found}


def _said(answer: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(answer.get(name) for name in ("event", "visit", "ticket", "stage", "room", "code", "held_by"))


def log(evidence: Evidence, folded: Folded) -> Findings:
    """Whether the log holds what clients sent and no more, and each event has its outcome, or its dead letter."""
    found: Findings = defaultdict(list)
    sent = by_key(evidence.sent)
    for record in evidence.log:
        if record.event["id"] not in sent:
            found["phantom"].append(f"{_where(record)}: nobody sent this {record.event['type']}")
        happened = [record.event["time"], *(each for name, each in record.event["data"].items() if name == "happened_at")]
        if max(map(milliseconds, happened)) > milliseconds(record.event["recordedtime"]) + DESK_CLOCK_MS:
            found["phantom"].append(f"{_where(record)}: happens in the future, and was accepted")
    for event, decided in folded.decided.items():
        outcome = evidence.outcomes.get(event)
        if outcome is None:
            found["lost"].append(f"{event}: there is no outcome at its address")
        elif wrong := [
            name for name in ("status", "reason", "ticket", "stage", "room") if outcome.get(name) != getattr(decided, name)
        ]:
            found["wrong_state"].append(f"{event}: its outcome is wrong in {wrong}: {outcome} instead of {decided}")
    dead = set(evidence.dead)
    found["lost"] += [f"{letter}: has to be a dead letter and is none" for letter in sorted(folded.dead - dead)]
    found["lost"] += [f"{letter}: is a dead letter and need not be" for letter in sorted(dead - folded.dead)]
    return found


def _where(record: Logged) -> str:
    return f"partition {record.partition} offset {record.offset}"


def offsets(evidence: Evidence) -> Iterator[str]:
    """Whatever goes back as somebody who follows sees it: committed snapshots, and versions within one life of Redis."""
    reached: dict[int, int] = {}
    for partition, marker in evidence.markers:
        if marker < reached.get(partition, 0):
            yield f"partition {partition}: a snapshot up to {marker} was committed after one up to {reached[partition]}"
        reached[partition] = marker
    lives = sorted({version.life: version.at_ms for version in reversed(evidence.versions)}.values())
    last: dict[str, Version] = {}
    for version in evidence.versions:
        before = last.get(version.follower)
        is_new_life = before is not None and (before.life != version.life or _is_late(version, lives))
        if before is not None and not is_new_life and _at(version) < _at(before):
            yield f"{version.follower}: version {_at(version)} after {_at(before)}"
        last[version.follower] = version


def _is_late(version: Version, lives: Sequence[int]) -> bool:
    """Whether a wall, which hears of a life only through the board, may still have been shown the one before."""
    return version.follower.startswith("wall") and any(0 <= version.at_ms - began < BEHIND_MS for began in lives[1:])


def _at(version: Version) -> tuple[int, int]:
    return version.offset, version.clock_ms
