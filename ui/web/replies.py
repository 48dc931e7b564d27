"""Pages as HTTP replies: with the headers every page has, and with errors told as pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from html import escape

from fastapi.responses import HTMLResponse, Response

from corpus.errors import NotFound, PolicyError
from ui.api import INTERNAL, STATUS_OF
from ui.serialize import printable
from ui.web import layout

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


def page(make: Callable[[], str], active: str) -> Response:
    """The page, or one that says what went wrong and what to do."""
    try:
        return html(make())
    except PolicyError as error:
        status = next(status for kind, status in STATUS_OF if isinstance(error, kind))
        return html(layout.page("没有打开", active, layout.trouble(error.message, error.hint)), status)
    except Exception as error:
        log.error("a page could not be made", exc_info=error)
        told = INTERNAL["error"]
        return html(layout.page("没有打开", active, layout.trouble(told["message"], told["hint"])), 500)


def fragment(make: Callable[[], str]) -> Response:
    """A part of a page; where it cannot be made, what to do in its place."""
    try:
        return html(make())
    except PolicyError as error:
        status = 404 if isinstance(error, NotFound) else 500
        return html(_told(error.message, error.hint), status)
    except Exception as error:
        log.error("a part of a page could not be made", exc_info=error)
        return html(_told(INTERNAL["error"]["message"], INTERNAL["error"]["hint"]), 500)


def _told(message: str, hint: str) -> str:
    return f'<div class="problem" role="alert"><p>{escape(message)}</p><p>{escape(hint)}</p></div>'


def html(text: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(printable(text), status, headers)
