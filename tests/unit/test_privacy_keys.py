"""The master key: made once, kept from others, and the root of subject ids that survive its rotation."""

import base64
import stat
from pathlib import Path

import pytest

from cvplus.errors import ConfigurationError
from cvplus.privacy.master_key import MasterKey, load_master_key, parse_master_key
from cvplus.settings import Settings

FIRST, SECOND = (base64.b64encode(bytes([fill]) * 32).decode() for fill in (1, 2))


def test_a_key_is_made_at_the_first_start_and_kept(tmp_path: Path) -> None:
    made = load_master_key(Settings(home=tmp_path, master_key=None))
    path = tmp_path / "keys" / "master_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(base64.b64decode(path.read_text())) == 32
    again = load_master_key(Settings(home=tmp_path, master_key=None))
    assert again.key_ids == made.key_ids
    assert [file.name for file in path.parent.iterdir()] == ["master_key"]


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    load_master_key(Settings(home=tmp_path, master_key=None))
    given = load_master_key(Settings(home=tmp_path, master_key=FIRST))
    assert given.key_ids == parse_master_key(FIRST).key_ids


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    load_master_key(Settings(home=tmp_path, master_key=None))
    (tmp_path / "keys" / "master_key").chmod(0o644)
    with pytest.raises(ConfigurationError, match=r"may be read by others.*chmod 600"):
        load_master_key(Settings(home=tmp_path, master_key=None))


@pytest.mark.parametrize("text", ["", "not base64 at all!", base64.b64encode(b"short").decode(), f"{FIRST},"])
def test_a_text_that_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_master_key(text)
    assert "CVPLUS_MASTER_KEY" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_subject_ids_are_stable_and_depend_on_the_key() -> None:
    one, other = parse_master_key(FIRST), parse_master_key(SECOND)
    assert one.subject_id("U1") == parse_master_key(FIRST).subject_id("U1")
    assert one.subject_id("U1") != one.subject_id("U2")
    assert one.subject_id("U1") != other.subject_id("U1")
    assert len(one.subject_id("U1")) == 32
    assert int(one.subject_id("U1"), 16) >= 0


def test_rotation_keeps_subject_ids_and_wraps_with_the_new_key() -> None:
    before, after = parse_master_key(FIRST), parse_master_key(f"{SECOND},{FIRST}")
    assert after.subject_id("U1") == before.subject_id("U1")
    assert after.content_hash(b"x") == before.content_hash(b"x")
    assert after.current_id == parse_master_key(SECOND).current_id
    assert after.wrapper(before.current_id) is not None


def test_purposes_have_keys_of_their_own() -> None:
    key = MasterKey([bytes(32)])
    assert not key.content_hash(b"U1").startswith(key.subject_id("U1"))
