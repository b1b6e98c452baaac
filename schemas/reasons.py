"""The reasons that every clinic's desk may give: codes of a list, so that nobody types who somebody is (DESIGN I9)."""

REASONS = frozenset(
    {
        "urgent", "pain", "child", "appointment", "comfort", "entered-late", "wrong-time", "system-was-away", "mis-click",
        "ill", "on-leave", "elsewhere", "patient-asked", "clinic-asked", "comes-later", "clinician-decides", "fits-in",
    }
)  # fmt: skip
"""The pages have a sentence for each that they offer; a clinic's profile adds codes of its own."""
