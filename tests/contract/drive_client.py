"""Call every operation of TaskRouter through our client, against one base URL, and print one JSON line per request.

    PYTHONPATH=tests python -m contract.drive_client http://127.0.0.1:4010 [--mode min|max] [--live]

Meant for a Prism server with Twilio's OpenAPI document behind that URL: what it finds wrong with a request or an answer
is in ``violations``. Without ``--live`` every SID is invented (a mock answers); with it a workspace with one of
everything is made first, and everything is deleted at the end. The methods and their parameters are found by looking at
the client, so a new one is driven too: one whose value ``driven_values`` does not know is an error.

Each line: {"call", "operation", "method", "status", "violations"}; a call that raised has {"call", "error"}.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from contract.driven_values import CALL, HEX, PHONE, Values, instructions
from taskrouter_kit.client import Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._pages import Pager
from taskrouter_kit.errors import TaskRouterKitError
from taskrouter_kit.models._instructions import Supervise

#: Procedures of several calls, and what is no call at all.
SEVERAL = {"create_many", "upsert_many", "update_many", "delete_many", "patch_attributes", "wait_until"}
SEVERAL |= {"find_stuck_tasks", "repair_stuck_tasks", "finish", "with_options", "channels", "reservations"}

#: What is evaluated here, decides how answers are read, or is said to us and not to the service.
OURS = {"locally", "schema", "ahead", "dedupe", "even_flex", "confirm"}

#: Parameters that exclude others, or that only make sense in another state.
NEVER = {"end_date"}


class Recorder:
    """Sends, and keeps what Prism says of each request and answer."""

    def __init__(self, base: str, account: str = "AC" + HEX) -> None:
        from twilio.rest import Client

        client = Client(account, "token", environment={"_": ""})
        client.taskrouter.base_url = base.rstrip("/")
        self._client, self._send = client, SdkSender(client)
        self.call = ""
        self.rows: list[dict[str, Any]] = []

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        reply = self._send(exchange)
        row = {"call": self.call, "operation": exchange.operation, "method": exchange.method, "status": reply.status}
        self.rows.append({**row, "violations": violations(reply)})
        return reply

    def close(self) -> None:
        self._client.http_client.session.close()


def violations(reply: Reply) -> list[Any]:
    """Return what Prism found: in its header, or in the problem that it answers with instead."""
    found = json.loads(reply.header("sl-violations") or "[]")
    if not found and reply.status >= 400:
        try:
            body = json.loads(reply.body)
        except ValueError:
            return ["the answer is no JSON"]
        if "stoplight.io" in str(body.get("type")):
            found = body.get("validation") or [body.get("detail") or body.get("title")]
    return list(found)


class Driver:
    """Calls each method of the client with values for its parameters."""

    def __init__(self, service: Service, recorder: Recorder, mode: str, live: bool) -> None:
        self.service, self.recorder, self.mode, self.is_live = service, recorder, mode, live
        self.values = Values(mode, live)
        self.sids = self.values.sids
        self.errors: list[dict[str, str]] = []
        if live:
            self._furnish()
        self.live = service.workspace(self.sids["WS"])

    def _furnish(self) -> None:
        self.recorder.call = "furnish"
        made = self.service.workspaces.create("drive client")
        live = self.service.workspace(made)
        self.sids["WS"] = made.sid
        self.values.offline = next(each.sid for each in live.activities.list() if not each.available)
        self.sids["WA"] = live.activities.create("On", available=True).sid
        self.sids["TC"] = live.task_channels.create("driven", "Driven").sid
        self.sids["WQ"] = live.task_queues.create("q", target_workers="1==1").sid
        routing = {"task_routing": {"filters": [], "default_filter": {"queue": self.sids["WQ"]}}}
        self.sids["WW"] = live.workflows.create("wf", configuration=json.dumps(routing)).sid
        self.sids["WK"] = live.workers.create("wk", {}, activity=self.sids["WA"]).sid
        channels = live.workers.channels(self.sids["WK"])
        channels.update("default", capacity=50)
        self.sids["WC"] = next(each.sid for each in channels.list() if each.task_channel_unique_name == "default")
        self._task()
        event = live.events.list(limit=1).first()
        assert event is not None
        self.sids["EV"] = event.sid

    def _task(self) -> None:
        """Make a new task the one that is meant, and its reservation."""
        live = self.service.workspace(self.sids["WS"])
        self.sids["WT"] = live.tasks.create(CALL, workflow=self.sids["WW"]).sid
        offer = live.tasks.reservations(self.sids["WT"]).list(limit=1).first()
        if offer is not None:
            self.sids["WR"] = offer.sid

    def _offered(self) -> None:
        """Leave one worker, and one task that is offered to it."""
        self.recorder.call = "furnish"
        for task in self.live.tasks.list():
            self.live.tasks.delete(task)
        for other in self.live.workers.list():
            if other.sid != self.sids["WK"]:
                self.live.workers.update(other, activity=self.values.offline)
                self.live.workers.delete(other)
        self.live.task_queues.update(self.sids["WQ"], target_workers="1==1")
        self.live.workers.update(self.sids["WK"], activity=self.sids["WA"], attributes={"contact_uri": PHONE})
        self._task()

    def run(self) -> None:
        """Call everything; deletions last, the workspace's at the very end."""
        live, sids = self.live, self.sids
        simple = [live.activities, live.task_channels, live.task_queues, live.workflows, live.workers, live.events]
        for owner in (self.service.workspaces, *simple, live, live.workers.channels(sids["WK"]), live.tasks):
            self._calls(owner, {"delete", "complete", "cancel", "wrap_up"})
        for of_worker in (False, True):
            self._reservations(of_worker)
        for verb in (live.tasks.wrap_up, live.tasks.complete, live.tasks.cancel):
            self._assigned(canceled=verb == live.tasks.cancel)
            self._call(verb)
        self._call(live.tasks.delete)
        self._call(live.workers.update, {"activity": self.values.offline})
        self._call(live.workers.delete)
        for several, prefix in ((live.workflows, "WW"), (live.task_queues, "WQ")):
            for other in list(several.list()) if self.is_live else []:
                if other.sid != sids[prefix]:
                    several.delete(other)
            self._call(several.delete)
        for owner in (live.activities, live.task_channels, self.service.workspaces):
            self._call(owner.delete)

    def _calls(self, owner: Any, later: set[str]) -> None:
        for name in [name for name in dir(type(owner)) if not name.startswith("_")]:
            method = inspect.getattr_static(type(owner), name)
            if inspect.isfunction(method) and name not in SEVERAL | later:
                self._call(getattr(owner, name))

    def _reservations(self, of_worker: bool) -> None:
        for instruction in (None, *instructions(self.mode, self.sids["WA"])):
            if of_worker and isinstance(instruction, Supervise):
                continue  # the document has it for a task's reservation only
            if self.is_live:
                self._offered()
                if isinstance(instruction, Supervise):
                    self.live.tasks.reservations(self.sids["WT"]).accept(self.sids["WR"])
            workers, tasks = self.live.workers, self.live.tasks
            owner = workers.reservations(self.sids["WK"]) if of_worker else tasks.reservations(self.sids["WT"])
            if instruction is None:
                self._calls(owner, {"update", "accept", "reject"})
            else:
                self._call(owner.update, {"instruction": instruction})

    def _assigned(self, canceled: bool) -> None:
        if self.is_live:
            self._offered()
            if not canceled:
                self.live.tasks.reservations(self.sids["WT"]).accept(self.sids["WR"])

    def _call(self, method: Callable[..., Any], given: dict[str, Any] | None = None) -> None:
        owner = type(method.__self__).__name__  # type: ignore[attr-defined]
        self.recorder.call = f"{owner}.{method.__name__}"
        values = dict(given or {})
        for parameter in inspect.signature(method).parameters.values():
            needed = parameter.default is inspect.Parameter.empty
            wanted = needed or (self.mode == "max" and parameter.name not in OURS | NEVER) or parameter.name == "limit"
            if parameter.name in values or not wanted:
                continue
            found = self._value(owner, method.__name__, parameter.name)
            if found is not None:
                values[parameter.name] = found
        try:
            result = method(**values)
            if isinstance(result, Pager):
                list(result)
        except TaskRouterKitError as error:
            self.errors.append({"call": self.recorder.call, "error": f"{type(error).__name__}: {error}"[:300]})

    def _value(self, owner: str, method: str, name: str) -> Any:
        if name == "if_match":
            return self._version(owner) if self.is_live else "3"
        return self.values.of(owner, method, name)

    def _version(self, owner: str) -> str | None:
        called, self.recorder.call = self.recorder.call, "furnish"
        collection: Any = self.live.workers if owner == "Workers" else self.live.tasks
        meta = collection.fetch(self.sids["WK" if owner == "Workers" else "WT"]).meta
        if owner.endswith("Reservations"):
            meta = self.live.tasks.reservations(self.sids["WT"]).fetch(self.sids["WR"]).meta
        self.recorder.call = called
        return None if meta is None else meta.etag


def drive(base: str, mode: str, *, live: bool) -> tuple[list[dict[str, Any]], list[dict[str, str]]]:
    """Call everything; return a row for each request, and the calls that raised."""
    recorder = Recorder(base)
    try:
        driver = Driver(Service(recorder, RetryPolicy(attempts=1, limits=Limits.off())), recorder, mode, live)
        driver.run()
    finally:
        recorder.close()
    return recorder.rows, driver.errors


def main() -> Iterator[str]:
    """Yield what is printed."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("base")
    arguments.add_argument("--mode", choices=("min", "max"), default="max")
    arguments.add_argument("--live", action="store_true")
    given = arguments.parse_args()
    rows, errors = drive(given.base, given.mode, live=given.live)
    for row in (*rows, *errors):
        yield json.dumps(row)
    bad = [row for row in rows if row["violations"]]
    operations = {row["operation"] for row in rows}
    yield f"{len(rows)} requests, {len(operations)} operations, {len(bad)} with violations, {len(errors)} calls raised"
    if bad:
        sys.exit(1)


if __name__ == "__main__":
    for line in main():
        sys.stdout.write(line + "\n")
