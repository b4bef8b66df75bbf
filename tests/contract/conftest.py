"""One account, two faces: the same tests run in process and over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from taskrouter_kit.emulator import Backend, InProcessHttpClient, ServerThread

ACCOUNT = "AC" + "0" * 32


def client_of(http_client: Any) -> Any:
    return Client(ACCOUNT, "token", http_client=http_client, environment={"_": ""})


class Face:
    """A backend and an official client in front of it."""

    def __init__(self, backend: Backend, client: Any) -> None:
        self.backend = backend
        self.client = client
        self.v1 = client.taskrouter.v1

    def workspace(self, **parameters: Any) -> Any:
        made = self.v1.workspaces.create(**{"friendly_name": "Contract", **parameters})
        return self.v1.workspaces(made.sid)


@pytest.fixture(scope="session")
def _server() -> Iterator[ServerThread]:
    with ServerThread(Backend()) as server:
        yield server


@pytest.fixture(params=["in process", pytest.param("over HTTP", marks=pytest.mark.network)])
def face(request: pytest.FixtureRequest) -> Iterator[Face]:
    if request.param == "in process":
        backend = Backend()
        yield Face(backend, client_of(InProcessHttpClient(backend)))
        return
    server: ServerThread = request.getfixturevalue("_server")
    server.backend.reset()
    http_client = TwilioHttpClient(timeout=30)
    client = client_of(http_client)
    client.taskrouter.base_url = server.url
    yield Face(server.backend, client)
    http_client.session.close()
