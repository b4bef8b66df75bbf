"""A misspelt name is an error for the checkers, though names are loaded lazily."""

# fmt: off
import taskrouter_kit
from taskrouter_kit import Workspce  # E: attr-defined / reportAttributeAccessIssue+reportUnknownVariableType+reportUnusedImport
from taskrouter_kit.deploy import Pln  # E: attr-defined / reportAttributeAccessIssue+reportUnknownVariableType+reportUnusedImport
from taskrouter_kit.models import WorkerResorce  # E: attr-defined / reportAttributeAccessIssue+reportUnknownVariableType+reportUnusedImport

print(taskrouter_kit.Wrker)  # E: attr-defined / reportAttributeAccessIssue+reportUnknownMemberType+reportUnknownArgumentType
