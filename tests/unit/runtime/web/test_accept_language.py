"""What languages a browser asks for."""

import pytest

from services.runtime.web.accept_language import wanted


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        (None, []),
        ("", []),
        ("es", ["es"]),
        ("es-MX,es;q=0.9,en;q=0.5", ["es", "es", "en"]),
        ("en;q=0.2, AR ; q=0.7", ["ar", "en"]),
        ("de, en;q=0", ["de"]),
        ("de;q=x, *;q=0.1", ["*"]),
        (",".join(["xx"] * 1000), ["xx"] * 10),
    ],
)
def test_languages_come_by_preference_and_without_regions(header: str | None, languages: list[str]) -> None:
    assert wanted(header) == languages
