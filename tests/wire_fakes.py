"""A service that answers from a list, a clock that sleeps by counting, and payloads of the service's shapes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from taskrouter_kit.client._async._service import AsyncService
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._sync._service import Service

ACCOUNT = "AC" + "0" * 32
WORKSPACE = "WS" + "1" * 32
WHEN = "2026-01-05T09:00:00Z"


def sid(prefix: str, number: int) -> str:
    return prefix + f"{number:032x}"


def base(prefix: str, number: int) -> dict[str, Any]:
    return {
        "sid": sid(prefix, number),
        "account_sid": ACCOUNT,
        "workspace_sid": WORKSPACE,
        "date_created": WHEN,
        "date_updated": WHEN,
        "url": f"https://taskrouter.twilio.com/v1/Workspaces/{WORKSPACE}/x/{number}",
        "links": {},
    }


def worker(number: int = 1, name: str = "Alice", attributes: str = "{}", **more: Any) -> dict[str, Any]:
    return {
        **base("WK", number),
        "friendly_name": name,
        "attributes": attributes,
        "available": True,
        "activity_sid": sid("WA", 1),
        "activity_name": "Available",
        "date_status_changed": WHEN,
        **more,
    }


def activity(number: int = 1, name: str = "Available", available: bool = True) -> dict[str, Any]:
    return {**base("WA", number), "friendly_name": name, "available": available}


def queue(number: int = 1, name: str = "Billing", **more: Any) -> dict[str, Any]:
    return {
        **base("WQ", number),
        "friendly_name": name,
        "target_workers": "1==1",
        "max_reserved_workers": 1,
        "task_order": "FIFO",
        "reservation_activity_sid": None,
        "reservation_activity_name": None,
        "assignment_activity_sid": None,
        "assignment_activity_name": None,
        **more,
    }


def task(number: int = 1, status: str = "pending", attributes: str = "{}", **more: Any) -> dict[str, Any]:
    return {
        **base("WT", number),
        "age": 3,
        "assignment_status": status,
        "attributes": attributes,
        "addons": "{}",
        "task_queue_entered_date": None,
        "priority": 0,
        "reason": None,
        "task_queue_sid": None,
        "task_queue_friendly_name": None,
        "task_channel_sid": None,
        "task_channel_unique_name": None,
        "timeout": 86400,
        "workflow_sid": sid("WW", 1),
        "workflow_friendly_name": "Support",
        "virtual_start_time": WHEN,
        "ignore_capacity": False,
        "routing_target": None,
        **more,
    }


def reservation(status: str = "pending", number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        **base("WR", number),
        "reservation_status": status,
        "task_sid": sid("WT", 1),
        "worker_sid": sid("WK", 1),
        "worker_name": "Alice",
        **more,
    }


def page(key: str, items: Iterable[dict[str, Any]], next_url: str | None = None) -> Reply:
    meta = {"key": key, "next_page_url": next_url, "page": 0, "page_size": 50}
    return answer(200, {key: list(items), "meta": meta})


def answer(status: int, payload: object = None, **headers: str) -> Reply:
    return Reply(
        status, "" if payload is None else json.dumps(payload), {k.replace("_", "-"): v for k, v in headers.items()}
    )


def refusal(status: int, code: int, message: str = "no", **headers: str) -> Reply:
    return answer(status, {"code": code, "message": message, "status": status, "more_info": ""}, **headers)


Scripted = Reply | Exception


class Script:
    """Answers exchanges from a list, in order; remembers what was asked. An exception is raised instead of answered."""

    def __init__(self, *answers: Scripted | Callable[[Exchange[Any]], Scripted]) -> None:
        self.answers = list(answers)
        self.asked: list[Exchange[Any]] = []
        self.slept: list[float] = []

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        self.asked.append(exchange)
        assert self.answers, f"nothing left to answer {exchange.method} {exchange.path}"
        given = self.answers.pop(0)
        found = given(exchange) if callable(given) else given
        if isinstance(found, Exception):
            raise found
        return found

    def policy(self, **more: Any) -> RetryPolicy:
        async def asleep(seconds: float) -> None:
            self.slept.append(seconds)

        more.setdefault("limits", Limits.off())
        return RetryPolicy(sleep=self.slept.append, asleep=asleep, random=lambda: 0.5, **more)

    def client(self, **more: Any) -> Service:
        return Service(self, self.policy(**more))

    def async_client(self, **more: Any) -> AsyncService:
        async def send(exchange: Exchange[Any]) -> Reply:
            return self(exchange)

        return AsyncService(send, self.policy(**more))

    def lines(self) -> list[str]:
        return [f"{each.method} {each.path.removeprefix('/v1/Workspaces/' + WORKSPACE)}" for each in self.asked]
