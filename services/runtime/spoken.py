"""What the desk's API said when it said no, for the programs that talk to it."""

import json


def spoken(answer: bytes, status: int) -> str:
    """The problem in its own plain words; `answer` is the body of a response that was no success."""
    try:
        problem = json.loads(answer)
        return f"{problem['title']}. {problem['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"The front desk's API answered {status}."
