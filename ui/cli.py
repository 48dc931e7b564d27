"""The command line. Standard output carries the result, standard error everything else."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from corpus.errors import PolicyError
from ui.docs_cli import add_docs
from ui.serialize import Payload, error_body, error_payload, printable, to_json

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ui.service import PolicyService

# As in corpus.facts.conditions and assistant.self_check, which --help need not load.
EMPLOYMENT = ("在职", "灵活就业", "自主创业", "登记失业", "失业", "未就业", "在校", "退休")
GRADUATION = ("在校", "毕业年度未离校", "毕业年度已离校", "离校1年内", "离校2年内", "离校3年内", "离校更久")
LEVELS = ("没有", "初级工", "中级工", "高级工", "技师", "高级技师")

OpenService = Callable[[], "PolicyService"]
Run = Callable[[argparse.Namespace, OpenService], int]

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_INTERRUPTED, EXIT_BROKEN_PIPE = 0, 1, 2, 130, 141


def main(argv: Sequence[str] | None = None, *, open_service: OpenService | None = None) -> int:
    """Run one command and return its exit status; ``open_service`` replaces the real assistant."""
    _speak_utf8()
    arguments = [printable(argument) for argument in (sys.argv[1:] if argv is None else argv)]
    if arguments[:1] == ["eval"] and _has_workbench():
        return int(importlib.import_module("eval.cli").run(arguments[1:]))
    try:
        args = _parser().parse_args(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_USAGE
    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO if args.debug else logging.WARNING, format="%(levelname)s %(message)s"
    )
    try:
        code = int(args.run(args, open_service or _open_service))
        sys.stdout.flush()
        return code
    except PolicyError as error:
        return _fail(error_payload(error), as_json=args.json)
    except KeyboardInterrupt:
        _say("已中断。")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # The reader has gone: let the interpreter's last flush go nowhere instead of complaining.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_BROKEN_PIPE
    except Exception as error:
        return _fail(_internal(error, debug=args.debug), as_json=args.json)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="wence", description="问策：每句话都能对到原文条款的政策问答。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)

    def command(name: str, run: Run, about: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=run, json=False)
        sub.add_argument("--debug", action="store_true", help="出错时显示完整的调用信息")
        return sub

    def as_json(sub: argparse.ArgumentParser) -> None:
        sub.add_argument("--json", action="store_true", help="在标准输出上给出一个 JSON 对象")

    index = command("index", _index, "建立或更新索引")
    index.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="文件或文件夹；默认为自带的四份文件")
    index.add_argument("--rebuild", action="store_true", help="全部重新计算;给出文件时只保留这些文件")
    as_json(index)

    ask = command("ask", _ask, "提一个问题")
    ask.add_argument("question", metavar="问题")
    ask.add_argument("--region", metavar="地区", help="只问这个地区，例如 辽宁")
    ask.add_argument(
        "--history", metavar="上一问", nargs="+", action="extend", default=[], help="先前问过的问题，由早到晚"
    )
    ask.add_argument("--as-of", metavar="日期", type=_day, help="以这一天为准，例如 2025-01-31")
    as_json(ask)

    search = command("search", _search, "查找条款，不作回答")
    search.add_argument("query", metavar="词")
    search.add_argument("--region", metavar="地区", help="只查这个地区")
    search.add_argument("--k", metavar="条数", type=_count, default=10, help="最多列出几条，1 到 100，默认 10")
    as_json(search)

    docs = command("docs", _docs, "列出已收录的文件；收录、更新、删除、查看、检查、修订")
    docs.add_argument("--as-of", metavar="日期", type=_day, help="效力以这一天为准，例如 2025-01-31；默认今天")
    as_json(docs)
    add_docs(docs, _settings, _emit)

    targets = command("targets", _targets, "列出文件里的目标和数字")
    targets.add_argument("--region", metavar="地区", help="只列这个地区")
    targets.add_argument("--indicator", metavar="指标", help="只列名称含有此词的指标，例如 高技能人才")
    as_json(targets)

    check = command("check", _check, "资格自查：对照各条写明的条件")
    check.add_argument("--region", metavar="地区", required=True, help="在哪个地区，例如 辽宁")
    check.add_argument("--group", metavar="人群", action="append", help="属于哪一类人，例如 退役军人；可写多次，请写全")
    check.add_argument("--age", metavar="周岁", type=_whole(120), help="年龄")
    check.add_argument("--employment", metavar="状态", choices=EMPLOYMENT, help=f"就业状态：{'、'.join(EMPLOYMENT)}")
    check.add_argument("--graduation", metavar="情况", choices=GRADUATION, help=f"毕业情况：{'、'.join(GRADUATION)}")
    check.add_argument("--certificate", metavar="证书", choices=LEVELS, help=f"最高一级证书：{'、'.join(LEVELS)}")
    check.add_argument("--insured-months", metavar="月数", type=_whole(720), help="累计缴纳失业保险费的月数")
    check.add_argument("--residence", metavar="地名", default="", help="户籍所在地")
    check.add_argument("--yes", metavar="条件", action="append", default=[], help="符合的条件，照抄条款原文；可写多次")
    check.add_argument("--no", metavar="条件", action="append", default=[], help="不符合的条件；可写多次")
    check.add_argument("--questions", action="store_true", help="只列出这个地区的条款会问什么")
    as_json(check)

    serve = command("serve", _serve, "启动网页和接口")
    serve.add_argument("--host", default="127.0.0.1", help="监听的地址，默认 127.0.0.1，仅本机可用")
    serve.add_argument("--port", type=_port, default=7860, help="端口，默认 7860；0 为任意空闲端口")

    command("model", _model, "准备默认的向量模型")
    if _has_workbench():
        commands.add_parser("eval", help="评测", add_help=False)
    return parser


def _index(args: argparse.Namespace, _: OpenService) -> int:
    from assistant.assembly import build_index

    report = build_index(_settings(), args.paths, progress=sys.stderr.isatty(), rebuild=args.rebuild)
    for file, message in report.skipped:
        _say(f"跳过 {file}：{message}")
    for file, message in report.notes:
        _say(f"注意 {file}：{message}")
    payload: Payload = {
        "documents": report.documents,
        "clauses": report.clauses,
        "skipped": [{"file": file, "message": message} for file, message in report.skipped],
        "notes": [{"file": file, "message": message} for file, message in report.notes],
        "seconds": round(report.seconds, 3),
        "index_dir": str(report.index_dir),
    }
    summary = f"索引里现有 {report.documents} 份文件、{report.clauses} 条条款，用时 {report.seconds:.1f} 秒。"
    return _emit(payload, lambda: f"{summary}\n位置：{report.index_dir}", as_json=args.json)


def _ask(args: argparse.Namespace, open_service: OpenService) -> int:
    from assistant.answer import Turn
    from ui.serialize import answer_payload

    history = tuple(Turn("user", text) for text in args.history)
    answer = open_service().ask(args.question, history=history, region=args.region, as_of=args.as_of)
    return _emit(answer_payload(answer), lambda: _terminal().answer(answer), as_json=args.json)


def _search(args: argparse.Namespace, open_service: OpenService) -> int:
    from ui.lookup import Filters, find
    from ui.serialize import search_payload

    hits = find(open_service(), args.query, Filters(region=args.region or ""), k=args.k)
    return _emit(search_payload(args.query, hits), lambda: _terminal().hits(hits), as_json=args.json)


def _docs(args: argparse.Namespace, open_service: OpenService) -> int:
    from ui.serialize import documents_payload

    service = open_service()
    listed = [(one, service.standing(one.doc_id, as_of=args.as_of)) for one in service.heads()]
    roles = service.clause_roles()
    payload = documents_payload(listed, roles, total=len(listed))
    return _emit(payload, lambda: _terminal().documents(listed, roles), as_json=args.json)


def _targets(args: argparse.Namespace, open_service: OpenService) -> int:
    from ui.lookup import figures_of
    from ui.serialize import targets_payload

    service = open_service()
    targets = figures_of(service, args.region, args.indicator)
    documents = {doc_id: service.document(doc_id) for doc_id in {target.doc_id for target in targets}}
    return _emit(
        targets_payload(targets, documents), lambda: _terminal().targets(targets, documents), as_json=args.json
    )


def _check(args: argparse.Namespace, open_service: OpenService) -> int:
    from assistant.self_check import Profile, certificate_level
    from ui.eligibility import questions_payload, self_check_payload

    desk = open_service().eligibility
    if args.questions:
        questions, offers = desk.questions(args.region), desk.offers(args.region)
        payload = questions_payload(desk.name(args.region), questions, offers)
        return _emit(payload, lambda: str(_terminal().questions(questions)), as_json=args.json)
    profile = Profile(
        groups=None if args.group is None else tuple(args.group),
        age=args.age,
        employment=args.employment or "",
        graduation=args.graduation or "",
        certificate=certificate_level(args.certificate),
        insured_months=args.insured_months,
        residence=args.residence,
        statements={**dict.fromkeys(args.yes, True), **dict.fromkeys(args.no, False)},
    )
    found = desk.check(args.region, profile)
    return _emit(self_check_payload(found), lambda: str(_terminal().self_check(found)), as_json=args.json)


def _serve(args: argparse.Namespace, open_service: OpenService) -> int:
    from ui.evaluations import RUNS_FOLDER, Evaluations
    from ui.feedback import FEEDBACK_FILE, FeedbackStore
    from ui.serve import serve

    settings = _settings()
    feedback = FeedbackStore(settings.home / FEEDBACK_FILE)

    def announce(url: str) -> None:
        print(f"问策已启动：{url}", flush=True)

    if open_service is not _open_service:
        service = open_service()
        runs = Evaluations(service, settings.home / RUNS_FOLDER)
        serve(service, feedback, runs, host=args.host, port=args.port, announce=announce)
    else:
        from assistant.assembly import open_live
        from ui.admin import AdminKey, Desk

        live, librarian = open_live(settings, progress=sys.stderr.isatty())
        desk = Desk(librarian, AdminKey(settings.admin_key), live.refresh)
        runs = Evaluations(live, settings.home / RUNS_FOLDER)
        serve(live, feedback, runs, desk, host=args.host, port=args.port, announce=announce, pinned=live.pinned)
        live.close()
    _say("问策已停止。")
    return EXIT_OK


def _model(args: argparse.Namespace, _: OpenService) -> int:
    from assistant.assembly import prepare_default_model

    folder = prepare_default_model(_settings(), progress=True)
    print(f"默认模型已就绪：{folder}")
    return EXIT_OK


def _open_service() -> PolicyService:
    from assistant.assembly import open_assistant

    service: PolicyService = open_assistant(_settings())
    return service


def _settings() -> Settings:
    from pydantic import ValidationError

    from assistant.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        names = "、".join(f"WENCE_{'_'.join(map(str, one['loc']))}".upper() for one in error.errors())
        raise PolicyError(f"设置不正确：{names}", hint="请检查这些环境变量的值") from error


def _has_workbench() -> bool:
    return importlib.util.find_spec("eval.cli") is not None


def _terminal() -> Any:
    from ui.render import Terminal

    return Terminal(colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)


def _emit(payload: Payload, human: Callable[[], str], *, as_json: bool) -> int:
    print(to_json(payload) if as_json else printable(human()))
    return EXIT_OK


def _fail(payload: Payload, *, as_json: bool) -> int:
    error = payload["error"]
    _say(f"错误: {error['message']}")
    if error["hint"]:
        _say(f"提示: {error['hint']}")
    if as_json:
        print(to_json(payload), flush=True)
    return EXIT_ERROR


def _internal(error: Exception, *, debug: bool) -> Payload:
    what = f"内部错误（{type(error).__name__}）"
    if debug:
        traceback.print_exception(error)
        return error_body("internal_error", what, "调用信息见上文")
    try:
        log = _settings().home / "wence.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="replace") as file:
            traceback.print_exception(error, file=file)
    except Exception:
        # Whatever broke the command may break this too; the first error is the one to tell.
        return error_body("internal_error", what, "加上 --debug 再运行一次可看到调用信息")
    return error_body("internal_error", what, f"详情已写入 {log}；也可加上 --debug 再运行一次")


def _say(message: str) -> None:
    print(printable(message), file=sys.stderr, flush=True)


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"日期应写作 2025-01-31 的样子，收到的是 {text}") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"应为 1 到 100 的整数，收到的是 {text}")
    return int(text)


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or int(text) > most:
            raise argparse.ArgumentTypeError(f"应为 0 到 {most} 的整数，收到的是 {text}")
        return int(text)

    return read


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"应为 0 到 65535 的整数，收到的是 {text}")
    return int(text)


class _Parser(argparse.ArgumentParser):
    """argparse that reports a usage error the way every other error is reported."""

    def error(self, message: str) -> NoReturn:
        _say(f"错误: 用法不对：{message}")
        _say(f"提示: 运行 {self.prog} --help 查看用法")
        raise SystemExit(EXIT_USAGE)


if __name__ == "__main__":
    sys.exit(main())
