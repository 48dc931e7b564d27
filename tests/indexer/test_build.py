from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import CorruptIndex, IndexerError, IndexNotBuilt, StaleIndex
from corpus.facts.extract import extract_facts
from corpus.model import Document, Facts
from indexer.build import Built, build_index, corpus_hash
from indexer.encoder import HashEncoder
from indexer.generation import CURRENT_FILE, current_folder
from indexer.manifest import FORMAT_VERSION, MANIFEST_FILE, read_manifest
from indexer.search import Retriever
from indexer.words import names_in

Build = Callable[[Sequence[Document]], Built]
QUERIES = ("退役军人免费培训", "藏毯编织生活费补贴", "申请材料", "高技能人才", "椰乡工匠")


def results(root: Path) -> list[list[tuple[str, float]]]:
    retriever = Retriever.open(root, HashEncoder())
    try:
        found = [retriever.search(retriever.prepare(query)) for query in QUERIES]
        return [[(hit.clause.clause_id, hit.score) for hit in hits] for hits in found]
    finally:
        retriever.close()


def test_a_generation(build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
    built = build(documents)
    assert current_folder(tmp_path / "index") == built.folder == tmp_path / "index" / "gen-000001"
    assert read_manifest(built.folder) == built.manifest
    assert built.manifest.documents == 3
    assert built.manifest.encoder_id == "hash/64"
    assert (built.encoded, built.reused) == (built.manifest.units, 0)
    assert 0 < built.manifest.noise < 1
    assert [path.name for path in (tmp_path / "index").iterdir() if path.name.startswith("building-")] == []


def test_nothing_to_index(build: Build, parse: Callable[[str, str], Document], tmp_path: Path) -> None:
    with pytest.raises(IndexerError) as caught:
        build([])
    assert caught.value.hint
    assert not (tmp_path / "index").exists()


def test_the_same_documents_give_the_same_index(build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
    first = build(documents)
    shutil.copytree(tmp_path / "index", tmp_path / "first")
    again = build(documents)
    assert replace(again.manifest, built_at="") == replace(first.manifest, built_at="")
    assert results(tmp_path / "index") == results(tmp_path / "first")


def test_scores_do_not_depend_on_the_order_of_documents(
    build: Build, documents: tuple[Document, ...], tmp_path: Path
) -> None:
    build(documents)
    one = results(tmp_path / "index")
    build(documents[::-1])
    other = results(tmp_path / "index")
    for hits, others in zip(one, other, strict=True):
        assert [clause_id for clause_id, _ in hits] == [clause_id for clause_id, _ in others]
        assert [score for _, score in hits] == pytest.approx([score for _, score in others], abs=1e-5)


def test_corpus_hash_follows_ids_and_contents_only(documents: tuple[Document, ...]) -> None:
    hashes = [(document.doc_id, document.sha256) for document in documents]
    assert corpus_hash(hashes) == corpus_hash(hashes[::-1])
    assert corpus_hash(hashes) != corpus_hash(hashes[:2])
    assert corpus_hash(hashes) != corpus_hash([(hashes[0][0], "0"), *hashes[1:]])


class TestReuse:
    def test_only_what_is_new_is_encoded(self, build: Build, documents: tuple[Document, ...], encoder: object) -> None:
        passages: list[str] = encoder.passages  # type: ignore[attr-defined]
        first = build(documents[:2])
        assert len(passages) == first.encoded
        passages.clear()
        second = build(documents)
        assert passages and all(text.startswith("厦门市") or "厦门市" in text for text in passages)
        assert second.reused == first.manifest.units
        assert len(passages) == second.encoded

    def test_nothing_changed(self, build: Build, documents: tuple[Document, ...], encoder: object) -> None:
        build(documents)
        encoder.passages.clear()  # type: ignore[attr-defined]
        assert build(documents).encoded == 0
        assert encoder.passages == []  # type: ignore[attr-defined]

    def test_reused_vectors_find_the_same(self, build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
        build(documents[:1])
        build(documents)
        grown = results(tmp_path / "index")
        build_index(tmp_path / "fresh", documents, extract_facts, HashEncoder())
        assert grown == results(tmp_path / "fresh")

    def test_another_encoder_starts_anew(self, build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
        build(documents)
        other = build_index(tmp_path / "index", documents, extract_facts, HashEncoder(32))
        assert other.reused == 0
        assert other.manifest.dimension == 32

    @pytest.mark.parametrize("name", [MANIFEST_FILE, "seg-000001/units.faiss", "seg-000001/unit-keys.npy"])
    def test_a_damaged_generation_only_costs_the_reuse(
        self, build: Build, documents: tuple[Document, ...], tmp_path: Path, name: str
    ) -> None:
        first = build(documents)
        expected = results(tmp_path / "index")
        (first.folder / name).write_bytes(b"damaged")
        again = build(documents)
        assert again.reused == 0
        assert results(tmp_path / "index") == expected


class Interrupted(BaseException):
    """Not an Exception, as KeyboardInterrupt is not."""


class TestSwitch:
    @pytest.mark.parametrize("failure", [RuntimeError, Interrupted, MemoryError])
    def test_a_failure_leaves_the_old_generation(
        self, build: Build, documents: tuple[Document, ...], tmp_path: Path, failure: type[BaseException]
    ) -> None:
        old = build(documents[:2])
        expected = results(tmp_path / "index")

        def fail(document: Document) -> Facts:
            if document == documents[2]:
                raise failure
            return extract_facts(document)

        with pytest.raises(failure):
            build_index(tmp_path / "index", documents, fail, HashEncoder())
        assert current_folder(tmp_path / "index") == old.folder
        assert results(tmp_path / "index") == expected
        assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [CURRENT_FILE, old.folder.name]

    def test_a_failure_at_the_switch(
        self, build: Build, documents: tuple[Document, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        old = build(documents[:2])
        expected = results(tmp_path / "index")

        def refuse(self: Path, *arguments: object, **options: object) -> int:
            raise OSError("no space left")

        with monkeypatch.context() as patched:
            original = Path.write_text
            patched.setattr(
                Path,
                "write_text",
                lambda self, *a, **k: (refuse if self.name.startswith(CURRENT_FILE) else original)(self, *a, **k),
            )
            with pytest.raises(OSError, match="no space"):
                build(documents)
        assert current_folder(tmp_path / "index") == old.folder
        assert results(tmp_path / "index") == expected
        build(documents)
        assert results(tmp_path / "index") != expected

    def test_left_over_folders_do_no_harm(self, build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
        root = tmp_path / "index"
        (root / "building-crashed").mkdir(parents=True)
        (root / "building-crashed" / MANIFEST_FILE).write_text("{")
        (root / "gen-notes").mkdir()
        (root / "CURRENT.new").write_text("gen-999999")
        assert build(documents).folder.name == "gen-000001"
        assert build(documents).folder.name == "gen-000002"
        assert results(root)[0]

    def test_two_generations_stay(self, build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
        for _ in range(4):
            build(documents[:1])
        kept = sorted(path.name for path in (tmp_path / "index").glob("gen-*"))
        assert kept == ["gen-000003", "gen-000004"]

    def test_an_open_index_survives_the_switch(
        self, build: Build, documents: tuple[Document, ...], tmp_path: Path
    ) -> None:
        build(documents[:2])
        retriever = Retriever.open(tmp_path / "index", HashEncoder())
        before = retriever.search(retriever.prepare("椰乡工匠"))
        for _ in range(3):
            build(documents)
        assert retriever.search(retriever.prepare("椰乡工匠")) == before
        retriever.close()


class TestUnusable:
    @pytest.mark.parametrize(
        "pointer", [None, "", "gen-000009", "..", "../index", "/", "gen-000001/../gen-000001", "\xff"]
    )
    def test_no_index(self, build: Build, documents: tuple[Document, ...], tmp_path: Path, pointer: str | None) -> None:
        build(documents[:1])
        current = tmp_path / "index" / CURRENT_FILE
        current.unlink() if pointer is None else current.write_bytes(pointer.encode("latin-1"))
        with pytest.raises(IndexNotBuilt) as caught:
            Retriever.open(tmp_path / "index", HashEncoder())
        assert "wence index" in caught.value.hint

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"format_version": FORMAT_VERSION + 1}, StaleIndex),
            ({"format_version": 0}, StaleIndex),
            ({"format_version": "1"}, StaleIndex),
            ({"encoder_id": "another"}, StaleIndex),
            ({"tokenizer_id": "1-0"}, StaleIndex),
            ({"segments": []}, CorruptIndex),
            ({"segments": 1}, CorruptIndex),
            ({"dimension": 65}, StaleIndex),
            ({"clauses": 1}, CorruptIndex),
            ({"units": 1}, CorruptIndex),
            ({"surprise": 1}, CorruptIndex),
            ({"files": []}, CorruptIndex),
            ({"files": {"more.npy": 1}}, CorruptIndex),
        ],
    )
    def test_a_foreign_manifest(
        self,
        build: Build,
        documents: tuple[Document, ...],
        tmp_path: Path,
        change: dict[str, object],
        error: type[IndexerError],
    ) -> None:
        path = build(documents[:1]).folder / MANIFEST_FILE
        path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
        with pytest.raises(error) as caught:
            Retriever.open(tmp_path / "index", HashEncoder())
        assert "wence index --rebuild" in caught.value.hint

    @pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", '"\ud83d"', "\x00"])
    def test_a_broken_manifest(self, build: Build, documents: tuple[Document, ...], tmp_path: Path, text: str) -> None:
        (build(documents[:1]).folder / MANIFEST_FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
        with pytest.raises((CorruptIndex, StaleIndex)) as caught:
            Retriever.open(tmp_path / "index", HashEncoder())
        assert "wence index --rebuild" in caught.value.hint

    @pytest.mark.parametrize("share", [0.0, 0.5, 0.99, None], ids=["emptied", "half", "nearly whole", "removed"])
    def test_any_damaged_file(self, built: Built, tmp_path: Path, share: float | None) -> None:
        names = [path.relative_to(built.folder) for path in sorted(built.folder.rglob("*")) if path.is_file()]
        assert len(names) >= 10
        for name in names:
            root = tmp_path / "damaged"
            shutil.copytree(built.folder.parent, root)
            victim = root / built.folder.name / name
            content = victim.read_bytes()
            victim.unlink() if share is None else victim.write_bytes(content[: int(len(content) * share)])
            with pytest.raises((CorruptIndex, StaleIndex)) as caught:
                Retriever.open(root, HashEncoder())
            assert "wence index --rebuild" in caught.value.hint, name
            shutil.rmtree(root)

    def test_parts_of_two_generations(self, build: Build, documents: tuple[Document, ...], tmp_path: Path) -> None:
        old = build(documents[:2]).folder
        new = build(documents).folder
        # The two generations share files: a copy in place would change both.
        for name in ("units.faiss", "unit-starts.npy"):
            (new / "seg-000001" / name).unlink()
            shutil.copy(old / "seg-000001" / name, new / "seg-000001" / name)
        with pytest.raises(CorruptIndex):
            Retriever.open(tmp_path / "index", HashEncoder())


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["每两年评选“椰乡工匠”。", "“椰乡工匠”和“技能海南”"], ["技能海南", "椰乡工匠"]),
        (["“互联网+”"], []),
        (["“十四五”时期", "“十四五规划”"], []),
        (["“ABC计划”"], ["abc计划"]),
        (["“两字”", "没有"], []),
    ],
)
def test_names_in(texts: list[str], names: list[str]) -> None:
    assert sorted({name for text in texts for name in names_in(text)}) == names


def test_words_of_the_documents_join_the_dictionary(
    parse: Callable[[str, str], Document], tmp_path: Path, few_words: None
) -> None:
    text = "海南省康养培训办法\n\n一、培训\n\n康养服务人员参加康养培训。\n\n二、补贴\n\n康养机构享受补贴。\n"
    build_index(tmp_path, [parse("kangyang", text)], extract_facts, HashEncoder())
    retriever = Retriever.open(tmp_path, HashEncoder())
    assert retriever.tokenizer.words_of("康养培训") == ["康养", "培训"]
    assert retriever.specificity("康养") is not None
    assert retriever.specificity("户口") is None
    retriever.close()


def test_vectors_are_those_of_the_encoder(built: Built) -> None:
    retriever = Retriever.open(built.folder.parent, HashEncoder())
    (query,) = HashEncoder().encode_queries(["椰乡工匠"])
    (scores,) = retriever._vectors.clause_scores(query[None], [None], units=600)
    assert len(scores) == built.manifest.clauses
    assert all(-1.001 <= score <= 1.001 for score in scores.values())
    retriever.close()
