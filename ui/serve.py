"""The API and the page on one port."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from corpus.errors import PolicyError
from ui.admin import Desk
from ui.api import create_app
from ui.evaluations import Evaluations
from ui.feedback import FeedbackStore
from ui.service import PolicyService
from ui.web.page import mount_web

Pinned = Callable[[], AbstractContextManager[None]]

GRACE_SECONDS = 3
"""How long open pages may keep the server from stopping: a page holds a connection open for as long as it is shown."""


def serve(
    service: PolicyService,
    feedback: FeedbackStore,
    evaluations: Evaluations,
    desk: Desk | None = None,
    *,
    host: str,
    port: int,
    announce: Callable[[str], None],
    pinned: Pinned = nullcontext,
) -> None:
    """Serve until SIGTERM or Ctrl-C; ``announce`` gets the address once requests are accepted.

    Each request is handled within ``pinned()``, so that it sees one index from beginning to end.

    Raises:
        PolicyError: where the address cannot be listened on.

    """
    listener = listen(host, port)
    with listener:
        api = create_app(service, feedback, evaluations=evaluations, desk=desk)
        app = OneIndex(mount_web(api, service, evaluations=evaluations, desk=desk), pinned)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=GRACE_SECONDS, server_header=False)
        # uvicorn raises the signal again once it has shut down; a handler of our own makes that a normal return.
        signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            _Server(config, lambda: announce(address(listener))).run(sockets=[listener])
        finally:
            evaluations.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to ``host`` and ``port`` (0: any free one).

    Raises:
        PolicyError: where the address is taken, unknown or not allowed.

    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        hint = f"换一个端口再试，例如 wence serve --port {port + 1 if port < 65535 else 7860}"
        raise PolicyError(f"无法在 {host}:{port} 上启动：{error.strerror or error}", hint=hint) from error
    return listener


def address(listener: socket.socket) -> str:
    """The URL of what ``listener`` is bound to."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class OneIndex:
    """ASGI middleware: handles each request within ``pinned()``."""

    def __init__(self, app: ASGIApp, pinned: Pinned) -> None:
        self._app = app
        self._pinned = pinned

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with self._pinned():
            await self._app(scope, receive, send)


class _Server(uvicorn.Server):
    """A server that says when it is up, and does not report the pages it leaves open as errors."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)
