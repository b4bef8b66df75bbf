"""Callbacks whose default and fallback can be told apart, and what they answer, both ways."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from callbacks_requests import TOKEN
from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes
from taskrouter_kit.callbacks import Accept, Assignment, Callbacks, Event, Instruction, Reject, Reply

WA = "WA" + "0" * 32
DEFAULT = Reject()
FALLBACK = Reject(activity=WA)


class Agent(WorkerAttributes):
    skills: Attr[list[str]]


class Call(TaskAttributes):
    language: Attr[str]


def made(**options: Any) -> Callbacks:
    return Callbacks(TOKEN, **{"default": DEFAULT, "fallback": FALLBACK, "activities": {}, **options})


def watched(token: str = TOKEN, **options: Any) -> tuple[Callbacks, list[Any]]:
    """Return callbacks that accept everything, and what reached their handlers."""
    callbacks = Callbacks(token, **options)
    seen: list[Any] = []

    @callbacks.assignment
    def assign(assignment: Assignment[Any, Any]) -> Instruction:
        seen.append(assignment)
        return Accept()

    callbacks.on(Event)(seen.append)
    return callbacks, seen


def answered(reply: Reply) -> Any:
    """Return the JSON of an answer that is taken."""
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "application/json"
    return json.loads(reply.body)


def both(callbacks: Callbacks, request: tuple[str, dict[str, str], bytes]) -> list[Reply]:
    """Return what the sync and the async way answer, the latter in a loop that goes on afterwards."""

    async def in_a_loop() -> Reply:
        reply = await callbacks.ahandle(*request)
        await asyncio.sleep(0)
        return reply

    return [callbacks.handle(*request), asyncio.run(in_a_loop())]
