"""The operator's own token: whoever runs a local stack may use it, without being asked for a token at each command."""

import sys

from services.stack.errors import StackError
from services.stack.stack import Stack

TOKEN_FILE = "operator.token"  # noqa: S105 # a file's name
ISSUE = [sys.executable, "-m", "services.cli", "token", "issue", "operator", "--role", "admin", "--all-sites", "--replace"]


def operator_token(stack: Stack) -> str:
    """The operator's token of a running stack, kept in its secrets folder; issued when it isn't there yet.

    It reaches every site of this stack and nothing else, and is readable by this user alone. Raises StackError.
    """
    path = stack.folder.path / "secrets" / TOKEN_FILE
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    code, token = stack.run("operator", ISSUE)
    if code or not token:
        raise StackError("The operator's token could not be issued; see logs/operator.log in the data folder.")
    path.parent.mkdir(mode=0o700, exist_ok=True)
    beside = path.with_name(f"{TOKEN_FILE}.new")
    beside.touch(mode=0o600)
    beside.write_text(f"{token}\n", encoding="utf-8")
    beside.replace(path)
    return token
