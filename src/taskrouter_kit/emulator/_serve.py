"""Run the emulator on a well-kept server: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import gc
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from taskrouter_kit._diagnostics import Diagnostic
from taskrouter_kit.emulator._asgi import EmulatorApp
from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.errors import CannotTell

if TYPE_CHECKING:
    import uvicorn


def serve(backend: Backend, *, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serve *backend* until the process is interrupted. The process is meant to do nothing else."""
    server = _server(EmulatorApp(backend), host, port)
    # A world is many small objects that live long: looking through all of them again and again takes a fifth of the
    # time of a request, and finds nothing, for nothing here is thrown away in cycles.
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    server.run()


class ServerThread:
    """The emulator over HTTP on a free port of the loopback interface, in a thread of its own.

    A context manager: it is ready when the block begins and stopped when the block ends.
    """

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self._ready = threading.Event()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        # The application is ready a moment before the server listens; who comes in between waits instead of failing.
        self._socket.listen(128)
        self._server = _server(EmulatorApp(backend, on_ready=self._ready.set), "127.0.0.1", self.port)
        self._thread = threading.Thread(target=self._run, name="taskrouter-emulator", daemon=True)

    @property
    def port(self) -> int:
        """The port that was free."""
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> ServerThread:
        self._thread.start()
        if not self._ready.wait(30):
            raise RuntimeError("the emulator's server did not start within 30 seconds")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])


def _server(app: EmulatorApp, host: str, port: int) -> uvicorn.Server:
    try:
        import uvicorn
    except ImportError:
        raise CannotTell(
            Diagnostic(
                "missing-extra",
                "The HTTP face of the emulator needs the server uvicorn, which is not installed.",
                hint="pip install 'taskrouter-kit[emulator]'",
            )
        ) from None
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", lifespan="on", ws="none", server_header=False
    )
    return uvicorn.Server(config)
