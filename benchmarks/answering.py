"""Time and memory of answering: ``python -m benchmarks.answering [--models FOLDER] [--rounds N]``.

Everything happens in a home of its own that is thrown away; only the prepared model is borrowed. Each measurement runs
in a process of its own, and each round makes all of them in turn; the table shows medians over the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = {
    "build_s": "index the four documents from nothing, s",
    "build_mb": "– peak RSS, MB",
    "add_s": "add the fourth document to an index of three, s",
    "cold_s": "cold `wence ask`, s",
    "cold_mb": "– peak RSS, MB",
    "open_s": "open the assistant in a running process, s",
    "p50_ms": "warm question p50, ms",
    "p95_ms": "warm question p95, ms",
    "warm_mb": "– RSS, MB",
}
QUESTION = "遵义高技能人才目标多少"


def build() -> dict[str, float]:
    """Index all documents, then in a second home three of them and the fourth, in this process."""
    from assistant.assembly import build_index, default_documents
    from assistant.settings import Settings

    settings = Settings()
    started = time.perf_counter()
    build_index(settings, progress=False)
    built = time.perf_counter() - started
    paths = sorted(default_documents().glob("*.txt"))
    with tempfile.TemporaryDirectory() as second:
        Path(second, "models").symlink_to(settings.models_dir.resolve())
        other = Settings(home=Path(second))
        build_index(other, paths[:-1], progress=False)
        started = time.perf_counter()
        build_index(other, paths[-1:], progress=False)
        return {"build_s": built, "add_s": time.perf_counter() - started}


def warm() -> dict[str, float]:
    """Open the assistant and ask every single question of the development set once."""
    from importlib import resources

    started = time.perf_counter()
    from assistant.assembly import open_assistant
    from assistant.settings import Settings

    assistant = open_assistant(Settings(), progress=False)
    opened = time.perf_counter() - started
    file = resources.files("eval").joinpath("benchmarks/skills-2018-2024/questions.dev.jsonl")
    questions = [json.loads(line)["question"] for line in file.read_text(encoding="utf-8").splitlines()]
    assistant.ask(QUESTION)
    times = []
    for question in questions:
        before = time.perf_counter()
        assistant.ask(question)
        times.append(1000 * (time.perf_counter() - before))
    return {
        "open_s": opened,
        "p50_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
        "warm_mb": _resident_mb(),
    }


def run(home: Path, *arguments: str) -> tuple[str, float, float]:
    """Run Python with ``arguments``; return its standard output, wall time in s and peak RSS in MB (Linux)."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=output, env={**os.environ, "WENCE_HOME": str(home)}
        )
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(arguments)} failed with status {process.returncode}")
        output.seek(0)
        return output.read(), elapsed, usage.ru_maxrss * 1024 / 1e6


def measure(models: Path) -> dict[str, float]:
    """One round: every row of the table."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, "models").symlink_to(models.resolve())
        built, _, build_mb = run(Path(home), "-m", "benchmarks.answering", "--part", "build")
        _, cold_s, cold_mb = run(Path(home), "-m", "ui.cli", "ask", QUESTION)
        asked, _, _ = run(Path(home), "-m", "benchmarks.answering", "--part", "warm")
    once = {"build_mb": build_mb, "cold_s": cold_s, "cold_mb": cold_mb}
    return {**json.loads(built), **json.loads(asked), **once}


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    default = Path(os.environ.get("WENCE_HOME", ".wence"), "models")
    parser.add_argument("--models", type=Path, default=default, help="folder with the prepared model (make model)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=("build", "warm"), help="one measurement in this process, as JSON")
    args = parser.parse_args()
    if args.part:
        print(json.dumps(build() if args.part == "build" else warm()))
        return
    if not any(args.models.glob("*/model.json")):
        raise SystemExit(f"No prepared model in {args.models}; run: make model")
    rounds = [measure(args.models) for _ in range(args.rounds)]
    print(f"{os.cpu_count()} cores, Python {sys.version_info.major}.{sys.version_info.minor}, {args.rounds} rounds\n")
    print("| measure | median | least – most |")
    print("|---|---:|---:|")
    for column, title in ROWS.items():
        values = [one[column] for one in rounds]
        digits = 0 if column.endswith("_mb") else 2 if column.endswith("_s") else 1
        least, median, most = (f"{f(values):,.{digits}f}" for f in (min, statistics.median, max))
        print(f"| {title} | {median} | {least} – {most} |")


if __name__ == "__main__":
    main()
