"""The ways to prove who one is: a link, a PIN, the clinic's identity provider."""

from typing import Protocol, TypeVar

from schemas.access import User

Evidence_contra = TypeVar("Evidence_contra", contravariant=True)


class SignIn(Protocol[Evidence_contra]):
    """One of the ways. What follows from it, a session at this browser, is the same for all."""

    async def prove(self, evidence: Evidence_contra) -> User:
        """Return the user who this proves to be here, whose access is in force. Raises Problem, in plain words, else."""
