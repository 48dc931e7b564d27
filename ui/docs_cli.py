"""``wence docs``: what is in the index, and the life of a document in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import InvalidChange, UnreadableSource

if TYPE_CHECKING:
    from assistant.librarian import Change, Librarian, OnConflict, Upload
    from assistant.settings import Settings
    from ui.serialize import Payload

OpenSettings = Callable[[], "Settings"]
Emit = Callable[..., int]

EXIT_OK, EXIT_ERROR = 0, 1


def add_docs(parser: argparse.ArgumentParser, settings: OpenSettings, emit: Emit) -> None:
    """Add the commands below ``wence docs``; ``emit`` prints a payload or the text made for people."""
    commands = parser.add_subparsers(title="操作", metavar="操作", parser_class=type(parser))

    def command(name: str, run: Callable[[argparse.Namespace, Librarian], tuple[int, Any]], about: str) -> Any:
        def whole(args: argparse.Namespace, _: object) -> int:
            from assistant.assembly import open_librarian

            librarian = open_librarian(settings(), progress=sys.stderr.isatty(), ready=name != "add")
            code, (payload, text) = run(args, librarian)
            emit(payload, text, as_json=args.json)
            return code

        sub = commands.add_parser(name, help=about, description=about)
        sub.set_defaults(run=whole)
        sub.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="给出一个 JSON 对象")
        sub.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help="出错时显示完整的调用信息")
        return sub

    add = command("add", _add, "收录文件")
    add.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="文件或文件夹")
    met = add.add_mutually_exclusive_group()
    met.add_argument("--replace", action="store_true", help="编号相同的换成新版本")
    met.add_argument("--keep-both", action="store_true", help="编号相同的两份都保留")
    met.add_argument("--preview", action="store_true", help="只看会读出什么，不收录")

    update = command("update", _update, "把一份文件换成新版本，编号和人工修订不变")
    update.add_argument("doc_id", metavar="DOC_ID", help="文件编号")
    update.add_argument("path", metavar="PATH", type=Path, help="新版本的文件")

    remove = command("remove", _remove, "删除文件，连同原件和人工修订")
    remove.add_argument("doc_ids", nargs="+", metavar="DOC_ID", help="文件编号")

    show = command("show", _show, "一份文件的元数据及其出处、条款、关系和可疑之处")
    show.add_argument("doc_id", metavar="DOC_ID", help="文件编号")

    check = command("check", _check, "检查各文件缺了什么、哪里可疑")
    check.add_argument("doc_ids", nargs="*", metavar="DOC_ID", help="只检查这些文件")
    check.add_argument("--strict", action="store_true", help="有缺少或存疑之处时以状态 1 结束")

    edit = command("set", _set, "修订读错的元数据；写 字段= 撤销修订，字段=无 表示没有")
    edit.add_argument("doc_id", metavar="DOC_ID", help="文件编号")
    edit.add_argument("values", nargs="+", metavar="字段=值", help="例如 issued=2024-05-25 或 地区=贵州省遵义市")


Result = tuple[int, tuple["Payload", Callable[[], str]]]


def _add(args: argparse.Namespace, librarian: Librarian) -> Result:
    from assistant.assembly import read_files
    from assistant.librarian import Preview
    from ui.documents import preview_payload, preview_text

    uploads, skipped = read_files(args.paths)
    _tell(skipped)
    if not uploads:
        raise UnreadableSource("没有可以收录的文件", hint="请检查路径和格式。")
    if args.preview:
        previews = [_previewed(librarian, upload) for upload in uploads]
        whole = Preview(
            tuple(review for one in previews for review in one.reviews),
            tuple(refusal for one in previews for refusal in one.refused),
        )
        return EXIT_OK if whole.reviews else EXIT_ERROR, (preview_payload(whole), lambda: preview_text(whole))
    on_conflict: OnConflict = "replace" if args.replace else "both" if args.keep_both else "refuse"
    return _changed(librarian.add(uploads, on_conflict=on_conflict))


def _previewed(librarian: Librarian, upload: Upload) -> Any:
    from assistant.librarian import Preview

    try:
        return librarian.preview(upload)
    except UnreadableSource as error:
        return Preview((), ((upload.name, error.message),))


def _update(args: argparse.Namespace, librarian: Librarian) -> Result:
    from assistant.assembly import read_files

    uploads, skipped = read_files([args.path])
    if len(uploads) != 1:
        reason = f":{skipped[0][1]}" if skipped else ""
        raise UnreadableSource(f"要换成的新版本不是一个文件{reason}", hint="请写一个文件的路径。")
    return _changed(librarian.replace(args.doc_id, uploads[0]))


def _remove(args: argparse.Namespace, librarian: Librarian) -> Result:
    return _changed(librarian.remove(args.doc_ids))


def _set(args: argparse.Namespace, librarian: Librarian) -> Result:
    values: dict[str, str] = {}
    for pair in args.values:
        field, mark, value = pair.partition("=")
        if not mark:
            raise InvalidChange(f"不是 字段=值：{pair[:40]}", hint="例如 issued=2024-05-25;撤销修订写 issued=")
        if field in values:
            raise InvalidChange(f"{field[:40]} 写了两次", hint="每一项只写一次。")
        values[field] = value
    return _changed(librarian.edit(args.doc_id, values))


def _show(args: argparse.Namespace, librarian: Librarian) -> Result:
    from ui.documents import review_payload, review_text

    review = librarian.review(args.doc_id)
    return EXIT_OK, (review_payload(review), lambda: review_text(review))


def _check(args: argparse.Namespace, librarian: Librarian) -> Result:
    from ui.documents import check_payload, check_text, counts

    checked = librarian.check(args.doc_ids)
    found = counts(checked)
    failed = args.strict and found["missing"] + found["doubtful"] > 0
    return EXIT_ERROR if failed else EXIT_OK, (check_payload(checked), lambda: check_text(checked))


def _changed(change: Change) -> Result:
    from ui.documents import change_payload, change_text

    return EXIT_OK if change.done else EXIT_ERROR, (change_payload(change), lambda: change_text(change))


def _tell(skipped: Sequence[tuple[str, str]]) -> None:
    from ui.serialize import printable

    for file, reason in skipped:
        print(printable(f"跳过 {file}：{reason}"), file=sys.stderr, flush=True)
