"""Time and memory of the encoders: ``python -m benchmarks.encoder [--torch] [--folder FOLDER] [--rounds N]``.

Every round starts each engine in a process of its own, in turn, so that a noisy machine is noisy for all; the table
shows medians over the rounds. Start counts from the first import to the first vector.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

COLUMNS = {
    "start_s": "start + first query, s",
    "first_ms": "first query, ms",
    "p50_ms": "query p50, ms",
    "p95_ms": "query p95, ms",
    "passages_s": "passages/s",
    "rss_mb": "RSS, MB",
}
QUERIES = (
    "新型学徒制培训补贴标准是多少",
    "想自己当老板的人报啥班",
    "农民工技能培训的目标人数",
    "五十多岁还能参加免费培训吗",
    "谁负责失业保险基金的使用",
)
PASSAGE = (
    "对企业新招用和转岗的技能岗位人员,按规定给予职业培训补贴,补贴标准由各地人力资源社会保障部门会同财政部门确定,"
    "并根据经济发展、培训成本、物价指数等情况逐步调整;第{}批名单另行公布,培训期限不超过2年,政策执行至2025年底。"
)


def measure(engine: str, folder: Path, threads: int, passages: int) -> dict[str, float]:
    """One run of one engine in this process: the columns of the table."""
    started = time.perf_counter()
    from indexer.encoder import OnnxEncoder, SentenceTransformerEncoder

    if engine == "onnx":
        encoder: OnnxEncoder | SentenceTransformerEncoder = OnnxEncoder(folder, threads=threads)
    else:
        import torch

        torch.set_num_threads(threads)
        encoder = SentenceTransformerEncoder(str(folder), device="cpu")
    ready = time.perf_counter()
    encoder.encode_queries(QUERIES[:1])
    first = time.perf_counter()
    rss = _resident_mb()
    times = []
    for i in range(50):
        before = time.perf_counter()
        encoder.encode_queries([QUERIES[i % len(QUERIES)]])
        times.append(1000 * (time.perf_counter() - before))
    before = time.perf_counter()
    encoder.encode_passages([PASSAGE.format(i) for i in range(passages)])
    return {
        "start_s": first - started,
        "first_ms": 1000 * (first - ready),
        "p50_ms": statistics.median(times),
        "p95_ms": statistics.quantiles(times, n=20)[-1],
        "passages_s": passages / (time.perf_counter() - before),
        "rss_mb": rss,
    }


def _resident_mb() -> float:
    """Resident memory of this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(".wence/models/multilingual-e5-small-zh"))
    parser.add_argument("--torch", action="store_true", help="also measure sentence-transformers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--passages", type=int, default=100)
    parser.add_argument("--engine", choices=("onnx", "torch"), help="one run in this process, as JSON")
    args = parser.parse_args()
    if args.engine:
        print(json.dumps(measure(args.engine, args.folder, args.threads, args.passages)))
        return
    engines = ("onnx", "torch") if args.torch else ("onnx",)
    runs: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
    for _ in range(args.rounds):
        for engine in engines:
            command = [sys.executable, "-m", "benchmarks.encoder", "--engine", engine, "--folder", str(args.folder)]
            command += ["--threads", str(args.threads), "--passages", str(args.passages)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            runs[engine].append(json.loads(done.stdout))
    print("| engine |", " | ".join(COLUMNS.values()), "|")
    print("|---" * (len(COLUMNS) + 1) + "|")
    for engine, results in runs.items():
        medians = (statistics.median(result[column] for result in results) for column in COLUMNS)
        print(f"| {engine} |", " | ".join(f"{median:.1f}" for median in medians), "|")


if __name__ == "__main__":
    main()
