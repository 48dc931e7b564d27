"""What surrounds Gradio's page: its language, and the rule that nothing is loaded from outside."""

from __future__ import annotations

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# '<meta property="og:image" content="https://…" />' -> ''
SHARING = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>', re.DOTALL)

# '<link rel="manifest" href="/manifest.json" />' -> ''
MANIFEST = re.compile(rb'<link rel="manifest"[^>]*>')

# Gradio would add scripts only once it runs, which is too late for what the page opens with.
SCRIPTS = b'<script src="/site/site.js"></script><script src="/site/page.js"></script>'

POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio starts from inline scripts and compiles its templates.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


class PageShell:
    """ASGI middleware: security headers on every reply; the page itself in Chinese, without sharing tags."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body = b""

        async def pass_on(message: Message) -> None:
            nonlocal held, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                # The site's own pages need less and say so.
                headers.setdefault("Content-Security-Policy", POLICY)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                if _is_page(scope, headers):
                    held = message
                    return
            elif held is not None:
                body += message.get("body", b"")
                if message.get("more_body", False):
                    return
                page = translate(body)
                MutableHeaders(scope=held)["Content-Length"] = str(len(page))
                await send(held)
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self._app(scope, receive, pass_on)


def translate(page: bytes) -> bytes:
    """Gradio's page declared as Chinese and with the site's scripts, without the tags that name places outside."""
    page = page.replace(b'lang="en"', b'lang="zh-CN"', 1).replace(b"<head>", b"<head>" + SCRIPTS, 1)
    return MANIFEST.sub(b"", SHARING.sub(b"", page))


def _is_page(scope: Scope, headers: Headers) -> bool:
    return (
        scope["path"] == "/"
        and scope["method"] == "GET"
        and headers.get("content-type", "").startswith("text/html")
        and "content-encoding" not in headers
    )
