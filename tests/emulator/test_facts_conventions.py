"""Facts about requests and answers of every operation (resources.md section 1)."""

from __future__ import annotations

import re

import pytest

from emulator.asking import ACCOUNT, ORIGIN, Asker, Desk, basic
from taskrouter_kit.emulator import Backend

NOBODY = "0" * 32


@pytest.fixture
def desk() -> Desk:
    return Desk().routed()


def test_statuses_of_the_verbs(desk: Desk) -> None:
    """Create is POST on the list and 201, update POST on the instance and 200, fetch and list 200, delete 204."""
    # Documented: resources.md section 1; verbs
    made = desk.post("/Activities", FriendlyName="Lunch")
    path = f"/Activities/{made.json['sid']}"
    renamed = desk.post(path, FriendlyName="Dinner")
    fetched, listed, gone = desk.get(path), desk.get("/Activities"), desk.delete(path)
    assert [each.status for each in (made, renamed, fetched, listed, gone)] == [201, 200, 200, 200, 204]
    assert gone.body == b""
    assert desk.get(path).status == 404


def test_the_account_comes_from_the_credentials(desk: Desk) -> None:
    """Account SID and token, or API key and secret, name the account; the URL has none."""
    # Documented: resources.md section 1; HTTP Basic
    assert desk.workspace["account_sid"] == ACCOUNT
    key = Asker(desk.backend, basic("SK" + NOBODY, "secret"))
    assert key.get(f"/v1/Workspaces/{desk.workspace['sid']}").json["sid"] == desk.workspace["sid"]


def test_api_keys_belong_to_an_account() -> None:
    """A configured API key works on the account it belongs to, and only with its secret."""
    # Documented: resources.md section 1; API Key SID and secret
    mine, key = "AC" + "1" * 32, "SK" + "2" * 32
    backend = Backend(credentials={mine: "token", key: "secret"}, keys={key: mine})
    made = Asker(backend, basic(mine)).make("/v1/Workspaces", FriendlyName="Mine")
    path = f"/v1/Workspaces/{made['sid']}"
    assert Asker(backend, basic(key, "secret")).get(path).json["account_sid"] == mine
    assert Asker(backend, basic(key, "other")).get(path).refusal == (401, 20003, "Authenticate")


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !", "Bearer x", basic("AC1"), basic(ACCOUNT, ""), basic("WS" + NOBODY), "Basic QUI="],
)
def test_bad_credentials(authorization: str) -> None:
    """What is no account with a token is 401 with code 20003."""
    # Documented: resources.md section 1.4; 401, 20003
    answer = Asker(authorization=authorization).get("/v1/Workspaces")
    assert answer.refusal == (401, 20003, "Authenticate")


def test_accounts_do_not_see_each_other(desk: Desk) -> None:
    """A workspace of another account is not there: 404, not 403."""
    # Documented: resources.md section 1; the account is taken from the credentials
    other = Asker(desk.backend, basic("AC" + "1" * 32))
    assert other.get(f"/v1/Workspaces/{desk.workspace['sid']}").refusal[:2] == (404, 20404)
    assert other.list("/v1/Workspaces", "workspaces") == []


def test_names_of_parameters_are_case_sensitive(desk: Desk) -> None:
    """`friendlyname` is not FriendlyName: the required one is missing."""
    # Documented: resources.md section 1; PascalCase names, case-sensitive
    assert desk.post("/Activities", friendlyname="Lunch").refusal == (400, 20001, "FriendlyName field is required")


def test_unknown_parameters_are_ignored(desk: Desk) -> None:
    """A parameter that the service does not know changes nothing and is no error."""
    # Documented: resources.md section 1; unknown parameters
    assert desk.make("/Activities", FriendlyName="Lunch", Nonsense="1")["friendly_name"] == "Lunch"
    assert desk.get("/Activities", Nonsense="1").status == 200


def test_strict_mode_names_unknown_parameters() -> None:
    """In strict mode a parameter that the service would ignore is refused, wherever it was sent."""
    # Documented: limits-errors-gotchas.md section 4; gotcha 47, emulator strict mode
    desk = Desk(strict=True)
    text = "Unknown parameters for CreateActivity: friendlyName (strict mode; the service would ignore them)"
    assert desk.post("/Activities", FriendlyName="Lunch", friendlyName="x").refusal == (400, 20001, text)
    asked = desk.ask("POST", desk.base + "/Activities", b"FriendlyName=Lunch", query="Available=true")
    text = "Unknown parameters for CreateActivity: Available (strict mode; the service would ignore them)"
    assert asked.refusal == (400, 20001, text)


@pytest.mark.parametrize(("word", "meaning"), [("true", True), ("1", True), ("yes", True), ("on", False), ("0", False)])
def test_booleans(desk: Desk, word: str, meaning: bool) -> None:
    """`true`, `1` and `yes` are true; every other word is false."""
    # Documented: resources.md section 1; booleans
    assert desk.make("/Activities", FriendlyName="Lunch", Available=word)["available"] is meaning


def test_an_absent_parameter_changes_nothing(desk: Desk) -> None:
    """An update changes what it names, and leaves the rest."""
    # Documented: resources.md section 1; partial update
    path = f"/TaskQueues/{desk.queue}"
    before = desk.get(path).json
    after = desk.post(path, MaxReservedWorkers="7").json
    assert after == {**before, "max_reserved_workers": 7, "date_updated": after["date_updated"]}


def test_an_empty_value_clears(desk: Desk) -> None:
    """An empty text clears callback, filter, and the activities of a queue."""
    # Observed: resources.md section 1; empty string clears where clearing is possible
    desk.post("", EventCallbackUrl="https://a.example/events", EventsFilter="task.created")
    cleared = desk.post("", EventCallbackUrl="", EventsFilter="").json
    assert (cleared["event_callback_url"], cleared["events_filter"]) == ("", None)
    busy = desk.activity("Unavailable")
    path = f"/TaskQueues/{desk.queue}"
    set_to = desk.post(path, ReservationActivitySid=busy, AssignmentActivitySid=busy).json
    assert (set_to["reservation_activity_sid"], set_to["reservation_activity_name"]) == (busy, "Unavailable")
    cleared = desk.post(path, ReservationActivitySid="", AssignmentActivitySid="").json
    assert (cleared["reservation_activity_sid"], cleared["assignment_activity_name"]) == (None, None)


def test_json_is_text_in_requests_and_answers(desk: Desk) -> None:
    """`attributes`, `configuration` and `addons` are texts that hold JSON, stored without white space."""
    # Documented: resources.md section 1; JSON-valued fields
    # Observed: sdk.md section 4; JSON is normalised
    task = desk.make("/Tasks", Attributes='{"a": ["b"], "c": "d"}')
    assert (task["attributes"], task["addons"]) == ('{"a":["b"],"c":"d"}', "{}")
    workflow = desk.get(f"/Workflows/{desk.workflow}").json
    assert workflow["configuration"] == desk.configuration.replace(" ", "")


def test_json_as_posted_is_an_option() -> None:
    """With ``as_posted`` the text comes back as it was sent."""
    # Observed: workflows.md section 1; compacted in one recording, as posted in older captures
    # Inferred: sdk.md section 4; only one recording shows the compacting
    desk = Desk(as_posted=True).routed()
    assert desk.make("/Tasks", Attributes='{ "a" : 1 }')["attributes"] == '{ "a" : 1 }'
    assert desk.get(f"/Workflows/{desk.workflow}").json["configuration"] == desk.configuration


def test_dates(desk: Desk) -> None:
    """Dates are ISO 8601 in UTC, whole seconds."""
    # Documented: resources.md section 1; dates
    desk.backend.advance(1.999)
    assert desk.make("/Tasks")["date_created"] == "2026-01-05T09:00:01Z"


def test_headers_of_every_answer(desk: Desk) -> None:
    """Rate limit and CORS headers come with every operation, errors included."""
    # Documented: resources.md section 1; response headers
    for answer in (desk.get(), desk.get("/Nothing"), desk.delete(f"/Workers/WK{NOBODY}")):
        assert {"x-rate-limit-limit", "x-rate-limit-remaining", "x-rate-limit-config"} <= set(answer.headers)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == "ETag"
        assert "If-None-Match" in answer.headers["access-control-allow-headers"]
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_recorded_headers(desk: Desk) -> None:
    """Answers carry the request's own id, and the names that were recorded; a deletion lacks one of them."""
    # Observed: sdk.md section 4; headers
    first, second = desk.get(), desk.get()
    assert re.fullmatch("RQ[0-9a-f]{32}", first.headers["twilio-request-id"])
    assert first.headers["twilio-request-id"] != second.headers["twilio-request-id"]
    assert (first.headers["x-api-domain"], first.headers["x-home-region"]) == ("taskrouter.twilio.com", "us1")
    assert (first.headers["x-powered-by"], first.headers["x-shenanigans"]) == ("AT-5000", "none")
    assert {"twilio-request-duration", "twilio-concurrent-requests"} <= set(first.headers)
    gone = desk.delete()
    assert (gone.status, gone.headers["content-type"]) == (204, "application/json; charset=utf-8")
    assert "twilio-concurrent-requests" not in gone.headers


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("", "WS"),
        ("/Activities", "WA"),
        ("/Workers", "WK"),
        ("/TaskChannels", "TC"),
        ("/TaskQueues", "WQ"),
        ("/Workflows", "WW"),
        ("/Tasks", "WT"),
        ("/Events", "EV"),
        ("/Workers/{worker}/Channels", "WC"),
        ("/Tasks/{task}/Reservations", "WR"),
    ],
)
def test_sids(desk: Desk, path: str, prefix: str) -> None:
    """A SID is two letters and 32 hexadecimal digits; the letters say what it names."""
    # Documented: resources.md section 1.1
    task = desk.make("/Tasks")["sid"]
    found = desk.get(path.format(worker=desk.worker, task=task)).json
    first = found if "sid" in found else found[found["meta"]["key"]][0]
    assert re.fullmatch(f"{prefix}[0-9a-f]{{32}}", first["sid"])
    assert (first["account_sid"], first["url"].startswith(f"{ORIGIN}{desk.base}")) == (ACCOUNT, True)


@pytest.mark.parametrize("sid", [f"WT{NOBODY}", "WT1", "nonsense", f"wt{NOBODY}", "%", "", "é"])
def test_unknown_and_malformed_sids(desk: Desk, sid: str) -> None:
    """An unknown or malformed SID in the path is 404 with code 20404; the message names the path."""
    # Observed: resources.md section 1.4; malformed too
    path = f"/Workspaces/{desk.workspace['sid']}/Tasks/{sid}"
    assert desk.get(f"/Tasks/{sid}").refusal == (404, 20404, f"The requested resource {path} was not found")


def test_body_of_an_error(desk: Desk) -> None:
    """An error names code, message, status and where to read more."""
    # Observed: resources.md section 1; error body
    assert desk.post("/Activities").json == {
        "code": 20001,
        "message": "FriendlyName field is required",
        "more_info": "https://www.twilio.com/docs/errors/20001",
        "status": 400,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/Tasks"), ("PATCH", "/Workers"), ("DELETE", "/Workers"), ("POST", "/Events"), ("POST", "/Statistics")],
)
def test_methods_that_are_not_there(desk: Desk, method: str, path: str) -> None:
    """A path that knows other methods answers 405 with code 20004."""
    # Documented: resources.md section 1.4; method not allowed
    assert desk.ask(method, desk.base + path).refusal[:2] == (405, 20004)


def test_a_malformed_sid_in_a_query(desk: Desk) -> None:
    """A malformed SID as a filter is 400."""
    # Observed: resources.md section 1.4; ActivitySid=WAxxx
    text = "ActivitySid 'WAxxx' is not a valid WA SID"
    assert desk.get("/Workers", ActivitySid="WAxxx").refusal == (400, 20001, text)


@pytest.mark.parametrize(
    ("path", "key", "query"),
    [
        ("/Workers", "workers", {"FriendlyName": "aaa"}),
        ("/Workers", "workers", {"ActivityName": "I"}),
        ("/Workers", "workers", {"ActivitySid": f"WA{NOBODY}"}),
        ("/Tasks", "tasks", {"WorkflowName": "aaa"}),
        ("/TaskQueues", "task_queues", {"WorkerSid": f"WK{NOBODY}"}),
        ("/Workflows", "workflows", {"FriendlyName": "al"}),
    ],
)
def test_a_filter_that_matches_nothing(desk: Desk, path: str, key: str, query: dict[str, str]) -> None:
    """A well-formed filter that nothing fits answers 200 with an empty list."""
    # Observed: resources.md section 1.4; 200, empty list
    assert desk.list(path, key, **query) == []


def test_names_as_filters(desk: Desk) -> None:
    """FriendlyName is an exact match; for workers, whose names ignore case, the filter does too."""
    # Observed: resources.md section 1.4; `test` does not return `test1`
    desk.make("/TaskQueues", FriendlyName="All1")
    assert [each["friendly_name"] for each in desk.list("/TaskQueues", "task_queues", FriendlyName="All")] == ["All"]
    # Inferred: resources.md section 1.4; case
    assert desk.list("/TaskQueues", "task_queues", FriendlyName="all") == []
    assert [each["sid"] for each in desk.list("/Workers", "workers", FriendlyName="aLICE")] == [desk.worker]


def test_a_browser_may_ask_first(desk: Desk) -> None:
    """OPTIONS, which a browser sends without credentials, is answered with the CORS headers; not on the admin paths."""
    # Documented: resources.md section 1; CORS headers
    asked = Asker(desk.backend, "none").ask("OPTIONS", desk.base + "/Tasks", headers={"origin": "http://app.test"})
    assert (asked.status, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert "If-Match" in asked.headers["access-control-allow-headers"]
    assert desk.ask("OPTIONS", "/_admin/reset", headers={"origin": "http://app.test"}).status == 403


def test_head_is_get(desk: Desk) -> None:
    """HEAD has the status and the headers of GET; the server leaves the body out."""
    head, get = desk.ask("HEAD", desk.base), desk.get()
    assert (head.status, head.headers["content-length"]) == (200, get.headers["content-length"])
    assert desk.ask("HEAD", desk.base + "/Nothing").status == 404


@pytest.mark.parametrize(
    ("path", "key", "name"),
    [
        ("/Workers", "workers", "TargetWorkersExpression"),
        ("/Workers", "workers", "FriendlyName"),
        ("/Workers", "workers", "Available"),
        ("/Tasks", "tasks", "EvaluateTaskAttributes"),
        ("/Tasks", "tasks", "AssignmentStatus"),
        ("/TaskQueues", "task_queues", "EvaluateWorkerAttributes"),
        ("/Activities", "activities", "FriendlyName"),
    ],
)
def test_an_empty_filter_filters_nothing(desk: Desk, path: str, key: str, name: str) -> None:
    """A filter without a value lets everything through, and is still in the address of the list."""
    # Inferred: resources.md section 4; of TargetWorkersExpression a published program says so
    desk.make("/Tasks")
    everything = desk.list(path, key)
    answer = desk.get(path, **{name: ""})
    assert everything
    assert answer.json[key] == everything
    assert answer.json["meta"]["url"].endswith(f"{path}?{name}=&PageSize=50&Page=0")
