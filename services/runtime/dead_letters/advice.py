"""What each reason means, in an operator's words, and what to do about it."""

from typing import NamedTuple

from schemas.dead_letters import DeadLetterReason


class Advice(NamedTuple):
    """One sentence each."""

    means: str
    remedy: str


ADVICE: dict[DeadLetterReason, Advice] = {
    DeadLetterReason.EMPTY: Advice(
        "The record is empty.",
        "There is nothing in it to retry; ask whoever writes to the log why they send empty records.",
    ),
    DeadLetterReason.NOT_JSON: Advice(
        "The record is not JSON in UTF-8, or was cut off.",
        "Correct the system that sent it and let it send the event again; a retry of these bytes would end here again.",
    ),
    DeadLetterReason.INVALID: Advice(
        "The record is JSON, but no event of ours: a field is missing or holds what it must not.",
        "Correct the system that sent it and let it send the event again; a retry of these bytes would end here again.",
    ),
    DeadLetterReason.NEWER_VERSION: Advice(
        "A newer release than this flow wrote it, so flow does not know this kind of event.",
        "Update flow to that release, then retry it.",
    ),
    DeadLetterReason.WRONG_SITE: Advice(
        "Its key or its partition belongs to another site than the one it names.",
        "Correct the key and the partitioning (murmur2) of the system that sent it and let it send the event again.",
    ),
    DeadLetterReason.UNKNOWN_SITE: Advice(
        "The site it names had no profile when it came.",
        "Add the clinic with `clinicflow site add FILE`, then retry it.",
    ),
    DeadLetterReason.TIME_IN_FUTURE: Advice(
        "It claims to have been recorded more than two minutes after the broker got it.",
        "Set the clock of the system that sent it right, wait until the time it claims has passed, then retry it.",
    ),
    DeadLetterReason.VISIT_CLOSED: Advice(
        "It tells of a visit that is over for longer than the site keeps visits.",
        "Give the site a longer retention_hours in its profile, then retry it.",
    ),
    DeadLetterReason.UNFOLDABLE: Advice(
        "Flow ended three times in a row at this record, which is a defect of ours.",
        "Report it with flow's log, update flow to a release that has it mended, then retry it.",
    ),
}
