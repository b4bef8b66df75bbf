"""``taskrouter-kit emulate``: one clear error for each bad input, and nothing is served; HTTPS."""

from __future__ import annotations

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from emulator.asking import ACCOUNT, Desk, basic
from taskrouter_kit.cli.__main__ import main
from taskrouter_kit.emulator import Backend, Store, _serve
from taskrouter_kit.expr import Semantics
from taskrouter_kit.simulator import EngineOptions

USAGE = "Usage: taskrouter-kit emulate [OPTIONS]\nTry 'taskrouter-kit emulate --help' for help.\n\nError: "
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _nothing_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def served(*arguments: object, **named: object) -> None:
        raise AssertionError("it was served")

    monkeypatch.setattr(_serve, "serve", served)
    monkeypatch.chdir(tmp_path)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command; return what it wrote to the error stream, which is all it wrote."""
    with pytest.raises(SystemExit) as stopped:
        main(["emulate", *arguments])
    captured = capsys.readouterr()
    assert (stopped.value.code, captured.out) == (2, "")
    return captured.err


def test_a_port_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    """A port on which another program listens is named, with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(capsys, "--port", str(port)) == (
            f"Cannot listen on 127.0.0.1:{port}: Address already in use. [cannot-listen]\n"
            "  hint: choose another --port, or 0 for any that is free\n"
        )


def test_an_address_of_another_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """An interface that this machine does not have is named."""
    text = "Cannot listen on 203.0.113.7:8080: Cannot assign requested address. [cannot-listen]\n"
    assert refused(capsys, "--host", "203.0.113.7") == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--port", "99999"], "Invalid value for '--port': 99999 is not in the range 0<=x<=65535.\n"),
        (["--load", "missing.json"], "Invalid value for '--load': File 'missing.json' does not exist.\n"),
        (["--load", "."], "Invalid value for '--load': File '.' is a directory.\n"),
        (["--store", "."], "Invalid value for '--store': File '.' is a directory.\n"),
        *(
            (
                ["--speed", word],
                f"Invalid value for '--speed': '{word}' is neither 'real', 'virtual' "
                "nor a factor up to 100,000 such as '60x'.\n",
            )
            for word in ("fast", "0x", "-3x", "60", "1e9x", "nanx", "100001x")
        ),
        (["--seed", "x"], "Invalid value for '--seed': 'x' is not a valid integer.\n"),
        (["now"], "Got unexpected extra argument (now)\n"),
        *(
            (
                ["--account", text],
                "Invalid value for --account: expected SID:TOKEN with the SID of an account or API key "
                "(the token is not shown here)\n",
            )
            for text in ("AC1:secret", ACCOUNT, ACCOUNT + ":", "secret")
        ),
        (
            ["--account", "SK" + "0" * 32 + ":secret"],
            "Invalid value for --account: API keys need an account, AC…:TOKEN, that they belong to\n",
        ),
    ],
)
def test_wrong_options(capsys: pytest.CaptureFixture[str], arguments: list[str], text: str) -> None:
    """An option that cannot be meant is named with what it takes; tokens are not shown."""
    assert refused(capsys, *arguments) == USAGE + text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b"{",
            "The snapshot is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1).",
        ),
        (b"\xff", "The snapshot is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte."),
        (b"[]", "The snapshot is not a JSON object."),
        (b"{}", "This is no snapshot: expected a snapshot of format 'taskrouter-kit emulator 1', found None."),
        (
            b'{"format": "taskrouter-kit emulator 1", "now": 1, "accounts": {"AC1": {}}}',
            "This is no snapshot: expected 'taskrouter-kit engine 4', found None.",
        ),
        (
            b'{"format": "taskrouter-kit emulator 1", "now": 1}',
            "This is no snapshot: the snapshot is damaged: KeyError('accounts').",
        ),
    ],
)
def test_a_bad_snapshot(capsys: pytest.CaptureFixture[str], content: bytes, text: str) -> None:
    """A file that is no snapshot is named, with what is wrong in it."""
    Path("a.json").write_bytes(content)
    assert refused(capsys, "--port", "0", "--load", "a.json") == f"{text} [unreadable-snapshot]\n  at a.json\n"


HINT = "  hint: Name a file that an emulator made, or one that does not exist yet; only one emulator may use it.\n"


def test_a_corrupt_store(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is no store is named, and left as it is."""
    Path("a.sqlite").write_bytes(b"nothing that SQLite knows" * 10)
    text = "The store cannot be used: file is not a database. [unusable-store]\n  at a.sqlite\n"
    assert refused(capsys, "--port", "0", "--store", "a.sqlite") == text + HINT
    assert Path("a.sqlite").read_bytes() == b"nothing that SQLite knows" * 10


def test_a_store_without_a_directory(capsys: pytest.CaptureFixture[str]) -> None:
    """A store in a directory that is not there is refused."""
    text = "The store cannot be used: unable to open database file. [unusable-store]\n  at no/a.sqlite\n"
    assert refused(capsys, "--port", "0", "--store", "no/a.sqlite") == text + HINT


def test_a_store_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    """A store that another emulator uses is refused, and the other one goes on."""
    backend = Backend(store=Store("a.sqlite"))
    text = "The store cannot be used: database is locked. [unusable-store]\n  at a.sqlite\n"
    assert refused(capsys, "--port", "0", "--store", "a.sqlite") == text + HINT
    backend.close()


def test_a_snapshot_does_not_replace_what_is_stored(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot is loaded into an empty store, and refused where the store holds workspaces; both stay as they are."""
    first = Desk().routed()
    Path("a.json").write_text(json.dumps(first.backend.save()))
    served = list[Backend]()
    with monkeypatch.context() as patched:
        patched.setattr(_serve, "serve", lambda backend, listener, **named: served.append(backend))
        with pytest.raises(SystemExit) as stopped:
            main(["emulate", "--port", "0", "--load", "a.json", "--store", "a.sqlite"])
    assert stopped.value.code == 0
    assert served[0].save()["accounts"] == first.backend.save()["accounts"]
    served[0].close()
    capsys.readouterr()
    text = (
        "Invalid value for --load: a.sqlite holds workspaces, which the snapshot would replace: "
        "leave one of the two out.\n"
    )
    assert refused(capsys, "--port", "0", "--load", "a.json", "--store", "a.sqlite") == USAGE + text


def test_a_bad_certificate(capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are no certificate with its key are named."""
    Path("a.pem").write_text("nothing")
    error = refused(capsys, "--tls", "a.pem", "a.pem")
    assert error.startswith("This is no certificate with its private key: ")
    assert error.endswith(
        " [unusable-certificate]\n  at a.pem, a.pem\n"
        "  hint: name two PEM files, the certificate (with its chain) first; the key has no password\n"
    )


def test_a_key_with_a_password(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A key that has a password is refused; nobody is asked for it."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    make = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-subj",
        "/CN=localhost",
    ]
    files = ["-keyout", "key.pem", "-out", "cert.pem", "-passout", "pass:secret"]
    subprocess.run([*make, *files], check=True, capture_output=True)
    error = refused(capsys, "--tls", "cert.pem", "key.pem")
    assert error.startswith("This is no certificate with its private key: ")


@pytest.mark.network
def test_https(tmp_path: Path) -> None:
    """With a certificate the emulator speaks HTTPS, and every URL in its answers does too."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    make = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    files = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]
    subprocess.run([*make, *files, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    command = [sys.executable, "-m", "taskrouter_kit.cli", "emulate", "--port", "0", "--tls", "cert.pem", "key.pem"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            origin = process.stderr.readline().split()[3].replace("127.0.0.1", "localhost")
            trusted = ssl.create_default_context(cafile="cert.pem")
            request = urllib.request.Request(origin + "v1/Workspaces", headers={"Authorization": basic()})
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
            )
            with opener.open(request, timeout=30) as answer:
                assert json.load(answer)["meta"]["url"].startswith(f"{origin}v1/Workspaces?")
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("last_timeout", "'last_timeout' is not of the form NAME=VALUE."),
        ("last_timeout=never", "last_timeout is one of cancel, next-filter, not 'never'."),
        ("pending_uses_capacity=1", "pending_uses_capacity is true or false, not '1'."),
        ("most_assignments=many", "most_assignments is a whole number, not 'many'."),
        ("semantics.case_sensitive=no", "semantics.case_sensitive is true or false, not 'no'."),
    ],
)
def test_readings_that_do_not_exist(capsys: pytest.CaptureFixture[str], text: str, complaint: str) -> None:
    """A value that an option does not have is refused, and the values that it has are named."""
    assert refused(capsys, "--option", text) == f"{USAGE}Invalid value for '--option': {complaint}\n"


def test_options_that_do_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown option is refused, and those that there are are named; so is a number out of its range."""
    said = refused(capsys, "--option", "colour=red")
    assert said.startswith(f"{USAGE}Invalid value for '--option': there is no option 'colour'; there are ")
    assert "call_outcome, " in said
    assert "semantics.numeric_strings" in said
    said = refused(capsys, "--option", "most_assignments=0")
    assert said.startswith(f"{USAGE}Invalid value for --option: 'most_assignments' must be >= 1")


def test_readings_reach_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given as an option is what the engine follows."""
    served: list[Backend] = []
    monkeypatch.setattr(_serve, "serve", lambda backend, listener, tls: served.append(backend))
    options = ["last_timeout=next-filter", "most_assignments=10", "trace=false", "semantics.numeric_strings=false"]
    with pytest.raises(SystemExit) as stopped:
        main(["emulate", "--port", "0", *(word for each in options for word in ("--option", each))])
    assert stopped.value.code == 0
    expected = EngineOptions(
        last_timeout="next-filter", most_assignments=10, trace=False, semantics=Semantics(numeric_strings=False)
    )
    assert served[0].options == expected


def test_limits_and_json_as_posted(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--as-posted` keeps white space in JSON, and `--published-limits` refuses the fourth evaluating list a second."""
    served = list[Backend]()
    monkeypatch.setattr(_serve, "serve", lambda backend, listener, **named: served.append(backend))
    with pytest.raises(SystemExit) as stopped:
        main(["emulate", "--port", "0", "--speed", "virtual", "--as-posted", "--published-limits"])
    assert stopped.value.code == 0
    desk = Desk(backend=served[0])
    made = desk.make("/Workers", FriendlyName="Alice", Attributes='{ "a" : 1 }')
    assert made["attributes"] == '{ "a" : 1 }'
    asked = [desk.get("/Tasks", EvaluateTaskAttributes="a == 1").status for _ in range(4)]
    assert asked == [200, 200, 200, 429]


def test_how_many_callbacks_may_wait(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`--most-waiting-callbacks` reaches the line in front of the application; a line without room is refused."""
    served = list[Backend]()
    monkeypatch.setattr(_serve, "serve", lambda backend, listener, **named: served.append(backend))
    with pytest.raises(SystemExit):
        main(["emulate", "--port", "0", "--speed", "virtual", "--most-waiting-callbacks", "1"])
    desk, gate, asked = Desk(backend=served[0]), threading.Event(), threading.Semaphore(0)

    def answer(url: str, headers: object, body: bytes) -> None:
        asked.release()
        gate.wait(30)

    desk.backend.functions.serve("https://slow.example", answer)
    desk.post("", EventCallbackUrl="https://slow.example/", EventsFilter="activity.created")
    for number in range(4):
        desk.make("/Activities", FriendlyName=f"A{number}")
        assert asked.acquire(timeout=20)
    for number in range(3):
        desk.make("/Activities", FriendlyName=f"B{number}")
    gate.set()
    assert desk.backend.callbacks_dropped == 2
    assert "0 is not in the range x>=1" in refused(capsys, "--most-waiting-callbacks", "0")
