"""Whatever is sent to whichever operation, there is an answer in Twilio's shape, and never a failure of ours."""

from __future__ import annotations

import json
from base64 import b64encode

from hypothesis import given, settings
from hypothesis import strategies as st

from taskrouter_kit.emulator import Backend, Reply, Request
from taskrouter_kit.emulator._route import Route
from taskrouter_kit.emulator._routes import ROUTES

HEADERS = {"authorization": "Basic " + b64encode(f"AC{'0' * 32}:token".encode()).decode()}
CONFIGURATION = '{"task_routing":{"default_filter":{"queue":"%s"},"filters":[]}}'
WORDS = """
true 1 0 -1 50 2147483647 99999999999999999999 FIFO LIFO accepted rejected completed canceled wrapping pending
reserved,pending {} [] {"a":"\\ud800"} 1==1 a= dequeue call conference redirect supervise accept
2026-01-05T09:00:00Z 0001-01-01T00:00+14:00 9999-12-31 http://x.example ftp://x DateCreated:desc Priority:up
task.created PAWK0 5,10 ² {"task_routing":{"filters":[{"expression":"1==1","targets":[{}]}]}}
"""
VALUES = st.one_of(st.just(""), st.sampled_from(WORDS.split()), st.text(max_size=30))


def send(backend: Backend, method: str, path: str, query: list[tuple[str, str]], form: list[tuple[str, str]]) -> Reply:
    body = json.dumps(dict(form)).encode() if path.endswith("/TaskQueues/RealTimeStatistics") else b""
    return backend.handle(Request(method, path, query=query, form=form, body=body, headers=HEADERS))


class World:
    """A backend with one of everything; ``sids`` fills the placeholders of the paths."""

    def __init__(self) -> None:
        self.backend = Backend()
        self.sids: dict[str, str] = {}
        workspace = self.make("/v1/Workspaces", FriendlyName="W")
        base = f"/v1/Workspaces/{workspace}"
        activities = json.loads(send(self.backend, "GET", f"{base}/Activities", [], []).body)["activities"]
        on = next(each["sid"] for each in activities if each["available"])
        channel = self.make(f"{base}/TaskChannels", FriendlyName="c", UniqueName="c")
        queue = self.make(f"{base}/TaskQueues", FriendlyName="q")
        workflow = self.make(f"{base}/Workflows", FriendlyName="f", Configuration=CONFIGURATION % queue)
        worker = self.make(f"{base}/Workers", FriendlyName="w", ActivitySid=on)
        task = self.make(f"{base}/Tasks", Attributes="{}")
        first = json.loads(send(self.backend, "GET", f"{base}/Tasks/{task}/Reservations", [], []).body)
        event = json.loads(send(self.backend, "GET", f"{base}/Events", [], []).body)["events"][0]["sid"]
        own = {"Workspaces": workspace, "Activities": on, "TaskChannels": channel, "TaskQueues": queue}
        own |= {"Workflows": workflow, "Workers": worker, "Tasks": task, "Events": event, "Channels": "default"}
        self.sids = {**own, "Reservations": first["reservations"][0]["sid"]}

    def make(self, path: str, **form: str) -> str:
        sid: str = json.loads(send(self.backend, "POST", path, [], list(form.items())).body)["sid"]
        return sid

    def path(self, route: Route) -> str:
        parts = route.template.split("/")
        return "/".join(self.sids[parts[i - 1]] if part.startswith("{") else part for i, part in enumerate(parts))


@settings(max_examples=settings.default.max_examples * 6)
@given(st.sampled_from(ROUTES), st.data())
def test_there_is_always_an_answer(route: Route, data: st.DataObject) -> None:
    """Any values in any parameters of any operation are answered below 500, errors in Twilio's shape."""
    world = World()
    names = sorted({*route.query, *route.form, *route.undocumented}) or ["queueSids"]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), VALUES), max_size=4))
    query, form = (pairs, []) if route.method == "GET" else ([], pairs)
    reply = send(world.backend, route.method, world.path(route), query, form)
    assert reply.status < 500
    if reply.status == 204:
        assert reply.body == b""
        return
    document = json.loads(reply.body)
    if reply.status >= 400:
        assert set(document) == {"code", "message", "more_info", "status"}
        assert document["status"] == reply.status
    world.backend.advance(200)
    assert Backend().load(json.loads(json.dumps(world.backend.save()))) is None
