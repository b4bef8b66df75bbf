"""JSON is the same whether orjson is there or not: same meaning, same text, same refusals."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from taskrouter_kit.emulator import _json_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
#: What parts of numbers, of strings, and of documents are made of, so that odd ones come up.
PARTS = ["-0", "0", "1", "9" * 17, ".", "e", "E+", '"', "\\u00e9", "\\ud800", "\\/", "{", "}", "[", "]", ":", ",", " "]


def plainly(text: str) -> object:
    try:
        value = _json_text.decode(text)
    except ValueError:
        return "refused"
    return _json_text.compact(value)


def read(text: str) -> object:
    try:
        value, compacted = _json_text.recoded(text)
    except ValueError:
        return "refused"
    assert json.dumps(value) == json.dumps(_json_text.decode(text))
    return compacted


@pytest.mark.skipif(_json_text._fast is None, reason="orjson is not installed, so there is one way only")
@given(JSON.map(json.dumps) | st.lists(st.sampled_from(PARTS)).map("".join))
@example('{"a": -0}')
@example('{"a": 123456789012345678901234567890}')
@example('{"a": 1.0, "b": 1e5, "a": 2}')
@example('{"a": "\\ud800"}')
@example("[" * 900 + "]" * 900)
@example('{"a": NaN}')
def test_the_fast_way_and_the_plain_way_agree(text: str) -> None:
    """Attributes are compacted to the same text by orjson and by the standard library, or refused by both."""
    assert read(text) == plainly(text)
