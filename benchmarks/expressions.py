"""Compiled expressions against a hand-written lambda and other engines, in one run with interleaved rounds.

    python benchmarks/expressions.py [--rows 1000] [--rounds 25] [--no-peers] [--no-text]

Figures are CPU time. In a round all variants take turns several times and the least figure of each counts; a ratio is
the median of the rounds' ratios, so that a busy machine disturbs both sides alike.
The lambda is what a careful author writes by hand: safe where a key is missing. It knows nothing of NULL, arrays or
numbers as text, and raises on a wrong type, which its loop catches and counts as no match.

Clean documents have every attribute. Of the dirty ones 10 % lack one of the attributes *that the expression reads*, and
2 % hold a value of a wrong kind in one of them. Every engine must find the same matches among the clean documents.
A function meets each set of documents fresh: it starts with the code for clean ones and replaces it by itself.

What is known about one row a call on dirty documents, the hardest goal: a plain subscript with a fallback on KeyError
costs 200-400 ns a fallback; testing every operand costs 1.2 x on clean documents too; so the code is replaced at the
first surprise by code that reads with get() and defaults, claims first and proves last. e3 reads four values for two
clauses and has to tell texts that spell numbers from others, which the lambda does not. Its worst rows are those of a
level that is a text (1.5 x: both sides raise TypeError, and one then goes on), those whose languages lack the task's
(1.24 x: may its text be a number?) and those that hold (1.15 x: three more tests). What was not faster: remembering
the task's value between calls in a cell, table or set; looking for keys before reading them (two dict operations are
one get()); reading again instead of keeping a value; type(x) for x.__class__; statements for expressions; the code for
unsuitable types as a function of its own; and asking the cheaper clause first.

Peers that are not installed are left out. The last part is ``expressions_text.py``: parsing and rendering.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections.abc import Callable
from time import perf_counter_ns, process_time_ns
from typing import Any

import expressions_text
from _expressions_work import CASES, TASK, Decide, Row, dirty, worker
from _measuring import Goals, interleaved, ratio

from taskrouter_kit.expr import compile_condition, compile_filter, parse
from taskrouter_kit.expr._compile import _TEMPLATES

ONE_ROW_GOAL, BATCH_GOAL, SHAPE_GOAL = 1.15, 0.95, 0.12

# Timing

_LOOP = """\
def loop(decide, rows, task, clock):
    start = clock()
    for row in rows:
        try:
            decide(row, task)
        except TypeError:
            pass
    return (clock() - start) / len(rows)
"""


def a_loop() -> Callable[..., float]:
    """Return a loop of its own code object: shared ones share inline caches."""
    namespace: dict[str, Any] = {}
    exec(_LOOP, namespace)  # the text above, nobody else's
    return namespace["loop"]  # type: ignore[no-any-return]


def per_row(decide: Decide, rows: list[Row]) -> Callable[[], float]:
    """Return a function that measures CPU nanoseconds per row, one call a row."""
    loop = a_loop()
    return lambda: loop(decide, rows, TASK, process_time_ns)


def per_batch(select: Any, rows: list[Row]) -> Callable[[], float]:
    """Return a function that measures CPU nanoseconds per row, one call for all."""

    def measure() -> float:
        start = process_time_ns()
        select(rows, TASK)
        return (process_time_ns() - start) / len(rows)

    return measure


def warm(variants: dict[str, Callable[[], float]]) -> dict[str, Callable[[], float]]:
    """Return *variants*, each run once before it counts: the one before filled the caches with its own."""

    def twice(variant: Callable[[], float]) -> Callable[[], float]:
        return lambda: (variant(), variant())[1]

    return {name: twice(variant) for name, variant in variants.items()}


# Tables


def own_table(rows: list[Row], rounds: int, goals: Goals) -> None:
    """Print compiled conditions against the lambda."""
    print(f"evaluate: ns a row of {len(rows)}, and the ratio to the safe lambda")
    print(f"  {'':28}{'lambda':>7}{'one row a call':>24}{'batch':>31}")
    for name, (place, text, by_hand, attributes) in CASES.items():
        condition = parse(text, place=place)
        expected = [bool(by_hand(row, TASK)) for row in rows]
        assert [compile_condition(condition)(row, TASK) for row in rows] == expected, name
        assert compile_filter(condition)(rows, TASK) == expected, name
        for kind, documents in (("clean", rows), ("dirty", dirty(rows, attributes, random.Random(2)))):
            print(_own_line(f"{name} {kind}", condition, by_hand, documents, rounds, goals))
    condition = parse("waiting != true", place="target_workers")
    print(_own_line("x != true, nobody has x", condition, lambda w, t: w.get("waiting") is not True, rows, rounds))


def _own_line(
    what: str, condition: Any, by_hand: Decide, rows: list[Row], rounds: int, goals: Goals | None = None
) -> str:
    variants = {
        "lambda": per_row(by_hand, rows),
        "one": per_row(compile_condition(condition), rows),
        "batch": per_batch(compile_filter(condition), rows),
    }
    figures = interleaved(warm(variants), rounds, repeats=6)
    line = f"  {what:28}{statistics.median(figures['lambda']):7.0f}"
    for name, long, goal in (("one", "one row a call", ONE_ROW_GOAL), ("batch", "batch", BATCH_GOAL)):
        share = ratio(figures, name, "lambda")
        cell = f"{share:5.2f}" if goals is None else goals.at_most(goal, share, f"{what}, {long}")
        line += f"{statistics.median(figures[name]):9.0f}  {cell:20}"
    return line.rstrip() + ("  (no goal)" if goals is None else "")


def peers(name: str, text: str, by_hand: Decide, rows: list[Row]) -> dict[str, Callable[[], float]]:
    """Return the engines that are installed, with documents converted beforehand."""
    found: dict[str, Callable[[], float]] = {
        "lambda": per_row(by_hand, rows),
        "taskrouter_kit": per_row(compile_condition(parse(text, place=CASES[name][0])), rows),
    }
    expected = sum(bool(by_hand(row, TASK)) for row in rows)
    python = text.replace("\n", " ")
    for word, other in {" AND ": " and ", " OR ": " or ", " IN ": " in "}.items():
        python = python.replace(word, other)
    python = _turned(python)
    documents = [{"worker": row, "task": TASK} for row in rows] if name == "e3" else rows
    try:
        import rule_engine
    except ImportError:
        print("  (rule-engine is not installed)")
    else:
        rule = rule_engine.Rule(python)
        assert sum(map(rule.matches, documents)) == expected, "rule-engine"
        found["rule-engine"] = per_row(lambda row, task: rule.matches(row), documents)
    try:
        import celpy
    except ImportError:
        print("  (cel-python is not installed)")
    else:
        environment = celpy.Environment()
        program = environment.program(environment.compile(python.replace(" and ", " && ").replace(" or ", " || ")))
        converted: list[Any] = [celpy.json_to_cel(document) for document in documents]
        assert sum(bool(program.evaluate(row)) for row in converted) == expected, "cel-python"
        found["cel-python"] = per_row(lambda row, task: program.evaluate(row), converted)
    return found


def _turned(text: str) -> str:
    """``skills HAS "x"`` -> ``"x" in skills``, which the peers know."""
    words = text.replace("(", " ( ").replace(")", " ) ").split(" ")
    while "HAS" in words:
        at = words.index("HAS")
        words[at - 1 : at + 2] = [words[at + 1], "in", words[at - 1]]
    return " ".join(words)


def peer_table(rows: list[Row]) -> None:
    """Print other engines on the same work; they are slow, so fewer rows and rounds."""
    few = rows[:40]
    print(f"other engines: us a row of {len(few)} clean ones, documents converted beforehand (ratio to the lambda)")
    for name, (_, text, by_hand, _) in CASES.items():
        figures = interleaved(warm(peers(name, text, by_hand, few)), rounds=5)
        shown = "".join(
            f"  {peer} {statistics.median(values) / 1000:.2f} ({ratio(figures, peer, 'lambda'):.1f})"
            for peer, values in figures.items()
        )
        print(f"  {name}{shown}")


def shape_table(goals: Goals, rounds: int = 60) -> None:
    """Print the cost of compiling a known shape against that of a fresh one."""
    print("compile: us, and the ratio of a known shape to a fresh one")
    for name, (place, text, _, _) in CASES.items():
        condition = parse(text, place=place)
        fresh: list[float] = []
        known: list[float] = []
        for _ in range(rounds):
            _TEMPLATES.clear()
            start = perf_counter_ns()
            compile_condition(condition)
            middle = perf_counter_ns()
            for _ in range(5):
                compile_condition(condition)
            fresh.append((middle - start) / 1000)
            known.append((perf_counter_ns() - middle) / 5000)
        share = ratio({"known": known, "fresh": fresh}, "known", "fresh")
        cell = goals.at_most(SHAPE_GOAL, share, f"{name}, compiling a known shape")
        print(f"  {name}  fresh {statistics.median(fresh):6.0f}  known {statistics.median(known):6.1f}  {cell}")


def main() -> int:
    """Print the tables; return 0 where every goal is reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--no-peers", action="store_true", help="leave out other engines")
    parser.add_argument("--no-text", action="store_true", help="leave out parsing and rendering")
    arguments = parser.parse_args()
    chance = random.Random(1)
    rows = [worker(chance) for _ in range(arguments.rows)]
    goals = Goals()
    print(f"Python {sys.version.split()[0]}; CPU time, medians of {arguments.rounds} interleaved rounds")
    own_table(rows, arguments.rounds, goals)
    shape_table(goals)
    if not arguments.no_peers:
        peer_table(rows)
    if not arguments.no_text:
        expressions_text.tables(goals)
    return goals.close()


if __name__ == "__main__":
    sys.exit(main())
