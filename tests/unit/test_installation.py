"""An environment whose installation was cut off is made anew; a whole one is left alone."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What the rule calls: makes a venv with `uv` in it, or notes that it was asked to bring one up to date.
PYTHON = """#!/bin/sh
case "$1" in
  -m) mkdir -p "$3/bin"
      for name in python uv; do
        printf '#!/bin/sh\\necho "$0 $*" >> calls\\n' > "$3/bin/$name"; chmod +x "$3/bin/$name"
      done ;;
esac
"""


def installed(folder: Path) -> list[str]:
    """Run the rule with programs that only say that they were called; what lies in the environment then."""
    (folder / "python").write_text(PYTHON)
    (folder / "python").chmod(0o755)
    for name in ("Makefile", "requirements.txt", "requirements-bootstrap.txt"):
        shutil.copy(ROOT / name, folder)
    subprocess.run(
        ["make", "-s", ".venv/.installed", "PYTHON=./python"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return sorted(path.name for path in (folder / ".venv").iterdir())


def test_what_a_cut_off_installation_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "half_a_package").mkdir(parents=True)
    assert installed(tmp_path) == [".installed", "bin"]
    assert "pip sync" in (tmp_path / "calls").read_text()


def test_a_whole_environment_is_brought_up_to_date_where_it_lies(tmp_path: Path) -> None:
    installed(tmp_path)
    (tmp_path / ".venv" / "a_package").mkdir()
    (tmp_path / ".venv" / ".installed").touch()
    assert installed(tmp_path) == [".installed", "a_package", "bin"]


def test_a_folder_that_mlflow_cannot_work_below_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder = tmp_path / "50% done"
    folder.mkdir()
    with pytest.raises(subprocess.CalledProcessError) as caught:
        installed(folder)
    assert b"cannot work below a folder with %" in caught.value.stdout
    assert not (folder / ".venv").exists()


def test_a_folder_with_odd_signs_is_no_hindrance(tmp_path: Path) -> None:
    folder = tmp_path / "it's #1, isn't it?"
    folder.mkdir()
    assert installed(folder) == [".installed", "bin"]
