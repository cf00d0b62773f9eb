"""Every error reads the same way: code, place, cause, next step."""

from cvplus.errors import GateFailed, Where


def test_message_names_place_cause_and_next_step() -> None:
    error = GateFailed(
        cause="Two of three rows have no key.",
        remedy="Look at the Data Docs.",
        where=Where(source="usajobs", resource="search", batch_id="b1", record_key="k9"),
    )
    assert str(error) == (
        "[gate_failed] source=usajobs resource=search batch=b1 record=k9: "
        "Two of three rows have no key. Next: Look at the Data Docs."
    )
