"""Subjects' keys and sealed data: bulk, concurrent, bound to their subject, and gone once the key is gone."""

import base64
import threading
from datetime import date
from typing import Any

import psycopg
import pytest

from cvplus.errors import ConfigurationError
from cvplus.privacy.keys import SealBroken, SubjectErased, SubjectKeyring
from cvplus.privacy.master_key import MasterKey, parse_master_key
from cvplus.privacy.vault import PersonalData, open_rejected_line, store_personal_data, store_rejected_lines

FIRST, SECOND = (base64.b64encode(bytes([fill]) * 32).decode() for fill in (1, 2))
KEY = parse_master_key(FIRST)


@pytest.fixture
def keyring(warehouse: psycopg.Connection) -> SubjectKeyring:
    return SubjectKeyring(warehouse, KEY)


def key_rows(connection: psycopg.Connection) -> dict[str, bytes]:
    rows = connection.execute("select subject_id, wrapped_key from vault.subject_keys").fetchall()
    return dict(rows)


def test_what_is_sealed_opens_again_and_shows_nothing(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1", "s2"])
    sealed = keyring.seal("s1", b"Lena Vasquez")
    assert keyring.open("s1", sealed) == b"Lena Vasquez"
    assert b"Lena" not in sealed
    assert keyring.seal("s1", b"Lena Vasquez") != sealed
    with pytest.raises(SealBroken, match="does not open"):
        keyring.open("s2", sealed)
    with pytest.raises(SealBroken):
        keyring.open("s1", sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(SealBroken):
        keyring.open("s1", b"short")


def test_keys_are_kept_wrapped_and_read_back_by_another_process(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1"])
    sealed = keyring.seal("s1", b"text")
    keyring.ensure(["s1", "s2"])
    assert len(key_rows(keyring.connection)) == 2
    another = SubjectKeyring(keyring.connection, parse_master_key(FIRST))
    another.ensure(["s1"])
    assert another.open("s1", sealed) == b"text"


def test_another_master_key_is_refused_by_name(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1"])
    wrong = parse_master_key(SECOND)
    with pytest.raises(ConfigurationError, match=f"{KEY.current_id}.*{wrong.current_id}.*CVPLUS_MASTER_KEY"):
        SubjectKeyring(keyring.connection, wrong).ensure(["s1"])


def test_after_a_rotation_old_keys_open_and_new_ones_are_wrapped_anew(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1"])
    sealed = keyring.seal("s1", b"text")
    rotated = SubjectKeyring(keyring.connection, parse_master_key(f"{SECOND},{FIRST}"))
    rotated.ensure(["s1", "s2"])
    assert rotated.open("s1", sealed) == b"text"
    rows = keyring.connection.execute("select subject_id, master_key_id from vault.subject_keys").fetchall()
    assert sorted(rows) == [("s1", KEY.current_id), ("s2", parse_master_key(SECOND).current_id)]


def test_without_its_key_a_subjects_data_is_unreadable(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1"])
    sealed = keyring.seal("s1", b"text")
    store_personal_data(keyring, [PersonalData("s1", "cvs", "C1|1", b"{}", date(2026, 5, 1))])
    keyring.connection.execute("delete from vault.subject_keys where subject_id = 's1'")
    with pytest.raises(SubjectErased, match="erased"):
        SubjectKeyring(keyring.connection, KEY).open("s1", sealed)
    assert keyring.connection.execute("select count(*) from vault.personal_data").fetchone() == (0,)


def test_a_key_moved_to_another_subject_does_not_open(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1", "s2"])
    keyring.connection.execute(
        """
        update vault.subject_keys as one set wrapped_key = other.wrapped_key
        from vault.subject_keys as other where one.subject_id = 's1' and other.subject_id = 's2'
        """
    )
    with pytest.raises(SealBroken):
        SubjectKeyring(keyring.connection, KEY).ensure(["s1"])


def test_two_tasks_that_make_the_same_keys_end_with_one(warehouse_url: str) -> None:
    subjects = [f"s{number}" for number in range(200)]
    sealed: list[dict[str, bytes]] = []

    def make(order: int) -> None:
        with psycopg.connect(warehouse_url) as connection:
            keyring = SubjectKeyring(connection, KEY)
            keyring.ensure(subjects[::order])
            connection.commit()
            sealed.append({subject: keyring.seal(subject, b"x") for subject in subjects})

    threads = [threading.Thread(target=make, args=(order,)) for order in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sealed) == 4
    with psycopg.connect(warehouse_url) as connection:
        reader = SubjectKeyring(connection, KEY)
        assert all(reader.open(subject, text) == b"x" for one in sealed for subject, text in one.items())


def test_many_subjects_are_read_with_few_questions(
    keyring: SubjectKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    subjects = [f"{KEY.subject_id(str(number))}" for number in range(2_000)]
    keyring.ensure(subjects)
    sealed = [(subject, keyring.seal(subject, b"x")) for subject in subjects]
    keyring.forget()
    asked: list[str] = []
    execute = keyring.connection.execute

    def counted(query: str, parameters: list[Any]) -> Any:
        asked.append(query)
        return execute(query, parameters)

    monkeypatch.setattr(keyring.connection, "execute", counted)
    assert all(keyring.open(*pair) == b"x" for pair in sealed)
    assert len(asked) < 60


def test_the_cache_is_bounded_and_what_left_it_is_read_again(
    keyring: SubjectKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cvplus.privacy.keys._CACHED_KEYS", 10)
    sealed: dict[str, bytes] = {}
    for start in range(0, 100, 10):
        subjects = [f"s{number:03d}" for number in range(start, start + 10)]
        keyring.ensure(subjects)
        sealed |= {subject: keyring.seal(subject, b"x") for subject in subjects}
    assert len(keyring._ciphers) <= 10
    assert all(keyring.open(subject, text) == b"x" for subject, text in sealed.items())


def test_personal_data_and_rejected_lines_can_be_stored_twice(keyring: SubjectKeyring) -> None:
    keyring.ensure(["s1"])
    part = PersonalData("s1", "cvs", "C1|1", b'{"name": "Lena"}', date(2026, 5, 1))
    for _ in range(2):
        store_personal_data(keyring, [part, part])
        store_rejected_lines(keyring, "b1", [(1, b"Lena, "), (2, b"\xff\x00")])
    rows = keyring.connection.execute("select sealed, content_hash from vault.personal_data").fetchall()
    assert len(rows) == 1
    assert keyring.open("s1", rows[0][0]) == part.content
    assert rows[0][1] == KEY.content_hash(part.content)
    assert open_rejected_line(keyring, "b1", 1) == b"Lena, "
    assert open_rejected_line(keyring, "b1", 2) == b"\xff\x00"
    assert open_rejected_line(keyring, "b1", 3) is None


def test_a_rejected_line_is_bound_to_its_place(keyring: SubjectKeyring) -> None:
    store_rejected_lines(keyring, "b1", [(1, b"one"), (2, b"two")])
    keyring.connection.execute("update vault.rejected_lines set record_number = record_number + 10")
    with pytest.raises(SealBroken):
        open_rejected_line(keyring, "b1", 11)


def test_a_key_of_another_length_is_no_master_key() -> None:
    with pytest.raises(ConfigurationError, match="32 bytes"):
        MasterKey([bytes(16)])
