"""A backend in process with a workspace whose callbacks go to functions."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from twilio.rest import Client

from taskrouter_kit.emulator import Answer, Backend, InProcessHttpClient

URL = "https://support.example/taskrouter"


class Center:
    """A backend with a workspace, a queue for everyone, a workflow with callbacks, and Alice."""

    def __init__(
        self,
        attributes: str = '{"contact_uri": "client:alice"}',
        fallback: bool = False,
        backend: Backend | None = None,
        token: str = "token",
    ) -> None:
        self.backend = backend or Backend()
        client: Any = Client(
            "AC" + "0" * 32, token, http_client=InProcessHttpClient(self.backend), environment={"_": ""}
        )
        made = client.taskrouter.v1.workspaces.create(friendly_name="Center")
        self.sid: str = made.sid
        self.workspace = client.taskrouter.v1.workspaces(made.sid)
        queue = self.workspace.task_queues.create(friendly_name="All")
        configuration = {"task_routing": {"default_filter": {"queue": queue.sid}}}
        self.workspace.workflows.create(
            friendly_name="All",
            configuration=json.dumps(configuration),
            assignment_callback_url=f"{URL}/assignment",
            **({"fallback_assignment_callback_url": f"{URL}/fallback"} if fallback else {}),
        )
        on = next(each.sid for each in self.workspace.activities.list() if each.available)
        self.workspace.workers.create(friendly_name="Alice", activity_sid=on, attributes=attributes)

    def serve(self, path: str, answer: Callable[[dict[str, str]], Answer | None]) -> list[dict[str, str]]:
        """Let *answer* serve a path; the returned list grows with the forms that came."""
        seen: list[dict[str, str]] = []

        def function(url: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
            seen.append(dict(parse_qsl(body.decode(), keep_blank_values=True)))
            return answer(seen[-1])

        self.backend.functions.serve(URL + path, function)
        return seen

    def task(self, attributes: str = '{"call_sid": "CA1", "to": "+1"}') -> Any:
        return self.workspace.tasks.create(attributes=attributes)

    def reservation(self, task: Any) -> Any:
        return self.workspace.tasks(task.sid).reservations.list()[0]

    @property
    def debugger(self) -> list[int]:
        return [each.code for account in self.backend.accounts for each in account.engine.machine.debugger]


def instruct(**instruction: object) -> Answer:
    return Answer(200, {"Content-Type": "application/json"}, json.dumps(instruction).encode())
