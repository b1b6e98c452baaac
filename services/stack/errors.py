"""What can go wrong with the local stack, in words for the person at the keyboard."""


class StackError(Exception):
    """The stack cannot start or go on; the message says why and what to do, and is all that is shown."""


class StartInterruptedError(StackError):
    """The person asked to stop while the stack was still starting."""
