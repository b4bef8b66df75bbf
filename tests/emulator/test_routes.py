"""The table of operations, against the published description of the interface."""

from __future__ import annotations

import json

import pytest

from shared_material import shared
from taskrouter_kit.emulator._faults import Fault
from taskrouter_kit.emulator._routes import ROUTES, find_route

SID = "0" * 32


def test_every_operation_is_there_with_its_parameters() -> None:
    """The table has the 61 operations of the published document, with exactly their parameters."""
    published = json.loads(shared("openapi/examples.json").read_text())["operations"]
    described = {}
    for each in published:
        query = {p["name"] for p in each["params"] if p["in"] == "query"}
        form = {p["name"] for content in each["body"].values() for p in content}
        if_match = any(p["name"] == "If-Match" for p in each["params"])
        described[each["operationId"]] = (each["method"], each["path"], query, form, if_match)
    ours = {
        route.operation: (route.method, route.template, set(route.query), set(route.form), route.if_match)
        for route in ROUTES
    }
    assert len(ROUTES) == 61
    assert ours == described


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_template_is_found(route: object) -> None:
    """Each path leads to its own operation; fixed words win over SIDs (resources.md section 1.3)."""
    path = route.template  # type: ignore[attr-defined]
    for name in ("{WorkspaceSid}", "{Sid}", "{WorkerSid}", "{TaskSid}", "{TaskQueueSid}", "{WorkflowSid}"):
        path = path.replace(name, "XX" + SID)
    found, values = find_route(route.method, path)  # type: ignore[attr-defined]
    assert found is route
    assert values == ("XX" + SID,) * route.template.count("{")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/Nothing", 404, 20404),
        ("GET", "/", 404, 20404),
        ("GET", "/v2/Workspaces", 404, 20404),
        ("GET", "/x/v1/Workspaces", 404, 20404),
        ("GET", "/v1/WorkspacesX", 404, 20404),
        ("GET", f"/v1/WorkspacesX/WS{SID}", 404, 20404),
        ("GET", f"/v1/Workspaces/WS{SID}/Workers/WK{SID}/Channels/x/y", 404, 20404),
        ("PUT", "/v1/Workspaces", 405, 20004),
        ("DELETE", f"/v1/Workspaces/WS{SID}/Workers", 405, 20004),
    ],
)
def test_what_is_no_operation(method: str, path: str, status: int, code: int) -> None:
    """An unknown path is 404/20404, an unknown method 405/20004 (resources.md section 1.4)."""
    with pytest.raises(Fault) as caught:
        find_route(method, path)
    assert (caught.value.status, caught.value.code) == (status, code)
