"""``wence eval …``: the workbench on the command line. Results go to standard output, the rest to standard error."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import PolicyError
from eval.config import AS_OF

if TYPE_CHECKING:
    from assistant.settings import Settings
    from eval.check import Verdict
    from eval.config import Config
    from eval.library import Library
    from eval.report import Report
    from eval.run import Run
    from eval.scoring import Scored
    from eval.systems import System

EXIT_OK, EXIT_ERROR, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 130
_LOCAL = ("local", "search")
KEY_VARIABLE, DATA_VARIABLE = "WENCE_EVAL_KEY", "WENCE_DATA"
_ABOUT_RUN = "把评测集跑一遍,结果放在一个文件夹里;中断后用同样的命令加上 --out 那个文件夹接着跑。"


def run(argv: Sequence[str]) -> int:
    """Run one command of the workbench (``argv`` without ``eval``) and return its exit status."""
    try:
        args = _parser().parse_args(list(argv))
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else EXIT_USAGE
    try:
        return int(args.run(args))
    except PolicyError as error:
        _say(f"错误: {error.message}")
        if error.hint:
            _say(f"提示: {error.hint}")
        return EXIT_ERROR
    except KeyboardInterrupt:
        _say("已中断。")
        return EXIT_INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wence eval", description="评测:跑题、出报告、比较两次运行、检查评测集。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)

    ask = commands.add_parser("run", help="把评测集跑一遍", description=_ABOUT_RUN)
    ask.set_defaults(run=_run)
    ask.add_argument("--data", type=Path, help="评测集:文件夹、.jsonl、.csv 或 .xlsx;默认为自带的评测集")
    ask.add_argument("--split", choices=("dev", "test"), default="dev", help="哪一部分,默认 dev")
    ask.add_argument("--documents", type=Path, help="评测集所依据的文件夹;默认为自带的四份文件")
    ask.add_argument("--out", type=Path, help="运行文件夹;默认在 WENCE_HOME 的 runs 下")
    ask.add_argument("--system", default="local", help="local(默认)、search(只检索)、网址或 .jsonl 回答文件")
    ask.add_argument("--model", default="default", help="网址为 chat completions 时的模型名")
    ask.add_argument("--workers", type=_positive, default=4, help="同时向网址提几个问题,默认 4")
    ask.add_argument("--timeout", type=_positive, default=60, help="每次请求最多等几秒,默认 60")
    ask.add_argument("--limit", type=_positive, help="只跑几个(均匀地抽)")
    ask.add_argument("--region", help="给没有选地区的问题都选上这个地区")
    ask.add_argument("--variant", help="先改写问题,检验稳健性:typo、homophone、pinyin 等")
    ask.add_argument(
        "--distractors", type=Path, help="另把这个文件夹的文件也收进一个临时的索引,看会不会受干扰(local 和 search)"
    )
    ask.add_argument("--as-of", type=date.fromisoformat, default=AS_OF, help=f"以哪一天为准,默认 {AS_OF}")
    ask.add_argument("--quiet", action="store_true", help="不显示进度")

    report = commands.add_parser(
        "report",
        help="出报告",
        description="在运行文件夹里写报告和逐题的表格。",
    )
    report.set_defaults(run=_report)
    report.add_argument("folder", type=Path, metavar="运行")
    report.add_argument("--failures", action="store_true", help="test 集也列出单个失败的问题")

    compare = commands.add_parser("compare", help="比较两次运行", description="逐题配对比较,列出变对和变错的问题。")
    compare.set_defaults(run=_compare)
    compare.add_argument("first", type=Path, metavar="运行A")
    compare.add_argument("second", type=Path, metavar="运行B")

    validate = commands.add_parser("validate", help="检查评测集文件", description="检查格式,并在原文里核对每条引文。")
    validate.set_defaults(run=_validate)
    validate.add_argument("file", type=Path, metavar="文件")
    validate.add_argument("--documents", type=Path, help="评测集所依据的文件夹;默认为自带的四份文件")

    check = commands.add_parser("check", help="与提交的基线核对", description="重建索引,跑基线;有指标下降则失败。")
    check.set_defaults(run=_check)
    check.add_argument("--baselines", type=Path, help="基线文件;默认为自带的 baselines.toml")
    check.add_argument("--only", help="只跑这个名字的基线")

    ablate = commands.add_parser("ablate", help="检索各部分的贡献", description="逐项去掉检索的一部分,看差多少。")
    ablate.set_defaults(run=_ablate)
    ablate.add_argument("--data", type=Path, help="评测集文件夹或文件;默认为自带的评测集")
    ablate.add_argument("--documents", type=Path, help="评测集所依据的文件夹;默认为自带的四份文件")
    ablate.add_argument("--limit", type=_positive, help="只用几个问题")

    prepare = commands.add_parser(
        "prepare", help="准备原文不在库里的评测集", description="从数据文件夹取出原文和引文。"
    )
    prepare.set_defaults(run=_prepare)
    prepare.add_argument("benchmark", type=Path, metavar="评测集")
    prepare.add_argument("--source", type=Path, help="数据文件夹;默认为环境变量 WENCE_DATA")
    prepare.add_argument("--out", type=Path, required=True, help="写到哪个文件夹")

    public = commands.add_parser(
        "public",
        help="公开数据集",
        description="用本机已有的公开数据(按路径)出一张表:stard 检索,cmrc、cjrc、rgb 抽取与拒答。",
    )
    public.set_defaults(run=_public)
    public.add_argument(
        "kind", choices=("stard", "cmrc", "cjrc", "rgb"), metavar="数据集", help="stard、cmrc、cjrc 或 rgb"
    )
    public.add_argument("path", type=Path, metavar="路径", help="stard 为 BEIR 文件夹,其余为文件")
    public.add_argument("--limit", type=_positive, help="抽多少个问题,stard 默认 250,其余默认 100")
    public.add_argument("--articles", type=_positive, default=6000, help="stard 用多少条条文,默认 6000")

    trec = commands.add_parser("trec", help="给 TREC 格式的检索结果打分", description="用 qrels 给 run 文件打分。")
    trec.set_defaults(run=_trec)
    trec.add_argument("qrels", type=Path)
    trec.add_argument("ranking", type=Path, metavar="run")
    return parser


def _run(args: argparse.Namespace) -> int:
    settings = _settings()
    args.out = args.out or settings.home / "runs" / f"{datetime.now():%Y%m%d-%H%M%S}-{args.split}"
    try:
        folder, finished, library = _executed(args, settings)
    except KeyboardInterrupt:
        _say(f"已中断。用同样的命令加上 --out {args.out} 可接着跑。")
        return EXIT_INTERRUPTED
    _warn(finished, library)
    _out(_headline(_make_report(finished, library, failures=False)))
    _out(f"运行文件夹:{folder}")
    _out(f"看报告:wence eval report {folder}")
    return EXIT_OK


def _executed(args: argparse.Namespace, settings: Settings) -> tuple[Path, Run, Library]:
    """Return the run folder, the finished run that the arguments ask for, and the documents it is judged by."""
    from eval.fresh import fresh_home
    from eval.items import first
    from eval.library import Library
    from eval.run import execute
    from eval.sets import bundled, read_set, with_region
    from eval.variants import vary

    chosen = read_set(args.data or bundled(), args.split)
    asked = with_region(first(chosen.conversations, args.limit), args.region)
    if args.variant:
        asked = vary(asked, args.variant)
    documents = args.documents or _documents()
    library = Library.read(documents)
    with ExitStack() as stack:
        if args.distractors:
            if args.system not in _LOCAL:
                raise PolicyError("干扰文件只能加进本机的索引", hint="--distractors 与 --system local 或 search 同用")
            settings = stack.enter_context(fresh_home(settings, documents, args.distractors, progress=not args.quiet))
            # What is cited of the others is judged too: where from, and whether word for word.
            library = Library.read(documents, args.distractors)
        # The system first: opening the local one builds a missing index, which the configuration then describes.
        system = stack.enter_context(_system(args, settings, library))
        config = _config(args, chosen.files, settings)
        return args.out, execute(asked, system, library, args.out, config, progress=not args.quiet), library


def _report(args: argparse.Namespace) -> int:
    from eval.publish import publish
    from eval.run import read_run

    finished = read_run(args.folder)
    shown = args.failures or finished.config.split != "test"
    report = publish(finished, _library_of(finished.config), failures=shown)
    _out(_headline(report))
    _out(f"报告:{args.folder / 'report.html'}(另有 report.md、report.json)")
    if shown:
        _out(f"逐题结果:{args.folder / 'results.xlsx'}(另有 results.csv、results.jsonl)")
    if not shown:
        _say("这是 test 集:报告只有总体数值,不列单个问题。")
    return EXIT_OK


def _compare(args: argparse.Namespace) -> int:
    from eval.report import comparison_markdown
    from eval.run import read_run
    from eval.significance import compare

    first, second = read_run(args.first), read_run(args.second)
    comparison = compare(_scored(first), _scored(second))
    if not comparison.paired:
        raise PolicyError("两次运行没有相同的问题", hint="用同一评测集、同一部分各跑一次")
    names = (args.first.name or str(args.first), args.second.name or str(args.second))
    _out(comparison_markdown(comparison, *names, questions="test" not in (first.config.split, second.config.split)))
    return EXIT_OK


def _check(args: argparse.Namespace) -> int:
    from eval.check import judge, read_baselines, show
    from eval.fresh import fresh_home

    path = args.baselines or Path(__file__).parent / "baselines.toml"
    baselines = [one for one in read_baselines(path) if args.only in (None, one.name)]
    if not baselines:
        raise PolicyError(f"没有叫 {args.only} 的基线", hint=f"名字见 {path.name}")
    verdicts: list[Verdict] = []
    with fresh_home(_settings(), _documents()) as settings:
        for baseline in baselines:
            command = _parser().parse_args(shlex.split(baseline.command)[2:])
            if command.data is not None and not command.data.is_absolute():
                command.data = Path(__file__).parent.parent / command.data
            command.quiet = True
            command.out = settings.home / "runs" / baseline.name
            _, finished, library = _executed(command, settings)
            if finished.config.corpus_hash != baseline.corpus_hash:
                raise PolicyError(
                    f"基线 {baseline.name} 量的是另一批文件(现在是 {finished.config.corpus_hash})",
                    hint="文件有意改动过的话,重新测量并更新基线文件",
                )
            verdicts += judge(baseline, _make_report(finished, library, failures=False).summary)
    for verdict in verdicts:
        _out(show(verdict))
    return EXIT_ERROR if any(verdict.dropped for verdict in verdicts) else EXIT_OK


def _ablate(args: argparse.Namespace) -> int:
    from eval.ablate import ablate, as_markdown
    from eval.fresh import fresh_home
    from eval.items import first, items_of
    from eval.library import Library
    from eval.qrels import make_qrels
    from eval.sets import bundled, read_set
    from indexer.encoder import load_encoder

    documents = args.documents or _documents()
    singles = [c for c in read_set(args.data or bundled(), "dev").conversations if not c[0].dialogue]
    items = items_of(first(singles, args.limit))
    with fresh_home(_settings(), documents) as settings:
        encoder = load_encoder(settings.encoder, settings.models_dir, threads=settings.threads)
        qrels = make_qrels(items, Library.read(documents))
        rows = []
        for row in ablate(settings.index_dir, encoder, items, qrels, scratch=settings.home / "ablation"):
            _say(f"{row.name}:nDCG@10 {row.means['nDCG@10']:.3f}")
            rows.append(row)
        _out(as_markdown(rows))
    return EXIT_OK


def _prepare(args: argparse.Namespace) -> int:
    from eval.prepare import prepare

    source = args.source or os.environ.get(DATA_VARIABLE)
    if not source:
        raise PolicyError("不知道数据在哪里", hint=f"用 --source 或环境变量 {DATA_VARIABLE} 指定数据文件夹")
    files = prepare(args.benchmark, Path(source), args.out)
    documents = args.out / "documents"
    home = args.out / "home"
    _out(f"{len(files)} 个题目文件,{len(list(documents.glob('*.txt')))} 份原文。接着运行:")
    _out(f"WENCE_HOME={home} wence index {documents} --rebuild")
    _out(f"WENCE_HOME={home} wence eval run --data {args.out} --documents {documents}")
    return EXIT_OK


def _public(args: argparse.Namespace) -> int:
    from tempfile import TemporaryDirectory

    from assistant.assembly import prepare_default_model
    from eval.public import as_markdown, reading_table, retrieval_table, tasks_of
    from indexer.encoder import load_encoder

    settings = _settings()
    if settings.encoder == "default":
        prepare_default_model(settings)
    encoder = load_encoder(settings.encoder, settings.models_dir, threads=settings.threads)
    if args.kind == "stard":
        cache = settings.home / "cache"
        table = retrieval_table(
            args.path, encoder, queries=args.limit or 250, articles=args.articles, cache=cache, say=_say
        )
    else:
        tasks = tasks_of(args.kind, args.path, args.limit or 100)
        unanswerable = sum(not task.answers for task in tasks)
        about = f"{len(tasks)} 个问题,其中 {unanswerable} 个在所给的文字里没有答案;编码器 {encoder.id}"
        with TemporaryDirectory(prefix="wence-") as scratch:
            table = reading_table(tasks, encoder, scratch=Path(scratch), about=about)
    _out(as_markdown(table))
    return EXIT_OK


def _trec(args: argparse.Namespace) -> int:
    from eval.external import read_trec_qrels, read_trec_run
    from eval.measures.retrieval import MEASURES, retrieval
    from eval.measures.share import estimate

    scores = retrieval(read_trec_qrels(args.qrels), read_trec_run(args.ranking))
    for name in MEASURES:
        found = estimate([one[name] for one in scores.values()], list(scores))
        if found is not None:
            _out(f"{name}\t{found.value:.3f}  [{found.low:.3f}, {found.high:.3f}]  {found.count} 题")
    return EXIT_OK


def _validate(args: argparse.Namespace) -> int:
    from eval.dataset import validate
    from eval.sets import is_plain, read_set

    if is_plain(args.file):
        _out(f"{args.file.name}:{len(read_set(args.file).conversations)} 个问题,没有发现问题。")
        return EXIT_OK
    problems = validate(args.file, args.documents or _documents())
    for problem in problems:
        _out(problem)
    _out(f"{args.file.name}:{f'有 {len(problems)} 处问题' if problems else '没有发现问题'}。")
    return EXIT_ERROR if problems else EXIT_OK


@contextmanager
def _system(args: argparse.Namespace, settings: Settings, library: Library) -> Iterator[System]:
    """Open the system that ``--system`` names, and close it afterwards."""
    from eval.systems import ChatSystem, ContractSystem, FileSystem, LocalSystem, SearchSystem

    name: str = args.system
    if name in _LOCAL:
        from assistant.assembly import open_assistant

        assistant = open_assistant(settings, progress=not args.quiet)
        yield LocalSystem(assistant, as_of=args.as_of) if name == "local" else SearchSystem(assistant)
    elif name.startswith(("http://", "https://")):
        import httpx

        limits = httpx.Limits(max_connections=args.workers)
        with httpx.Client(timeout=args.timeout, limits=limits) as client:
            if name.rstrip("/").endswith("/chat/completions"):
                key = os.environ.get(KEY_VARIABLE, "")
                yield ChatSystem(client, name, model=args.model, key=key, workers=args.workers)
            else:
                yield ContractSystem(client, name, as_of=args.as_of, workers=args.workers)
    else:
        yield FileSystem(Path(name), library)


def _config(args: argparse.Namespace, files: dict[str, str], settings: Settings) -> Config:
    from eval.config import Config, versions
    from eval.measures.share import SEED

    corpus_hash = encoder_id = tokenizer_id = ""
    if args.system in _LOCAL:
        from indexer.generation import current_folder
        from indexer.manifest import read_manifest

        manifest = read_manifest(current_folder(settings.index_dir))
        corpus_hash, encoder_id, tokenizer_id = manifest.corpus_hash, manifest.encoder_id, manifest.tokenizer_id
    return Config(
        system=args.system if args.system in _LOCAL or "://" in args.system else Path(args.system).name,
        split=args.split,
        as_of=args.as_of.isoformat(),
        seed=SEED,
        limit=args.limit,
        region=args.region,
        variant=args.variant or "",
        documents=str(args.documents or ""),
        distractors=str(args.distractors or ""),
        data=files,
        corpus_hash=corpus_hash,
        encoder_id=encoder_id,
        tokenizer_id=tokenizer_id,
        versions=versions(),
    )


def _warn(finished: Run, library: Library) -> None:
    """Say what would make the numbers mean something else than they seem to."""
    failed = sum(bool(record.reply.error) for record in finished.records)
    if failed:
        _say(f"注意:{failed} 个问题没有得到回答(出错),按不正确计;再跑一次只会重问这些。")
    found = {clause_id for record in finished.records for clause_id in record.reply.ranking or ()}
    if found and not found <= library.clauses.keys():
        missing = len(found - library.clauses.keys())
        _say(f"注意:检索到的条款有 {missing} 条不在 --documents 里,索引与评测集所依据的文件不一致;可重建索引再跑。")


def _make_report(finished: Run, library: Library, *, failures: bool) -> Report:
    from eval.publish import report_on

    return report_on(finished, library, failures=failures).report


def _scored(finished: Run) -> tuple[Scored, ...]:
    from eval.publish import scored_run

    return scored_run(finished, _library_of(finished.config))


def _library_of(config: Config) -> Library:
    from eval.library import Library

    others = [Path(config.distractors)] if config.distractors else []
    return Library.read(Path(config.documents) if config.documents else _documents(), *others)


def _documents() -> Path:
    from assistant.assembly import default_documents

    return default_documents()


def _headline(report: Report) -> str:
    from eval.measures.catalogue import BY_KEY
    from eval.report import HEADLINE, told

    lines = [f"{report.count} 个问题,{told(report)}"]
    for key in HEADLINE:
        if key in report.summary:
            found = report.summary[key]
            label = BY_KEY[key].label
            lines.append(f"  {label}\t{found.value:.3f}  [{found.low:.3f}, {found.high:.3f}]  {found.count} 题")
    return "\n".join(lines)


def _settings() -> Settings:
    from pydantic import ValidationError

    from assistant.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise PolicyError("设置不正确", hint="请检查 WENCE_ 开头的环境变量") from error


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"应为正整数,收到的是 {text}")
    return int(text)


def _out(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
