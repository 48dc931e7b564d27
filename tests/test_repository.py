"""What is committed is whole: dependencies are declared and pinned, data files load and reach a wheel."""

from __future__ import annotations

import ast
import csv
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import read_source

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("corpus", "indexer", "assistant", "eval", "ui")
DATA = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*")
    if path.is_file() and path.suffix not in {".py", ".pyc"}
)
# Imported by a library of ours that does not ask for it: onnxruntime.quantization.
INDIRECT = {"onnx"}


def name_of(requirement: str) -> str:
    """``faiss-cpu>=1.15`` → ``faiss-cpu``, in the one spelling that pip compares."""
    return re.sub(r"[-_.]+", "-", re.split(r"[=<>!~\[; ]", requirement, maxsplit=1)[0]).lower()


# Top-level names that are imported only where they are needed, and the distributions of the extras that hold them.
OF_EXTRAS = {"docx": "python-docx", "lxml": "lxml", "pypdfium2": "pypdfium2", "rapidocr": "rapidocr"}


def imported(package: str) -> set[str]:
    """Top-level names that the modules of ``package`` import."""
    names: set[str] = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def test_dependencies_are_what_is_imported() -> None:
    foreign = {name for package in PACKAGES for name in imported(package)} - sys.stdlib_module_names - set(PACKAGES)
    foreign -= OF_EXTRAS.keys()
    extras = {name_of(one) for key in ("formats", "ocr") for one in PROJECT["project"]["optional-dependencies"][key]}
    assert set(OF_EXTRAS.values()) == extras
    owners = importlib.metadata.packages_distributions()
    needed = {name_of(owners[name][0]) for name in foreign}
    assert needed | INDIRECT == {name_of(one) for one in PROJECT["project"]["dependencies"]}


def test_every_dependency_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    project = PROJECT["project"]
    groups = [project["dependencies"], PROJECT["build-system"]["requires"], *project["optional-dependencies"].values()]
    declared = [one for group in groups for one in group if name_of(one) != project["name"]]
    assert {name_of(one) for one in declared} <= {name_of(pin) for pin in pins}


def test_one_torch_everywhere() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    first = re.search(r"^TORCH +\?= (\S+)$", makefile, re.MULTILINE)
    assert first
    assert first[1] in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()


def read_json_lines(path: Path) -> list[object]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True))


READERS: dict[str, Callable[[Path], object]] = {
    ".css": lambda path: path.read_text(encoding="utf-8").strip(),
    ".js": lambda path: path.read_text(encoding="utf-8").strip(),
    ".json": lambda path: json.loads(path.read_text(encoding="utf-8")),
    ".jsonl": read_json_lines,
    ".md": lambda path: path.read_text(encoding="utf-8").strip(),
    ".svg": lambda path: ElementTree.fromstring(path.read_bytes()).tag,
    ".toml": lambda path: tomllib.loads(path.read_text(encoding="utf-8")),
    ".tsv": read_table,
    ".txt": lambda path: read_source(path).text.strip(),
}


@pytest.mark.parametrize("path", DATA, ids=lambda path: str(path.relative_to(ROOT)))
def test_data_file_loads(path: Path) -> None:
    assert READERS.get(path.suffix, Path.read_bytes)(path)


@pytest.mark.parametrize("path", sorted((ROOT / "corpus/documents").glob("*.txt")), ids=lambda path: path.stem)
def test_bundled_document_parses(path: Path) -> None:
    document = parse_document(read_source(path), Gazetteer.load())
    assert document.region is not None
    assert len(document.clauses) > 10


def test_package_data_names_every_data_file() -> None:
    named = {
        path
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert [str(path.relative_to(ROOT)) for path in DATA if path not in named] == []


@pytest.mark.slow
def test_a_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    command = [*pip, "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), "."]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("wence-*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("wence-")}
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert held == expected
