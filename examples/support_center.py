"""A small support center: two skills, a catch-all queue, one worker.

This is the file that ``taskrouter-kit demo`` deploys and routes. Deploy it yourself with
``taskrouter-kit apply support_center:center`` (``plan`` shows it first; ``--local`` needs no account).
"""

from typing import Literal

from taskrouter_kit import (
    Activity,
    Attr,
    Filter,
    Target,
    TaskAttributes,
    TaskQueue,
    Worker,
    WorkerAttributes,
    Workflow,
    Workspace,
    attribute,
    every_worker,
    workers,
)


class Agent(WorkerAttributes):
    """What we know of a worker."""

    skills: Attr[list[Literal["billing", "technical"]]]
    languages: Attr[list[str]]
    department: Attr[str]
    experience: Attr[int]
    nickname: Attr[str | None] = attribute(default=None)


class Call(TaskAttributes):
    """What we know of a call."""

    department: Attr[str]
    language: Attr[str]
    caller: Attr[str]


available = Activity("Available", available=True)
offline = Activity("Offline", available=False)
missed = Activity("Missed a call", available=False)

billing = TaskQueue("Billing", Agent.skills.has("billing"))
technical = TaskQueue("Technical", Agent.skills.has("technical") & (Agent.experience > 5))
everyone = TaskQueue("Default", every_worker())

routing = Workflow(
    "Support Routing",
    filters=[
        Filter(
            "Billing",
            Call.department == "billing",
            [
                Target(billing, Call.language.in_(Agent.languages), timeout=60, order_by=Agent.experience.desc()),
                Target(everyone),  # the catch-all: no timeout
            ],
        ),
        Filter(
            "Technical",
            Call.department == "technical",
            [
                Target(technical, timeout=120, skip_if=workers.available == 0, priority=10),
                Target(everyone),
            ],
        ),
    ],
    default=everyone,
    assignment_callback_url="https://support.example/taskrouter/assignment",
    task_reservation_timeout=30,
)

center = Workspace(
    "Support Center",
    activities=[available, offline, missed],
    default_activity=offline,
    timeout_activity=missed,
    task_queues=[billing, technical, everyone],
    workflows=[routing],
    workers=[
        Worker(
            "Alice",
            Agent(skills=["billing", "technical"], languages=["en", "es"], department="support", experience=6),
            activity=available,
            capacity={"voice": 1},
        )
    ],
    event_callback_url="https://support.example/taskrouter/events",
)
