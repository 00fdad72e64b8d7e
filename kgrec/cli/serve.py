"""The app on a web page, by textual-serve: one page, its terminal, and a process of the app for each tab.

The page is our own, because textual-serve's takes a font from elsewhere; so nothing is fetched but from here. A page of
another site in the same browser must not open the terminal behind the user's back, so requests that say they come
from another site are refused, and on this machine also those for a host of another name.
"""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.server import Server

from kgrec.cli.output import emit

_OURS: Final = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_FONT_SIZE: Final = 16
_PATIENCE_S: Final = 3.0
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve_app(command: Sequence[str], host: str, port: int, *, is_public: bool = False) -> None:
    """Serve the app that a command opens until interrupted; ``is_public``: under any name of this machine.

    Raises:
        OSError: there is no such address, or the port is taken.
    """
    server = AppServer(command, host, port, is_public=is_public)
    web.run_app(
        server.application(),
        host=host,
        port=port,
        print=lambda _: emit(f"kgrec is at {server.public_url} in your browser; ctrl+c ends it"),
        access_log=None,
        shutdown_timeout=_PATIENCE_S,
    )


class AppServer(Server):
    """Serves one page and the terminals on it."""

    def __init__(self, command: Sequence[str], host: str, port: int, *, is_public: bool) -> None:
        name = f"[{host}]" if ":" in host else host
        super().__init__(shlex.join(command), host, port, title="kgrec", public_url=f"http://{name}:{port}")
        self._is_public = is_public
        self._page = Template(files("kgrec.cli").joinpath("serve.html").read_text(encoding="utf-8"))

    def application(self) -> web.Application:
        """Return what answers requests."""
        application = web.Application(middlewares=[self._guard])
        application.add_routes(
            [
                web.get("/", self.show_page),
                web.get("/ws", self.handle_websocket),
                web.get("/download/{key}", self.handle_download),
                web.static("/static", self.statics_path),
            ]
        )
        return application

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Refuse what another site asks for."""
        origin = request.headers.get("Origin")
        is_foreign = origin is not None and urlsplit(origin).netloc != request.host
        is_renamed = not self._is_public and urlsplit(f"//{request.host}").hostname not in _OURS
        if is_foreign or is_renamed:
            raise web.HTTPForbidden(text="kgrec answers only its own page")
        return await handler(request)

    async def show_page(self, request: web.Request) -> web.Response:
        """Return the page, which opens its terminal under the name it was asked for."""
        socket = f"{'wss' if request.secure else 'ws'}://{request.host}/ws"
        page = self._page.substitute(socket=escape(socket), title=escape(self.title), font_size=_FONT_SIZE)
        return web.Response(text=page, content_type="text/html")
