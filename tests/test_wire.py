"""JSON in and out: the same with and without the extra ``speed``, and no number loses a digit on its way back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskrouter_kit import TaskRouter, _wire
from taskrouter_kit.errors import InvalidAttributes

LONG = 2**70 + 1

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(params=["with orjson", "without orjson"])
def wire(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module as it is with the extra ``speed``, and as it is without."""
    if request.param == "without orjson":
        monkeypatch.setitem(sys.modules, "orjson", None)
    else:
        pytest.importorskip("orjson", reason="the extra speed is not installed")
    reader = _wire._fastest_reader()
    monkeypatch.setattr(_wire, "_read", reader)
    return _wire


@given(values)
def test_what_is_written_is_read(value: object) -> None:
    """Encoding and decoding are inverse, for both readers."""
    text = _wire.encode_json(value)  # type: ignore[arg-type]  # hypothesis does not know that it is JSON
    assert _wire.decode_json(text, exact=True) == value
    if max(_numbers(value), default=0) < 2**63:
        assert _wire._fastest_reader()(text) == value


def _numbers(value: object) -> Iterator[int]:
    match value:
        case int():
            yield abs(value)
        case list():
            for item in value:
                yield from _numbers(item)
        case dict():
            for item in value.values():
                yield from _numbers(item)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        pytest.param("[" * 100_000, id="deep"),
        "[Infinity]",
        '{"a": -Infinity}',
        "",
        "{",
        "[1,]",
        "\ufeff{}",
        "{'a': 1}",
    ],
)
def test_what_is_no_json_is_refused(wire: ModuleType, text: str) -> None:
    """By both readers, with a ``ValueError``."""
    with pytest.raises(ValueError):
        wire.decode_json(text)


@pytest.mark.parametrize("text", ['"\\ud800"', '{"a":1,"a":2}', "1e999", "-0", "[0.1, 1E5]"])
def test_odd_json_is_read_the_same(wire: ModuleType, text: str) -> None:
    """Lone surrogates, repeated keys and huge decimals do not depend on what is installed."""
    assert wire.decode_json(text) == json.loads(text)


def test_a_long_number_is_exact_where_asked(wire: ModuleType) -> None:
    """Whole numbers beyond 64 bits keep every digit."""
    assert wire.decode_object(f'{{"n": {LONG}}}', exact=True) == {"n": LONG}


def test_patching_keeps_every_digit(wire: ModuleType) -> None:
    """Attributes that nobody touched are written back as they were read."""
    with TaskRouter.local() as taskrouter:
        taskrouter.workspaces.create("W")
        live = taskrouter.workspace("W")
        live.workers.create("Al", {"account": LONG, "level": 1})
        live.workers.patch_attributes("Al", None, lambda now: {**now, "level": 2})
        written = live.workers.fetch("Al").attributes_json
    assert json.loads(written or "") == {"account": LONG, "level": 2}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "Expecting value at character 0"),
        ('{"secret": NaN}', "JSON has no NaN"),
        ("[" * 100_000, "it is nested too deeply"),
    ],
)
def test_the_reason_never_repeats_the_text(wire: ModuleType, text: str, why: str) -> None:
    """What is wrong is said without what stands there: it may be known of people."""
    with pytest.raises(InvalidAttributes) as refused:
        wire.decode_object(text)
    assert str(refused.value) == f"Attributes are not JSON: {why}. [not-json]\n  at $"
