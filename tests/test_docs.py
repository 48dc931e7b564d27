"""The documents say what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.settings import Settings
from indexer.model_folder import DEFAULT_MODEL
from ui.cli import main

ROOT = Path(__file__).parent.parent
PACKAGES = ("corpus", "indexer", "assistant", "eval", "ui")
READMES = ("README.md", "README.zh.md")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("benchmarks/*.md")])
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))

# [docs/api.md](docs/api.md) · [一节](#anchor)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
# ```bash … ```
_BLOCK = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
# WENCE_HOME
_VARIABLE = re.compile(r"\bWENCE_[A-Z][A-Z_]*[A-Z]\b")
# make PORT=8080 serve
_MAKE = re.compile(r"\bmake (?:[A-Z]+=\S+ )*(?P<target>[a-z]+)\b")


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings(name: str, mark: str) -> list[str]:
    return [line.removeprefix(mark).strip() for line in text_of(name).splitlines() if line.startswith(mark)]


def blocks(name: str, kind: str) -> list[list[str]]:
    """The lines of each fenced block of a kind, without the empty ones."""
    bodies = (block["body"] for block in _BLOCK.finditer(text_of(name)) if block["kind"] == kind)
    return [[line.strip() for line in body.splitlines() if line.strip()] for body in bodies]


def commands(name: str) -> list[str]:
    """The command lines of a page's ``bash`` blocks, without their comments."""
    return [line.partition("#")[0].strip() for block in blocks(name, "bash") for line in block]


def first_answer(name: str) -> list[str]:
    """The lines printed under the first question."""
    return blocks(name, "text")[0]


def test_every_setting_has_its_heading() -> None:
    modules = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    named = {name for path in modules for name in _VARIABLE.findall(path.read_text(encoding="utf-8"))}
    settings = {f"WENCE_{name}".upper() for name in Settings.model_fields}
    assert sorted(headings("docs/settings.md", "## ")) == sorted(named | settings)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_defaults_are_the_documented_ones(name: str) -> None:
    section = text_of("docs/settings.md").split(f"## WENCE_{name.upper()}\n", 1)[1].split("\n## ", 1)[0]
    documented = re.search(r"Default: (?:`(?P<value>[^`]*)`|none)", section)
    assert documented, f"WENCE_{name.upper()} names no default"
    default = Settings.model_fields[name].default
    assert documented["value"] == (None if default is None else str(default))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [match["target"] for match in _LINK.finditer(page.read_text(encoding="utf-8"))]
    local = [target.partition("#")[0] for target in targets if not target.startswith(("https://", "#"))]
    assert [target for target in local if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("name", [*READMES, "docs/operations.md", "benchmarks/README.md"])
def test_make_targets_exist(name: str) -> None:
    lines = [*commands(name), *re.findall("`(make [^`]+)`", text_of(name))]
    named = {match["target"] for line in lines for match in _MAKE.finditer(line)}
    defined = set(re.findall(r"^([a-z]+):", text_of("Makefile"), re.MULTILINE))
    assert named
    assert named <= defined


@pytest.mark.parametrize("name", READMES)
def test_readme_names_every_command(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    named = re.findall(r"^wence (\w+)", text_of(name), re.MULTILINE)
    assert [command for command in named if main([command, "--help"]) != 0] == []
    capsys.readouterr()
    main(["--help"])
    offered = re.findall(r"^    (\w+) ", capsys.readouterr().out, re.MULTILINE)
    assert sorted(named) == sorted(offered)


def test_both_languages_show_the_same() -> None:
    assert len(headings("README.md", "## ")) == len(headings("README.zh.md", "## "))
    assert commands("README.md") == commands("README.zh.md")
    assert first_answer("README.md") == first_answer("README.zh.md")


def test_readme_shows_the_two_commands() -> None:
    assert commands("README.md")[:2] == ["make serve", "make test"]
    assert "make test" in text_of(".ci/run").splitlines()


def test_decisions_are_numbered_and_short() -> None:
    assert [page.name[:3] for page in DECISIONS] == [f"{number:03d}" for number in range(1, len(DECISIONS) + 1)]
    for page in DECISIONS:
        lines = page.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(f"# {page.name[:3]} ")
        assert len(lines) <= 16, f"{page.name} is longer than a decision should be"


def test_changelog_has_this_version() -> None:
    version = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)
    assert version
    assert f"## [{version[1]}]" in text_of("CHANGELOG.md")


@pytest.mark.slow
def test_the_first_answer_is_real(tmp_path: Path) -> None:
    """What the README shows under its question is printed, source lines and all; suggestions may vary."""
    if prepared := os.environ.get("WENCE_TEST_MODEL"):
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / DEFAULT_MODEL).symlink_to(prepared)
    (command,) = [line for line in commands("README.md") if "wence ask" in line]
    question = command.split('"')[1]
    done = subprocess.run(
        [sys.executable, "-m", "ui.cli", "ask", question],
        env={**os.environ, "WENCE_HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    printed = [line.strip() for line in done.stdout.splitlines()]
    shown = first_answer("README.md")
    assert [line for line in shown[: shown.index("还可以问")] if line not in printed] == []
