"""Asks an emulator as HTTP would: form-encoded bytes into the ASGI application, status, headers and JSON out."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from taskrouter_kit.emulator import Backend, EmulatorApp

ORIGIN = "http://emulator.test:8080"
ACCOUNT = "AC" + "0" * 32


def basic(user: str = ACCOUNT, password: str = "token") -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


class Heard:
    """One answer."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def refusal(self) -> tuple[int, int, str]:
        """Status, code and message of an error, whose body has Twilio's shape."""
        found = self.json
        assert set(found) == {"code", "message", "more_info", "status"}
        assert found["status"] == self.status
        return self.status, found["code"], found["message"]


class Asker:
    """An emulator, an account, and a workspace to ask about."""

    def __init__(self, backend: Backend | None = None, authorization: str | None = None, **options: Any) -> None:
        self.backend = backend or Backend(**options)
        self.app = EmulatorApp(self.backend)
        self.authorization = authorization or basic()
        self.base = ""

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Heard:
        sent = {
            "host": ORIGIN.removeprefix("http://"),
            "content-type": "application/x-www-form-urlencoded",
            "authorization": self.authorization,
            **(headers or {}),
        }
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        answers: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            answers.append(message)

        asyncio.run(self.app(scope, receive, send))
        start, content = answers
        got = {name.decode().lower(): value.decode() for name, value in start["headers"]}
        return Heard(start["status"], got, content["body"])

    def get(self, path: str = "", headers: Mapping[str, str] | None = None, /, **query: Any) -> Heard:
        return self.ask("GET", self.base + path, query=urlencode(query, doseq=True), headers=headers)

    def post(
        self, path: str, form: Iterable[tuple[str, str]] = (), headers: Mapping[str, str] | None = None, /, **named: Any
    ) -> Heard:
        content = urlencode([*form, *named.items()]).encode()
        return self.ask("POST", self.base + path, content, headers=headers)

    def delete(self, path: str = "", headers: Mapping[str, str] | None = None, /) -> Heard:
        return self.ask("DELETE", self.base + path, headers=headers)

    def make(self, path: str, /, **form: Any) -> dict[str, Any]:
        answer = self.post(path, **form)
        assert answer.status == 201, answer.body
        made: dict[str, Any] = answer.json
        return made

    def list(self, path: str, key: str, /, **query: Any) -> list[dict[str, Any]]:
        answer = self.get(path, **query)
        assert answer.status == 200, answer.body
        found: list[dict[str, Any]] = answer.json[key]
        return found


class Desk(Asker):
    """An asker in a workspace of its own; ``routed`` adds a queue, a workflow and a free worker."""

    def __init__(self, *, template: str = "NONE", **options: Any) -> None:
        super().__init__(**options)
        self.workspace = self.make("/v1/Workspaces", FriendlyName="Desk", Template=template)
        self.base = f"/v1/Workspaces/{self.workspace['sid']}"

    def activity(self, name: str = "Available") -> str:
        return str(self.list("/Activities", "activities", FriendlyName=name)[0]["sid"])

    def routed(self, worker: bool = True) -> Desk:
        self.queue: str = self.make("/TaskQueues", FriendlyName="All")["sid"]
        self.configuration = json.dumps({"task_routing": {"filters": [], "default_filter": {"queue": self.queue}}})
        self.workflow: str = self.make("/Workflows", FriendlyName="All", Configuration=self.configuration)["sid"]
        if worker:
            self.worker: str = self.make("/Workers", FriendlyName="Alice", ActivitySid=self.activity())["sid"]
        return self

    def accepted(self) -> str:
        """Return a task that is assigned."""
        task = str(self.make("/Tasks")["sid"])
        (reservation,) = self.list(f"/Tasks/{task}/Reservations", "reservations")
        assert self.post(f"/Tasks/{task}/Reservations/{reservation['sid']}", ReservationStatus="accepted").status == 200
        return task

    def status(self, task: str) -> str:
        """Return where a task is, without asking: a request would fire timers."""
        found = [each.tasks[task].assignment_status for _, each in self.backend.workspaces() if task in each.tasks]
        return found[0]
