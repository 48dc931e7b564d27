"""Fits the low-rank changes of the default encoder (``indexer/data/tuning.safetensors``) to everyday questions.

    python -m benchmarks.tune DATA [--check QUESTIONS[@HOME] ...] [--epochs 2] [--write]

Training questions lie in ``benchmarks/tuning/``: ``pairs.jsonl`` holds questions with passages worded like policies,
``questions.jsonl`` questions about places in the documents of DATA (``laws/documents.jsonl.gz`` and
``ncp/documents.jsonl.gz``), which are read there. None of them is of an evaluation set, nor are the documents.

The loss is InfoNCE (van den Oord et al. 2018) over the passages of a batch and two others of the same document for each
question. Only the upper layers change (LoRA; Hu et al. 2021): what the lower ones make of a text is worked out
once. Each ``--check`` prints the mean reciprocal rank and the share of first places of the sentences that answer the
questions of an evaluation set among all sentences of its index: before, after each epoch, and as written, which is half
of the change; between the old weights and the new ones both kinds of texts do best (Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from benchmarks.development import overlaps, question_set, read_set
from corpus.model import Document
from corpus.parse import parse_document
from corpus.regions import Gazetteer
from corpus.sources import Source
from indexer.model_preparation import PASSAGE_PREFIX, QUERY_PREFIX, untuned_model
from indexer.passages import is_indexed, prefix_of, sentence_spans, squeeze
from indexer.tuning import TUNING, write_tuning

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import BertModel

QUESTIONS = Path(__file__).parent / "tuning"
PUBLIC = ("laws", "ncp")
FIRST_LAYER, RANK = 6, 16
BATCH, TEMPERATURE, RATE, WARM_UP, DECAY = 32, 0.03, 5e-4, 30, 0.01
QUERY_TOKENS, PASSAGE_TOKENS, CHECKED_TOKENS = 64, 112, 160
OTHERS, ALIKE, NEAREST = 2, 0.6, 6
KEPT = 0.5
WINDOW = 12
SEED = 0

States = list[torch.Tensor]
"""The token states of each text below the first changed layer, (tokens, hidden) in bfloat16."""


@dataclass(frozen=True, slots=True)
class Group:
    """A passage, questions that it answers, and passages of the same document that do not."""

    passage: str
    questions: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Check:
    """Questions of an evaluation set with the rows of ``sentences`` that answer them."""

    name: str
    sentences: tuple[str, ...]
    questions: tuple[str, ...]
    gold: tuple[NDArray[np.intp], ...]


class Adapted(nn.Module):  # type: ignore[misc]
    """A linear layer W with a change of low rank: ``W x + b a x``."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.a = nn.Parameter(torch.randn(rank, linear.in_features) / linear.in_features**0.5)
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the layer's output."""
        return self.linear(x) + functional.linear(functional.linear(x, self.a), self.b)


class Encoder:
    """The default encoder with its upper layers open to change."""

    def __init__(self, bert: BertModel, tokenizer: Tokenizer) -> None:
        self._bert = bert.eval()
        self._tokenizer = tokenizer
        for parameter in bert.parameters():
            parameter.requires_grad = False
        for layer in bert.encoder.layer[FIRST_LAYER:]:
            for name, module in list(layer.named_modules()):
                if isinstance(module, nn.Linear):
                    parent, _, last = name.rpartition(".")
                    setattr(layer.get_submodule(parent), last, Adapted(module, RANK))

    @cached_property
    def changes(self) -> list[nn.Parameter]:
        """The parameters to fit."""
        return [parameter for parameter in self._bert.parameters() if parameter.requires_grad]

    def tensors(self) -> dict[str, NDArray[np.float16]]:
        """Return the changes under the names of ``indexer.tuning``, weakened to ``KEPT``."""
        return {
            name: (value.detach().numpy() * (KEPT if name.endswith(".b") else 1.0)).astype(np.float16)
            for name, value in self._bert.named_parameters()
            if value.requires_grad
        }

    def load(self, changes: Mapping[str, NDArray[np.float16]]) -> None:
        """Take over ``changes``."""
        mine = dict(self._bert.named_parameters())
        with torch.no_grad():
            for name, value in changes.items():
                mine[name].copy_(torch.from_numpy(value.astype(np.float32)))

    def lower(self, texts: Sequence[str], prefix: str, tokens: int) -> States:
        """Return what the unchanged layers make of ``texts``."""
        states: dict[int, torch.Tensor] = {}
        ids = [
            self._cut(encoding.ids, tokens) for encoding in self._tokenizer.encode_batch([prefix + t for t in texts])
        ]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        with torch.no_grad():
            for start in tqdm(range(0, len(order), 32), desc="lower layers", leave=False):
                rows = order[start : start + 32]
                longest = max(len(ids[i]) for i in rows)
                padded = torch.tensor([ids[i] + [0] * (longest - len(ids[i])) for i in rows])
                mask = torch.tensor([[1.0] * len(ids[i]) + [0.0] * (longest - len(ids[i])) for i in rows])
                state = self._through(self._bert.embeddings(input_ids=padded), mask, slice(0, FIRST_LAYER))
                for i, value in zip(rows, state, strict=True):
                    states[i] = value[: len(ids[i])].to(torch.bfloat16)
        return [states[i] for i in range(len(texts))]

    def upper(self, states: States) -> torch.Tensor:
        """Return the unit vectors of texts. *Shape:* (texts, hidden)"""
        longest = max(map(len, states))
        padded = torch.zeros(len(states), longest, states[0].shape[1])
        mask = torch.zeros(len(states), longest)
        for row, state in enumerate(states):
            padded[row, : len(state)] = state.float()
            mask[row, : len(state)] = 1.0
        state = self._through(padded, mask, slice(FIRST_LAYER, None)).float()
        mean = (state * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)

    def vectors(self, states: States) -> NDArray[np.float32]:
        """Return the unit vectors of many texts, without gradients. *Shape:* (texts, hidden)"""
        order = sorted(range(len(states)), key=lambda i: len(states[i]))
        found = np.zeros((len(states), states[0].shape[1]), np.float32)
        with torch.no_grad():
            for start in range(0, len(order), 32):
                rows = order[start : start + 32]
                found[rows] = self.upper([states[i] for i in rows]).numpy()
        return found

    def _through(self, state: torch.Tensor, mask: torch.Tensor, layers: slice) -> torch.Tensor:
        barred = torch.where(mask[:, None, None, :] > 0, 0.0, -1e4)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self._bert.encoder.layer[layers]:
                result = layer(state, barred)
                state = result[0] if isinstance(result, tuple) else result
        return state

    @staticmethod
    def _cut(ids: list[int], tokens: int) -> list[int]:
        return ids if len(ids) <= tokens else [*ids[: tokens - 1], ids[-1]]


def read_groups(data: Path) -> Iterator[Group]:
    """Yield the training groups; public documents are read below ``data``."""
    for line in (QUESTIONS / "pairs.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Group(row["passage"], tuple(row["questions"]), tuple(row["others"]))
    asked: dict[str, list[dict[str, object]]] = {}
    for line in (QUESTIONS / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        asked.setdefault(row["document"], []).append(row)
    gazetteer = Gazetteer.load()
    with tqdm(total=len(asked), desc="documents") as bar:
        for folder in PUBLIC:
            with gzip.open(data / folder / "documents.jsonl.gz", "rt", encoding="utf-8") as lines:
                for record in map(json.loads, lines):
                    name = f"{folder}/{record['id']}"
                    if name in asked:
                        text = f"{record['title']}\n{record['text']}"
                        document = parse_document(Source(name, re.sub(r"\W+", "-", name), text, "0" * 64), gazetteer)
                        yield from _groups(document, asked[name])
                        bar.update()


def _groups(document: Document, rows: Sequence[dict[str, object]]) -> Iterator[Group]:
    passages = {(start, end): passage for start, end, passage in _sentences(document)}
    for row in rows:
        passage = _answering(passages, cast(int, row["start"]), cast(int, row["end"]))
        shared = sorted(((_shared(passage, other), other) for other in dict.fromkeys(passages.values())), reverse=True)
        others = [other for (near, alike), other in shared if near and alike < ALIKE][:NEAREST]
        yield Group(passage, tuple(row["questions"]), tuple(others))  # type: ignore[arg-type]


def _answering(passages: Mapping[tuple[int, int], str], start: int, end: int) -> str:
    """Return the passage that shares most with ``start``–``end``: sentences are cut a little otherwise at times.

    Raises ``ValueError`` where none shares anything: to train on it would teach a wrong answer.
    """

    def shared(place: tuple[int, int]) -> int:
        return min(end, place[1]) - max(start, place[0])

    best = max(passages, key=shared)
    if shared(best) <= 0:
        raise ValueError(f"no sentence lies at {start}–{end}")
    return passages[best]


def _sentences(document: Document) -> Iterator[tuple[int, int, str]]:
    """Yield ``(start, end, passage)`` of each sentence that is embedded by itself."""
    for clause in document.clauses:
        if is_indexed(clause):
            for start, end in sentence_spans(clause) or [(0, len(clause.text))]:
                text = squeeze(clause.text[start:end])
                yield clause.start + start, clause.start + end, f"{prefix_of(document, clause)}\n{text}"


def _shared(passage: str, other: str) -> tuple[float, float]:
    """Return how much ``other`` shares with ``passage`` in pairs of characters, and how alike they are (Jaccard)."""
    mine, theirs = _pairs(passage), _pairs(other)
    common = len(mine & theirs)
    return common / (len(theirs) + 20), common / max(1, len(mine | theirs))


def _pairs(passage: str) -> set[str]:
    text = re.sub(r"\W", "", passage.split("\n", 1)[1])
    return {text[i : i + 2] for i in range(len(text) - 1)}


def read_check(path: Path, home: Path | None) -> Check:
    """Return the single questions of an evaluation set over the index below ``home``."""
    development = read_set(path, home)
    rows = [(d.doc_id, *sentence) for d in development.documents.values() for sentence in _sentences(d)]
    questions: list[str] = []
    gold: list[NDArray[np.intp]] = []
    for question in development.questions:
        spans = development.gold_spans(question)
        found = [row for row, sentence in enumerate(rows) if overlaps(sentence[:3], spans)]
        if found:
            questions.append(question.question)
            gold.append(np.array(found))
    return Check(development.label, tuple(row[3] for row in rows), tuple(questions), tuple(gold))


def judge(encoder: Encoder, checks: Sequence[tuple[Check, States, States]]) -> None:
    """Print the mean reciprocal rank and the share of first places of each check."""
    for check, questions, sentences in checks:
        similarity = encoder.vectors(questions) @ encoder.vectors(sentences).T
        pairs = zip(similarity, check.gold, strict=True)
        ranks = np.array([1 + int((row > row[gold].max()).sum()) for row, gold in pairs])
        print(f"{check.name:40s} n={len(ranks):4d} MRR {(1 / ranks).mean():.3f} first {(ranks == 1).mean():.3f}")


def fit(encoder: Encoder, groups: Sequence[Group], epochs: int) -> Iterator[float]:
    """Change ``encoder``, yielding the mean loss of each epoch."""
    generator = random.Random(SEED)
    others = [tuple(generator.sample(group.others, min(OTHERS, len(group.others)))) for group in groups]
    passages = _cached(
        encoder, [*(g.passage for g in groups), *(o for some in others for o in some)], PASSAGE_PREFIX, PASSAGE_TOKENS
    )
    queries = _cached(encoder, [q for group in groups for q in group.questions], QUERY_PREFIX, QUERY_TOKENS)
    items = [(question, number) for number, group in enumerate(groups) for question in group.questions]
    optimiser = torch.optim.AdamW(encoder.changes, lr=RATE, weight_decay=DECAY)
    steps, step = epochs * len(items) // BATCH, 0
    for _ in range(epochs):
        losses: list[float] = []
        for batch in tqdm(_batches(items, groups, generator), desc="fit"):
            step += 1
            for parameters in optimiser.param_groups:
                parameters["lr"] = RATE * min(1.0, step / WARM_UP) * max(0.05, 1 - step / (steps + 1))
            right = [groups[number].passage for _, number in batch]
            wrong = [text for _, number in batch for text in others[number]]
            row = {text: n for n, text in enumerate(dict.fromkeys([*right, *wrong]))}
            asked = encoder.upper([queries[question] for question, _ in batch])
            found = encoder.upper([passages[text] for text in row])
            target = torch.tensor([row[text] for text in right])
            loss = functional.cross_entropy(asked @ found.T / TEMPERATURE, target)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(encoder.changes, 1.0)
            optimiser.step()
            losses.append(loss.item())
        yield float(np.mean(losses))


def _cached(encoder: Encoder, texts: Iterable[str], prefix: str, tokens: int) -> dict[str, torch.Tensor]:
    unique = list(dict.fromkeys(texts))
    return dict(zip(unique, encoder.lower(unique, prefix, tokens), strict=True))


def _batches(
    items: Sequence[tuple[str, int]], groups: Sequence[Group], generator: random.Random
) -> list[list[tuple[str, int]]]:
    """Return ``items`` in batches of passages of about one length, in random order."""
    shuffled = generator.sample(items, len(items))
    batches: list[list[tuple[str, int]]] = []
    for start in range(0, len(shuffled), WINDOW * BATCH):
        window = sorted(shuffled[start : start + WINDOW * BATCH], key=lambda item: len(groups[item[1]].passage))
        batches += [window[i : i + BATCH] for i in range(0, len(window), BATCH)]
    return generator.sample(batches, len(batches))


def main() -> None:
    """Fit, check and, if asked, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--check", nargs="*", default=[], metavar="QUESTIONS[@HOME]", type=question_set)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(SEED)
    encoder = Encoder(*untuned_model())
    checks = []
    for path, home in args.check:
        check = read_check(path, home)
        questions = encoder.lower(check.questions, QUERY_PREFIX, QUERY_TOKENS)
        checks.append((check, questions, encoder.lower(check.sentences, PASSAGE_PREFIX, CHECKED_TOKENS)))
    judge(encoder, checks)
    groups = list(read_groups(args.data))
    print(f"{len(groups)} passages, {sum(len(group.questions) for group in groups)} questions")
    for epoch, loss in enumerate(fit(encoder, groups, args.epochs), 1):
        print(f"epoch {epoch}: loss {loss:.3f}", flush=True)
        judge(encoder, checks)
    changes = encoder.tensors()
    encoder.load(changes)
    print("as written")
    judge(encoder, checks)
    if args.write:
        write_tuning(TUNING, changes)


if __name__ == "__main__":
    main()
