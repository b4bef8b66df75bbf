"""``taskrouter-kit expr``: text in; canonical text, findings and explanation out; exit codes as documented."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from taskrouter_kit.cli._expr import command
from taskrouter_kit.errors import ExpressionSyntaxError

TEXT = 'skills HAS "billing" and level >= 3'


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(command, list(arguments), input=stdin)


def test_true_of_this_worker() -> None:
    """0: nothing to complain about, and true."""
    worker = json.dumps({"skills": ["billing"], "level": 5})
    result = run(TEXT, "--place", "target_workers", "--worker", worker)
    assert result.exit_code == 0, result.output
    assert result.output.startswith('skills HAS "billing" AND level >= 3\n')


def test_false_of_this_worker_and_why() -> None:
    """1: not true; the explanation names the term that decides."""
    result = run(TEXT, "--place", "target_workers", "--worker", '{"skills": ["billing"]}')
    assert result.exit_code == 1
    assert "level >= 3" in result.output.split("\n", 1)[1]


def test_findings_are_an_answer() -> None:
    """1: findings."""
    result = run('skills HAS "x"', "--place", "target")
    assert result.exit_code == 1
    assert "error: 'skills' has no prefix, so it reads nothing here. [missing-prefix]" in result.output


def test_canonical_text_alone() -> None:
    """--fmt prints what a program can take."""
    result = run("-", "--place", "filter", "--fmt", stdin="a='x' or b  in [1,2]")
    assert (result.exit_code, result.output) == (0, 'a == "x" OR b IN [1, 2]\n')


def test_json_for_programs() -> None:
    """--json has everything: canonical text, findings with spans, the explanation."""
    result = run("dept = 'x'", "--place", "target_workers", "--worker", '{"dept": "x"}', "--json")
    document = json.loads(result.output)
    assert document["canonical"] == 'dept == "x"'
    assert [finding["rule"] for finding in document["findings"]] == ["single-equals"]
    assert document["explanation"]["verdict"] is True


def test_a_schema_makes_it_stricter() -> None:
    """With the schema of the example the misspelt skill is found."""
    schema = "examples/support_center.py:Agent"
    result = run('skills HAS "biling"', "--place", "target_workers", "--schema", schema)
    assert result.exit_code == 1
    assert "not-allowed-value" in result.output
    assert (
        run(
            'skills HAS "biling"', "--place", "target_workers", "--schema", schema, "--suppress", "not-allowed-value"
        ).exit_code
        == 0
    )


def test_text_that_does_not_parse() -> None:
    """The parser's own error; the command line prints it and ends with 2."""
    result = run("skill-level > 3", "--place", "target_workers")
    assert isinstance(result.exception, ExpressionSyntaxError)


@pytest.mark.parametrize("worker", ["[]", "{", "3"])
def test_attributes_that_are_no_object(worker: str) -> None:
    """2: the question was wrong."""
    result = run(TEXT, "--place", "target_workers", "--worker", worker)
    assert result.exit_code == 2
