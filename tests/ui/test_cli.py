from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import PolicyError
from ui.cli import main

HEAVY = ("torch", "gradio", "fastapi", "transformers", "sentence_transformers", "uvicorn")


@pytest.fixture
def run(service, capsys):
    def run(*argv: str) -> tuple[int, str, str]:
        code = main(argv, open_service=lambda: service)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.mark.parametrize(
    ("argv", "fields"),
    [
        (["ask", "高技能人才", "--json"], {"question", "standalone_question", "outcome", "answer", "citations"}),
        (["search", "技能人才", "--json", "--k", "1"], {"query", "hits"}),
        (["docs", "--json"], {"documents"}),
        (["targets", "--json"], {"targets"}),
    ],
)
def test_json_is_one_object_and_nothing_else(run, argv, fields):
    code, out, err = run(*argv)
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert fields <= set(json.loads(out))


def test_ask_for_people(run):
    code, out, _ = run("ask", "高技能人才目标")
    assert code == 0
    assert out.startswith("遵义市到2025年,高技能人才达到9万人以上[1]。")
    assert "[1] 《遵义市推进“技能遵义”行动实施方案》(遵府办函〔2024〕19号)" in out
    assert "贵州省遵义市 · 2024-05-25 · 一、总体要求" in out
    assert "“其中,高技能人才达到9万人以上”" in out
    assert "还可以问" in out
    assert "\x1b" not in out


def test_refusal_for_people(run):
    code, out, _ = run("ask", "广州市有什么补贴")
    assert code == 0
    assert "因此不能回答" in out
    assert "相关条款（供参考，不作为依据）" in out
    assert "\n依据\n" not in out


def test_history_region_and_day_reach_the_service(run, service):
    code, *_ = run("ask", "那辽宁呢", "--history", "遵义呢", "人才呢", "--region", "辽宁", "--as-of", "2024-02-29")
    question, turns, region, as_of = service.asked[-1]
    assert (code, question, region, as_of.isoformat()) == (0, "那辽宁呢", "辽宁", "2024-02-29")
    assert [(turn.role, turn.content) for turn in turns] == [("user", "遵义呢"), ("user", "人才呢")]


@pytest.mark.parametrize(
    ("argv", "wanted"),
    [
        (["search", "技能大师工作室"], "1. 《遵义市推进“技能遵义”行动实施方案》"),
        (["search", "没有这个词"], "没有找到相关条款。"),
        (["docs"], "共 3 份文件"),
        (["targets", "--indicator", "高技能"], "到2025年  高技能人才  9万人以上"),
        (["targets", "--indicator", "没有"], "没有符合条件的指标。"),
    ],
)
def test_for_people(run, argv, wanted):
    code, out, _ = run(*argv)
    assert code == 0
    assert wanted in out


@pytest.mark.parametrize("argv", [["docs"], ["ask", "<b>"], ["search", "甲"]])
def test_a_document_cannot_drive_the_terminal(run, argv):
    _, out, _ = run(*argv)
    assert "window.hacked" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("question", "message", "hint"),
    [
        ("没有索引", "错误: 还没有索引", "提示: 请先运行 wence index"),
        (" ", "错误: 没有问题可答", "提示: 请输入问题"),
        ("问" * 10_000, "错误: 问题太长", None),
    ],
)
def test_errors_are_told_and_not_traced(run, question, message, hint):
    code, out, err = run("ask", question)
    assert (code, out) == (1, "")
    assert err.splitlines() == [line for line in (message, hint) if line]


def test_errors_in_json(run):
    code, out, err = run("ask", "没有索引", "--json")
    assert code == 1
    error = {"code": "index_not_built", "message": "还没有索引", "hint": "请先运行 wence index"}
    assert json.loads(out) == {"error": error}
    assert "错误: 还没有索引" in err


def test_a_bug_is_one_line(run, tmp_path, monkeypatch):
    monkeypatch.setenv("WENCE_HOME", str(tmp_path))
    code, out, err = run("ask", "崩溃")
    assert (code, out) == (1, "")
    assert err.startswith("错误: 内部错误（RuntimeError）\n提示: ")
    assert "Traceback" not in err


def test_a_bug_is_traced_on_demand(run):
    code, _, err = run("ask", "崩溃", "--debug")
    assert code == 1
    assert "RuntimeError: secret detail" in err


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["nothing"],
        ["ask"],
        ["ask", "问", "--as-of", "明天"],
        ["search", "词", "--k", "0"],
        ["search", "词", "--k", "很多"],
        ["serve", "--port", "70000"],
        ["docs", "--what"],
    ],
)
def test_usage_errors(run, argv):
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert err.startswith("错误: 用法不对：")
    assert "--help" in err


@pytest.mark.parametrize("command", ["index", "ask", "search", "docs", "targets", "serve", "model"])
def test_help(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert out.startswith(f"usage: wence {command}")


def test_broken_bytes_on_the_command_line(run, service):
    code, out, _ = run("ask", "技能\udcff人才", "--json")
    assert code == 0
    assert "\ufffd" in json.loads(out)["question"]


def test_interrupt(capsys):
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert main(["docs"], open_service=interrupted) == 130
    assert capsys.readouterr().err == "已中断。\n"


def test_a_taken_port_is_told(capsys, service):
    from ui.serve import listen

    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PolicyError, match=f"127.0.0.1:{port}"):
            listen("127.0.0.1", port)


def python(code: str, *argv: str, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, timeout=120, **more)


FAKE = (
    "import importlib.util, sys;"
    f"spec = importlib.util.spec_from_file_location('fake', {str(Path(__file__).with_name('conftest.py'))!r});"
    "fake = importlib.util.module_from_spec(spec); sys.modules['fake'] = fake; spec.loader.exec_module(fake);"
    "from ui.cli import main; sys.exit(main(sys.argv[1:], open_service=fake.FakeService))"
)


def test_a_closed_pipe_is_silent():
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-c", FAKE, "docs", "--json"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=120)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from ui.cli import main; main(['--help']);"
        "print([name for name in sys.argv[1:] if name in sys.modules], file=sys.stderr)"
    )
    done = python(code, *HEAVY, "numpy", "pydantic", "faiss", "jieba")
    assert done.stderr.strip() == "[]"


def test_printing_survives_an_ascii_terminal():
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = python("from ui.cli import main; main(['--help'])", env=env, encoding="utf-8")
    assert "问策" in done.stdout


@pytest.mark.slow
def test_a_question_loads_nothing_heavy(tmp_path):
    """The whole way from the command line to an answer, with the toy encoder and a fresh home."""
    code = (
        "import sys; from ui.cli import main; code = main(['ask', '遵义市高技能人才目标是多少', '--json']);"
        "print([name for name in sys.argv[1:] if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    env = {**os.environ, "WENCE_HOME": str(tmp_path), "WENCE_ENCODER": "hash"}
    done = python(code, *HEAVY, env=env)
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "[]"
    assert json.loads(done.stdout)["outcome"] in {"answered", "partial", "refused", "clarify"}


@pytest.mark.slow
def test_serve_announces_itself_and_stops_on_sigterm():
    command = [sys.executable, "-c", FAKE, "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        assert line.startswith("问策已启动：http://127.0.0.1:")
        server.send_signal(signal.SIGTERM)
        out, err = server.communicate(timeout=30)
    finally:
        server.kill()
        server.wait()
    assert (server.returncode, out) == (0, "")
    assert err.splitlines()[-1] == "问策已停止。"
    assert "Traceback" not in err
