from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from indexer import dictionary as dictionary_module
from ui.cli import main

HAINAN = """海南省人民政府关于加强职业技能培训的实施意见
琼府〔2023〕7号

一、总体目标

到2025年,新增高技能人才2万人。\x1b[31m

海南省人民政府
2023年3月1日
"""
XIAMEN = "厦门市职业技能培训补贴办事指南\n\n一、申请对象\n\n在本市就业的失业保险参保职工。\n"
HAINAN_ID = "hainan-fu-2023-7"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module", autouse=True)
def few_words() -> Iterator[None]:
    """Makes dictionaries of the words of these documents only: the full list takes seconds for each index."""
    words, classes = dictionary_module._jieba_words()
    few = {word: count for word, count in words.items() if word in HAINAN + XIAMEN}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary_module, "_jieba_words", lambda: (dict(few), {word: classes[word] for word in few}))
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "hainan.txt").write_text(HAINAN, encoding="utf-8")
    (folder / "xiamen.txt").write_text(XIAMEN, encoding="utf-8")
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("WENCE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WENCE_ENCODER", "hash")

    def run(*argv: object) -> tuple[int, str, str]:
        code = main(["docs", *map(str, argv)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_a_document_from_adding_to_removing(run: Run, folder: Path) -> None:
    code, out, _ = run("add", folder)
    assert code == 0
    assert f"已收录 {HAINAN_ID}《海南省人民政府关于加强职业技能培训的实施意见》" in out
    assert "可以修订：wence docs set xiamen issued=…" in out

    code, out, _ = run("set", "xiamen", "成文日期=2024年1月2日", "地区=福建省厦门市")
    assert (code, "已修订 xiamen" in out) == (0, True)
    code, out, _ = run("show", "xiamen")
    assert "成文日期：2024-01-02（人工修订，原文读出：未标明）" in out

    (folder / "xiamen.txt").write_text(XIAMEN.replace("职工", "农民工"), encoding="utf-8")
    assert run("update", "xiamen", folder / "xiamen.txt")[0] == 0
    code, out, _ = run("show", "xiamen", "--json")
    shown = json.loads(out)
    assert (shown["document"]["issued"], shown["document"]["source"]) == ("2024-01-02", "xiamen.txt")

    assert run("set", "xiamen", "issued=")[0] == 0
    assert json.loads(run("show", "xiamen", "--json")[1])["document"]["issued"] is None
    assert run("remove", "xiamen")[0] == 0
    assert [one["doc_id"] for one in json.loads(run("--json")[1])["documents"]] == [HAINAN_ID]


def test_show_gives_each_field_with_its_place(run: Run, folder: Path) -> None:
    run("add", folder)
    _, out, _ = run("show", HAINAN_ID)
    for line in ("成文日期：2023-03-01", "“2023年3月1日”", "文号：琼府〔2023〕7号", "条款（4 条）", "一 一、总体目标"):
        assert line in out
    assert "\x1b" not in out


def test_the_quality_report(run: Run, folder: Path) -> None:
    run("add", folder)
    code, out, _ = run("check")
    assert (code, "[缺少] 没有读出文号" in out, "共 2 份文件，1 份没有问题" in out) == (0, True, True)
    code, out, _ = run("check", "--strict", "--json")
    assert code == 1
    assert json.loads(out)["counts"] == {"missing": 3, "doubtful": 0, "notice": 0}
    assert run("check", HAINAN_ID, "--strict")[0] == 0


def test_a_preview_takes_nothing_in(run: Run, folder: Path, tmp_path: Path) -> None:
    code, out, _ = run("add", "--preview", folder / "hainan.txt", "--json")
    (draft,) = json.loads(out)["documents"]
    assert (code, draft["document"]["doc_id"]) == (0, HAINAN_ID)
    assert not (tmp_path / "home" / "index").exists()


@pytest.mark.parametrize(
    ("argv", "code", "told"),
    [
        (["add", "nowhere.txt"], 1, "找不到文件"),
        (["add"], 2, "用法不对"),
        (["update", "nope", "hainan.txt"], 1, "没有这份文件"),
        (["update", HAINAN_ID, "."], 1, "不是一个文件"),
        (["remove", "nope"], 1, "没有这份文件"),
        (["remove", HAINAN_ID, "xiamen"], 1, "不能删除全部文件"),
        (["show", "nope"], 1, "没有这份文件"),
        (["show"], 2, "用法不对"),
        (["check", "nope"], 1, "没有这份文件"),
        (["set", HAINAN_ID, "issued"], 1, "不是 字段=值"),
        (["set", HAINAN_ID, "issued=昨天"], 1, "不是一个日期"),
        (["set", HAINAN_ID, "颜色=红"], 1, "没有这一项"),
        (["fly"], 2, "用法不对"),
    ],
)
def test_errors_say_what_to_do(run: Run, folder: Path, monkeypatch, argv, code, told) -> None:
    run("add", folder)
    monkeypatch.chdir(folder)
    got, out, err = run(*argv)
    assert (got, out) == (code, "")
    assert told in err
    assert "提示" in err
    assert "Traceback" not in err


def test_a_document_of_the_same_id_is_not_overwritten(run: Run, folder: Path) -> None:
    run("add", folder)
    later = folder / "later.txt"
    later.write_text(HAINAN.replace("2万人", "3万人"), encoding="utf-8")
    code, out, _ = run("add", later)
    assert (code, "没有收录" in out, "--keep-both" in out) == (1, True, True)
    assert run("add", "--keep-both", later)[0] == 0
    assert f"{HAINAN_ID}~2" in run("--json")[1]


def test_an_index_command_honours_corrections(run: Run, folder: Path, capsys) -> None:
    run("add", folder)
    run("set", "xiamen", "region=福建省", "issued=2024-01-02")
    for argv in (["index", str(folder)], ["index", "--rebuild"], ["index", "--rebuild", str(folder)]):
        assert main([*argv, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["documents"] == 2
        assert json.loads(run("show", "xiamen", "--json")[1])["document"]["issued"] == "2024-01-02"
