"""Form and query parameters are read as the service reads them."""

from __future__ import annotations

import json
from contextlib import suppress
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit.emulator._faults import Fault
from taskrouter_kit.emulator._parameters import Parameters, parse_form
from taskrouter_kit.simulator._attributes import read_attributes


def read(text: str) -> Parameters:
    return Parameters(parse_form(text.encode()))


@pytest.mark.parametrize("word", ["true", "1", "yes", "True"])
def test_true_words(word: str) -> None:
    """`true`, `1` and `yes` are true (resources.md section 1)."""
    assert read(f"Available={word}").flag("Available") is True


@pytest.mark.parametrize("word", ["false", "0", "no", "available", "", "on"])
def test_every_other_word_is_false(word: str) -> None:
    """Anything else is false, even a word that sounds true (resources.md section 1)."""
    assert read(f"Available={word}").flag("Available") is False


def test_names_are_case_sensitive() -> None:
    """`friendlyname` is not FriendlyName (resources.md section 1)."""
    assert read("friendlyname=a").text("FriendlyName") is None


def test_a_list_repeats_its_name_or_holds_commas() -> None:
    """Both spellings of a list are read (resources.md section 9)."""
    assert read("S=a&S=b%2Cc&T=d").many("S") == ["a", "b", "c"]


def refused(question: object) -> Fault:
    with pytest.raises(Fault) as caught:
        question()  # type: ignore[operator]
    return caught.value


def test_a_missing_field_is_named() -> None:
    """A missing required parameter is 400/20001 with the recorded wording (limits-errors-gotchas.md section 3.1)."""
    fault = refused(lambda: read("").required("WorkflowSid"))
    assert (fault.status, fault.code, fault.message) == (400, 20001, "WorkflowSid field is required")


def test_integers_have_bounds() -> None:
    """A number outside its documented range is refused with both bounds."""
    fault = refused(lambda: read("MaxReservedWorkers=51").integer("MaxReservedWorkers", least=1, most=50))
    assert fault.message == "MaxReservedWorkers must be between 1 and 50, found 51"


@pytest.mark.parametrize("text", ["1.5", "abc", "", "0x1", "1e3", "9" * 40])
def test_what_is_no_integer(text: str) -> None:
    """Only whole numbers of a sane length are integers."""
    assert refused(lambda: read(f"Priority={text}").integer("Priority")).message == "Priority must be an integer"


def test_attributes_are_compacted() -> None:
    """JSON is stored without white space, keys and numbers kept (sdk.md section 4)."""
    pairs = [("Attributes", '{"a": ["b"], "c": 1.50, "é": "\\u00e9"}')]
    assert Parameters(pairs).json_object("Attributes") == '{"a":["b"],"c":1.5,"é":"é"}'


@given(st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | st.text()))
def test_the_engine_reads_what_was_read(attributes: dict[str, object]) -> None:
    """What the emulator has read of attributes is what the engine would read of the text that is kept."""
    for as_posted in (False, True):
        kept = Parameters([("Attributes", json.dumps(attributes))]).json_object("Attributes", as_posted=as_posted)
        assert kept is not None
        assert json.dumps(read_attributes(kept)) == json.dumps(json.loads(kept))


def test_attributes_as_posted() -> None:
    """As an option JSON is stored as it was posted."""
    assert Parameters([("Attributes", '{ "a" : 1 }')]).json_object("Attributes", as_posted=True) == '{ "a" : 1 }'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "Attributes must be a JSON object"),
        ("a", "Attributes is not valid JSON"),
        ('{"a": NaN}', "Attributes is not valid JSON"),
        ('{"a": 1e999}', "Attributes is not valid JSON"),
        ('{"a":' * 3000 + "1" + "}" * 3000, "Attributes must not be longer than 4096 characters, found 18001"),
        ('{"a":"' + "x" * 4089 + '"}', "Attributes must not be longer than 4096 characters, found 4097"),
    ],
)
def test_what_attributes_cannot_be(text: str, message: str) -> None:
    """Attributes are a JSON object of at most 4,096 characters, white space included (resources.md section 4)."""
    assert refused(lambda: Parameters([("Attributes", text)]).json_object("Attributes")).message == message


def test_the_limit_counts_characters_as_posted() -> None:
    """4,096 characters are accepted."""
    text = '{"a":"' + "x" * 4088 + '"}'
    assert Parameters([("Attributes", text)]).json_object("Attributes") == text


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("1970-01-01T00:00:01Z", 1000),
        ("1970-01-01T01:00:01+01:00", 1000),
        ("1970-01-01T00:00:01.25Z", 1250),
        ("1970-01-02", 86_400_000),
        ("1970-01-01T00:01", 60_000),
    ],
)
def test_moments(text: str, milliseconds: int) -> None:
    """A moment is ISO 8601; an offset is honoured, without one it is UTC."""
    assert Parameters([("StartDate", text)]).moment_ms("StartDate") == milliseconds


ODD = ("%", "%2", "%22", "%7b", "%C3", "%C3%A9", "%G1", "%%3232", "+", "&", "=", ";", "%25", "%2522", "%00", "é")


@given(st.lists(st.sampled_from(ODD) | st.text(max_size=3)).map("".join))
def test_forms_are_read_as_the_standard_library_reads_them(text: str) -> None:
    """Any bytes are read as `urllib` reads them, empty values kept."""
    expected = parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="replace")
    assert parse_form(text.encode()) == expected


@given(st.text())
def test_a_moment_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way than with a refusal."""
    with suppress(Fault):
        Parameters([("StartDate", text)]).moment_ms("StartDate")


@given(st.text())
def test_a_document_is_read_or_refused(text: str) -> None:
    """No text makes the JSON reader fail in another way than with a refusal."""
    with suppress(Fault):
        Parameters([("Attributes", text)]).json_object("Attributes")
