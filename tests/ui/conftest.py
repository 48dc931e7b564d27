from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from hashlib import sha256
from importlib import resources

import pytest

from assistant.answer import Answer, Citation, Scope, SearchHit, Turn
from assistant.dossier import Dossier, Kin, Link
from assistant.eligibility import EligibilityDesk
from corpus.errors import EmptyQuery, IndexNotBuilt, NotFound, QueryTooLong
from corpus.facts.eligibility import extract_eligibility
from corpus.model import Clause, Document, Eligibility, Region, Target
from corpus.regions import Gazetteer
from corpus.validity import Standing
from indexer.lexicon import Lexicon
from indexer.store import DocumentHead
from ui.regions import region_name

ZUNYI_QUOTE = "其中,高技能人才达到9万人以上"
LIAONING_QUOTE = "新增高技能人才25万人以上,全省高技能人才总量达到146.5万人"
EVIL = '甲<script>window.hacked=1</script><img src=x onerror="window.hacked=1">${window.hacked=1}{{乙}}\x1b[31m'
EVIL_QUESTION = '<img src=x onerror="window.hacked=1">'

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@dataclass(frozen=True)
class FakeStatus:
    ready: bool = True
    documents: int = 3
    clauses: int = 5
    encoder: str = "toy"
    built_at: str = "2025-01-31T08:00:00+08:00"


class FakeStore:
    """Documents with their facts, as the desk for eligibility reads them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = {document.doc_id: document for document in documents}
        names = DocumentHead.__dataclass_fields__
        self.heads = {d.doc_id: DocumentHead(**{name: getattr(d, name) for name in names}) for d in documents}

    def eligibility(self, doc_id: str) -> tuple[Eligibility, ...]:
        return extract_eligibility(self._documents[doc_id])

    def clauses_of(self, doc_id: str) -> list[Clause]:
        return list(self._documents[doc_id].clauses)


def desk(*documents: Document) -> EligibilityDesk:
    """A desk over ``documents`` alone."""
    return EligibilityDesk(FakeStore(documents), Gazetteer.load(), Lexicon.load())


class FakeService:
    """Answers a handful of questions from two real documents, with exact offsets, and one hostile document."""

    def __init__(self, *, ready: bool = True) -> None:
        self.asked: list[tuple[str, tuple[Turn, ...], str | None, date | None]] = []
        self._ready = ready
        self._documents = {document.doc_id: document for document in (_zunyi(), _liaoning(), _evil())}
        self.eligibility = desk(*self._documents.values())

    def lose_region(self, doc_id: str) -> None:
        self._documents[doc_id] = replace(self._documents[doc_id], region=None)

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), region: str | None = None, as_of: date | None = None
    ) -> Answer:
        self.asked.append((question, tuple(history), region, as_of))
        scope = Scope(tuple(filter(None, [region])) or ("遵义市", "辽宁省"), as_of or date(2025, 1, 31))
        zunyi = self._cite(1, "zunyi#1", ZUNYI_QUOTE)
        liaoning = self._cite(2, "liaoning#2.2", LIAONING_QUOTE)
        answered = Answer(
            question=question,
            standalone_question=question if not history else f"遵义市和辽宁省：{question}",
            outcome="answered",
            answer="遵义市到2025年,高技能人才达到9万人以上[1]。\n\n"
            "辽宁省“十四五”时期,新增高技能人才25万人以上,全省高技能人才总量达到146.5万人[2]。",
            citations=(zunyi, liaoning),
            scope=scope,
            suggestions=("遵义市技能人才总量的目标是多少？", "辽宁省要开展多少补贴性培训？"),
            timings_ms={"total": 12.3456},
        )
        if not question.strip():
            raise EmptyQuery("没有问题可答", hint="请输入问题")
        if len(question) > 2000:
            raise QueryTooLong("问题太长")
        if "索引" in question:
            raise IndexNotBuilt("还没有索引", hint="请先运行 wence index")
        if "崩溃" in question:
            raise RuntimeError("secret detail")
        if "<" in question:
            evil = self._cite(1, "evil#1", EVIL)
            return replace(answered, answer=f"{EVIL}[1]", citations=(evil,), suggestions=(EVIL_QUESTION,))
        if "比较" in question:
            rows = ("地区 | 指标 | 目标", "---|---|---", "遵义市 | 总量 | 9万人以上[1]", "辽宁省 | 总量 | 146.5万人[2]")
            table = "\n".join(f"| {row} |" for row in rows)
            return replace(answered, answer=f"两地目标：\n\n{table}\n\n- **遵义市**截至2025年\n- 辽宁省为“十四五”时期")
        if "广州" in question:
            return replace(
                answered,
                outcome="refused",
                answer="已收录的文件没有广州市的规定，因此不能回答。目前收录的是遵义市和辽宁省的文件。",
                citations=(),
                related=(replace(zunyi, marker=0), replace(liaoning, marker=0)),
            )
        return answered

    def search(
        self,
        query: str,
        *,
        region: str | None = None,
        k: int = 10,
        admits: Callable[[DocumentHead], bool] | None = None,
        clause_ids: Collection[str] | None = None,
    ) -> tuple[SearchHit, ...]:
        found = [
            self.clause(clause.clause_id)
            for document in self._documents.values()
            for clause in document.clauses
            if query in clause.text and (region is None or region in region_name(document))
            if admits is None or admits(_head(document))
            if clause_ids is None or clause.clause_id in clause_ids
        ]
        return tuple(SearchHit(citation, 1 / rank, rank) for rank, citation in enumerate(found[:k], start=1))

    def documents(self) -> tuple[Document, ...]:
        return tuple(self._documents.values())

    def document(self, doc_id: str) -> Document:
        if doc_id not in self._documents:
            raise NotFound(f"没有编号为 {doc_id} 的文件", hint="运行 wence docs 查看已收录的文件")
        return self._documents[doc_id]

    def standing(self, doc_id: str, *, as_of: date | None = None) -> Standing:
        self.document(doc_id)
        day = as_of or date(2025, 1, 31)
        if doc_id != "zunyi":
            return Standing(doc_id, day, "未载明", "没有写明施行日期和有效期")
        state, until = ("已失效", ",已过期") if day.year > 2025 else ("现行", "")
        return Standing(doc_id, day, state, f"载明有效期至2025年12月31日{until}", until=date(2025, 12, 31))

    def dossier(self, doc_id: str, *, as_of: date | None = None) -> Dossier:
        standing = self.standing(doc_id, as_of=as_of)
        if doc_id != "zunyi":
            return Dossier(standing, (), doc_id)
        proof = self._cite(1, "zunyi#1", ZUNYI_QUOTE)
        return Dossier(
            standing,
            (proof,),
            "zunyi",
            copies=(Kin("evil", EVIL, EVIL, EVIL, date(2024, 5, 25), "未载明", 0.98),),
            versions=(Kin("liaoning", "辽宁省规划", None, "a.txt", None, "被新版本取代"),),
            relations=(Link("依据", EVIL, EVIL, (), False, proof),),
            mentions=(Link("废止", "辽宁省规划", None, ("liaoning",), True, proof),),
        )

    def clause(self, clause_id: str) -> Citation:
        for document in self._documents.values():
            for clause in document.clauses:
                if clause.clause_id == clause_id:
                    return self._cite(1, clause_id, clause.text)
        raise NotFound(f"没有编号为 {clause_id} 的条款")

    def heads(self) -> tuple[DocumentHead, ...]:
        return tuple(_head(document) for document in self._documents.values())

    def clause_roles(self) -> dict[str, dict[str, int]]:
        return {doc_id: {"body": len(document.clauses)} for doc_id, document in self._documents.items()}

    def labels(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for document in self._documents.values():
            for clause in document.clauses:
                found[clause.label] = (*found.get(clause.label, ()), clause.clause_id)
        return found

    def groups(self) -> dict[str, frozenset[str]]:
        return {"高技能人才": frozenset({"zunyi#1"}), EVIL: frozenset({"evil#1"})}

    def targets(self, *, region: str | None = None, indicator: str | None = None) -> tuple[Target, ...]:
        document = self._documents["zunyi"]
        at, sentence = document.text.index("9万人以上"), document.text.index(ZUNYI_QUOTE)
        found = Target(
            doc_id="zunyi",
            clause_id="zunyi#1",
            region="遵义市",
            indicator="高技能人才",
            figure="9万人以上",
            value=Decimal(90000),
            high=None,
            unit="人",
            bound="以上",
            measure="总量",
            period=(None, 2025),
            period_text="到2025年",
            start=at,
            end=at + 5,
            sentence_start=sentence,
            sentence_end=sentence + len(ZUNYI_QUOTE),
        )
        ratio = replace(
            found,
            indicator="教师比例",
            figure="1/3",
            value=Decimal("0.5"),
            unit="",
            period=(None, None),
            period_text="",
        )
        told = [replace(one, region=one.region if document.region else "") for one in (found, ratio)]
        return tuple(one for one in told if not indicator or indicator in one.indicator)

    def regions(self) -> tuple[str, ...]:
        covered = (self._documents[doc_id].region for doc_id in ("zunyi", "liaoning"))
        return tuple(region.full_name for region in covered if region)

    def examples(self) -> tuple[str, ...]:
        return ("到2025年，遵义市高技能人才要达到多少？", "比较遵义和辽宁的高技能人才目标", "广州市有哪些培训补贴？")

    def status(self) -> FakeStatus:
        return FakeStatus(ready=self._ready)

    def _cite(self, marker: int, clause_id: str, quote: str) -> Citation:
        document = self._documents[clause_id.partition("#")[0]]
        clause = next(clause for clause in document.clauses if clause.clause_id == clause_id)
        start = document.text.index(quote, clause.start)
        return Citation(
            marker=marker,
            clause_id=clause_id,
            doc_id=document.doc_id,
            title=document.title,
            doc_number=document.doc_number,
            issuer="、".join(document.issuers),
            region=document.region.full_name if document.region else "",
            issued=document.issued,
            label=clause.label,
            heading_path=clause.heading_path,
            text=clause.text,
            quote=quote,
            start=start,
            end=start + len(quote),
        )


@pytest.fixture
def make_desk() -> Callable[..., EligibilityDesk]:
    return desk


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def placeless() -> FakeService:
    """A service whose document ``zunyi`` does not tell its place."""
    service = FakeService()
    service.lose_region("zunyi")
    return service


@pytest.fixture(scope="session")
def shared_service() -> FakeService:
    return FakeService()


def _zunyi() -> Document:
    text = _read("zunyi-2024-skills-action.txt")
    return _document(
        "zunyi",
        text,
        "遵义市推进“技能遵义”行动实施方案",
        "遵府办函〔2024〕19号",
        "遵义市人民政府办公室",
        Region(("贵州省", "遵义市")),
        date(2024, 5, 25),
        [
            ("zunyi#1", "一", ("一、总体要求",), "坚持以习近平新时代", "9万人以上。"),
            (
                "zunyi#2.5.17",
                "17",
                ("二、工作措施", "(四)打好五个基础，强化职业培训平台建设"),
                "17.建设一批高技能",
                "位)",
            ),
        ],
    )


def _liaoning() -> Document:
    text = _read("liaoning-2022-training-plan.txt")
    return _document(
        "liaoning",
        text,
        "辽宁省“十四五”职业技能培训规划",
        "辽人社发〔2022〕20号",
        "辽宁省人力资源和社会保障厅、辽宁省教育厅",
        Region(("辽宁省",)),
        date(2022, 6, 10),
        [
            ("liaoning#2.2", "二、(二)", ("总体要求", "(二)发展目标"), "“十四五”时期,结合", "146.5万人。"),
            ("liaoning#3.4", "三、(四)", ("三、健全完善终身职业技能培训体系",), "(四)抓好重点群体", "参加培训。"),
        ],
    )


def _evil() -> Document:
    return _document(
        "evil", f"{EVIL}。", f"{EVIL}办法", EVIL, EVIL, Region((EVIL,)), None, [("evil#1", EVIL, (EVIL,), "甲", "。")]
    )


def _document(
    doc_id: str,
    text: str,
    title: str,
    number: str,
    issuer: str,
    region: Region,
    issued: date | None,
    clauses: list[tuple[str, str, tuple[str, ...], str, str]],
) -> Document:
    found = []
    for clause_id, label, path, first, last in clauses:
        start = text.index(first)
        end = text.index(last, start) + len(last)
        found.append(Clause(clause_id, doc_id, label, path, "body", start, end, text[start:end]))
    return Document(
        doc_id=doc_id,
        title=title,
        doc_number=number,
        issuers=tuple(issuer.split("、")),
        region=region,
        issued=issued,
        effective=None,
        expires=None,
        kind="方案",
        source=f"{doc_id}.txt",
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
        clauses=tuple(found),
        noise=(),
    )


def _head(document: Document) -> DocumentHead:
    return DocumentHead(**{name: getattr(document, name) for name in DocumentHead.__dataclass_fields__})


def _read(name: str) -> str:
    return (resources.files("corpus") / "documents" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serving():
    """Serves an app on loopback for the length of a ``with``, which gets the address."""
    import uvicorn

    from ui.serve import address, listen

    @contextmanager
    def serve(app) -> Iterator[str]:
        listener = listen("127.0.0.1", 0)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield address(listener)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            listener.close()

    return serve
