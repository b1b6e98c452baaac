"""A run in one line of JSON."""

from typing import Any

import orjson

from tests.chaos.alerted import not_modelled, stale
from tests.chaos.checker import Findings
from tests.chaos.evidence import Evidence

SHOWN = 3
"""So many findings of each class are told in words."""


def counts(findings: Findings) -> dict[str, int]:
    """How much was found, by class."""
    return {name: len(lines) for name, lines in findings.items()}


def is_clean(evidence: Evidence, findings: Findings) -> bool:
    """Whether nothing was found and the system came back after every fault."""
    return not any(findings.values()) and not unrecovered(evidence)


def unrecovered(evidence: Evidence) -> list[str]:
    """The faults after which not all was fresh again."""
    return [
        f"{fault.number} {fault.name}: {fault.what}" for fault in evidence.faults if fault.recovers and fault.recovery_s is None
    ]


def report(evidence: Evidence, findings: Findings, seed: str, replay: str, folder: str) -> dict[str, Any]:
    """What is printed; with a command that repeats the run where something was found."""
    told: dict[str, Any] = {
        "seed": seed, "faults": len(evidence.faults), "sent": len(evidence.sent),
        "acked": len({each.event for each in evidence.sent if each.is_acked}), "events": len(evidence.log),
        "texts": len(evidence.texts), **counts(findings), "unrecovered": len(unrecovered(evidence)),
        "recovery_s": recovery(evidence), "stale_alerts": len(stale(evidence)), "not_modelled": not_modelled(evidence),
    }  # fmt: skip
    if not is_clean(evidence, findings):
        told["found"] = {name: lines[:SHOWN] for name, lines in findings.items() if lines}
        told["unrecovered_faults"] = unrecovered(evidence)[:SHOWN]
        told["replay"] = replay
        told["history"] = folder
    return told


def recovery(evidence: Evidence) -> dict[str, float | None]:
    """How long it took from a fault's end until all was fresh."""
    took = sorted(fault.recovery_s for fault in evidence.faults if fault.recovery_s is not None)
    return {"p50": _at(took, 0.50), "p99": _at(took, 0.99), "max": took[-1] if took else None}


def _at(ordered: list[float], share: float) -> float | None:
    """The nearest-rank percentile."""
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 100) - 1)] if ordered else None


def line(told: dict[str, Any]) -> str:
    """As it is printed."""
    return orjson.dumps(told).decode()
