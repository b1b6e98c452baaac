"""`clinicflow site add`: files of clinics, and what is said about one that is not right."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from services.cli.site import read_profile, site

SITES = Path(__file__).resolve().parents[3] / "deploy" / "sites"


def refused(folder: Path, text: str) -> str:
    file = folder / "clinic.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(click.ClickException) as caught:
        read_profile(file)
    return caught.value.message


def test_demo_clinic_is_busy_and_always_open() -> None:
    demo = read_profile(SITES / "demo.toml")
    assert (demo.site, len(demo.rooms), len(demo.providers), demo.hours) == ("demo", 20, 10, ())
    assert set(demo.queues) == {"A", "B"}


def test_example_shows_every_part_of_a_profile() -> None:
    example = read_profile(SITES / "example.toml")
    assert example.hours
    assert example.rooms
    assert example.providers
    assert example.service_points


def test_fields_to_correct_are_named_and_what_stands_in_them_is_not(tmp_path: Path) -> None:
    text = 'site = "My Clinic"\nname = "x"\ntimezone = "Marker/Zone"\ncolour = "red"\n[[rooms]]\nid = "bad room"\nname = "R"\n'
    said = refused(tmp_path, text)
    for field in ("site: ", "timezone: ", "colour: is not known here", "rooms.0.id: "):
        assert field in said
    assert "Marker" not in said
    assert "bad room" not in said


def test_missing_name_is_said(tmp_path: Path) -> None:
    assert "name: is missing" in refused(tmp_path, 'site = "a"\ntimezone = "UTC"\n')


def test_two_rooms_of_one_id_are_refused(tmp_path: Path) -> None:
    room = '[[rooms]]\nid = "r1"\nname = "R"\n'
    assert "two rooms have the same id" in refused(tmp_path, 'site = "a"\nname = "A"\ntimezone = "UTC"\n' + room + room)


def test_file_that_is_no_toml_or_not_there_is_refused(tmp_path: Path) -> None:
    assert "is not TOML" in refused(tmp_path, "site = ")
    with pytest.raises(click.ClickException, match="can't be read"):
        read_profile(tmp_path / "none.toml")


def test_without_a_stack_it_says_how_to_start_one(tmp_path: Path) -> None:
    answer = CliRunner().invoke(site, ["add", str(SITES / "example.toml"), "--data", str(tmp_path)])
    assert answer.exit_code == 1
    assert "clinicflow up" in answer.output
