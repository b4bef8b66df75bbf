"""Run the emulator on a well-kept server: in the foreground for the command line, in a thread for tests."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import os
import socket
import threading
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from taskrouter_kit._diagnostics import Diagnostic, Where
from taskrouter_kit.emulator._asgi import EmulatorApp
from taskrouter_kit.emulator._backend import Backend
from taskrouter_kit.errors import CannotTell, LoadError

if TYPE_CHECKING:
    import uvicorn

#: The files of a certificate (with its chain) and of its private key, both PEM.
TlsFiles: TypeAlias = "tuple[str, str]"

#: An idle connection stays open longer than clients keep theirs in a pool: none finds it closed under its hands.
_KEEP_ALIVE_SECONDS: Final = 120
#: Who is told to end waits so long for answers that a fault rule delays.
_LAST_SECONDS: Final = 1


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on *host* and *port* (0: any free one); LoadError when that is not possible."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as failure:
        hint = "choose another --port, or 0 for any that is free" if failure.errno == errno.EADDRINUSE else None
        # The standard library adds the address to the text of the system, and names are no numbers of it.
        number = failure.errno or 0
        why = os.strerror(number) if number > 0 else failure.strerror
        finding = Diagnostic("cannot-listen", f"Cannot listen on {host}:{port}: {why}.", hint=hint)
        raise LoadError(finding) from failure


def serve(backend: Backend, listener: socket.socket, *, tls: TlsFiles | None = None) -> None:
    """Serve *backend* until the process is interrupted. The process is meant to do nothing else."""
    server = _server(EmulatorApp(backend), tls)
    # A world is many small objects that live long: looking through all of them again and again takes a fifth of the
    # time of a request, and finds nothing, for nothing here is thrown away in cycles. What is made is looked at once,
    # while it is still in the processor's cache (ten times as much at a time costs three microseconds a request);
    # tasks are over and gone before the second time.
    gc.freeze()
    gc.set_threshold(5_000, 2_000, 20)
    with contextlib.suppress(KeyboardInterrupt):  # Ctrl-C is how it ends
        server.run(sockets=[listener])


class ServerThread:
    """The emulator over HTTP on a free port of the loopback interface, in a thread of its own.

    A context manager: it is ready when the block begins and stopped when the block ends.
    """

    def __init__(self, backend: Backend) -> None:
        check_server()
        self.backend = backend
        self._ready = threading.Event()
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        # The application is ready a moment before the server listens; who comes in between waits instead of failing.
        self._socket.listen(128)
        self._server = _server(EmulatorApp(backend, on_ready=self._ready.set), None)
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


def check_tls(tls: TlsFiles) -> None:
    """Refuse files that are no certificate with its private key: LoadError."""
    import ssl

    certificate, key = tls
    try:
        # Without a password of its own it would ask for one on the terminal, and wait.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, lambda: "")
    except (OSError, ssl.SSLError) as failure:
        why = getattr(failure, "strerror", None) or str(failure)
        finding = Diagnostic(
            "unusable-certificate",
            f"This is no certificate with its private key: {why}.",
            where=Where(file=f"{certificate}, {key}"),
            hint="name two PEM files, the certificate (with its chain) first; the key has no password",
        )
        raise LoadError(finding) from failure


def check_server() -> None:
    """Say that the server is not installed, if so, before anything is opened or announced: CannotTell."""
    if find_spec("uvicorn") is None:
        raise CannotTell(
            Diagnostic(
                "missing-extra",
                "The HTTP face of the emulator needs the server uvicorn, which is not installed.",
                hint="pip install 'taskrouter-kit[emulator]'",
            )
        )


def _server(app: EmulatorApp, tls: TlsFiles | None) -> uvicorn.Server:
    check_server()
    import uvicorn

    certificate, key = (None, None) if tls is None else tls
    config = uvicorn.Config(
        app,
        http=_protocol(),
        access_log=False,
        log_level="warning",
        lifespan="on",
        ws="none",
        server_header=False,
        proxy_headers=False,  # the application reads the one that matters itself
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    return uvicorn.Server(config)


def _protocol() -> type[asyncio.Protocol] | Literal["auto"]:
    """Return how connections are spoken with: in one write an answer, where the faster parser is installed."""
    if find_spec("httptools") is None:
        return "auto"
    from taskrouter_kit.emulator._one_write import OneWriteProtocol

    return OneWriteProtocol
