"""Maps of logs: read whole, or refused with the names of the fields to correct."""

from pathlib import Path

import pytest

from services.replay.errors import UnusableError
from services.replay.map_file import profile_of, read_map
from tests.unit.replay.log_files import MAP, a_map

MAPS = Path(__file__).resolve().parents[3] / "deploy" / "maps"


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_map_we_ship_can_be_used(path: Path) -> None:
    log_map = read_map(path)
    assert profile_of(log_map, "some-site").clock == "log"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('case = "Case"', "", "columns.case: is missing"),
        ('"checked-in"', '"arrived"', "activities.In: "),
        ("America/New_York", "Mars/Olympus", "time.zone: "),
        ("ignored", "ignore", "ignore: is not known here"),
        ("[time]", '[file]\nseparator = ";;"\n[time]', "file.separator: must be one character"),
        ("[time]", '[file]\nencoding = "klingon"\n[time]', "file.encoding: there is no encoding"),
        ("[time]", "[time", "not TOML"),
    ],
)
def test_map_with_a_fault_is_refused_with_the_fields_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UnusableError, match=said.replace("[", r"\[")):
        a_map(tmp_path, MAP.replace(old, new, 1))


def test_map_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="can't be read"):
        read_map(tmp_path / "none.toml")


def test_site_of_the_map_follows_its_log(tmp_path: Path) -> None:
    profile = profile_of(a_map(tmp_path), "my-log")
    assert (profile.site, profile.clock, profile.timezone) == ("my-log", "log", "America/New_York")


def test_map_without_a_site_makes_none(tmp_path: Path) -> None:
    without = MAP[: MAP.index("[site]")]
    with pytest.raises(UnusableError, match=r"no \[site\]"):
        profile_of(a_map(tmp_path, without), "my-log")


def test_site_with_a_fault_names_the_field(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="rooms: "):
        profile_of(a_map(tmp_path, MAP + "rooms = 3\n"), "my-log")
