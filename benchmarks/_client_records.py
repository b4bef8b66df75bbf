"""10,000 workers of about 1,030 bytes: from the text of ten pages to typed workers, against the bare JSON reader.

The objects of all pages are kept until the clock has stopped, on both sides. The clock counts CPU time.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

from _client_server import PAGE, WORKERS, WORKSPACE, page
from _client_table import Line, paired

import taskrouter_kit._wire as wire
from taskrouter_kit import Attr, WorkerAttributes
from taskrouter_kit.client._endpoints import WORKERS as ENDPOINT
from taskrouter_kit.client._exchange import Reply

ROUNDS = 15


class Agent(WorkerAttributes):
    skills: Attr[list[Literal["billing", "support", "technical"]]]
    languages: Attr[list[str]]
    level: Attr[int]
    experience: Attr[int]
    department: Attr[str]
    email: Attr[str]
    contact_uri: Attr[str]
    full_name: Attr[str]


def readers() -> dict[str, Callable[[str], Any]]:
    """Return the JSON readers there are: the standard one, and what the extra ``speed`` brings."""
    found: dict[str, Callable[[str], Any]] = {"json": json.loads}
    try:
        import orjson
    except ImportError:
        return found
    return {**found, "orjson": orjson.loads}


def lines() -> list[Line]:
    replies = [Reply(200, page(number)) for number in range(WORKERS // PAGE)]
    here = ENDPOINT.at("Workspaces", WORKSPACE)
    plain = here.reading(schema=None).walk({}).opening(PAGE, None)
    typed = here.reading(schema=Agent).walk({}).opening(PAGE, None)
    found: list[Line] = []
    for name, loads in readers().items():

        def read(exchange: Any, loads: Callable[[str], Any] = loads) -> Any:
            wire._read = loads  # what the library takes where the extra is (not) installed
            return [exchange.decode(reply) for reply in replies]

        def attributes(exchange: Any, read: Callable[[Any], Any] = read) -> Any:
            pages = read(exchange)
            return pages, [worker.attributes for each in pages for worker in each.items]

        def bare(loads: Callable[[str], Any] = loads) -> Any:
            return [loads(reply.body) for reply in replies]

        def both(loads: Callable[[str], Any] = loads) -> Any:
            pages = [loads(reply.body) for reply in replies]
            return pages, [loads(worker["attributes"]) for each in pages for worker in each["workers"]]

        times = paired(
            {
                "bare": bare,
                "both": both,
                "typed": partial(read, plain),
                "attributes": partial(attributes, plain),
                "schema": partial(attributes, typed),
            },
            ROUNDS,
            time.process_time,
        )
        cost = {what: min(each) / WORKERS * 1e6 for what, each in times.items()}
        goal = {"json": 1.6, "orjson": 1.5}[name]
        reader, two = f"{name}.loads", f"{name}, both layers"
        found += [
            Line(f"bytes to typed workers, {name}", cost["typed"], "us", cost["typed"] / cost["bare"], reader, goal),
            Line("  all attributes read", cost["attributes"], "us", cost["attributes"] / cost["both"], two, 1.7),
            Line("  all attributes read as a schema", cost["schema"], "us", cost["schema"] / cost["both"], two, 1.7),
        ]
    return found
