"""The admin surface and the page, over ASGI."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import pytest

from emulator.asking import Desk
from taskrouter_kit.emulator import Backend, EmulatorApp, RunningClock

AUTHORIZATION = "Basic " + b64encode(f"AC{'0' * 32}:token".encode()).decode()


class Reply:
    def __init__(self, messages: list[Any]) -> None:
        self.status: int = messages[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        self.body: bytes = messages[1]["body"]

    def json(self) -> Any:
        return json.loads(self.body)


class Browser:
    """Sends requests into an ASGI application."""

    def __init__(self, app: EmulatorApp) -> None:
        self.app = app

    def send(
        self, method: str, path: str, *, form: Any = None, body: Any = None, query: str = "", **headers: str
    ) -> Reply:
        content = urlencode(form).encode() if form is not None else b"" if body is None else json.dumps(body).encode()
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        sent = {"host": "emulator.test", "content-type": kind, "authorization": AUTHORIZATION, **headers}
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "scheme": "http",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
        half = len(content) // 2
        parts = [
            {"type": "http.request", "body": content[:half], "more_body": True},
            {"type": "http.request", "body": content[half:], "more_body": False},
        ]
        answers: list[Any] = []

        async def receive() -> Any:
            return parts.pop(0)

        async def send(message: Any) -> None:
            answers.append(message)

        asyncio.run(self.app(scope, receive, send))
        return Reply(answers)


@pytest.fixture
def browser() -> Browser:
    return Browser(EmulatorApp(Backend()))


def test_every_url_has_the_origin_of_the_request(browser: Browser) -> None:
    """Answers name the host that was asked (limits-errors-gotchas.md section 1)."""
    made = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    assert made.status == 201
    assert made.json()["url"] == f"http://emulator.test/v1/Workspaces/{made.json()['sid']}"


def test_recorded_headers(browser: Browser) -> None:
    """Answers carry the recorded headers; DELETE has no body and no Twilio-Concurrent-Requests (sdk.md section 4)."""
    made = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    assert made.headers["content-type"] == "application/json; charset=utf-8"
    assert made.headers["x-powered-by"] == "AT-5000"
    assert {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-config", "twilio-request-id"} <= set(
        made.headers
    )
    gone = browser.send("DELETE", f"/v1/Workspaces/{made.json()['sid']}")
    assert (gone.status, gone.body) == (204, b"")
    assert "twilio-concurrent-requests" in made.headers
    assert "twilio-concurrent-requests" not in gone.headers


def test_the_clock(browser: Browser) -> None:
    """The clock is read and moved; a negative move is refused."""
    assert browser.send("GET", "/_admin/clock").json()["now"] == "2026-01-05T09:00:00Z"
    assert browser.send("POST", "/_admin/clock/advance", body={"seconds": 90}).json()["now"] == "2026-01-05T09:01:30Z"
    assert browser.send("POST", "/_admin/clock/advance", form={"seconds": "0.5"}).status == 200
    wrong = browser.send("POST", "/_admin/clock/advance", body={"seconds": -1})
    assert (wrong.status, wrong.json()) == (
        400,
        {"error": "seconds must be a number between 0 and 316224000, found -1"},
    )
    assert browser.send("POST", "/_admin/clock/advance", body={}).json() == {
        "error": "seconds is required: a number of seconds"
    }


def test_run_until_idle(browser: Browser) -> None:
    """Running until idle fires every timer: the task is gone at the end."""
    sid = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    browser.send("POST", f"/v1/Workspaces/{sid}/Tasks", form={"Timeout": "60"})
    moved = browser.send("POST", "/_admin/clock/run-until-idle", body={}).json()
    assert (moved["moved_seconds"], moved["clock"]["next_timer"]) == (360.0, None)


def test_snapshot_reset_load(browser: Browser) -> None:
    """A snapshot brings back what a reset removed; a damaged one changes nothing."""
    browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    snapshot = browser.send("GET", "/_admin/snapshot").json()
    assert browser.send("POST", "/_admin/reset").json() == {"reset": True}
    assert browser.send("GET", "/_admin/state").json()["workspaces"] == []
    assert browser.send("POST", "/_admin/snapshot", body={**snapshot, "accounts": {"AC": {}}}).status == 400
    assert browser.send("POST", "/_admin/snapshot", body={"format": "x"}).status == 400
    assert browser.send("POST", "/_admin/snapshot", body=snapshot).json() == {"loaded": True}
    assert [each["friendly_name"] for each in browser.send("GET", "/_admin/state").json()["workspaces"]] == ["x"]


def test_journal_and_faults(browser: Browser) -> None:
    """Faults are set over HTTP, strike, and are seen in the journal by operation."""
    rule = {"effect": "503", "operation": "ListWorkspace", "count": 1}
    assert browser.send("POST", "/_admin/faults", body=rule).json()["faults"][0]["effect"] == "503"
    assert [browser.send("GET", "/v1/Workspaces").status for _ in range(2)] == [503, 200]
    journal = browser.send("GET", "/_admin/journal").json()["requests"]
    assert [(each["operation"], each["status"]) for each in journal] == [("ListWorkspace", 503), ("ListWorkspace", 200)]
    assert browser.send("DELETE", "/_admin/faults").json() == {"faults": []}
    assert browser.send("POST", "/_admin/faults", body={"effect": "boom"}).status == 400


def test_the_trace_of_a_task(browser: Browser) -> None:
    """A task's way is text, a step a line."""
    sid = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    task = browser.send("POST", f"/v1/Workspaces/{sid}/Tasks", form={}).json()["sid"]
    text = browser.send("GET", f"/_admin/tasks/{task}/trace").body.decode()
    assert text.splitlines()[2] == "2026-01-05T09:00:00Z  workflow.entered        Default Fifo Workflow"
    assert text.splitlines()[-1] == "2026-01-05T09:00:00Z  nobody                  there are no workers"
    data = browser.send("GET", f"/_admin/tasks/{task}/trace", query="format=json").json()
    assert (data["task_sid"], data["steps"][0]["data"]) == (task, {"from": None, "to": "pending"})
    assert browser.send("GET", "/_admin/tasks/WT0/trace").status == 404


def test_other_origins_are_refused(browser: Browser) -> None:
    """A web page of another origin may not use the admin surface."""
    assert browser.send("POST", "/_admin/reset", origin="https://evil.example").status == 403
    assert browser.send("POST", "/_admin/reset", origin="http://emulator.test").status == 200


def test_an_unknown_admin_path_names_the_known_ones(browser: Browser) -> None:
    """A mistyped admin path answers 404 with the list of what there is."""
    answer = browser.send("POST", "/_admin/clok")
    assert answer.status == 404
    assert "POST /_admin/clock/advance" in answer.json()["known"]


def test_the_page(browser: Browser) -> None:
    """The page at / is one static document that loads nothing from elsewhere."""
    answer = browser.send("GET", "/")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert b"<title>TaskRouter emulator</title>" in answer.body
    assert b"http" not in answer.body.replace(b"http-equiv", b"")


def test_a_running_clock() -> None:
    """A clock at 60x fires a reservation's timeout after two real seconds; here the seconds are injected."""
    seconds = [0.0]
    backend = Backend(clock=RunningClock(0, speed=60, monotonic=lambda: seconds[0]))
    browser = Browser(EmulatorApp(backend))
    sid = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    base = f"/v1/Workspaces/{sid}"
    activities = browser.send("GET", f"{base}/Activities").json()["activities"]
    on = next(each["sid"] for each in activities if each["available"])
    browser.send("POST", f"{base}/Workers", form={"FriendlyName": "A", "ActivitySid": on})
    task = browser.send("POST", f"{base}/Tasks", form={}).json()
    assert browser.send("GET", f"{base}/Tasks/{task['sid']}").json()["assignment_status"] == "reserved"
    assert backend.seconds_to_next_timer() == pytest.approx(2.0)
    seconds[0] = 2.1
    backend.catch_up()
    assert browser.send("GET", f"{base}/Tasks/{task['sid']}").json()["assignment_status"] == "pending"


def test_strict_mode_reports_what_the_service_ignores() -> None:
    """Strict mode names every parameter that the service would ignore in silence (resources.md section 1)."""
    strict, lenient = (Browser(EmulatorApp(Backend(strict=value))) for value in (True, False))
    form = {"FriendlyName": "x", "friendlyname": "y", "Tempalte": "FIFO"}
    refused = strict.send("POST", "/v1/Workspaces", form=form)
    assert (refused.status, refused.json()["code"]) == (400, 20001)
    assert refused.json()["message"] == (
        "Unknown parameters for CreateWorkspace: friendlyname, Tempalte (strict mode; the service would ignore them)"
    )
    assert lenient.send("POST", "/v1/Workspaces", form=form).status == 201


@pytest.mark.parametrize("header", ["Basic !!!", "Bearer x", "Basic " + b64encode(b"nocolon").decode()])
def test_damaged_credentials(browser: Browser, header: str) -> None:
    """Credentials that cannot be read are 401 with code 20003 (resources.md section 1.4)."""
    answer = browser.send("GET", "/v1/Workspaces", authorization=header)
    assert (answer.status, answer.json()["code"]) == (401, 20003)


def test_configured_credentials() -> None:
    """With configured credentials only those are let in."""
    sid = "AC" + "0" * 32
    for token, status in (("token", 200), ("other", 401)):
        browser = Browser(EmulatorApp(Backend(credentials={sid: token})))
        assert browser.send("GET", "/v1/Workspaces").status == status


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("clock/advance", {"seconds": True}, "seconds must be a number between 0 and 316224000, found True"),
        ("clock/advance", {"seconds": "1_0"}, "seconds must be a number between 0 and 316224000, found '1_0'"),
        ("clock/advance", {"second": 1}, "/_admin/clock/advance does not know second: it takes seconds"),
        ("clock/run-until-idle", {"seconds": 1}, "/_admin/clock/run-until-idle does not know seconds: it takes limit"),
        ("clock/advance", [], "the body must be a JSON object"),
        ("reset", {"now": True}, "/_admin/reset does not know now: it takes nothing"),
        ("calls", {}, "outcome must be a text"),
        ("calls", {"outcome": "eaten"}, "outcome must be one of answered, busy, no-answer, failed, found 'eaten'"),
        ("calls", {"outcome": "busy", "times": True}, "times must be a whole number from 1 on, found True"),
        ("calls", {"outcome": "busy", "times": 10**9}, "times must be a whole number from 1 on, found 1000000000"),
        ("calls", {"outcome": "busy", "worker_sid": "WK1"}, "there is no worker WK1"),
        ("hang-up", {"task_sid": ["WT1"]}, "task_sid must be a text, found ['WT1']"),
        ("hang-up", {"task_sid": "WT1"}, "task_sid must be the SID of a task"),
        ("enqueue", {"twiml": 1}, "twiml must be a text, found 1"),
        ("enqueue", {"twiml": "<Response/>", "call": []}, "call must be an object of texts"),
        ("faults", {"faults": [{"effect": "500"}, {"effect": "boom"}]}, "effect 'boom' is not one of "),
        ("snapshot", {"format": "taskrouter-kit emulator 1", "now": 10**20, "accounts": {}}, "the snapshot is damaged"),
        ("snapshot", {"format": "taskrouter-kit emulator 1", "now": -1, "accounts": {}}, "the snapshot is damaged"),
        ("snapshot", {"format": "taskrouter-kit emulator 1", "now": "1", "accounts": {}}, "the snapshot is damaged"),
        ("snapshot", {"format": "taskrouter-kit emulator 1", "now": 1, "accounts": []}, "the snapshot is damaged"),
    ],
)
def test_bad_requests_change_nothing(browser: Browser, path: str, body: Any, error: str) -> None:
    """What cannot be done is one error that names it, and nothing of it is done."""
    browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    before = browser.app.backend.save()
    answer = browser.send("POST", f"/_admin/{path}", body=body)
    assert answer.status == 400
    assert answer.json()["error"].startswith(error)
    assert browser.app.backend.save() == before
    assert browser.app.backend.disturbances.rules == ()
    assert browser.app.backend.troubles.latest == ()


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("format", "taskrouter-kit engine 0", "expected 'taskrouter-kit engine "),
        ("sids", "7", "sids is of type str"),
        ("workspaces", [{"sid": 1}], "WorkspaceState.sid is of type int"),
    ],
)
def test_a_snapshot_that_cannot_be(browser: Browser, name: str, value: object, why: str) -> None:
    """A snapshot of another format, and one that somebody has damaged, is refused by what is wrong with it."""
    browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    saved = browser.app.backend.save()
    ((sid, world),) = saved["accounts"].items()
    answer = browser.send("POST", "/_admin/snapshot", body={**saved, "accounts": {sid: {**world, name: value}}})
    assert answer.status == 400
    assert answer.json()["error"].startswith(why)
    assert browser.app.backend.save() == saved


def test_a_snapshot_of_another_account(browser: Browser) -> None:
    """A snapshot in which an account's world is another account's is damaged."""
    browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"})
    saved = browser.app.backend.save()
    (world,) = saved["accounts"].values()
    answer = browser.send("POST", "/_admin/snapshot", body={**saved, "accounts": {"AC" + "9" * 32: world}})
    assert (answer.status, answer.json()) == (400, {"error": "the snapshot is damaged: whose are the accounts?"})


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 10.0**12])
def test_the_time_does_not_run_backwards(seconds: float) -> None:
    """In process, too, the time moves forward only, and stays within the dates."""
    backend = Backend()
    before = backend.clock.now_ms()
    with pytest.raises(ValueError, match="the time "):
        backend.advance(seconds)
    assert backend.clock.now_ms() == before


def test_the_end_of_time(browser: Browser) -> None:
    """However often the clock is moved, it stays where every moment has a date."""
    ten_years = {"seconds": 10 * 366 * 86_400}
    statuses = [browser.send("POST", "/_admin/clock/advance", body=ten_years).status for _ in range(800)]
    assert sorted(set(statuses)) == [200, 400]
    assert browser.send("GET", "/_admin/clock").json()["now"].startswith("8")
    assert browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x"}).status == 201


def test_a_clock_that_is_set_back() -> None:
    """When what it counts with goes back, a running clock stands still, and can still be moved forward."""
    seconds = [100.0]
    backend = Backend(clock=RunningClock(0, speed=60, monotonic=lambda: seconds[0]))
    seconds[0] = 101.0
    assert backend.clock.now_ms() == 60_000
    seconds[0] = 50.0
    assert backend.clock.now_ms() == 60_000
    backend.advance(30)
    assert backend.clock.now_ms() == 90_000
    Desk(backend=backend).routed().make("/Tasks")
    backend.advance(121)
    ((_, workspace),) = backend.workspaces()
    assert [each.reservation_status for each in workspace.reservations.values()] == ["timeout"]


def test_a_large_snapshot(browser: Browser) -> None:
    """A snapshot is taken back however large the world is; other requests have the limit that they need."""
    sid = browser.send("POST", "/v1/Workspaces", form={"FriendlyName": "x", "Template": "FIFO"}).json()["sid"]
    tasks = f"/v1/Workspaces/{sid}/Tasks"
    text = json.dumps({"x": "y" * 4_000})
    while len(browser.send("GET", "/_admin/snapshot").body) < 4 * 1_038_576:
        for _ in range(100):
            browser.send("POST", tasks, form={"Attributes": text})
    saved = browser.send("GET", "/_admin/snapshot").json()
    browser.send("POST", "/_admin/reset")
    assert browser.send("POST", "/_admin/snapshot", body=saved).status == 200
    assert browser.send("GET", "/_admin/snapshot").json()["accounts"] == saved["accounts"]
    assert browser.send("POST", "/_admin/enqueue", body={"twiml": "x" * 5_000_000}).status == 413
    assert browser.send("POST", tasks, form={"Attributes": "x" * 5_000_000}).status == 413
