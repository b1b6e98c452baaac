"""Whether each text that was due went out once, in time, or the ledger says why not."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from tests.chaos.alerted import RAISED
from tests.chaos.evidence import Evidence
from tests.chaos.facts import milliseconds
from tests.chaos.folded import Folded

TIME_TO_LIVE_S = {"called": 600, "next-up": 900, "checked-in": 900, "please-disregard": 3600}
"""DESIGN I7, by template; the alert kinds of the same names ask for them."""
TEXTED = ("called", "next-up", "checked-in")
WENT_OUT = {"sent", "delivered", "retracted"}
UNDER_WAY = {"requested", "sending"}
WITH_A_REASON = {"unknown", "failed", "suppressed", "expired"}
LATE_SLACK_S = 1.0
OVER_SLACK_S = 2.0
"""A text may be on its way when its alert is taken back."""
HOLDING_UP = ("freeze notify", "freeze kafka", "kill kafka")
"""Faults in the midst of which a text may hang."""
Findings = dict[str, list[str]]


def check(evidence: Evidence, folded: Folded) -> Findings:
    """Compare the outbox and the ledger with the alerts that were due."""
    found: Findings = defaultdict(list)
    sent = Counter(text["key"] for text in evidence.texts)
    found["texts_doubled"] += [f"{key} went out {count} times" for key, count in sent.items() if count > 1]
    words: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for said in evidence.alerts:
        words[f"{said['site']}/{said['visit']}/{said['kind']}/{said['id'].rpartition('/')[2]}"].append(said)
    sites = {visit.id: site for site, clinic in folded.clinics.items() for visit in clinic.visits.values()}
    due = {f"{sites[alert.visit]}/{alert.visit}/{alert.kind}/{alert.id.rpartition('/')[2]}"
           for alert in folded.due.values() if alert.kind in TEXTED}  # fmt: skip
    for key in sorted(due):
        if problem := _problem(evidence.ledger.get(key), sent[key], words.get(key, [])):
            found["texts_lost"].append(f"{key}: {problem}")
    found["texts_lost"] += _not_taken_back(evidence, sent, words)
    for text in evidence.texts:
        if text["template"] in TEXTED and text["key"] not in words:
            found["texts_doubled"].append(f"{text['key']} went out, and nothing asked for it")
    found["texts_late"] += _late(evidence, words)
    return found


def _problem(entry: dict[str, Any] | None, sent: int, words: list[dict[str, Any]]) -> str | None:
    """What is wrong with the end of a text that was due; None: nothing."""
    if entry is None:
        return "the ledger knows nothing of it"
    state, reason = entry["state"], entry.get("reason")
    if state in UNDER_WAY:
        return f"it is still {state}"
    if state in WENT_OUT:
        return None if sent else f"the ledger says {state}, and nothing went out"
    if state not in WITH_A_REASON or not reason:
        return f"it is {state} for no reason"
    return None if _founded(entry, words) else f"it is {state} for {reason}, which is not so"


def _founded(entry: dict[str, Any], words: list[dict[str, Any]]) -> bool:
    """Whether the reason for which a text did not go out is true."""
    raised = [milliseconds(said["time"]) for said in words if said["type"] == RAISED]
    retracted = [said["reason"] for said in words if said["type"] != RAISED]
    age_s = (milliseconds(entry["at"]) - min(raised, default=0)) / 1000
    reasons = {
        "too-late": age_s > TIME_TO_LIVE_S[entry["template"]], "over": bool(retracted), "undone": "undone" in retracted,
        "no-ticket": any(not said.get("ticket") for said in words), "answer-lost": True,
    }  # fmt: skip
    return reasons.get(entry["reason"], False)


def _not_taken_back(evidence: Evidence, sent: Counter[str], words: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Texts of what did not happen after all, of which the patient was not told."""
    for key, said in words.items():
        site, visit, template, milestone = key.split("/", 3)
        if template in TEXTED and sent[key] and said[-1]["type"] != RAISED and said[-1]["reason"] == "undone":
            entry = evidence.ledger.get(f"{site}/{visit}/please-disregard/{milestone}")
            if entry is None or entry["state"] in UNDER_WAY:
                yield f"{key}: went out and was undone, and nobody said so"


def _late(evidence: Evidence, words: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    for text in evidence.texts:
        said = words.get(text["key"], [])
        raised = [milliseconds(word["time"]) for word in said if word["type"] == RAISED]
        if text["template"] in TEXTED and raised:
            went_out = datetime.fromisoformat(text["at"]).timestamp() * 1000
            late_s = (went_out - max(raised)) / 1000
            if late_s > TIME_TO_LIVE_S[text["template"]] + LATE_SLACK_S:
                yield f"{text['key']} went out {late_s:.0f} s after the fact"
            over_s = (went_out - _over_since(said)) / 1000
            if over_s > OVER_SLACK_S and not _hung(evidence, went_out):
                yield f"{text['key']} went out {over_s:.0f} s after it was over"


def _hung(evidence: Evidence, went_out: float) -> bool:
    """Whether a text that went out then may have been held up in the midst of its sending."""
    ends = [
        (fault.began_ms, fault.ended_ms + (fault.recovery_s or 0) * 1000) for fault in evidence.faults if fault.name in HOLDING_UP
    ]
    return any(began <= went_out <= ended + OVER_SLACK_S * 1000 for began, ended in ends)


def _over_since(said: list[dict[str, Any]]) -> float:
    """When (ms) the last word, that it is over, was first said; never where it still stands."""
    last = max(said, key=lambda word: (word["source_offset"], word["type"] != RAISED))
    first = min(word["at_ms"] for word in said if (word["type"], word["source_offset"]) == (last["type"], last["source_offset"]))
    return float("inf") if last["type"] == RAISED else float(first)
