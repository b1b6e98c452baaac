"""What flow counts, as anybody may read it at /metrics."""

from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families

APPLIED = "clinicflow_events_applied_total"
DEAD = "clinicflow_dead_letters_total"


@dataclass(frozen=True)
class Counts:
    """`applied`: distinct events of the site, ever. `dead`: records set aside since the worker started, of all sites."""

    applied: int
    dead: int


async def read(flow_url: str, site: str) -> Counts | None:
    """Read the counts; None while flow can't be asked."""
    try:
        async with httpx.AsyncClient(timeout=5.0) as client:
            response = await client.get(f"{flow_url}/metrics")
            response.raise_for_status()
    except httpx.HTTPError:
        return None
    return counts(response.text, site)


def counts(exposed: str, site: str) -> Counts:
    """Find the counts in a metrics page."""
    applied = dead = 0
    for family in text_string_to_metric_families(exposed):
        for sample in family.samples:
            if sample.name == APPLIED and sample.labels.get("site", site) == site:
                applied += int(sample.value)
            elif sample.name == DEAD:
                dead += int(sample.value)
    return Counts(applied, dead)
