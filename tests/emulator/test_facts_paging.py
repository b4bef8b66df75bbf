"""Facts about paging and limits over HTTP (limits-errors-gotchas.md sections 1 to 3)."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from emulator.asking import ORIGIN, Desk, Heard


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    for number in range(7):
        desk.make("/Workers", FriendlyName=f"W{number}")
    return desk


def follow(desk: Desk, url: str) -> Heard:
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == ORIGIN
    return desk.ask("GET", parts.path, query=parts.query)


def names(answer: Heard) -> list[str]:
    return [each["friendly_name"] for each in answer.json["workers"]]


def test_envelope(desk: Desk) -> None:
    """A page has the items under its key, and a `meta` of seven names; both ends are null on a single page."""
    # Documented: limits-errors-gotchas.md section 1; envelope, PageSize default 50
    found = desk.get("/Workers").json
    first = f"{ORIGIN}{desk.base}/Workers?PageSize=50&Page=0"
    assert set(found) == {"meta", "workers"}
    assert found["meta"] == {
        "page": 0,
        "page_size": 50,
        "first_page_url": first,
        "previous_page_url": None,
        "url": first,
        "next_page_url": None,
        "key": "workers",
    }


def test_tokens(desk: Desk) -> None:
    """The next page's token is PA and the SID of the last item; following the URLs walks every item once."""
    # Observed: limits-errors-gotchas.md section 1; PA + SID of the last item
    answer, seen = desk.get("/Workers", PageSize="3"), list[str]()
    last = answer.json["workers"][-1]["sid"]
    following = f"{ORIGIN}{desk.base}/Workers?PageSize=3&Page=1&PageToken=PA{last}"
    assert answer.json["meta"]["next_page_url"] == following
    seen += names(answer)
    while answer.json["meta"]["next_page_url"]:
        answer = follow(desk, answer.json["meta"]["next_page_url"])
        seen += names(answer)
    assert seen == [f"W{number}" for number in range(7)]
    assert answer.json["meta"]["page"] == 2


def test_back(desk: Desk) -> None:
    """Previous pages lead back to the first one."""
    # Inferred: limits-errors-gotchas.md section 1; PB + SID of the first item
    second = follow(desk, desk.get("/Workers", PageSize="3").json["meta"]["next_page_url"])
    assert "PageToken=PBWK" in second.json["meta"]["previous_page_url"]
    first = follow(desk, second.json["meta"]["previous_page_url"])
    assert (names(first), first.json["meta"]["previous_page_url"]) == (["W0", "W1", "W2"], None)


def test_filters_stay_in_the_urls(desk: Desk) -> None:
    """Filters come first in every URL, then PageSize, then Page; the next page keeps them."""
    # Documented: limits-errors-gotchas.md section 1; filters echoed
    meta = desk.get("/Workers", Available="false", ActivityName="Offline", PageSize="2").json["meta"]
    assert [name for name, _ in parse_qsl(urlsplit(meta["next_page_url"]).query)] == [
        *("Available", "ActivityName", "PageSize", "Page", "PageToken")
    ]
    assert names(follow(desk, meta["next_page_url"])) == ["W2", "W3"]


def test_filters_survive_their_encoding(desk: Desk) -> None:
    """An expression with signs, spaces and accents is the same expression on the next page."""
    # Documented: limits-errors-gotchas.md section 1; filters are kept by echoing them
    for number in range(3):
        desk.make("/Workers", FriendlyName=f"X{number}", Attributes='{"town":"Zürich & Köln + 1"}')
    answer = desk.get("/Workers", TargetWorkersExpression='town == "Zürich & Köln + 1"', PageSize="1")
    assert names(follow(desk, answer.json["meta"]["next_page_url"])) == ["X1"]


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5", ""])
def test_page_sizes(desk: Desk, size: str) -> None:
    """A page has 1 to 1,000 items."""
    # Documented: limits-errors-gotchas.md section 1; PageSize
    assert desk.get("/Workers", PageSize=size).refusal[:2] == (400, 20001)
    assert desk.get("/Workers", PageSize="1000").json["meta"]["page_size"] == 1000
    # Inferred: limits-errors-gotchas.md section 2; a larger size is cut to the maximum
    assert desk.get("/Workers", PageSize="5000").json["meta"]["page_size"] == 1000


def test_absolute_paging(desk: Desk) -> None:
    """Page above 0 without PageToken is 400 with code 40153; Page=0 is in our own URLs, and accepted."""
    # Documented: limits-errors-gotchas.md section 1; 40153
    assert desk.get("/Workers", Page="1").refusal[:2] == (400, 40153)
    assert desk.get("/Workers", Page="0").status == 200


def test_the_page_number_selects_nothing(desk: Desk) -> None:
    """Page is client state: with the same token any number shows the same items."""
    # Documented: limits-errors-gotchas.md section 1; Page is client state
    token = "PA" + desk.get("/Workers", PageSize="2").json["workers"][-1]["sid"]
    one = desk.get("/Workers", PageSize="2", Page="1", PageToken=token)
    other = desk.get("/Workers", PageSize="2", Page="40", PageToken=token)
    assert names(one) == names(other) == ["W2", "W3"]


@pytest.mark.parametrize("gone", [1, 2])
def test_deletions_between_pages(desk: Desk, gone: int) -> None:
    """When items of the last page are deleted, the next page still begins where it would have begun."""
    # Inferred: limits-errors-gotchas.md section 1; continue at its old position
    answer = desk.get("/Workers", PageSize="3")
    for each in answer.json["workers"][-gone:]:
        desk.delete(f"/Workers/{each['sid']}")
    assert names(follow(desk, answer.json["meta"]["next_page_url"])) == ["W3", "W4", "W5"]


@pytest.mark.parametrize("token", ["x", "PA", "PAWK1", "QQ", "PAWK" + "0" * 32])
def test_tokens_that_name_nothing(desk: Desk, token: str) -> None:
    """A token that names no item of the list is refused."""
    # Inferred: limits-errors-gotchas.md section 1; as an unknown AfterSid, 400
    assert desk.get("/Workers", Page="1", PageToken=token).refusal[:2] == (400, 20001)


def test_tokens_name_a_direction(desk: Desk) -> None:
    """A token begins with PA or PB; what names an item in another way is refused."""
    # Observed: limits-errors-gotchas.md section 1; token = PA + SID
    sid = desk.get("/Workers").json["workers"][0]["sid"]
    assert desk.get("/Workers", Page="1", PageToken=f"PA{sid}").status == 200
    assert desk.get("/Workers", Page="1", PageToken=f"PX{sid}").refusal[:2] == (400, 20001)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/v1/Workspaces", "workspaces"),
        ("Activities", "activities"),
        ("Events", "events"),
        ("Workers", "workers"),
        ("TaskChannels", "channels"),
        ("TaskQueues", "task_queues"),
        ("TaskQueues/Statistics", "task_queues_statistics"),
        ("Workflows", "workflows"),
        ("Tasks", "tasks"),
    ],
)
def test_keys_of_lists(desk: Desk, path: str, key: str) -> None:
    """Each list names the key of its items in `meta`; every item of it has the request's own origin in its url."""
    # Documented: resources.md section 1.3; meta keys
    answer = desk.ask("GET", path if path.startswith("/") else f"{desk.base}/{path}")
    assert answer.json["meta"]["key"] == key
    assert all(each["url"].startswith(ORIGIN) for each in answer.json[key])


def test_urls_have_the_origin_of_the_request(desk: Desk) -> None:
    """Another Host gives other URLs: a client is never sent away."""
    # Observed: limits-errors-gotchas.md section 1; built from the request's scheme and host
    meta = desk.get("/Workers", {"host": "localhost:9"}, PageSize="1").json["meta"]
    assert meta["next_page_url"].startswith("http://localhost:9/v1/Workspaces/")


def test_a_hundred_activities_over_http() -> None:
    """A workspace has at most 100 activities."""
    # Documented: limits-errors-gotchas.md section 2; Activities
    desk = Desk()
    for number in range(97):
        desk.make("/Activities", FriendlyName=f"A{number}")
    assert desk.post("/Activities", FriendlyName="one more").refusal[:2] == (400, 20001)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/Tasks", {"EvaluateTaskAttributes": "a == 1"}),
        ("/Workers", {"TargetWorkersExpression": "a == 1"}),
        ("/TaskQueues", {"EvaluateWorkerAttributes": "{}"}),
    ],
)
def test_published_limits(path: str, query: dict[str, str]) -> None:
    """With the published limits on, a fourth evaluating list within a second is 429 with code 20429."""
    # Documented: limits-errors-gotchas.md section 2; 3 requests/s each
    desk = Desk(published_limits=True)
    assert [desk.get(path, **query).status for _ in range(4)] == [200, 200, 200, 429]
    answer = desk.get(path, **query)
    assert answer.refusal == (429, 20429, "Too Many Requests")
    assert answer.headers["retry-after"] == "1"
    assert desk.get(path).status == 200
    desk.backend.advance(1)
    assert desk.get(path, **query).status == 200


def test_a_limited_request_is_not_processed() -> None:
    """A request that met 429 changed nothing, and may be sent again."""
    # Documented: limits-errors-gotchas.md section 3.1; the request was not processed
    from taskrouter_kit.emulator import FaultRule

    desk = Desk()
    desk.backend.disturbances.add(FaultRule("429", operation="CreateWorker", count=1))
    assert desk.post("/Workers", FriendlyName="Bob").refusal[:2] == (429, 20429)
    assert desk.list("/Workers", "workers") == []
    assert desk.post("/Workers", FriendlyName="Bob").status == 201


@pytest.mark.parametrize(("path", "key"), [("/Workers", "workers"), ("/TaskQueues", "task_queues")])
def test_lists_that_begin_behind_an_item(path: str, key: str) -> None:
    """AfterSid begins a list behind the item that it names, on every page; strict mode knows it too."""
    # Observed: resources.md sections 4 and 7; undocumented, an unknown SID is 400
    desk = Desk(strict=True)
    sids = [desk.make(path, FriendlyName=f"N{number}")["sid"] for number in range(5)]
    found = desk.get(path, AfterSid=sids[1], PageSize="2")
    assert [each["sid"] for each in found.json[key]] == sids[2:4]
    assert [each["sid"] for each in follow(desk, found.json["meta"]["next_page_url"]).json[key]] == sids[4:]
    assert desk.get(path, AfterSid=sids[4]).json[key] == []
    assert desk.get(path, AfterSid=sids[0][:2] + "f" * 32).refusal[:2] == (400, 20001)
    assert desk.get(path, AfterSid="x").refusal[:2] == (400, 20001)


def test_lists_with_an_etag() -> None:
    """Lists of tasks, workers and reservations have an ETag, which is another one when the list is."""
    # Documented: resources.md section 1; ETag on lists of Task, Worker and both Reservation lists
    desk = Desk().routed()
    task, worker = desk.accepted(), desk.worker
    for path in ("/Tasks", "/Workers", f"/Tasks/{task}/Reservations", f"/Workers/{worker}/Reservations"):
        before = desk.get(path).headers["etag"]
        assert (before[0], before[-1], desk.get(path).headers["etag"]) == ('"', '"', before)
    tasks = desk.get("/Tasks").headers["etag"]
    desk.post(f"/Tasks/{task}", Priority="7")
    assert desk.get("/Tasks").headers["etag"] != tasks
    for path in ("/Activities", "/TaskQueues", "/Workflows", "/Events", "/TaskChannels", f"/Workers/{worker}/Channels"):
        assert "etag" not in desk.get(path).headers
