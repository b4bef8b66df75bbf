"""A centre in an emulator whose callbacks go to functions of a test: Alice, three queues, one workflow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from taskrouter_kit import Activity, Filter, Target, TaskQueue, Worker, Workflow, Workspace, every_worker, task
from taskrouter_kit.testing import Answer, Emulator

URL = "https://support.example/taskrouter"
JSON = {"Content-Type": "application/json"}
ACCEPT = Answer(200, JSON, b'{"instruction": "accept"}')

on = Activity("On", available=True)
off = Activity("Off", available=False)
front = TaskQueue("Front", every_worker())
back = TaskQueue("Back", every_worker())
several = TaskQueue("Several", every_worker(), max_reserved_workers=2)


def instruct(**instruction: object) -> Answer:
    """Return the answer that holds *instruction*; a trailing underscore of a name is dropped."""
    document = {name.rstrip("_"): value for name, value in instruction.items()}
    return Answer(200, JSON, json.dumps(document).encode())


class Center:
    """Alice, two queues, a workflow with callbacks, and what was posted to them."""

    def __init__(
        self,
        answer: Callable[[dict[str, str]], Answer | None] = lambda form: Answer(200),
        *,
        fallback: Callable[[dict[str, str]], Answer | None] | None = None,
        assignment_url: str | None = f"{URL}/assignment",
        event_url: str | None = None,
        contact: str | None = "client:alice",
    ) -> None:
        self.emulator = Emulator()
        self.posted: list[tuple[str, Mapping[str, str], dict[str, str]]] = []
        self.serve("/assignment", answer)
        if fallback is not None:
            self.serve("/fallback", fallback)
        routing = Workflow(
            "Routing",
            [
                Filter("Vip", task.text("kind") == "vip", [Target(front, timeout=40), Target(back)]),
                Filter("Several", task.text("kind") == "several", [Target(several)]),
                Filter("Short", task.text("kind") == "short", [Target(back, timeout=5)]),
            ],
            default=front,
            task_reservation_timeout=30,
            assignment_callback_url=assignment_url,
            fallback_assignment_callback_url=None if fallback is None else f"{URL}/fallback",
        )
        self.live = self.emulator.deploy(
            Workspace(
                "Center",
                activities=[on, off],
                default_activity=off,
                timeout_activity=off,
                task_queues=[front, back, several],
                workflows=[routing],
                workers=[Worker("Alice", {} if contact is None else {"contact_uri": contact}, activity=on)],
                event_callback_url=event_url,
            )
        )
        self.posted.clear()

    def serve(self, path: str, answer: Callable[[dict[str, str]], Answer | None]) -> None:
        def function(url: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True))
            self.posted.append((url, headers, form))
            return answer(form)

        self.emulator.serve(URL + path, function)

    def forms(self, path: str) -> list[dict[str, str]]:
        return [form for url, _, form in self.posted if url.startswith(URL + path)]

    def only_reservation(self, made: Any) -> Any:
        (found,) = self.live.tasks.reservations(made.sid).list()
        return found

    def task(self, **attributes: object) -> Any:
        return self.live.tasks.create(attributes, workflow="Routing")

    def statuses(self, made: Any) -> list[str]:
        return [each.reservation_status for each in self.live.tasks.reservations(made.sid).list()]

    @property
    def debugger(self) -> list[int]:
        return [entry.code for entry in self.emulator.debugger]
