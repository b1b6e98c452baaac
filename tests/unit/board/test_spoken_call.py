"""What is heard when a ticket is called."""

import pytest

from services.board.domain.spoken_call import clips_of, number_of, sentence_of

A12 = {
    "en": ["chime", "en/ticket", "en/a", "en/1", "en/2"],
    "es": ["chime", "es/ticket", "es/a", "es/1", "es/2"],
    "ar": ["chime", "ar/ticket", "ar/a", "ar/1", "ar/2"],
}


@pytest.mark.parametrize(
    ("to", "language", "then"),
    [
        ("Room 3", "en", ["en/room", "en/3"]),
        ("Room 12", "en", ["en/room", "en/1", "en/2"]),
        ("Ultrasound", "en", ["en/look"]),
        (None, "en", ["en/desk"]),
        ("Sala 3", "es", ["es/room", "es/3"]),
        ("Sala 12", "es", ["es/room", "es/1", "es/2"]),
        ("Ecografía", "es", ["es/look"]),
        (None, "es", ["es/desk"]),
        ("غرفة 3", "ar", ["ar/room", "ar/3"]),
        ("غرفة ١٢", "ar", ["ar/room", "ar/1", "ar/2"]),
        ("الموجات فوق الصوتية", "ar", ["ar/look"]),
        (None, "ar", ["ar/desk"]),
    ],
)
def test_a_ticket_is_called_to_where_it_is_expected(to: str | None, language: str, then: list[str]) -> None:
    assert clips_of("A12", to, language) == [*A12[language], *then]


def test_a_room_is_said_in_the_language_of_the_screen_whatever_its_name_is_written_in() -> None:
    assert clips_of("A12", "Room 3", "ar") == [*A12["ar"], "ar/room", "ar/3"]
    assert clips_of("A12", "غرفة ٣", "es") == [*A12["es"], "es/room", "es/3"]


def test_a_long_ticket_is_called_digit_by_digit() -> None:
    assert clips_of("Z000407", None, "en") == ["chime", "en/ticket", *(f"en/{char}" for char in "z000407"), "en/desk"]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Exam Room 3", "3"),
        ("ROOM #12", "12"),
        ("Room No. 7", "7"),
        ("Room 03", "03"),
        ("14", "14"),
        ("Room B2", "b2"),
        ("Room 2b", "2b"),
        ("Consultorio 3", "3"),
        ("Habitación número 5", "5"),
        ("Sala de examen 4", "4"),
        ("غُرْفَة رقم ٢٠", "20"),
        ("غرفة الفحص \u06f5", "5"),
        ("غـرفة \u200f\u0661\u200e\u0662", "12"),
    ],
)
def test_a_name_that_is_only_a_number_is_called_by_it(name: str, number: str) -> None:
    assert number_of(name) == number


@pytest.mark.parametrize(
    "name",
    [
        "Ultrasound 2", "Window 4", "Room", "Room 3 left", "Room 1-204", "Room 3.12", "Room 12AB", "Room 3²", "3rd floor",
        "Sala azul", "Rayos X 1", "مختبر ٢", "غرفة الأشعة ٢", "Room غ2", "", " ", "—",
    ],
)  # fmt: skip
def test_another_name_is_left_to_the_screen(name: str) -> None:
    assert clips_of("B07", name, "en")[-1] == "en/look"


@pytest.mark.parametrize(
    ("to", "language", "sentence"),
    [
        ("Room 3", "en", "Ticket A, one, two. Room three."),
        ("Room 12", "en", "Ticket A, one, two. Room one, two."),
        ("Ultrasound", "en", "Ticket A, one, two. Please go to Ultrasound."),
        (None, "en", "Ticket A, one, two. Please come to the desk."),
        ("Sala 3", "es", "Turno a, uno, dos. Sala tres."),
        ("Room 12", "es", "Turno a, uno, dos. Sala uno, dos."),
        ("Ecografía", "es", "Turno a, uno, dos. Por favor, pase a Ecografía."),
        (None, "es", "Turno a, uno, dos. Por favor, pase a recepción."),
        ("غرفة ٣", "ar", "التذكرة رقم إيه، واحد، اثنان. الغرفة رقم ثلاثة."),
        ("غرفة ١٢", "ar", "التذكرة رقم إيه، واحد، اثنان. الغرفة رقم واحد، اثنان."),
        ("الأشعة", "ar", "التذكرة رقم إيه، واحد، اثنان. يرجى التوجه إلى الأشعة."),
        (None, "ar", "التذكرة رقم إيه، واحد، اثنان. يرجى مراجعة الاستقبال."),
    ],
)
def test_a_display_with_a_voice_of_its_own_is_given_the_words(to: str | None, language: str, sentence: str) -> None:
    assert sentence_of("A12", to, language) == sentence


def test_a_name_with_braces_is_said_as_it_is() -> None:
    assert sentence_of("A12", "Lab {0}", "en").endswith("Please go to Lab {0}.")


def test_a_letter_is_said_by_its_name() -> None:
    assert sentence_of("W90", None, "es").startswith("Turno doble u, nueve, cero.")
    assert sentence_of("Q88", "Room B2", "ar") == "التذكرة رقم كيو، ثمانية، ثمانية. الغرفة رقم بي، اثنان."
