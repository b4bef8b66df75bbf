import importlib.util
import inspect
from pathlib import Path
from types import ModuleType

from taskrouter_kit.client import _async, _sync
from taskrouter_kit.client._async import _service as async_service
from taskrouter_kit.client._sync import _service as sync_service

ROOT = Path(__file__).resolve().parents[2]


def load_tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("twins_tool", ROOT / "tools" / "twins.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_asynchronous_face_is_what_the_blocking_one_gives():
    """Writing the twins again changes no file."""
    for path, text in load_tool().twins().items():
        assert path.read_text("utf-8") == text, f"run python tools/twins.py ({path.name})"


def public(cls: type) -> dict[str, list[str]]:
    found = {}
    for name, member in inspect.getmembers(cls):
        if name.startswith("_") or not callable(member):
            continue
        found[name] = list(inspect.signature(member).parameters)
    return found


def test_both_faces_have_the_same_names_and_parameters():
    """Each collection of a workspace, and the client itself, offers the same methods with the same parameters."""
    pairs = [
        (sync_service.Service, async_service.AsyncService),
        (sync_service.Workspaces, async_service.AsyncWorkspaces),
    ]
    live = sync_service.LiveWorkspace(None, "x"), async_service.AsyncLiveWorkspace(None, "x")
    pairs += [(type(vars(live[0])[n]), type(vars(live[1])[n])) for n in vars(live[0]) if not n.startswith("_")]
    assert set(vars(live[0])) == set(vars(live[1]))
    assert len(pairs) >= 8
    for blocking, awaited in pairs:
        assert public(blocking) == public(awaited), blocking
    assert _sync.__doc__ != _async.__doc__
