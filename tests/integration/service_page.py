"""What a service says of itself, at its own port."""

import urllib.error
import urllib.request


def service_page(port: int, path: str) -> tuple[int, str]:
    """The status and the text of an answer; 0 and nothing where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""
