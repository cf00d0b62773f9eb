"""A checkout may lie anywhere: what opens a file by an address writes the address, not the path, into it."""

from pathlib import Path

import pytest

from sandbox import store


@pytest.mark.parametrize("name", ["it's here", "#1", "why?", "50%", "a b", 'say "so"'])
def test_the_sandbox_opens_its_store_below_any_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    store.create(folder / "market.db")
    assert store.Store(folder / "market.db").number("select count(*) from sqlite_master") > 0
