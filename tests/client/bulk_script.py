"""Create workers or tasks in bulk with a journal, in a process that is killed: see test_bulk_killed.py.

    python bulk_script.py URL JOURNAL workers|marked|bare COUNT

Prints one line per item: its ending.
"""

from __future__ import annotations

import sys
from typing import Any

from taskrouter_kit import Worker
from taskrouter_kit.client import BulkOptions, Limits, RetryPolicy, SdkSender, Service


def live(url: str) -> Any:
    from twilio.rest import Client

    client = Client("AC" + "0" * 32, "t", environment={"_": ""})
    client.taskrouter.base_url = url
    return Service(SdkSender(client), RetryPolicy(limits=Limits.off())).workspace("Support")


def main() -> None:
    url, journal, kind, count = sys.argv[1:]
    workspace, options = live(url), BulkOptions(most=6, journal=journal)
    if kind == "workers":
        results = workspace.workers.create_many([Worker(f"W{n}", {"n": n}) for n in range(int(count))], options)
    else:
        tasks = [{"order": f"A{n}"} for n in range(int(count))]
        dedupe = "order" if kind == "marked" else None
        results = workspace.tasks.create_many(tasks, workflow="Routing", dedupe=dedupe, options=options)
    for each in results:
        sys.stdout.write(each.ending + "\n")


if __name__ == "__main__":
    main()
