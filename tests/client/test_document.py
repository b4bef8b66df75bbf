"""Twilio's document: every answer that it describes or shows is read whole, and written again as it was."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from typing import Any

import pytest

from client.test_operations import Recorder, emulated, tour
from contract import drive_client
from shared_material import shared
from taskrouter_kit.client._exchange import Exchange, Reply
from taskrouter_kit.client._limits import Limits
from taskrouter_kit.client._retry import RetryPolicy
from taskrouter_kit.client._sync._service import Service
from taskrouter_kit.client._twilio import SdkSender
from taskrouter_kit.models import Resource
from taskrouter_kit.models._plan import plan_of

Example = dict[str, Any]


@pytest.fixture(scope="module")
def exchanges() -> dict[str, Exchange[Any]]:
    """An exchange of each operation, as the client makes it."""
    recorder = Recorder(SdkSender(emulated()))
    tour(Service(recorder, RetryPolicy(attempts=1, limits=Limits.off())))
    return {each.operation: each for each in recorder.asked}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    """The examples of answers that the document holds."""
    found: list[Example] = json.loads(shared("openapi/examples.json").read_text("utf-8"))["response_examples"]
    return found


@pytest.fixture(scope="module")
def properties() -> dict[str, set[str]]:
    """Operation -> the properties of its answer; for a list, those of its items."""
    document = json.loads(shared("openapi/twilio_taskrouter_v1.json").read_text("utf-8"))
    schemas: dict[str, Any] = document["components"]["schemas"]
    found: dict[str, set[str]] = {}
    for methods in document["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and "operationId" in operation:
                for answer in operation["responses"].values():
                    schema = answer.get("content", {}).get("application/json", {}).get("schema")
                    if schema is not None:
                        reference = schema.get("$ref") or _items(schema)["$ref"]
                        found[operation["operationId"]] = set(schemas[reference.rpartition("/")[2]]["properties"])
    return found


def _items(page: dict[str, Any]) -> dict[str, Any]:
    (items,) = (each["items"] for name, each in page["properties"].items() if name != "meta")
    return dict(items)


def read(exchange: Exchange[Any], example: Example) -> list[tuple[Resource, Any]]:
    """Return what the client makes of an answer, each resource beside its payload."""
    body = example["body"]
    decoded = exchange.decode(Reply(example["status"], json.dumps(body), {"content-type": "application/json"}))
    if isinstance(decoded, Resource):
        return [(decoded, body)]
    items: Iterable[Resource] = getattr(decoded, "items", decoded)
    (payloads,) = (value for name, value in body.items() if name != "meta")
    return list(zip(items, payloads, strict=True))


def test_every_example_is_read_and_written_again(exchanges: dict[str, Exchange[Any]], examples: list[Example]) -> None:
    """70 of 70 answers come out as the JSON that they were."""
    assert len(examples) == 70
    for example in examples:
        for resource, payload in read(exchanges[example["operationId"]], example):
            assert resource.to_dict() == payload, example["operationId"]
            assert resource.extra == {}, example["operationId"]


def test_every_property_of_every_answer_has_a_field(
    exchanges: dict[str, Exchange[Any]], examples: list[Example], properties: dict[str, set[str]]
) -> None:
    """Nothing that the document promises is only in ``extra``."""
    seen: set[str] = set()
    for example in examples:
        operation = example["operationId"]
        for resource, _ in read(exchanges[operation], example):
            known = {step.key for step in plan_of(type(resource)).values()}
            assert properties[operation] - known == set(), operation
            seen.add(operation)
    assert set(properties) - seen == set()


#: Parameters that go by another name here, and why.
OTHERWISE = {
    "PageToken": "after",
    "EvaluateTaskAttributes": "where",
    "EvaluateWorkerAttributes": "accepts",
    "TargetWorkersExpression": "where",
    "ReservationStatus": "status",
}
#: Parameters that no method takes: paging by number is an error of the service, a status has a verb of its own.
NOT_TAKEN = {("UpdateTask", "AssignmentStatus"): ("complete", "cancel", "wrap_up")}


def methods(service: Service) -> dict[str, Any]:
    """Operation -> the method that asks for it."""
    live = service.workspace("Support")
    nouns: dict[str, Any] = {
        "Activity": live.activities,
        "Event": live.events,
        "Task": live.tasks,
        "TaskChannel": live.task_channels,
        "TaskQueue": live.task_queues,
        "TaskReservation": live.tasks.reservations("WT" + "0" * 32),
        "Worker": live.workers,
        "WorkerChannel": live.workers.channels("Al"),
        "WorkerReservation": live.workers.reservations("Al"),
        "Workflow": live.workflows,
        "Workspace": service.workspaces,
    }
    found = {
        f"{verb.title()}{noun}": getattr(collection, verb)
        for noun, collection in nouns.items()
        for verb in ("fetch", "list", "create", "update", "delete")
        if hasattr(collection, verb)
    }
    for noun, collection in (("TaskQueue", live.task_queues), ("Workflow", live.workflows), ("Workspace", live)):
        found[f"Fetch{noun}Statistics"] = collection.statistics
        found[f"Fetch{noun}RealTimeStatistics"] = collection.realtime_statistics
        found[f"Fetch{noun}CumulativeStatistics"] = collection.cumulative_statistics
    return found | {
        "CreateTaskQueueBulkRealTimeStatistics": live.task_queues.bulk_realtime_statistics,
        "ListTaskQueuesStatistics": live.task_queues.list_statistics,
        "FetchWorkerInstanceStatistics": live.workers.worker_statistics,
        "FetchWorkerStatistics": live.workers.statistics,
        "FetchWorkersRealTimeStatistics": live.workers.realtime_statistics,
        "FetchWorkersCumulativeStatistics": live.workers.cumulative_statistics,
    }


def test_every_parameter_can_be_given() -> None:
    """Each query, form and header parameter is a parameter of the method; SID or name of a thing is one of them.

    Reservation updates take instructions instead (tests/models/test_instructions.py compares those).
    """
    operations = json.loads(shared("openapi/twilio_taskrouter_v1.json").read_text("utf-8"))["paths"]
    ours = methods(Service(SdkSender(emulated()), RetryPolicy(attempts=1, limits=Limits.off())))
    missing: list[str] = []
    for operation, names in _parameters(operations):
        taken = set(inspect.signature(ours[operation]).parameters)
        for name in names - {"Page", "Reason", "Instruction"}:
            snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name.replace("-", "")).lower()
            ways = {snake, re.sub("_(sid|name)$", "", snake), OTHERWISE.get(name, "")}
            verbs = NOT_TAKEN.get((operation, name), ())
            if not ways & taken and not verbs:
                missing.append(f"{operation} {name}")
    assert missing == []
    tasks = methods(Service(SdkSender(emulated()), RetryPolicy()))["UpdateTask"].__self__
    for verb in NOT_TAKEN["UpdateTask", "AssignmentStatus"]:
        assert "reason" in inspect.signature(getattr(tasks, verb)).parameters


def _parameters(paths: dict[str, Any]) -> Iterable[tuple[str, set[str]]]:
    for operation, names in _all_parameters(paths):
        if not operation.startswith(("UpdateTaskReservation", "UpdateWorkerReservation")):
            yield operation, names


def _all_parameters(paths: dict[str, Any]) -> Iterable[tuple[str, set[str]]]:
    for shared_by_all in paths.values():
        for operation in shared_by_all.values():
            if isinstance(operation, dict) and "operationId" in operation:
                names = {each["name"] for each in operation.get("parameters", []) if each["in"] != "path"}
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    names |= set(content["schema"].get("properties", {}))
                yield operation["operationId"], names


class Answering:
    """Answers every operation with the document's example, and keeps what was sent."""

    def __init__(self, examples: list[Example]) -> None:
        self.call = ""
        self.sent: dict[str, set[str]] = {}
        self._answers = {each["operationId"]: each for each in examples}

    def __call__(self, exchange: Exchange[Any]) -> Reply:
        names = {*exchange.query, *(exchange.form or {}), *exchange.headers}
        if isinstance(exchange.json, dict):
            names.add("body")
        self.sent.setdefault(exchange.operation, set()).update(names)
        example = self._answers.get(exchange.operation)
        if example is None:
            return Reply(204, "")
        body = example["body"]
        if "meta" in body:
            body = {**body, "meta": {**body["meta"], "next_page_url": None}}
        return Reply(example["status"], json.dumps(body))


#: What is given by name is sent by SID: these never are.
BY_SID = {"ActivityName", "TaskQueueName", "WorkflowName"}


def test_every_parameter_arrives_under_its_name(examples: list[Example], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each method is called with all it takes; each parameter of the document is then seen in a request of its own."""
    monkeypatch.setattr(drive_client, "NEVER", set[str]())
    answering = Answering(examples)
    service = Service(answering, RetryPolicy(attempts=1, limits=Limits.off()))
    driver = drive_client.Driver(service, answering, "max", live=False)  # type: ignore[arg-type]
    driver.run()
    assert driver.errors == []
    paths = json.loads(shared("openapi/twilio_taskrouter_v1.json").read_text("utf-8"))["paths"]
    missing = {
        f"{operation} {name}"
        for operation, names in _all_parameters(paths)
        for name in names - BY_SID - answering.sent.get(operation, set())
    }
    assert missing == set()
