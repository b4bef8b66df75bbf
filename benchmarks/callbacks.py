"""What a typed callback costs, beside the same by hand: the SDK's validator, two ``json.loads``, one ``json.dumps``.

Run ``python benchmarks/callbacks.py``. The ratio is the median of interleaved rounds' ratios. The last line is about
the limit that matters: 200 assignments at the same moment over real HTTP, and the slowest of them beside 5 seconds.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from socketserver import ThreadingMixIn
from time import process_time_ns
from typing import Any
from urllib.parse import parse_qsl, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from _measuring import Goals, interleaved, ratio
from twilio.request_validator import RequestValidator

from taskrouter_kit import Attr, TaskAttributes, WorkerAttributes
from taskrouter_kit.callbacks import Assignment, Callbacks, Dequeue, Instruction

TOKEN, URL, BATCH = "token", "https://support.example/taskrouter/assignment", 100
ROUNDS = 15


class Agent(WorkerAttributes):
    skills: Attr[list[str]]
    languages: Attr[list[str]]


class Call(TaskAttributes):
    department: Attr[str]
    caller: Attr[str]


FIELDS = {
    **{
        f"{name}Sid": prefix + "1" * 32 for name, prefix in (("Account", "AC"), ("Workspace", "WS"), ("Workflow", "WW"))
    },
    **{f"{name}Sid": prefix + "1" * 32 for name, prefix in (("TaskQueue", "WQ"), ("Worker", "WK"), ("Task", "WT"))},
    "ReservationSid": "WR" + "1" * 32,
    "WorkerAttributes": '{"skills": ["billing", "technical"], "languages": ["en", "es"], "contact_uri": "client:a"}',
    "TaskAttributes": '{"department": "billing", "caller": "+15555550100", "call_sid": "CA1"}',
    "TaskAge": "3",
    "TaskPriority": "10",
    "Timestamp": "1767603600",
}
BODY = urlencode(FIELDS).encode()
HEADERS = {
    "Content-Type": "application/x-www-form-urlencoded",
    "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(URL, FIELDS),
}


def decide(assignment: Assignment[Agent, Call]) -> Instruction:
    """Answer as the samples do."""
    return Dequeue(from_=assignment.task.caller, post_work_activity="WA" + "1" * 32)


async def decide_later(assignment: Assignment[Agent, Call]) -> Instruction:
    """Answer as an async handler."""
    return decide(assignment)


def by_hand() -> bytes:
    """Do what a careful handler without this library does."""
    form = dict(parse_qsl(BODY.decode(), keep_blank_values=True))
    if not RequestValidator(TOKEN).validate(URL, form, HEADERS["X-Twilio-Signature"]):
        raise ValueError
    task, worker = json.loads(form["TaskAttributes"]), json.loads(form["WorkerAttributes"])
    if not isinstance(worker["skills"], list):
        raise TypeError
    answer = {"instruction": "dequeue", "from": task["caller"], "post_work_activity_sid": "WA" + "1" * 32}
    return json.dumps(answer).encode()


def timed(work: Callable[[], object]) -> Callable[[], float]:
    """Return a measurement of *work*: CPU microseconds each."""

    def measure() -> float:
        begun = process_time_ns()
        for _ in range(BATCH):
            work()
        return (process_time_ns() - begun) / BATCH / 1000

    return measure


def variants() -> dict[str, Callable[[], float]]:
    """Return what is measured."""
    threads, inline, later = Callbacks(TOKEN), Callbacks(TOKEN, workers=None), Callbacks(TOKEN)
    threads.assignment(decide)
    inline.assignment(decide)
    later.assignment(decide_later)

    async def many() -> None:
        for _ in range(BATCH):
            await later.ahandle(URL, HEADERS, BODY)

    def in_a_loop() -> float:
        begun = process_time_ns()
        asyncio.run(many())
        return (process_time_ns() - begun) / BATCH / 1000

    return {
        "by hand": timed(by_hand),
        "handle, on the caller's thread": timed(lambda: inline.handle(URL, HEADERS, BODY)),
        "handle, on a thread of its own": timed(lambda: threads.handle(URL, HEADERS, BODY)),
        "ahandle, async handler": in_a_loop,
    }


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 256


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def slowest_of_200() -> float:
    """Return the seconds that the slowest of 200 simultaneous assignments took over HTTP."""
    callbacks = Callbacks(TOKEN, public_url="https://support.example")
    callbacks.assignment(decide)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with _Server(("127.0.0.1", 0), _Quiet) as server:
        server.set_app(callbacks.wsgi())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/taskrouter/assignment"
        begin = threading.Barrier(200)

        def post(_: int) -> float:
            begin.wait()
            begun = time.perf_counter()
            with opener.open(urllib.request.Request(url, BODY, HEADERS, method="POST"), timeout=10) as response:
                if json.loads(response.read())["instruction"] != "dequeue":
                    raise ValueError
            return time.perf_counter() - begun

        with ThreadPoolExecutor(200) as pool:
            taken = list(pool.map(post, range(200)))
        server.shutdown()
    return max(taken)


def main() -> int:
    """Print the table."""
    figures = interleaved(variants(), ROUNDS)
    print(f"{'one assignment':34}{'CPU us':>8}  ratio to by hand")
    for name, values in figures.items():
        print(f"{name:34}{sorted(values)[len(values) // 2]:8.0f}  {ratio(figures, name, 'by hand'):.2f}")
    goals = Goals()
    slowest = slowest_of_200()
    print("200 at once over HTTP, slowest / 5 s:", goals.at_most(0.9, slowest / 5.0, "share of the limit"))
    return goals.close()


if __name__ == "__main__":
    sys.exit(main())
