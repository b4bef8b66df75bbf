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


def test_text_that_does_not_parse_is_json_too() -> None:
    """2, and the finding with its span on standard output."""
    result = run("a && b", "--place", "filter", "--json")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert document["canonical"] is None
    assert [(each["rule"], each["span"]) for each in document["findings"]] == [("symbol-and", [2, 4])]
    assert json.loads(run("a=1", "--place", "filter", "--fmt", "--json").stdout) == {"canonical": "a == 1"}


def test_the_clock_is_given() -> None:
    """Nothing reads the wall clock: a moment with its zone says what the clock shows."""
    for moment, code in (("2024-06-03T09:30Z", 0), ("2024-06-03T01:30+02:00", 1)):
        assert run("taskrouter.dayOfWeek == 'Mon'", "--place", "filter", "--at", moment).exit_code == code


@pytest.mark.parametrize(
    ("place", "option", "note"),
    [
        ("filter", "--worker", "note: filter reads no worker; --worker was not looked at.\n"),
        ("target_workers", "--task", "note: target_workers reads no task; --task was not looked at.\n"),
        ("skip_if", "--worker", "note: skip_if reads no worker; --worker was not looked at.\n"),
        ("order_by", "--worker", "note: order_by is not evaluated; --worker was not looked at.\n"),
    ],
)
def test_a_document_that_the_place_does_not_read_is_mentioned(place: str, option: str, note: str) -> None:
    """No option is taken and silently left aside, and no verdict rests on a document that is not there."""
    text = "worker.level DESC" if place == "order_by" else "1==1"
    result = run(text, "--place", place, option, '{"a": 1}')
    assert (result.exit_code, result.stderr) == (0, note)
    assert "true" not in result.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Missing option '--place'"),
        (["--place", "filters"], "'filters' is not one of 'target_workers'"),
        (["--place", "filter", "--task", "{'a': 1}"], "this is no JSON: Expecting property name"),
        (["--place", "filter", "--task", "[" * 100_000], "this is no JSON"),
        (["--place", "filter", "--task", '{"a": NaN}'], "this is no JSON: JSON has no NaN"),
        (["--place", "filter", "--task", "null"], "attributes are a JSON object; this is NoneType"),
        (["--place", "filter", "--at", "noon"], "'noon' is no moment; write 2024-06-03T09:30Z."),
        (["--place", "filter", "--at", "2024-06-03T09:30"], "does not say its time zone"),
        (["--place", "filter", "--suppress", "maybe-mising:a"], "did you mean 'maybe-missing'?"),
        (["--place", "filter", "--schema", "json:JSONEncoder"], "json:JSONEncoder is no schema"),
        (["--place", "filter", *["--schema", "examples/support_center.py:Call"] * 2], "One schema for workers and one"),
        (["--place", "filter", "--nothing"], "No such option"),
    ],
)
def test_a_wrong_question(options: list[str], said: str) -> None:
    """2: one error that says what was wrong, nothing on standard output."""
    result = run("a == 1", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
