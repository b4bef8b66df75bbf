"""What the tools of the language take and return."""

from typing import Any, Literal

from taskrouter_kit import (
    Attr,
    Diagnostic,
    Facts,
    Semantics,
    TaskAttributes,
    WorkerAttributes,
    check,
    compile_condition,
    equivalent,
    evaluate,
    explain,
    implies,
    overlaps,
    parse,
    rename_attribute,
    render,
    replace_constant,
    satisfiable,
)
from taskrouter_kit.expr import (
    Condition,
    Explanation,
    Filter,
    KnownWorkerPath,
    Matcher,
    OrderBy,
    WorkerScope,
    compile_filter,
    from_data,
    sort_workers,
    to_data,
)
from taskrouter_kit.expr.reasoning import Answer
from typing_extensions import assert_type


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    level: Attr[int]


class Call(TaskAttributes):
    language: Attr[str]


skilled = Agent.skills.has("billing")
parsed = parse("task.language IN worker.languages", place="target")
alice = Agent(skills=["billing"], level=3)
call = Call(language="en")

assert_type(check(skilled, worker=Agent, task=Call, suppress=["maybe-missing"]), list[Diagnostic])
assert_type(check(parse("worker.level DESC", place="order_by"), worker=Agent), list[Diagnostic])
assert_type(parse("task.agent", place="known_worker_sid"), KnownWorkerPath)
assert_type(evaluate(parsed, worker=alice, task=call, facts=Facts(), semantics=Semantics()), bool)
assert_type(evaluate(skilled, worker={"skills": ["billing"]}), bool)
assert_type(explain(parsed, worker=alice, task={"language": "en"}), Explanation)
assert_type(explain(skilled, worker=alice).verdict, bool)
assert_type(compile_condition(skilled), Matcher)
assert_type(compile_condition(skilled)({"skills": []}), bool)
assert_type(compile_filter(skilled), Filter)
assert_type(compile_filter(skilled)([{"skills": []}], {}), list[bool])
assert_type(satisfiable(skilled), Answer)
assert_type(implies(skilled, Agent.level > 3).verdict, bool | None)
assert_type(equivalent(skilled, ~(Agent.level > 3)), Answer)
assert_type(overlaps(skilled, skilled, bound=10_000), Answer)
assert_type(render(skilled), str)
assert_type(render(parsed, lossless=True), str)
assert_type(sort_workers([Agent.level.desc()], ["a"], attributes=lambda name: {"level": len(name)}), list[str])
assert_type(rename_attribute("skills HAS 'x'", "skills", "talents", of="worker", place="target_workers"), str)
configuration: dict[str, Any] = {"task_routing": {}}
assert_type(rename_attribute(configuration, "skills", "talents", of="worker"), dict[str, Any])
assert_type(replace_constant("skills HAS 'x'", "x", "y", attribute="skills", place="target_workers"), str)
assert_type(from_data(to_data(skilled)), Condition[Any] | OrderBy | KnownWorkerPath)

known: Literal["billing"] = "billing"
assert_type(Agent.skills.has(known), Condition[WorkerScope])
