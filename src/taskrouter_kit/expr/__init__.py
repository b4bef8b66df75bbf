"""The expression language of TaskRouter: typed, parsed, checked, evaluated, explained. No I/O, no SDK.

Each public name is loaded when it is first used (PEP 562). ``_EXPORTS`` is the one list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading

if TYPE_CHECKING:
    from taskrouter_kit.expr._codemod import rename_attribute as rename_attribute
    from taskrouter_kit.expr._codemod import replace_constant as replace_constant
    from taskrouter_kit.expr._columns import Flag as Flag
    from taskrouter_kit.expr._columns import FlagMap as FlagMap
    from taskrouter_kit.expr._columns import Integer as Integer
    from taskrouter_kit.expr._columns import IntegerMap as IntegerMap
    from taskrouter_kit.expr._columns import Number as Number
    from taskrouter_kit.expr._columns import NumberMap as NumberMap
    from taskrouter_kit.expr._columns import Numbers as Numbers
    from taskrouter_kit.expr._columns import Text as Text
    from taskrouter_kit.expr._columns import TextMap as TextMap
    from taskrouter_kit.expr._columns import Texts as Texts
    from taskrouter_kit.expr._columns import TextsMap as TextsMap
    from taskrouter_kit.expr._compile import Filter as Filter
    from taskrouter_kit.expr._compile import Matcher as Matcher
    from taskrouter_kit.expr._compile import compile_condition as compile_condition
    from taskrouter_kit.expr._compile import compile_filter as compile_filter
    from taskrouter_kit.expr._compile_order import order_key as order_key
    from taskrouter_kit.expr._compile_order import sort_workers as sort_workers
    from taskrouter_kit.expr._condition import Condition as Condition
    from taskrouter_kit.expr._condition import QueueScope as QueueScope
    from taskrouter_kit.expr._condition import TaskScope as TaskScope
    from taskrouter_kit.expr._condition import WorkerScope as WorkerScope
    from taskrouter_kit.expr._data import from_data as from_data
    from taskrouter_kit.expr._data import to_data as to_data
    from taskrouter_kit.expr._evaluate import evaluate as evaluate
    from taskrouter_kit.expr._explain import Explanation as Explanation
    from taskrouter_kit.expr._explain import explain as explain
    from taskrouter_kit.expr._facts import Facts as Facts
    from taskrouter_kit.expr._facts import clock_facts as clock_facts
    from taskrouter_kit.expr._order import KnownWorkerPath as KnownWorkerPath
    from taskrouter_kit.expr._order import OrderBy as OrderBy
    from taskrouter_kit.expr._order import OrderKey as OrderKey
    from taskrouter_kit.expr._parser import parse as parse
    from taskrouter_kit.expr._places import Place as Place
    from taskrouter_kit.expr._render import render as render
    from taskrouter_kit.expr._semantics import STRICT as STRICT
    from taskrouter_kit.expr._semantics import Semantics as Semantics

#: Public name -> module that defines it. Sorted.
_EXPORTS: dict[str, str] = {
    "Condition": "taskrouter_kit.expr._condition",
    "Explanation": "taskrouter_kit.expr._explain",
    "Facts": "taskrouter_kit.expr._facts",
    "Filter": "taskrouter_kit.expr._compile",
    "Flag": "taskrouter_kit.expr._columns",
    "FlagMap": "taskrouter_kit.expr._columns",
    "Integer": "taskrouter_kit.expr._columns",
    "IntegerMap": "taskrouter_kit.expr._columns",
    "KnownWorkerPath": "taskrouter_kit.expr._order",
    "Matcher": "taskrouter_kit.expr._compile",
    "Number": "taskrouter_kit.expr._columns",
    "NumberMap": "taskrouter_kit.expr._columns",
    "Numbers": "taskrouter_kit.expr._columns",
    "OrderBy": "taskrouter_kit.expr._order",
    "OrderKey": "taskrouter_kit.expr._order",
    "Place": "taskrouter_kit.expr._places",
    "QueueScope": "taskrouter_kit.expr._condition",
    "STRICT": "taskrouter_kit.expr._semantics",
    "Semantics": "taskrouter_kit.expr._semantics",
    "TaskScope": "taskrouter_kit.expr._condition",
    "Text": "taskrouter_kit.expr._columns",
    "TextMap": "taskrouter_kit.expr._columns",
    "Texts": "taskrouter_kit.expr._columns",
    "TextsMap": "taskrouter_kit.expr._columns",
    "WorkerScope": "taskrouter_kit.expr._condition",
    "clock_facts": "taskrouter_kit.expr._facts",
    "compile_condition": "taskrouter_kit.expr._compile",
    "compile_filter": "taskrouter_kit.expr._compile",
    "evaluate": "taskrouter_kit.expr._evaluate",
    "explain": "taskrouter_kit.expr._explain",
    "from_data": "taskrouter_kit.expr._data",
    "order_key": "taskrouter_kit.expr._compile_order",
    "parse": "taskrouter_kit.expr._parser",
    "rename_attribute": "taskrouter_kit.expr._codemod",
    "render": "taskrouter_kit.expr._render",
    "replace_constant": "taskrouter_kit.expr._codemod",
    "sort_workers": "taskrouter_kit.expr._compile_order",
    "to_data": "taskrouter_kit.expr._data",
}

__all__ = sorted(_EXPORTS)  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
