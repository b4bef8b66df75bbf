"""Typed TaskRouter: declare, check, deploy, route and test a Twilio contact centre.

Importing this package loads neither the Twilio SDK nor an HTTP client: each public name is loaded when it is first
used (PEP 562). ``_EXPORTS`` is the one list of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskrouter_kit._lazy import loading
from taskrouter_kit._version import __version__ as __version__

if TYPE_CHECKING:
    from taskrouter_kit._diagnostics import Diagnostic as Diagnostic
    from taskrouter_kit._taskrouter import AsyncTaskRouter as AsyncTaskRouter
    from taskrouter_kit._taskrouter import TaskRouter as TaskRouter
    from taskrouter_kit._wire import UNSET as UNSET
    from taskrouter_kit.errors import TaskRouterKitError as TaskRouterKitError
    from taskrouter_kit.expr._clock_columns import clock as clock
    from taskrouter_kit.expr._codemod import rename_attribute as rename_attribute
    from taskrouter_kit.expr._codemod import replace_constant as replace_constant
    from taskrouter_kit.expr._compile import compile_condition as compile_condition
    from taskrouter_kit.expr._condition import Condition as Condition
    from taskrouter_kit.expr._evaluate import evaluate as evaluate
    from taskrouter_kit.expr._explain import explain as explain
    from taskrouter_kit.expr._facts import Facts as Facts
    from taskrouter_kit.expr._facts import clock_facts as clock_facts
    from taskrouter_kit.expr._parser import parse as parse
    from taskrouter_kit.expr._render import render as render
    from taskrouter_kit.expr._roots import every_worker as every_worker
    from taskrouter_kit.expr._roots import no_worker as no_worker
    from taskrouter_kit.expr._roots import task as task
    from taskrouter_kit.expr._roots import worker as worker
    from taskrouter_kit.expr._roots import workers as workers
    from taskrouter_kit.expr._schema import Attr as Attr
    from taskrouter_kit.expr._schema import TaskAttributes as TaskAttributes
    from taskrouter_kit.expr._schema import WorkerAttributes as WorkerAttributes
    from taskrouter_kit.expr._schema import attribute as attribute
    from taskrouter_kit.expr._schema import evolve as evolve
    from taskrouter_kit.expr._semantics import Semantics as Semantics
    from taskrouter_kit.expr.checks import check as check
    from taskrouter_kit.expr.reasoning import always_true as always_true
    from taskrouter_kit.expr.reasoning import equivalent as equivalent
    from taskrouter_kit.expr.reasoning import implies as implies
    from taskrouter_kit.expr.reasoning import overlaps as overlaps
    from taskrouter_kit.expr.reasoning import satisfiable as satisfiable
    from taskrouter_kit.models._declare_filters import Filter as Filter
    from taskrouter_kit.models._declare_filters import Target as Target
    from taskrouter_kit.models._declare_parts import Activity as Activity
    from taskrouter_kit.models._declare_parts import TaskChannel as TaskChannel
    from taskrouter_kit.models._declare_parts import TaskQueue as TaskQueue
    from taskrouter_kit.models._declare_parts import Worker as Worker
    from taskrouter_kit.models._declare_workflow import Workflow as Workflow
    from taskrouter_kit.models._declare_workspace import Workspace as Workspace

#: Public name -> module that defines it. Sorted.
_EXPORTS: dict[str, str] = {
    "Activity": "taskrouter_kit.models._declare_parts",
    "AsyncTaskRouter": "taskrouter_kit._taskrouter",
    "Attr": "taskrouter_kit.expr._schema",
    "Condition": "taskrouter_kit.expr._condition",
    "Diagnostic": "taskrouter_kit._diagnostics",
    "Facts": "taskrouter_kit.expr._facts",
    "Filter": "taskrouter_kit.models._declare_filters",
    "Semantics": "taskrouter_kit.expr._semantics",
    "Target": "taskrouter_kit.models._declare_filters",
    "TaskAttributes": "taskrouter_kit.expr._schema",
    "TaskChannel": "taskrouter_kit.models._declare_parts",
    "TaskQueue": "taskrouter_kit.models._declare_parts",
    "TaskRouter": "taskrouter_kit._taskrouter",
    "TaskRouterKitError": "taskrouter_kit.errors",
    "UNSET": "taskrouter_kit._wire",
    "Worker": "taskrouter_kit.models._declare_parts",
    "WorkerAttributes": "taskrouter_kit.expr._schema",
    "Workflow": "taskrouter_kit.models._declare_workflow",
    "Workspace": "taskrouter_kit.models._declare_workspace",
    "always_true": "taskrouter_kit.expr.reasoning",
    "attribute": "taskrouter_kit.expr._schema",
    "check": "taskrouter_kit.expr.checks",
    "clock": "taskrouter_kit.expr._clock_columns",
    "clock_facts": "taskrouter_kit.expr._facts",
    "compile_condition": "taskrouter_kit.expr._compile",
    "equivalent": "taskrouter_kit.expr.reasoning",
    "evaluate": "taskrouter_kit.expr._evaluate",
    "every_worker": "taskrouter_kit.expr._roots",
    "evolve": "taskrouter_kit.expr._schema",
    "explain": "taskrouter_kit.expr._explain",
    "implies": "taskrouter_kit.expr.reasoning",
    "no_worker": "taskrouter_kit.expr._roots",
    "overlaps": "taskrouter_kit.expr.reasoning",
    "parse": "taskrouter_kit.expr._parser",
    "rename_attribute": "taskrouter_kit.expr._codemod",
    "render": "taskrouter_kit.expr._render",
    "replace_constant": "taskrouter_kit.expr._codemod",
    "satisfiable": "taskrouter_kit.expr.reasoning",
    "task": "taskrouter_kit.expr._roots",
    "worker": "taskrouter_kit.expr._roots",
    "workers": "taskrouter_kit.expr._roots",
}

__all__ = sorted([*_EXPORTS, "__version__"])  # pyright: ignore[reportUnsupportedDunderAll]

if not TYPE_CHECKING:
    __getattr__, __dir__ = loading(__name__, _EXPORTS)
