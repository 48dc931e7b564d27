"""The conversation with its sources beside it. It loads nothing from outside."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field, ValidationError

from assistant.answer import Turn
from corpus.errors import PolicyError
from indexer.store import DocumentHead
from ui.admin import Desk
from ui.evaluations import Evaluations
from ui.schemas import MAX_REGION
from ui.serialize import pieces
from ui.service import MAX_QUESTION, MAX_TURNS, PolicyService
from ui.web import layout, markup
from ui.web.markup import Exchange
from ui.web.shell import PageShell
from ui.web.site import ASSETS, add_site
from ui.web.workbench import add_workbench

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
# Gradio reads both while it is imported.
import gradio as gr

log = logging.getLogger(__name__)

FRAMES = 14
FRAME_SECONDS = 0.03
SESSION_SECONDS = 6 * 3600
MAX_REPLAYED = 12
"""The most questions that are answered again when a page is loaded anew."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
UNEXPECTED = ("服务内部出错，这次没有得到结果。", "请稍后再试，或联系管理员。")

PRESS = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('[data-ask]');
  const busy = element.querySelector('[aria-busy="true"]');
  if (chip && !busy) trigger('click', {question: chip.dataset.ask});
});
"""
"""A pressed chip carries its question in the event; the text that is being typed stays."""

TYPED = "(typed, _, talk) => [typed, document.querySelector('#talk-region select').value, talk]"
PRESSED = "(_, talk) => [document.querySelector('#talk-region select').value, talk]"
OPENED = "() => [window.wence.opening()]"
"""What the handlers get: the picker's choice instead of its HTML; what the browser remembers, as JSON."""

Talk = tuple[Exchange, ...]


class AskedBefore(BaseModel):
    """A question to answer again."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    region: str = Field(default="", max_length=MAX_REGION)


class Opening(BaseModel):
    """What the browser remembers: the region, and the questions of this conversation or of a link."""

    region: str = Field(default="", max_length=MAX_REGION)
    asked: list[AskedBefore] = Field(default_factory=list, max_length=MAX_REPLAYED)


def mount_web(
    app: FastAPI, service: PolicyService, *, evaluations: Evaluations | None = None, desk: Desk | None = None
) -> FastAPI:
    """Add the pages to ``app``, the conversation at ``/``; its own routes keep their addresses."""
    app.add_middleware(PageShell)
    add_site(app, service, desk)
    if evaluations:
        add_workbench(app, service, evaluations)
    gr.mount_gradio_app(
        app,
        build_page(service).queue(default_concurrency_limit=8, max_size=64),
        path="/",
        theme=_theme(),
        css_paths=[ASSETS / "site.css", ASSETS / "page.css"],
        favicon_path=str(ASSETS / "favicon.svg"),
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        pwa=False,
    )
    return app


def build_page(service: PolicyService) -> Any:
    """The conversation as Gradio blocks."""
    handlers = _Handlers(service)
    head = f'{layout.masthead("/", "desk")}<h1 class="sr">政策问答</h1>{layout.announcer()}'
    with gr.Blocks(title="政策问答 · 问策", analytics_enabled=False, fill_width=True) as page:
        gr.HTML(head, elem_id="masthead", apply_default_css=False)
        region, thread, sources, talk = _conversation(handlers)
        gr.HTML(layout.FOOTER, elem_id="footer", apply_default_css=False)
        page.load(handlers.greet, [region], [region, thread, sources, talk], js=OPENED, **QUIET)
    return page


def _conversation(handlers: _Handlers) -> tuple[Any, Any, Any, Any]:
    """Lay out the conversation; returns its region picker, thread, sources and talk."""
    with gr.Row(elem_id="desk", equal_height=False):
        with gr.Column(elem_id="talk", scale=3, min_width=320):
            thread = gr.HTML("", elem_id="thread", js_on_load=PRESS, apply_default_css=False)
            with gr.Column(elem_id="composer"):
                box = gr.Textbox(
                    elem_id="question",
                    label="您的问题",
                    show_label=False,
                    container=False,
                    lines=1,
                    max_lines=6,
                    placeholder="请输入您的问题",
                )
                notice = gr.HTML("", elem_id="notice", apply_default_css=False)
                with gr.Row(elem_id="tools"):
                    region = _region_picker("talk-region", "问答的地区")
                    clear = gr.Button("清空对话", elem_id="clear", variant="secondary", min_width=88)
                    send = gr.Button("提问", elem_id="send", variant="primary", min_width=104)
        with gr.Column(elem_id="panel", scale=2, min_width=320):
            sources = gr.HTML("", elem_id="sources", apply_default_css=False)
    talk = gr.State((), time_to_live=SESSION_SECONDS)
    shown = [thread, sources, talk]
    once: dict[str, Any] = {"trigger_mode": "once", **QUIET}
    typed = gr.on(
        [box.submit, send.click], handlers.ask_typed, [box, region, talk], [*shown, box, notice], js=TYPED, **once
    )
    pressed = thread.click(handlers.ask_pressed, [region, talk], shown, js=PRESSED, **once)
    typed.then(restore, [box, talk], box, **QUIET)
    clear.click(handlers.clear, None, shown, cancels=[typed, pressed], **QUIET)
    return region, thread, sources, talk


def _region_picker(elem_id: str, name: str) -> Any:
    """A native picker: a phone shows its own, and the keyboard works as everywhere."""
    return gr.HTML(markup.picker(name, ()), elem_id=elem_id, js_on_load=None, apply_default_css=False)


class _Handlers:
    """What the page does when it is used. Each method's outputs are named in its docstring."""

    def __init__(self, service: PolicyService) -> None:
        self._service = service

    def greet(self, remembered: str) -> tuple[str, str, str, Talk]:
        """Region picker, thread, sources and talk of a page as it opens: what was asked before is asked again."""
        opening = _opening(remembered)
        regions, thread, sources = self._opening()
        talk: Talk = ()
        for before in opening.asked:
            talk = (*talk, self._exchange(before.question, before.region, talk))
        chosen = opening.asked[-1].region if opening.asked else opening.region
        picker = markup.picker("问答的地区", regions, chosen)
        if not talk:
            return picker, thread, sources, ()
        return picker, markup.conversation(talk), markup.sources(talk, self._covered()), talk

    def clear(self) -> tuple[str, str, Talk]:
        """Thread, sources and talk of a new conversation."""
        _, thread, sources = self._opening()
        return thread, sources, ()

    def ask_typed(self, question: str, region: str, talk: Talk) -> Iterator[tuple[Any, ...]]:
        """Thread, sources, talk, box and notice; the box is emptied only once its question is in the conversation."""
        question = question.strip()
        wrong = "请先输入问题。" if not question else ""
        if len(question) > MAX_QUESTION:
            wrong = f"问题最多 {MAX_QUESTION} 个字符，现在有 {len(question)} 个，请缩短后再提问。"
        if wrong:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip(), markup.complaint(wrong)
            return
        for number, (thread, sources, said) in enumerate(self._answer(question, region, talk)):
            yield thread, sources, said, gr.skip() if number else "", gr.skip() if number else ""

    def ask_pressed(self, region: str, talk: Talk, event: gr.EventData) -> Iterator[tuple[Any, Any, Any]]:
        """Thread, sources and talk after a chip was pressed."""
        question = str(event._data.get("question", "")).strip()[:MAX_QUESTION]
        if question:
            yield from self._answer(question, region, talk)

    def _covered(self) -> Sequence[DocumentHead]:
        try:
            return self._service.heads()
        except PolicyError:
            return ()

    def _opening(self) -> tuple[Sequence[str], str, str]:
        try:
            regions, examples = self._service.regions(), self._service.examples()
            return regions, markup.welcome(examples, regions), markup.library(self._service.heads())
        except Exception as error:
            return (), markup.problem(*_explain(error)), ""

    def _answer(self, question: str, region: str, talk: Talk) -> Iterator[tuple[Any, Any, Any]]:
        """Frames of thread, sources and talk: waiting, then the answer as it grows, then with its sources."""
        kept = talk[-MAX_TURNS:]
        yield markup.conversation([*kept, Exchange(question, region=region)], "thinking"), gr.skip(), gr.skip()
        exchange = self._exchange(question, region, kept)
        done = (*kept, exchange)
        written = ""
        for piece in pieces(exchange.answer.answer if exchange.answer else "", at_most=FRAMES):
            written += piece
            yield markup.conversation(done, "writing", written), gr.skip(), gr.skip()
            time.sleep(FRAME_SECONDS)
        yield markup.conversation(done), markup.sources(done, self._covered()), done

    def _exchange(self, question: str, region: str, talk: Talk) -> Exchange:
        try:
            answer = self._service.ask(question, history=_history(talk), region=region or None)
        except Exception as error:
            message, hint = _explain(error)
            return Exchange(question, problem=message, hint=hint, region=region)
        return Exchange(question, answer, region=region)


def restore(box: str, talk: Talk) -> Any:
    """The box: a question that failed is given back, unless something new has been typed."""
    failed = talk and talk[-1].answer is None
    return talk[-1].question if failed and not box else gr.skip()


def _opening(remembered: str) -> Opening:
    """What the browser says it remembers; nothing where that cannot be read."""
    try:
        return Opening.model_validate_json(remembered or "{}")
    except ValidationError:
        return Opening()


def _history(talk: Sequence[Exchange]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for exchange in talk:
        if exchange.answer:
            turns += [Turn("user", exchange.question), Turn("assistant", exchange.answer.answer)]
    return tuple(turns[-MAX_TURNS:])


def _explain(error: Exception) -> tuple[str, str]:
    """What to tell the user; what is a bug goes to the log with its traceback."""
    if isinstance(error, PolicyError):
        return error.message, error.hint
    log.error("the page could not be served", exc_info=error)
    return UNEXPECTED


def _theme() -> Any:
    fonts = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    return gr.themes.Base(primary_hue="blue", neutral_hue="slate", font=fonts, font_mono=["ui-monospace", "monospace"])
