"""Every error reads the same way: code, place, cause, next step."""

from cvplus.errors import GateFailed, MalformedAnswer, Where


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


def test_a_cause_can_be_written_whatever_a_provider_said() -> None:
    error = MalformedAnswer(cause="It said \ud800 and \0.", remedy="Look at it.")
    assert error.cause == "It said ? and \N{REPLACEMENT CHARACTER}."
    str(error).encode()
