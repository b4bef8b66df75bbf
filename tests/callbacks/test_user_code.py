"""The code that users write, as the design has it, word for word: it is registered, mounted, and answers."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from callbacks_requests import ASSIGNMENT, EVENT, form
from shared_material import shared


@pytest.fixture
def user_code() -> Iterator[dict[str, Any]]:
    text = shared("design/USER_CODE.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    fastapi = pytest.importorskip("fastapi")
    module = types.ModuleType("the_code_that_users_write")
    module.__dict__["app"] = fastapi.FastAPI()
    sys.modules[module.__name__] = module
    for block in (blocks[0], next(each for each in blocks if "@callbacks.assignment" in each)):
        exec(compile(block, module.__name__, "exec"), module.__dict__)
    yield module.__dict__
    del sys.modules[module.__name__]


def test_the_callbacks_of_the_design_answer(user_code: dict[str, Any]) -> None:
    """Through the mounted application: the declared activity has its SID, the event its 204, a forgery its 403."""
    httpx = pytest.importorskip("httpx")
    sid = "WA" + "7" * 32
    user_code["callbacks"].directory.look_up = lambda account, workspace: {"Available": sid}
    people = {"experience": 6, "skills": ["billing"], "languages": ["es"], "department": "support"}
    call = {"department": "billing", "language": "es", "caller": "+15555550100", "call_sid": "CA1"}
    attributes = {"WorkerAttributes": json.dumps({**people, "contact_uri": "a"}), "TaskAttributes": json.dumps(call)}
    url = "http://support.example/taskrouter/anything"

    async def run() -> list[Any]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=user_code["app"])) as client:
            requests = [
                form({**ASSIGNMENT, **attributes}, url=url, token="…"),
                form({**EVENT, **attributes}, url=url, token="…"),
                form({**ASSIGNMENT, **attributes}, url=url, token="another"),
            ]
            return [await client.post(to, headers=headers, content=body) for to, headers, body in requests]

    answer, noted, refused = asyncio.run(run())
    assert (answer.status_code, answer.json()) == (
        200,
        {"instruction": "dequeue", "from": "+15555550100", "post_work_activity_sid": sid},
    )
    assert (noted.status_code, refused.status_code) == (204, 403)
