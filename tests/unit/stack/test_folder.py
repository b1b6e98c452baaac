"""The data folder: ours, one launcher's at a time, and never somebody else's."""

from pathlib import Path

import pytest

from services.stack.errors import StackError
from services.stack.folder import DataFolder, is_in_use


def test_new_folder_is_made_held_and_released(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "deep" / "data")
    assert is_in_use(folder.path)
    folder.release()
    assert not is_in_use(folder.path)


def test_held_folder_is_refused_to_a_second_launcher(tmp_path: Path) -> None:
    held = DataFolder(tmp_path / "data")
    with pytest.raises(StackError, match="A stack runs on"):
        DataFolder(tmp_path / "data")
    held.release()
    DataFolder(tmp_path / "data").release()


def test_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(StackError, match="no data folder of clinicflow"):
        DataFolder(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


def test_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(StackError, match="cannot be used: File exists"):
        DataFolder(tmp_path / "data")


def test_emptied_folder_keeps_its_mark_and_what_links_point_to(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep").write_text("", encoding="utf-8")
    folder = DataFolder(tmp_path / "data")
    (folder.path / "kafka" / "log").mkdir(parents=True)
    (folder.path / "link").symlink_to(outside)
    folder.empty()
    assert {entry.name for entry in folder.path.iterdir()} == {"THIS-IS-CLINICFLOW-DATA", "lock"}
    assert (outside / "keep").exists()
    folder.release()


def test_folder_that_does_not_exist_is_not_in_use(tmp_path: Path) -> None:
    assert not is_in_use(tmp_path / "nowhere")
