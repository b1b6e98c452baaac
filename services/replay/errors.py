"""What ends a replay before or in the middle of it."""


class UnusableError(Exception):
    """The file or the map can't be used, or the site can't be reached. The message says what to do, in plain words."""
