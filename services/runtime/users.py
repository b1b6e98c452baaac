"""Changes of users on access.v1, so that no change is lost and nothing is used twice."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from schemas.access import User
from services.runtime.access_book import AccessBook
from services.runtime.access_log import AccessLog, NotPublishedError

Refusal = TypeVar("Refusal", bound=Enum)

_TRIES = 5


class Users:
    """Changes users one after the other in this process; among processes the order of the log decides."""

    def __init__(self, book: AccessBook, log: AccessLog) -> None:
        self._book, self._log = book, log
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def change(self, subject: str, alter: Callable[[User | None], User | Refusal]) -> User | Refusal:
        """Make the user what `alter` says, and return it once the log and this process's book have it.

        `alter` is given the user in force and must be pure: it may be called again. A refusal of it is returned, and changes
        nothing. Where another process changed the same user between our look and our record, ours has overwritten theirs: then
        `alter` is asked anew, about theirs, and either its answer or, when it refuses, theirs is put on the log once more. So of
        two that use the same invitation the one whose record has the lower offset wins, and the other is refused. In the
        milliseconds until then the record of the later one is in force, and stays so should its process be killed just there.
        Raises NotPublishedError.
        """
        async with self._locks[subject]:
            in_force = self._book.one(User, subject)
            wanted = alter(in_force)
            for _ in range(_TRIES):
                if not isinstance(wanted, User) or wanted == in_force:
                    return wanted
                overwritten = await self._overwrite(wanted)
                if overwritten == in_force:
                    return wanted
                in_force, wanted = wanted, alter(overwritten)
                if not isinstance(wanted, User) and overwritten not in {None, in_force}:
                    await self._overwrite(overwritten)
            raise NotPublishedError

    async def _overwrite(self, user: User) -> User | None:
        """Put the user on the log; returns what was in force just before."""
        try:
            found = await self._book.replaced_by(await self._log.publish(user))
        except TimeoutError as problem:
            raise NotPublishedError from problem
        return found if isinstance(found, User) else None
