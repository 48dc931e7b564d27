"""What the command line prints: an answer with its sources, hits, and tables, as plain text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, SearchHit
from assistant.self_check import MET, OVER, STATES, VERDICTS, Finding, Question, SelfCheck
from corpus.model import Document, Target
from corpus.validity import Standing
from ui.regions import UNTOLD, region_name

if TYPE_CHECKING:
    from indexer.store import DocumentHead

# '\x1b[31m' and the bell in an untrusted document -> dropped; new line and tab stay
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")

# 'a\n\n  b' -> 'a b'
WHITE_SPACE = re.compile(r"\s+")

# '(四)抓好培训。广泛开展;' -> '(四)抓好培训。', '广泛开展;'
SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")

INNER_TITLE = str.maketrans("《》", "〈〉")

BOLD, DIM, MARK, RESET = "\x1b[1m", "\x1b[2m", "\x1b[1;33m", "\x1b[0m"
CONTEXT = 40
BRIEF = 120
SPOKEN = 160
"""About half a minute of reading aloud, in characters."""


class Terminal:
    """Text for a terminal; ``colour`` switches the ANSI codes on."""

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour

    def answer(self, answer: Answer) -> str:
        """The answer, its numbered sources, clauses worth a look, and what could be asked next."""
        blocks = [clean(answer.answer)]
        if rephrased(answer):
            blocks.insert(0, self._dim(f"按上文理解为：{clean(answer.standalone_question)}"))
        if answer.citations:
            blocks.append(self._section("依据", (self.citation(one, f"[{one.marker}]") for one in answer.citations)))
        if answer.related:
            blocks.append(
                self._section(
                    "相关条款（供参考，不作为依据）", (self.citation(one, brief=True) for one in answer.related)
                )
            )
        if answer.suggestions:
            blocks.append(self._section("还可以问", (f"· {clean(text)}" for text in answer.suggestions), gap="\n"))
        return "\n\n".join(blocks)

    def hits(self, hits: Sequence[SearchHit]) -> str:
        """The hits in order, or a word that there are none."""
        if not hits:
            return "没有找到相关条款。"
        return "\n\n".join(self.citation(hit.citation, f"{hit.rank}.", brief=True) for hit in hits)

    def self_check(self, found: SelfCheck) -> str:
        """What fits, what is missing, what only the body in charge can tell, and how much does not fit."""
        blocks = [f"{clean(found.region.full_name)}的资格自查"]
        if found.unmentioned:
            blocks.append(f"没有条款提到：{'、'.join(map(clean, found.unmentioned))}")
        if found.unasked:
            blocks.append(f"没有条款问到：{'、'.join(found.unasked)}")
        for verdict in ("met", "missing", "authority"):
            findings = found.of(verdict)
            if findings:
                title = f"{VERDICTS[verdict]}（{len(findings)} 项）"
                note = [MET] if verdict == "met" else []
                blocks.append(self._section(title, (*note, *map(self._finding, findings))))
        unmet = len(found.of("unmet"))
        blocks.append(f"不符合：{unmet} 项（用 --json 查看全部）" if unmet else "没有不符合的项目。")
        if found.missing:
            blocks.append(self._section("还缺的信息", (f"· {clean(one.text)}" for one in found.missing), gap="\n"))
        return "\n\n".join(blocks)

    def questions(self, questions: Iterable[Question]) -> str:
        """What may be asked, with the answers to choose from."""
        lines = []
        for one in questions:
            options = "；".join(clean(option.value) for option in one.options) if one.key != "statement" else ""
            lines.append(f"· {clean(one.text)}{f'：{options}' if options else ''}（{len(one.asked_by)} 项政策问到）")
        return "\n".join(lines) or "这个地区的文件没有写明面向个人的条件。"

    def _finding(self, finding: Finding) -> str:
        measure = finding.offer.measure
        lines = [self._bold(f"· {clean('；'.join(measure.benefits))}"), f"  面向：{clean(finding.group)}"]
        for one in finding.checks:
            what = "除外" if one.requirement.negated else "条件"
            lines.append(f"  {what} {STATES[one.state]}：{one_line(one.requirement.words)}")
        if finding.offer.over:
            lines.append(f"  {OVER}")
        return "\n".join([*lines, self.citation(finding.offer.citation, " ", brief=True)])

    def citation(self, citation: Citation, marker: str = "·", *, brief: bool = False) -> str:
        """Document, place in it, and the quote highlighted within its surroundings; ``brief`` cuts a long quote."""
        number = f"({citation.doc_number})" if citation.doc_number else ""
        where = place(citation)
        issued = citation.issued.isoformat() if citation.issued else ""
        facts = " · ".join(clean(part) for part in (citation.region or UNTOLD, issued, where) if part)
        indent = " " * (width(marker) + 1)
        lines = [f"{marker} {self._bold(clean(f'{titled(citation)}{number}'))}", indent + facts]
        lines.append(indent + self._quote(citation, BRIEF if brief else None))
        lines.append(indent + self._dim(clean(citation.clause_id)))
        return "\n".join(lines)

    def documents(
        self, documents: Sequence[tuple[DocumentHead, Standing]], roles: Mapping[str, Mapping[str, int]]
    ) -> str:
        """One line a document, with its state; ``roles`` counts the clauses of each."""
        rows = [
            (
                document.doc_id,
                region_name(document),
                document.issued.isoformat() if document.issued else "",
                document.doc_number or "",
                f"{sum(roles.get(document.doc_id, {}).values())} 条",
                standing.state,
                document.title,
            )
            for document, standing in documents
        ]
        table = self._table(("编号", "地区", "成文日期", "文号", "条款", "效力", "标题"), rows)
        return f"{table}\n\n共 {len(rows)} 份文件"

    def targets(self, targets: Sequence[Target], documents: Mapping[str, Document]) -> str:
        """One line a figure; ``documents`` by doc_id."""
        if not targets:
            return "没有符合条件的指标。"
        rows = [
            (
                target.region or UNTOLD,
                target.period_text or "未写明",
                target.indicator,
                target.figure,
                target.measure,
                f"{documents[target.doc_id].title} {target.clause_id.partition('#')[2]}",
            )
            for target in targets
        ]
        table = self._table(("地区", "时间", "指标", "数值", "类型", "出处"), rows)
        return f"{table}\n\n共 {len(rows)} 项"

    def _quote(self, citation: Citation, longest: int | None) -> str:
        before, quote, after = split_quote(citation)
        if longest is not None and len(quote) > longest:
            quote, after = quote[:longest] + "…", ""
        lead = ("…" if len(before) > CONTEXT else "") + one_line(before[-CONTEXT:])
        rest = one_line(after[:CONTEXT]) + ("…" if len(after) > CONTEXT else "")
        if not self._colour:
            return f"“{one_line(quote)}”"
        return f"“{lead}{MARK}{one_line(quote)}{RESET}{rest}”"

    def _section(self, title: str, parts: Iterable[str], gap: str = "\n\n") -> str:
        return f"{self._bold(title)}\n" + gap.join(parts)

    def _table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        cells = [head, *([one_line(cell) for cell in row] for row in rows)]
        widths = [max(width(row[column]) for row in cells) for column in range(len(head))]
        lines = ["  ".join(pad(cell, size) for cell, size in zip(row, widths, strict=True)).rstrip() for row in cells]
        return "\n".join([self._bold(lines[0]), *lines[1:]])

    def _bold(self, text: str) -> str:
        return f"{BOLD}{text}{RESET}" if self._colour else text

    def _dim(self, text: str) -> str:
        return f"{DIM}{text}{RESET}" if self._colour else text


def titled(citation: Citation) -> str:
    """The title in 《》, any 《》 within it as 〈〉."""
    return f"《{citation.title.translate(INNER_TITLE)}》"


def reference(citation: Citation) -> str:
    """The formal citation: 《标题》(文号)三、(四)."""
    number = f"({citation.doc_number})" if citation.doc_number else ""
    return f"{titled(citation)}{number}{citation.label}"


def spoken(citation: Citation, words: Sequence[str] = ()) -> str:
    """What to read to a caller: who issued what, where in it, and what it says from the first of ``words``."""
    heading = citation.heading_path[-1] if citation.heading_path else ""
    told = [one.strip() for one in SENTENCE.findall(citation.text) if len(one.strip().rstrip("。")) > 1]
    told = [one for one in told if one.rstrip("。") != heading] or told
    first = next((n for n, one in enumerate(told) if any(word in one for word in words)), 0)
    said = ""
    for one in told[first:]:
        if said and len(said) + len(one) > SPOKEN:
            break
        said += one
    issued = f"{citation.issued.year}年{citation.issued.month}月" if citation.issued else ""
    number = f"，文号是{citation.doc_number}" if citation.doc_number else ""
    source = f"{citation.issuer}{issued}发布的" if citation.issuer else ""
    return f"根据{source}{titled(citation)}{number}，{citation.label}这一条写道：{said}"


def rephrased(answer: Answer) -> bool:
    """True where the question was understood as something else than its own words."""
    asked, understood = (unicodedata.normalize("NFKC", text) for text in (answer.question, answer.standalone_question))
    return WHITE_SPACE.sub("", asked) != WHITE_SPACE.sub("", understood)


def place(citation: Citation) -> str:
    """Where in the document: the heading path, or the label where there are no headings."""
    return " › ".join(citation.heading_path) or citation.label


def split_quote(citation: Citation) -> tuple[str, str, str]:
    """The clause as (before, quote, after), which join to ``citation.text``.

    A clause that states its quote twice is split at the first: the citation does not carry the clause's own offset.
    """
    before, quote, after = citation.text.partition(citation.quote) if citation.quote else (citation.text, "", "")
    return before, quote, after


def clean(text: str) -> str:
    """``text`` without control characters, so that a document cannot drive the terminal."""
    return CONTROL.sub("", text)


def one_line(text: str) -> str:
    """``text`` cleaned and on one line."""
    return WHITE_SPACE.sub(" ", clean(text)).strip()


def width(text: str) -> int:
    """Columns that ``text`` takes: wide characters count two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else not unicodedata.combining(char) for char in text)


def pad(text: str, columns: int) -> str:
    """``text`` filled up with spaces to ``columns``."""
    return text + " " * (columns - width(text))
