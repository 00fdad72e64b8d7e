"""Real SPARQL servers, started for a test on a port of their own; and one that does nothing right."""

import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

_PATIENCE_S = 60.0
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {folder}
NumberOfBuffers = 10000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
[SPARQL]
ResultSetMaxRows = {rows}
"""


@dataclass(frozen=True)
class Server:
    """A running server: where queries and updates go."""

    query: str
    update: str


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def oxigraph() -> Iterator[Server]:
    """Run ``oxigraph serve`` in memory."""
    binary = shutil.which("oxigraph", path=_beside_python()) or shutil.which("oxigraph")
    if binary is None:
        pytest.skip("there is no oxigraph here; it comes with kgrec[dev]")
    port = free_port()
    with _running([binary, "serve", "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/"):
        yield Server(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/update")


@contextmanager
def virtuoso(folder: Path, most_rows: int = 10_000) -> Iterator[Server]:
    """Run Virtuoso, which may be read and written by anybody and gives no more than so many rows."""
    binary, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if binary is None or isql is None:
        pytest.skip("there is no Virtuoso here; it comes with Debian's virtuoso-opensource-7")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, sql=sql, http=http, rows=most_rows), "utf-8")
    command = [binary, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, f"http://127.0.0.1:{http}/sparql", folder):
        allow = "GRANT SPARQL_UPDATE TO \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"
        told = subprocess.run([isql, str(sql), "dba", "dba", f"exec={allow}"], capture_output=True, check=False)
        assert told.returncode == 0, told
        yield Server(f"http://127.0.0.1:{http}/sparql", f"http://127.0.0.1:{http}/sparql")


@contextmanager
def _running(command: list[str], address: str, folder: Path | None = None) -> Iterator[None]:
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        until = time.monotonic() + _PATIENCE_S
        while True:
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, f"{command[0]} has ended"
                assert time.monotonic() < until, f"{command[0]} does not answer"
                time.sleep(0.05)
        yield
    finally:
        server.kill()
        server.wait()


def _beside_python() -> str:
    import sys

    return str(Path(sys.executable).parent)


@contextmanager
def odd(answer: Callable[[int], tuple[int, dict[str, str], bytes]]) -> Iterator[tuple[str, list[str]]]:
    """Run a server that answers the nth request with a status, headers and a body; yields its address and what came."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            status, headers, body = answer(len(came))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
