"""Expressions as text: parsing against ``ast.parse`` and other engines, rendering against an f-string, linear time.

Run ``python benchmarks/expressions_text.py``. Every table is one run with interleaved rounds; the ratio is the median
of the rounds' ratios, so that a busy machine disturbs both sides alike. Peers that are not installed are left out.
"""

from __future__ import annotations

import ast
import contextlib
import statistics
import sys
from collections.abc import Callable
from time import process_time_ns
from typing import Any

from _measuring import Goals, interleaved, ratio

from taskrouter_kit import parse, render
from taskrouter_kit.errors import ExpressionSyntaxError

PARSE_GOAL, RENDER_GOAL, GROWTH_GOAL = 1.0, 11.0, 2.5

#: Name -> place, expression: 3 clauses, 1, 2 with paths on both sides, and 20 nested ones.
EXPRESSIONS: dict[str, tuple[Any, str]] = {
    "e1": ("target_workers", 'skills HAS "billing" AND languages HAS "es" AND experience > 5'),
    "e2": ("target_workers", "department == 'billing'"),
    "e3": ("target", "task.language IN worker.languages AND worker.level >= task.level"),
    "e4": (
        "target_workers",
        '(department == "billing" OR department == "sales" OR (region == "emea" AND level >= 3)) '
        'AND (skills HAS "phone" OR skills HAS "chat") '
        'AND (languages HAS "en" OR languages HAS "es" OR (languages HAS "de" AND level > 2)) '
        'AND status != "blocked" AND (score > 50 OR (score > 30 AND tier == "gold")) '
        'AND (site IN ["ams", "lon", "ber"] OR remote == true) AND shift == "day" '
        "AND (age >= 2 OR mentor == true) AND vip != true AND capacity > 0",
    ),
}


def as_python(expression: str) -> str:
    """Return the equivalent Python expression (HAS becomes `in`, which costs its parser the same)."""
    for word, python in {" AND ": " and ", " OR ": " or ", " IN ": " in ", " HAS ": " in ", "true": "True"}.items():
        expression = expression.replace(word, python)
    return expression


def as_cel(expression: str) -> str:
    """Return the equivalent in CEL."""
    for word, cel in {" AND ": " && ", " OR ": " || ", " IN ": " in ", " HAS ": " in "}.items():
        expression = expression.replace(word, cel)
    return expression


def timed(
    variants: dict[str, Callable[[], object]], *, rounds: int = 15, budget_ms: float = 8.0
) -> dict[str, list[float]]:
    """Return microseconds per call of each variant, one figure a round."""

    def measure(variant: Callable[[], object]) -> Callable[[], float]:
        calls = _calls(variant, budget_ms)
        return lambda: _time(variant, calls)

    return interleaved({name: measure(variant) for name, variant in variants.items()}, rounds)


def _calls(variant: Callable[[], object], budget_ms: float) -> int:
    variant()
    return max(1, int(budget_ms * 1000 / max(_time(variant, 3), 0.01)))


def _time(variant: Callable[[], object], calls: int) -> float:
    start = process_time_ns()
    for _ in range(calls):
        variant()
    return (process_time_ns() - start) / calls / 1000


def parse_variants(name: str) -> dict[str, Callable[[], object]]:
    """Return the parsers of expression *name*: ours, ``ast.parse``, and the peers that are installed."""
    place, text = EXPRESSIONS[name]
    python, cel = as_python(text), as_cel(text)
    rule = python.replace("True", "true")
    variants: dict[str, Callable[[], object]] = {
        "taskrouter_kit": lambda: parse(text, place=place),
        "ast.parse": lambda: ast.parse(python, mode="eval"),
    }
    with contextlib.suppress(ImportError):
        import rule_engine

        variants["rule-engine"] = lambda: rule_engine.Rule(rule)
    with contextlib.suppress(ImportError):
        import celpy

        environment = celpy.Environment()
        variants["cel-python"] = lambda: environment.compile(cel)
    return variants


def f_string(name: str) -> Callable[[], str]:
    """Return a function that writes the canonical text of *name* as one f-string of its names, operators and values."""
    place, text = EXPRESSIONS[name]
    canonical = render(parse(text, place=place))
    template, values = "", []
    for word in canonical.split(" "):
        bare = word.strip("()[],")
        if bare not in ("AND", "OR"):
            values.append(bare)
            word = word.replace(bare, f"{{v{len(values) - 1}}}")
        template += (" " if template else "") + word
    names = ", ".join(f"v{index}" for index in range(len(values)))
    namespace: dict[str, Any] = {}
    exec(f"def write({names}):\n    return f{template!r}", namespace)  # the text of the table above, nobody else's
    write = namespace["write"]
    assert write(*values) == canonical
    return lambda: write(*values)


def parse_table(goals: Goals) -> None:
    """Print microseconds per parse."""
    print("parse with spans: us, and the ratio to ast.parse of the equivalent")
    for name, (_, text) in EXPRESSIONS.items():
        figures = timed(parse_variants(name), rounds=9)
        cell = goals.at_most(PARSE_GOAL, ratio(figures, "taskrouter_kit", "ast.parse"), f"{name}, parsing")
        others = "".join(
            f"  {peer} {statistics.median(values):.1f} ({ratio(figures, peer, 'ast.parse'):.2f})"
            for peer, values in figures.items()
            if peer != "taskrouter_kit"
        )
        print(f"  {name} ({len(text):3} characters){statistics.median(figures['taskrouter_kit']):7.1f}  {cell}{others}")


def render_table(goals: Goals) -> None:
    """Print microseconds per rendering."""
    print("render: us, and the ratio to an f-string with the same pieces")
    for name, (place, text) in EXPRESSIONS.items():
        condition = parse(text, place=place)

        def ours(found: Any = condition) -> str:
            return render(found)

        figures = timed({"taskrouter_kit": ours, "f-string": f_string(name)})
        cell = goals.at_most(RENDER_GOAL, ratio(figures, "taskrouter_kit", "f-string"), f"{name}, rendering")
        own, limit = (statistics.median(figures[which]) for which in ("taskrouter_kit", "f-string"))
        print(f"  {name}{own:7.2f}  {cell}  f-string {limit:.2f}")


#: Name -> a text of about that many characters.
GROWING: dict[str, Callable[[int], str]] = {
    "clauses": lambda n: " AND ".join(["level >= 3"] * (n // 15)),
    "mixed groups": lambda n: " AND ".join(["(a == 1 OR b IN ['x'])"] * (n // 27)),
    "left-nested": lambda n: "(" * (n // 13) + "a == 1" + " AND b == 2)" * (n // 13),
    "right-nested": lambda n: "a == 1 AND (" * (n // 13) + "b == 2" + ")" * (n // 13),
    "parentheses": lambda n: "(" * (n // 2) + "a == 1" + ")" * (n // 2),
    "one string": lambda n: f"a == '{'x' * n}'",
    "one list": lambda n: f"a IN [{', '.join(['1'] * (n // 3))}]",
    "unclosed string": lambda n: "a == '" + "x\\'" * (n // 3),
    "unclosed list": lambda n: "a IN [" + "'x'," * (n // 4),
    "unclosed groups": lambda n: "( " * (n // 2),
    "blanks": lambda n: " " * n + "!",
    "one name": lambda n: "a" * n + " ",
    "quotes": lambda n: "'" * n,
    "blanks in a list": lambda n: "a IN [" + " " * n,
    "blanks behind a name": lambda n: "a" + " " * n + "!",
    "blanks behind a value": lambda n: "a == 'x'" + " " * n + "!",
    "blanks behind NOT": lambda n: "a NOT" + " " * n + "!",
}


def _attempt(text: str) -> None:
    with contextlib.suppress(ExpressionSyntaxError):
        parse(text, place="filter")


def growth_table(goals: Goals, size: int = 500_000) -> None:
    """Print how the time grows from *size* to twice as many characters."""
    print(f"growth: ms for {size:,} and {2 * size:,} characters, and their ratio (2.0 is linear)")
    for name, make in GROWING.items():
        texts = {"small": make(size), "large": make(2 * size)}

        def once(which: str, texts: dict[str, str] = texts) -> Callable[[], object]:
            return lambda: _attempt(texts[which])

        figures = timed({which: once(which) for which in texts}, rounds=5, budget_ms=1)
        cell = goals.at_most(GROWTH_GOAL, ratio(figures, "large", "small"), f"{name}, growth")
        small, large = (statistics.median(figures[which]) / 1000 for which in texts)
        print(f"  {name:22}{small:8.1f} ->{large:8.1f}  {cell}")


def tables(goals: Goals) -> None:
    """Print the three tables."""
    parse_table(goals)
    render_table(goals)
    growth_table(goals)


def main() -> int:
    """Print the tables; return 0 where every goal is reached."""
    goals = Goals()
    tables(goals)
    return goals.close()


if __name__ == "__main__":
    sys.exit(main())
