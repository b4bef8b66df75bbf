"""What two sides of a comparison mean, whatever somebody wrote into a configuration."""

from __future__ import annotations

from typing import Any

import pytest

from taskrouter_kit.deploy._fields import configuration
from taskrouter_kit.models._workflow_document import FILTER_NAMES


def of_target(**target: Any) -> Any:
    document = {"task_routing": {"filters": [{"expression": "a=='x'", "targets": [{"queue": "WQ1", **target}]}]}}
    routing: Any = configuration(document, {"WQ1": "Billing"})
    return routing["task_routing"]["filters"][0]["targets"][0]


def test_texts_that_spell_numbers_are_numbers() -> None:
    """A timeout or priority in quotes means the number; names stand for SIDs, and null for absent."""
    assert of_target(timeout=" 30", priority="5", skip_if=None) == {"queue": "Billing", "timeout": 30, "priority": 5}


@pytest.mark.parametrize("text", ["²", "٣", "9" * 5000, "soon", "1.5", ""], ids=repr)
def test_other_texts_are_compared_as_they_are(text: str) -> None:
    """What spells no number is left for the comparison to find, and ends in no other error."""
    assert of_target(timeout=text) == {"queue": "Billing", "timeout": text}


@pytest.mark.parametrize(
    "odd", [None, [], "text", 5, [None], [[]], [{"targets": 5}], [{"targets": [None, 7]}]], ids=repr
)
def test_a_document_of_another_shape_is_compared_as_it_is(odd: Any) -> None:
    """A configuration that nobody understands differs from every other; it does not stop a plan."""
    for document in (odd, {"task_routing": odd}, {"task_routing": {"filters": odd, "default_filter": odd}}):
        assert configuration(document, {}) == configuration(document, {})


def test_a_filter_is_named_in_every_spelling_that_is_read() -> None:
    """What ``from_configuration`` reads as the name of a filter is compared as its name."""
    spelled = [{key: "Hard", "expression": "a == 1", "targets": []} for key in FILTER_NAMES]
    compared = [configuration({"task_routing": {"filters": [each]}}, {}) for each in spelled]
    assert compared[1:] == compared[:1] * (len(spelled) - 1)
