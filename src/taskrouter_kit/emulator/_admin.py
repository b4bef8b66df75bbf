"""The admin surface under ``/_admin/``: clock, reset, snapshot, journal, faults, callbacks, and what the page shows.

It is for the person at this machine: requests of web pages of other origins are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from attrs import asdict

from taskrouter_kit.emulator._asked import asked_of, seconds, text, whole
from taskrouter_kit.emulator._dates import iso
from taskrouter_kit.emulator._disturbances import FaultRule
from taskrouter_kit.emulator._json_text import encode
from taskrouter_kit.emulator._messages import Reply, Request
from taskrouter_kit.emulator._page import shown
from taskrouter_kit.emulator._store_failures import StoreFailed
from taskrouter_kit.simulator import Refused, trace_of, trace_text
from taskrouter_kit.simulator._call_commands import CALL_OUTCOMES, HangUp, PlanCall
from taskrouter_kit.simulator._json_kinds import is_array, is_object
from taskrouter_kit.simulator._unset import UNSET, given

if TYPE_CHECKING:
    from taskrouter_kit.emulator._backend import Backend

_PREFIX = "/_admin/"
SNAPSHOT_PATH: Final = _PREFIX + "snapshot"
#: What can be said to the actions that take anything.
_FIELDS: Final = {
    "POST clock/advance": ("seconds",),
    "POST clock/run-until-idle": ("limit",),
    "POST reset": (),
    "POST calls": ("outcome", "seconds", "worker_sid", "times"),
    "POST enqueue": ("twiml", "call"),
    "POST hang-up": ("task_sid",),
}


class Admin:
    """Answers requests below ``/_admin/`` and for the page at ``/``."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._page: bytes | None = None
        self._actions: dict[tuple[str, str], Callable[[Mapping[str, Any]], object]] = {
            ("GET", "clock"): self._clock,
            ("POST", "clock/advance"): self._advance,
            ("POST", "clock/run-until-idle"): self._run_until_idle,
            ("POST", "reset"): self._reset,
            ("GET", "snapshot"): lambda asked: self._backend.save(),
            ("POST", "snapshot"): self._load,
            ("GET", "journal"): lambda asked: {"requests": [entry._asdict() for entry in self._backend.journal]},
            ("GET", "faults"): lambda asked: {"faults": [r.to_mapping() for r in self._backend.disturbances.rules]},
            ("POST", "faults"): self._add_fault,
            ("DELETE", "faults"): self._clear_faults,
            ("GET", "callbacks"): self._callbacks,
            ("GET", "debugger"): self._debugger,
            ("GET", "state"): self._state,
            ("GET", "calls"): self._calls,
            ("POST", "calls"): self._plan_call,
            ("POST", "enqueue"): self._enqueue,
            ("POST", "hang-up"): self._hang_up,
        }

    def serves(self, path: str) -> bool:
        """Return whether *path* is answered here and not by the REST operations."""
        return path == "/" or path == "/favicon.ico" or path.startswith(_PREFIX)

    def handle(self, request: Request) -> Reply:
        """Answer one request of the person at this machine."""
        if request.path == "/":
            return self._show_page()
        if request.path == "/favicon.ico":
            return Reply(204)
        origin = request.headers.get("origin")
        if origin is not None and origin != request.origin:
            # Decided: a web page of another origin may not move the clock or read the state
            return _json({"error": "requests of other origins are refused"}, 403)
        name = request.path.removeprefix(_PREFIX).strip("/")
        if request.method == "GET" and name.startswith("tasks/") and name.endswith("/trace"):
            as_data = ("format", "json") in request.query
            return self._backend.locked(lambda: self._trace(name.split("/")[1], as_data=as_data))
        action = self._actions.get((request.method, name))
        if action is None:
            known = sorted(f"{method} {_PREFIX}{path}" for method, path in self._actions)
            return _json({"error": f"there is no {request.method} {request.path}", "known": known}, 404)
        try:
            asked = asked_of(request, _FIELDS.get(f"{request.method} {name}"))
            # What changes something locks by itself: callbacks go out without the lock.
            reads = request.method == "GET"
            return _json(self._backend.locked(lambda: action(asked)) if reads else action(asked))
        except ValueError as failure:
            return _json({"error": str(failure)}, 400)
        except StoreFailed as failure:
            return _json({"error": str(failure)}, 500)

    def _clock(self, asked: Mapping[str, Any]) -> object:
        backend = self._backend
        due = backend.next_timer()
        now = backend.clock.now_ms()
        return {
            "now_ms": now,
            "now": iso(now),
            "virtual": backend.clock.virtual,
            "next_timer_ms": due,
            "next_timer": None if due is None else iso(due),
        }

    def _advance(self, asked: Mapping[str, Any]) -> object:
        self._backend.advance(seconds(asked, "seconds"))
        return self._clock(asked)

    def _run_until_idle(self, asked: Mapping[str, Any]) -> object:
        limit = seconds(asked, "limit") if "limit" in asked else 30 * 86_400.0
        moved = self._backend.run_until_idle(limit)
        return {"moved_seconds": moved, "clock": self._clock(asked)}

    def _reset(self, asked: Mapping[str, Any]) -> object:
        self._backend.reset()
        return {"reset": True}

    def _load(self, asked: Mapping[str, Any]) -> object:
        self._backend.load(asked)
        return {"loaded": True}

    def _add_fault(self, asked: Mapping[str, Any]) -> object:
        rules: Any = asked.get("faults", [asked])
        if not is_array(rules) or not all(is_object(rule) for rule in rules):
            raise ValueError("faults must be a list of objects")
        made = [FaultRule.from_mapping(rule) for rule in rules]
        self._backend.disturbances.add(*made)
        return {"faults": [rule.to_mapping() for rule in self._backend.disturbances.rules]}

    def _clear_faults(self, asked: Mapping[str, Any]) -> object:
        self._backend.disturbances.clear()
        return {"faults": []}

    def _callbacks(self, asked: Mapping[str, Any]) -> object:
        return {
            "callbacks": [
                {
                    "at": iso(each.at),
                    "kind": each.kind,
                    "url": each.callback.url,
                    "event_type": each.callback.value("EventType"),
                    "form": each.form,
                    "status": each.status,
                    "failure": each.failure,
                }
                for each in self._backend.deliveries
            ],
            "waiting": self._backend.callbacks_waiting,
            "dropped": self._backend.callbacks_dropped,
        }

    def _debugger(self, asked: Mapping[str, Any]) -> object:
        return {
            "entries": [
                {"account_sid": account.sid, **asdict(entry)}
                for account in self._backend.accounts
                for entry in account.engine.machine.debugger
            ]
        }

    def _calls(self, asked: Mapping[str, Any]) -> object:
        return {
            "calls": [
                {"account_sid": account.sid, **asdict(call), "options": dict(call.options)}
                for account in self._backend.accounts
                for call in account.engine.machine.calls
            ]
        }

    def _plan_call(self, asked: Mapping[str, Any]) -> object:
        after = UNSET if "seconds" not in asked else round(seconds(asked, "seconds") * 1000)
        times, worker, outcome = (
            whole(asked, "times", 1, least=1),
            text(asked, "worker_sid", ""),
            text(asked, "outcome"),
        )
        if outcome not in CALL_OUTCOMES:
            raise ValueError(f"outcome must be one of {', '.join(CALL_OUTCOMES)}, found {outcome!r}")
        places = [place for place in self._backend.workspaces() if not worker or worker in place[1].workers]
        if not places:
            raise ValueError(f"there is no worker {worker}" if worker else "there is no workspace")
        for account, workspace in places:
            command = PlanCall(
                workspace_sid=workspace.sid,
                outcome=outcome,
                after_ms=after,
                worker_sid=given(worker or None),
                times=times,
            )
            self._backend.carry_out(account, command)
        return {"planned": times}

    def _enqueue(self, asked: Mapping[str, Any]) -> object:
        from taskrouter_kit.emulator._twiml import enqueue_call  # few ask for it, and it reads XML

        twiml, call = text(asked, "twiml"), asked.get("call", {})
        if not is_object(call) or not all(isinstance(each, str) for each in call.values()):
            raise ValueError("call must be an object of texts")
        try:
            return {"task_sid": enqueue_call(self._backend, twiml, {"from": "", "to": "", **call})}
        except LookupError as failure:
            raise ValueError(str(failure)) from failure

    def _hang_up(self, asked: Mapping[str, Any]) -> object:
        sid = text(asked, "task_sid", "")
        found = next((place for place in self._backend.workspaces() if sid in place[1].tasks), None)
        if found is None:
            raise ValueError("task_sid must be the SID of a task")
        account, workspace = found
        try:
            self._backend.carry_out(account, HangUp(workspace_sid=workspace.sid, task_sid=sid))
        except Refused as refusal:
            raise ValueError(refusal.message) from refusal
        return {"hung_up": sid}

    def _trace(self, sid: str, *, as_data: bool) -> Reply:
        for _, workspace in self._backend.workspaces():
            if sid in workspace.tasks and as_data:
                return _json({"task_sid": sid, "steps": [step.to_dict() for step in trace_of(workspace, sid)]})
            if sid in workspace.tasks:
                told = trace_text(workspace, sid)
                return Reply(200, told.encode("utf-8", "replace"), content_type="text/plain; charset=utf-8")
        return _json({"error": f"there is no task {sid}"}, 404)

    def _state(self, asked: Mapping[str, Any]) -> object:
        return shown(self._backend)

    def _show_page(self) -> Reply:
        if self._page is None:
            from importlib import resources

            self._page = resources.files("taskrouter_kit.emulator").joinpath("page.html").read_bytes()
        policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
        headers = (("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"))
        return Reply(200, self._page, headers, content_type="text/html; charset=utf-8")


def _json(value: object, status: int = 200) -> Reply:
    return Reply(status, encode(value))
