"""A client is used, the process forks, both go on with it at the same time. Run by a test, in its own process."""

import os
import sys

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from taskrouter_kit.client import Limits, RetryPolicy, SdkSender, Service
from taskrouter_kit.emulator import Backend, ServerThread

CALLS = 60


def use(live: object, who: str) -> int:
    for number in range(CALLS):
        name = f"{who} {number}"
        made = live.workers.create(name)  # type: ignore[attr-defined]
        if made.friendly_name != name or live.workers.fetch(made).friendly_name != name:  # type: ignore[attr-defined]
            return 1
    return 0


with ServerThread(Backend()) as server:
    client = Client("AC" + "0" * 32, "token", environment={"_": ""}, http_client=TwilioHttpClient(timeout=20))
    client.taskrouter.base_url = server.url
    service = Service(SdkSender(client), RetryPolicy(attempts=1, limits=Limits.off()))
    service.workspaces.create("Support")
    shared = service.workspace("Support")
    shared.workers.create("before")
    child = os.fork()
    if not child:
        code = 1
        try:
            code = use(shared, "child")
        finally:
            os._exit(code)
    mine = use(shared, "parent")
    _, status = os.waitpid(child, 0)
    found = len(list(shared.workers.list()))
    client.http_client.session.close()
sys.stdout.write(f"parent {mine}, child {os.waitstatus_to_exitcode(status)}, {found} workers\n")
