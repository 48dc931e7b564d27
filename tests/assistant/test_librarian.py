from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.librarian import Librarian, Upload
from assistant.live import LiveAssistant
from corpus.errors import InvalidChange, LibraryBusy, NotFound, PolicyError, UnreadableSource
from corpus.regions import Gazetteer
from indexer import dictionary as dictionary_module
from indexer import generation
from indexer.encoder import HashEncoder
from indexer.library import Library
from indexer.search import Retriever
from indexer.writer import writing

HAINAN = """海南省人民政府关于加强职业技能培训的实施意见
琼府〔2023〕7号

各市、县、自治县人民政府:

一、总体目标

到2025年,全省开展补贴性职业技能培训10万人次以上,新增高技能人才2万人。

二、重点任务

(一)支持企业培训。对新招用职工开展岗前培训的企业,按每人500元给予培训补贴。

海南省人民政府
2023年3月1日
"""
QINGHAI = """青海省职业技能培训管理办法
青政办〔2024〕12号

第一条 为规范职业技能培训,制定本办法。

第二条 牧区劳动者参加藏毯编织培训的,给予生活费补贴。
"""
XIAMEN = "厦门市职业技能培训补贴办事指南\n\n一、申请对象\n\n在本市就业的失业保险参保职工。\n"
HAINAN_ID, QINGHAI_ID, XIAMEN_ID = "hainan-fu-2023-7", "qinghai-zhengban-2024-12", "xiamen"


def upload(name: str, text: str) -> Upload:
    return Upload(name, text.encode())


FIRST = [upload("hainan.txt", HAINAN), upload("qinghai.txt", QINGHAI), upload("xiamen.txt", XIAMEN)]


@pytest.fixture(scope="module", autouse=True)
def few_words() -> Iterator[None]:
    """Makes dictionaries of the words of these documents only: the full list takes seconds for each index."""
    text = HAINAN + QINGHAI + XIAMEN
    words, classes = dictionary_module._jieba_words()
    few = {word: count for word, count in words.items() if word in text}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary_module, "_jieba_words", lambda: (dict(few), {word: classes[word] for word in few}))
        yield


@pytest.fixture
def librarian(tmp_path: Path) -> Librarian:
    return open_at(tmp_path)


@pytest.fixture
def stocked(librarian: Librarian) -> Librarian:
    librarian.add(FIRST)
    return librarian


def open_at(home: Path, wait: float = 0.0) -> Librarian:
    return Librarian(home / "index", Library(home / "library"), Gazetteer.load(), HashEncoder, wait=wait)


def told(librarian: Librarian, *uploads: Upload, **more: str) -> list[tuple[str, str]]:
    change = librarian.add(uploads, **more)  # type: ignore[arg-type]
    return [(outcome.status, outcome.doc_id) for outcome in change.outcomes]


class TestAdding:
    def test_documents_and_their_originals(self, librarian: Librarian) -> None:
        change = librarian.add(FIRST)
        assert [(one.status, one.doc_id) for one in change.outcomes] == [
            ("added", HAINAN_ID),
            ("added", QINGHAI_ID),
            ("added", XIAMEN_ID),
        ]
        assert (change.documents, change.done) == (3, True)
        assert [librarian.original(one) for one in librarian.heads()] == FIRST
        missing = [one.code for one in change.outcomes[2].findings]
        assert missing == ["no_doc_number", "no_issuers", "no_issued"]

    @pytest.mark.parametrize(
        ("name", "data", "status"),
        [
            ("again.txt", HAINAN.encode(), "unchanged"),
            ("later.txt", HAINAN.replace("500元", "600元").encode(), "refused"),
            ("empty.txt", b" \n", "refused"),
            ("picture.txt", b"\x00\x01\x02\xff", "refused"),
        ],
    )
    def test_what_is_not_taken_in_changes_nothing(self, stocked: Librarian, name, data, status) -> None:
        before = stocked.heads()
        change = stocked.add([Upload(name, data)])
        assert [one.status for one in change.outcomes] == [status]
        assert change.outcomes[0].message
        assert (change.generation, stocked.heads()) == ("", before)

    def test_one_bad_file_does_not_hold_the_others_up(self, librarian: Librarian) -> None:
        assert told(librarian, Upload("bad.txt", b"\x00"), FIRST[0]) == [("refused", ""), ("added", HAINAN_ID)]

    @pytest.mark.parametrize(
        ("on_conflict", "doc_id", "held"),
        [("replace", HAINAN_ID, 3), ("both", f"{HAINAN_ID}~2", 4)],
    )
    def test_a_document_of_the_same_id(self, stocked: Librarian, on_conflict, doc_id, held) -> None:
        later = upload("later.txt", HAINAN.replace("500元", "600元"))
        status = "replaced" if on_conflict == "replace" else "added"
        assert told(stocked, later, on_conflict=on_conflict) == [(status, doc_id)]
        assert len(stocked.heads()) == held
        assert stocked.original(doc_id) == later
        assert "600元" in stocked.review(doc_id).document.text

    @pytest.mark.parametrize("name", ["../../x.txt", "a/b\\甲.txt", "\ud800.txt", "", "长" * 500 + ".txt"])
    def test_any_name_will_do(self, stocked: Librarian, name) -> None:
        change = stocked.add([Upload(name, f"湖北省职业技能培训指南{len(name)}\n\n一、申请对象\n\n职工。".encode())])
        (outcome,) = change.outcomes
        assert outcome.status == "added"
        kept = stocked.original(outcome.doc_id)
        assert "/" not in kept.name
        assert len(kept.name) <= 200

    def test_a_preview_takes_nothing_in(self, stocked: Librarian, tmp_path: Path) -> None:
        files = sorted(str(path) for path in tmp_path.rglob("*"))
        draft = upload("later.txt", HAINAN.replace("500元", "600元"))
        (review,) = stocked.preview(draft).reviews
        assert review.document.doc_id == HAINAN_ID
        assert review.conflict == review.document.title
        assert review.evidence["issued"].quote == "2023年3月1日"
        (same,) = stocked.preview(FIRST[0]).reviews
        assert (same.twin, same.conflict) == (HAINAN_ID, "")
        assert sorted(str(path) for path in tmp_path.rglob("*")) == files


class TestChanging:
    def test_a_new_version_keeps_the_id(self, stocked: Librarian) -> None:
        later = upload("second.txt", QINGHAI.replace("12号", "99号"))
        change = stocked.replace(QINGHAI_ID, later)
        assert [(one.status, one.doc_id) for one in change.outcomes] == [("replaced", QINGHAI_ID)]
        assert "99号" in change.outcomes[0].message
        assert stocked.original(QINGHAI_ID) == later
        assert all(one.clause_id.startswith(f"{QINGHAI_ID}#") for one in stocked.review(QINGHAI_ID).document.clauses)
        assert stocked.replace(QINGHAI_ID, later).outcomes[0].status == "unchanged"

    def test_removed_without_a_trace(self, stocked: Librarian, tmp_path: Path) -> None:
        stocked.edit(QINGHAI_ID, {"issued": "2024-04-01"})
        assert stocked.remove([QINGHAI_ID]).documents == 2
        assert list(stocked.heads()) == [HAINAN_ID, XIAMEN_ID]
        assert stocked.edits() == {}
        assert len(list((tmp_path / "library" / "files").iterdir())) == 2

    @pytest.mark.parametrize(
        ("do", "error"),
        [
            (lambda one: one.remove(["nope"]), NotFound),
            (lambda one: one.remove([XIAMEN_ID, "nope"]), NotFound),
            (lambda one: one.remove([HAINAN_ID, QINGHAI_ID, XIAMEN_ID]), InvalidChange),
            (lambda one: one.replace("nope", FIRST[0]), NotFound),
            (lambda one: one.replace(XIAMEN_ID, Upload("x.txt", b"")), UnreadableSource),
            (lambda one: one.edit("nope", {"title": "甲"}), NotFound),
            (lambda one: one.edit(XIAMEN_ID, {"issued": "昨天"}), InvalidChange),
            (lambda one: one.edit(XIAMEN_ID, {"text": "甲"}), InvalidChange),
            (lambda one: one.edit(XIAMEN_ID, {"issued": "2024-01-01", "成文日期": "2024-01-02"}), InvalidChange),
            (lambda one: one.edit(XIAMEN_ID, {}), InvalidChange),
            (lambda one: one.review("nope"), NotFound),
            (lambda one: one.check(["nope"]), NotFound),
            (lambda one: one.original("nope"), NotFound),
        ],
    )
    def test_what_cannot_be_done_changes_nothing(self, stocked: Librarian, do, error) -> None:
        before = stocked.heads()
        with pytest.raises(error) as caught:
            do(stocked)
        assert caught.value.hint
        assert (stocked.heads(), stocked.edits()) == (before, {})


class TestCorrecting:
    def test_a_correction_is_shown_and_taken_back(self, stocked: Librarian) -> None:
        stocked.edit(HAINAN_ID, {"成文日期": "2023年4月1日", "issuers": "甲厅,乙局"})
        review = stocked.review(HAINAN_ID)
        assert str(review.document.issued) == "2023-04-01"
        assert review.document.issuers == ("甲厅", "乙局")
        assert dict(review.edits) == {"issued": "2023-04-01", "issuers": "甲厅、乙局"}
        assert dict(review.read) == {"issued": "2023-03-01", "issuers": "海南省人民政府"}
        assert "issued" not in review.evidence
        stocked.edit(HAINAN_ID, {"issued": "", "issuers": ""})
        review = stocked.review(HAINAN_ID)
        assert (str(review.document.issued), review.document.issuers) == ("2023-03-01", ("海南省人民政府",))
        assert stocked.edits() == {}

    def test_it_outlives_versions_rebuilds_and_the_index_itself(self, stocked: Librarian, tmp_path: Path) -> None:
        import shutil

        stocked.edit(HAINAN_ID, {"issued": "2023-04-01", "doc_number": "无"})

        def held() -> tuple[str, str | None]:
            head = stocked.heads()[HAINAN_ID]
            return str(head.issued), head.doc_number

        stocked.replace(HAINAN_ID, upload("v2.txt", HAINAN.replace("500元", "600元")))
        assert held() == ("2023-04-01", None)
        stocked.rebuild([], only=False)
        assert held() == ("2023-04-01", None)
        shutil.rmtree(tmp_path / "index")
        stocked.rebuild(FIRST, only=False)
        assert held() == ("2023-04-01", None)
        assert "600元" in stocked.review(HAINAN_ID).document.text
        assert list(stocked.heads()) == [QINGHAI_ID, XIAMEN_ID, HAINAN_ID]

    def test_the_region_gate_obeys_it(self, stocked: Librarian, tmp_path: Path) -> None:
        stocked.edit(XIAMEN_ID, {"region": "青海省"})
        retriever = Retriever.open(tmp_path / "index", HashEncoder())
        assert retriever.store.heads[XIAMEN_ID].region == retriever.store.heads[QINGHAI_ID].region
        retriever.close()

    @pytest.mark.parametrize("value", ["2023-04-01", ""])
    def test_one_that_was_cut_off_is_made_good_by_the_next_change(self, stocked: Librarian, monkeypatch, value) -> None:
        if not value:
            stocked.edit(HAINAN_ID, {"issued": "2023-05-01"})
        before = stocked.heads()[HAINAN_ID].issued

        def cut(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("assistant.librarian.update_index", cut)
            with pytest.raises(KeyboardInterrupt):
                stocked.edit(HAINAN_ID, {"issued": value})
        assert stocked.heads()[HAINAN_ID].issued == before
        stocked.remove([XIAMEN_ID])
        assert str(stocked.heads()[HAINAN_ID].issued) == (value or "2023-03-01")
        assert stocked.edits() == ({HAINAN_ID: {"issued": value}} if value else {})

    def test_the_same_correction_again_makes_a_cut_off_one_good(self, stocked: Librarian, monkeypatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr("assistant.librarian.update_index", None)
            with pytest.raises(TypeError):
                stocked.edit(HAINAN_ID, {"issued": "2023-04-01"})
        assert stocked.edit(HAINAN_ID, {"issued": "2023-04-01"}).outcomes[0].status == "edited"
        assert str(stocked.heads()[HAINAN_ID].issued) == "2023-04-01"
        assert stocked.edit(HAINAN_ID, {"issued": "2023-04-01"}).outcomes[0].status == "unchanged"


def test_a_failure_leaves_everything_as_it_was(stocked: Librarian, monkeypatch, tmp_path: Path) -> None:
    before = stocked.heads()
    move = os.replace

    def full(source: str | Path, target: str | Path) -> None:
        if Path(target).name == generation.CURRENT_FILE:
            raise OSError("no space left")
        move(source, target)

    monkeypatch.setattr(os, "replace", full)
    for change in (
        lambda: stocked.add([upload("new.txt", XIAMEN.replace("厦门", "福州"))]),
        lambda: stocked.replace(HAINAN_ID, upload("v2.txt", HAINAN.replace("500元", "600元"))),
        lambda: stocked.remove([HAINAN_ID]),
    ):
        with pytest.raises(OSError, match="no space"):
            change()
        assert stocked.heads() == before
        assert [stocked.original(one) for one in before] == FIRST
    monkeypatch.undo()
    assert stocked.remove([HAINAN_ID]).documents == 2
    assert sorted(path.name for path in (tmp_path / "index").glob("gen-*"))[-1] == stocked_generation(tmp_path)
    assert list((tmp_path / "index").glob("building-*")) == []


def stocked_generation(home: Path) -> str:
    return generation.current_folder(home / "index").name


def test_one_change_at_a_time(stocked: Librarian, tmp_path: Path) -> None:
    with writing(tmp_path / "index", wait=0), pytest.raises(LibraryBusy):
        stocked.remove([XIAMEN_ID])
    patient = open_at(tmp_path, wait=60)
    uploads = [upload(f"{n}.txt", f"{place}职业技能培训指南\n\n一、对象\n\n职工。") for n, place in enumerate("甲乙丙")]
    threads = [threading.Thread(target=patient.add, args=([one],)) for one in uploads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stocked.heads()) == 6


def test_the_quality_of_all_documents(stocked: Librarian) -> None:
    stocked.edit(XIAMEN_ID, {"doc_number": "琼府〔2023〕7号"})
    found = {one.doc_id: {finding.code for finding in one.findings} for one in stocked.check()}
    assert "same_number" in found[HAINAN_ID] & found[XIAMEN_ID]
    assert found[QINGHAI_ID] == {"no_issuers", "no_issued"}
    assert [one.doc_id for one in stocked.check([QINGHAI_ID])] == [QINGHAI_ID]


class Follower:
    """Stands for an assistant: knows its generation and whether it was closed."""

    def __init__(self, generation: str) -> None:
        self.generation = generation
        self.closed = False

    def status(self) -> str:
        assert not self.closed
        return self.generation

    def close(self) -> None:
        self.closed = True


class TestFollowing:
    @pytest.fixture
    def opened(self) -> list[Follower]:
        return []

    @pytest.fixture
    def live(self, stocked: Librarian, tmp_path: Path, opened: list[Follower]) -> Iterator[LiveAssistant]:
        def open_newest() -> Follower:
            opened.append(Follower(generation.current_folder(tmp_path / "index").name))
            return opened[-1]

        live = LiveAssistant(tmp_path / "index", open_newest, every=0.02)  # type: ignore[arg-type]
        yield live
        live.close()
        assert all(one.closed for one in opened)

    def test_it_moves_on_by_itself(self, live: LiveAssistant, tmp_path: Path, opened: list[Follower]) -> None:
        moved = threading.Event()
        open_at(tmp_path).remove([XIAMEN_ID])
        for _ in range(500):
            if live.status() == "gen-000002" and opened[0].closed:
                moved.set()
                break
            moved.wait(0.02)
        assert moved.is_set()

    def test_a_request_ends_on_what_it_began_with(
        self, live: LiveAssistant, stocked: Librarian, opened: list[Follower]
    ) -> None:
        with live.pinned():
            assert live.status() == "gen-000001"
            stocked.remove([XIAMEN_ID])
            live.refresh()
            assert live.status() == "gen-000001"
            assert not opened[0].closed
        assert live.status() == "gen-000002"
        assert opened[0].closed

    def test_one_that_cannot_be_opened_is_left(
        self, live: LiveAssistant, stocked: Librarian, opened: list[Follower], monkeypatch
    ) -> None:
        def refuse() -> Follower:
            raise PolicyError("damaged")

        with monkeypatch.context() as patch:
            patch.setattr(live, "_open", refuse)
            stocked.remove([XIAMEN_ID])
            live.refresh()
            assert live.status() == "gen-000001"
        stocked.remove([QINGHAI_ID])
        live.refresh()
        assert live.status() == "gen-000003"


def test_reviews_do_not_depend_on_the_index(stocked: Librarian) -> None:
    draft, held = stocked.preview(FIRST[1]).reviews[0], stocked.review(QINGHAI_ID)
    assert replace(draft, twin="") == held


@pytest.mark.slow
def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    """A few of the kills of ``benchmarks/crash.py``."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "benchmarks.crash", "--kills", "6", "--seed", "7", "--home", str(tmp_path)]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", timeout=600)
    assert (done.returncode, json.loads(done.stdout)["kills"]) == (0, 6), done.stderr
