"""Edges between documents: what a text rests on, passes on, explains, amends and repeals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.metadata import DOC_NUMBER, normalise_doc_number
from corpus.model import Clause, Document, Relation, RelationKind
from corpus.sentences import split_sentences

# 《国务院关于…的意见》 · 《关于转发〈…〉的通知》 · 《关于印发《…》的通知》
_TITLE = re.compile(r"《(?P<title>(?:[^《》\n]|《[^《》\n]{1,80}》){2,160})》")
# (国发〔2018〕11号) · （2020年第8号） · (中华人民共和国主席令第八号)
_NUMBER = re.compile(r"\s*[(（](?P<number>[^()（）\n]{0,30}?\d{1,4}\s*号)[^()（）\n]{0,60}[)）]")
_BARE_NUMBER = re.compile(rf"(?<![\u4e00-\u9fff](?=《)){DOC_NUMBER.pattern}")
# 《甲》、《乙》 · 《甲》和省政府《乙》
_AND = r"(?:\s|[、,，]|和|及|与|以及)*|(?:\s|[、和及与]|以及)(?:[^《》,，。;；、在对将按]{0,24})?"
# 根据 · 依据 · 按照 · 贯彻落实 · 为落实
_BASIS = re.compile(
    r"(?:根据|依据|依照|按照|遵照|遵循|参照|执行|落实|贯彻(?:落实|执行|实施)?|深入贯彻|学习贯彻|结合|把握)"
    r"(?P<between>[^《》,，。;；：:！!？?\n]{0,40}?)\Z"
)
# Words that show that the cue speaks of something else: 根据工作需要,修订《…》
_BROKEN = re.compile(r"(?:制定|印发|出台|编制|起草|填写|下载|签订|提交|填报|修订|修改)(?:了|的)?")
_PASSED_ON = re.compile(r"(?:转发|批转)(?!的)(?P<between>[^《》。;；,，]{0,30}?)\Z")
_AMENDED = re.compile(
    r"(?:修改|修订|修正)(?!后|过)(?P<between>[^《》。;；,，、的]{0,12}?)\Z|对(?P<of>[^《》。;；,，]{0,12}?)\Z"
)
_AMENDED_AFTER = re.compile(
    r"\s*(?:[(（][^()（）]{0,40}[)）])?(?:等[^。;；,，]{0,12})?(?:进行(?:了)?|作(?:了|出)?(?:如下|以下|部分)?|"
    r"予以)(?:修改|修订|修正)|\s*修正案"
)
_REPEALED = re.compile(r"废止(?P<between>[^《》。;；,，]{0,20}?)\Z")
_REPEALED_AFTER = re.compile(
    r"(?P<tail>[^《》。;；！!？?]{0,60}?(?:同时废止|即行废止|予以废止|自行废止|相应废止|一并废止|废止|同时失效|"
    r"自行失效|停止执行|不再执行))"
)
# 《…实施方案》政策解读 · 关于《…》的解读 · 图解《…》 · 《…》起草说明
_EXPLAINED = re.compile(
    r"^(?:图解|一图读懂|解读|关于)?\s*《.+》(?:的|文件|政策|有关|相关|主要|内容|热点|一)*(?:解读|问答|图解|"
    r"起草说明|说明|政策问答|答记者问|读懂)"
)
_PASSED_TITLE = re.compile(
    r"(?:转发|批转)(?P<title>[^《》\n]{4,120}?(?:通知|意见|方案|办法|规定|决定|公告|函|规划|计划))(?=的通知|$)"
)
# 关于废止部分规范性文件的决定 · 关于公布失效文件目录的通知: the items of their lists are repealed
_REPEAL_LIST = re.compile(r"(?:废止|失效|停止执行)[^《》]{0,24}(?:文件|规章|目录|法规|决定|清单|通知)")
# 1.某省政府关于印发《…》的通知(某政发〔2019〕8号) · (二)《…办法》 · 3、《…》第三条
_LIST_ITEM = re.compile(
    r"^[^\S\n]*(?:[(（]?[\d一二三四五六七八九十百]{1,4}[)）]?[^\S\n]*[、.．:：]?[^\S\n]*)?(?P<name>"
    r"《(?P<quoted>[^\n]{2,120}?)》(?=[^》]{0,60}$)|[\u4e00-\u9fff、 ]{2,40}?(?:关于|印发|公布)[^()（）\n]{4,120})"
    r"[^\S\n]*(?:[(（](?P<number>[^()（）\n]{0,30}?\d{1,4}\s*号)[^()（）\n]{0,40}[)）])?(?P<rest>[^\n]{0,60})$",
    re.MULTILINE,
)
# 《…》第三条同时废止 · 《…》中有关补贴的规定停止执行
_PARTLY = re.compile(
    r"第[\d零〇一二三四五六七八九十百]+[章节条款项]|中(?:的|有关|关于|涉及|与)|(?:有关|相关|部分)(?:规定|条款|内容|条文)"
)
# 《意见》 and 《实施方案》 stand for a title that was named in full.
_SHORT = re.compile(
    r"^(?:本|该)?(?:实施|工作|行动|若干|试点|管理|暂行|具体|专项|三年|有关|的)*(?:意见|通知|方案|办法|规划|"
    r"条例|规定|决定|细则|纲要|计划|公告|法|指南|通告|指引|预案|措施|清单|函|批复|标准|目录)$"
)
# 《焰火燃放许可证》 · 《承诺书》 are papers, no policy documents.
_PAPER = re.compile(r"(?:证|证书|证明|表|书|合同|协议|单|卡|报|杂志|笔录)(?:[(（][^()（）]*[)）])?$")
_ALIAS = re.compile(
    r"[(（](?:以下|下)(?:统一)?(?:简|统)称(?:为)?[:：]?[《“\"]?(?P<alias>[^》”\"()（）]{1,20})[》”\"]?[)）]"
)

_BRACKETS = str.maketrans("﹝﹞【】", "〔〕〔〕")


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    end: int
    title: str
    number: str | None
    joined: bool


def extract_relations(document: Document) -> tuple[Relation, ...]:
    """Return the document's edges in text order, each once, at its first mention.

    ``title`` is the text inside 《》 (``""`` where only a 文号 is given); the span reaches from the word that makes the
    relation (根据, 转发) to the title and its 文号, or from the title to 同时废止.
    """
    own = _key(document.title)
    own_titles = {own, *(_key(m["title"]) for m in _TITLE.finditer(document.title) if "印发" in document.title)}
    relations: list[Relation] = []
    seen: set[tuple[RelationKind, str]] = set()
    lists = bool(_REPEAL_LIST.search(document.title))
    for clause in document.clauses:
        for relation in (*_of_clause(clause), *(_listed(clause) if lists else ())):
            name = _key(relation.title) or (relation.doc_number or "")
            if relation.kind == "废止":
                # A new version repeals the old one of its own title, and no document itself.
                name += relation.doc_number or ""
            elif name in own_titles:
                continue
            if (relation.kind, name) in seen:
                continue
            seen.add((relation.kind, name))
            relations.append(relation)
    return tuple(sorted(relations, key=lambda relation: (relation.start, relation.end)))


def _key(title: str) -> str:
    return re.sub(r"[\s《》〈〉<>“”\"]", "", title)


def _of_clause(clause: Clause) -> Iterator[Relation]:
    if clause.role == "title":
        yield from _of_title(clause)
        return
    aliases = {match["alias"] for match in _ALIAS.finditer(clause.text)}
    for start, end in split_sentences(clause.text):
        kinds: list[tuple[RelationKind, int]] = []
        mentions = _mentions(clause.text, start, end)
        for number, mention in enumerate(mentions):
            if mention.joined and kinds:
                # 根据《甲》和《乙》: the cue holds for both.
                here = kinds
            else:
                here = list(_cues(clause.text, start, mention.start, mention.end, end))
            kinds = here
            if mention.title and (
                _PAPER.search(mention.title) or _SHORT.match(mention.title) or mention.title in aliases
            ):
                continue
            for kind, begin in here:
                yield _relation(clause, kind, mention, begin, mention.end)
            repealed = _repealed(clause.text, mentions[number:], end)
            if repealed is not None:
                yield _relation(clause, "废止", mention, mention.start, repealed)


def _listed(clause: Clause) -> Iterator[Relation]:
    """Yield the items of a list of repealed documents: titles and 文号 that begin a line."""
    if clause.role in ("title", "notice"):
        return
    for item in _LIST_ITEM.finditer(clause.text):
        number = _normal(item["number"]) if item["number"] else None
        title = item["quoted"] or item["name"].strip()
        if item["quoted"] or number:
            end = item.end("number") + 1 if number else item.end("name")
            yield _relation(
                clause, "废止", _Mention(item.start("name"), end, title, number, False), item.start("name"), item.end()
            )


def _relation(clause: Clause, kind: RelationKind, mention: _Mention, start: int, end: int) -> Relation:
    at = clause.start
    partial = kind == "废止" and bool(_PARTLY.search(clause.text[mention.end : max(end, mention.end)]))
    return Relation(clause.doc_id, kind, mention.title, mention.number, clause.clause_id, at + start, at + end, partial)


def _of_title(clause: Clause) -> Iterator[Relation]:
    text = clause.text
    match = _TITLE.search(text)
    if match and _EXPLAINED.match(text.replace("\n", "")):
        yield _relation(clause, "解读", _Mention(match.start(), match.end(), match["title"], None, False), 0, len(text))
        return
    if match and re.search(r"(?:转发|批转)[^《]{0,30}\Z", text[: match.start()]):
        yield _relation(clause, "转发", _Mention(match.start(), match.end(), match["title"], None, False), 0, len(text))
        return
    if match and re.search(r"(?:修改|修订)[^《]{0,6}\Z", text[: match.start()]):
        yield _relation(clause, "修订", _Mention(match.start(), match.end(), match["title"], None, False), 0, len(text))
        return
    if match and re.search(r"废止[^《]{0,10}\Z", text[: match.start()]):
        yield _relation(clause, "废止", _Mention(match.start(), match.end(), match["title"], None, False), 0, len(text))
        return
    passed = _PASSED_TITLE.search(text.replace("\n", " "))
    if passed:
        yield _relation(
            clause, "转发", _Mention(passed.start(), passed.end(), passed["title"].strip(), None, False), 0, len(text)
        )
        return
    explained = re.search(r"(?P<title>[^《》\n]{6,80}?)(?:的)?(?:政策|文件)解读$", text)
    if explained:
        title = re.sub(r"^关于", "", explained["title"])
        yield _relation(clause, "解读", _Mention(0, len(text), title, None, False), 0, len(text))


def _mentions(text: str, start: int, end: int) -> list[_Mention]:
    found: list[_Mention] = []
    for match in _TITLE.finditer(text, start, end):
        number = _NUMBER.match(text, match.end(), end)
        normal = _normal(number["number"]) if number else None
        stop = number.end() if number else match.end()
        between = text[found[-1].end : match.start()] if found else ""
        joined = (
            bool(found)
            and re.fullmatch(_AND, between) is not None
            and not re.search(r"根据|依据|按照|依照|修[改订]|转发|废止|制定", between)
        )
        found.append(_Mention(match.start(), stop, match["title"], normal, joined))
    for match in _BARE_NUMBER.finditer(text, start, end):
        if not any(m.start <= match.start("year") < m.end for m in found):
            organ = _tidy(match["organ"])
            begin = match.start() + match["organ"].rfind(organ)
            found.append(_Mention(begin, match.end(), "", _normal(text[begin : match.end()]), False))
    return sorted(found, key=lambda mention: mention.start)


def _normal(printed: str) -> str | None:
    """Return the 文号 in standard form; 国务院令第149号 and 税务总局公告2020年第9号 stay as printed."""
    number = _tidy(printed.translate(_BRACKETS))
    if re.search(r"(?:令|公告)[^〔\[]*第", number):
        return re.sub(r"\s+", " ", number)
    return normalise_doc_number(number)


def _tidy(number: str) -> str:
    """Return a printed 文号 without the words before it (根据国发… → 国发…)."""
    return re.sub(
        r"^.*(?:根据|依据|按照|依照|贯彻|落实|执行|关于|文号|以及|[:：,，、和及与见]|"
        r"[省市县区][^〔\[]{1,8}(?:委|局|厅)(?=[\u4e00-\u9fff]{2}))",
        "",
        number,
        flags=re.DOTALL,
    ).strip()


def _cues(text: str, start: int, begin: int, end: int, stop: int) -> Iterator[tuple[RelationKind, int]]:
    """Yield each relation that the words around a title make, with the offset of its cue."""
    before = text[start:begin]
    amended = _last(_AMENDED, before)
    if amended and (amended.group().startswith("修") or _AMENDED_AFTER.match(text, end, stop)):
        yield "修订", start + amended.start()
        return
    if re.compile(r"\s*修正案").match(text, end, stop):
        yield "修订", begin
        return
    repealed, passed_on = _last(_REPEALED, before), _last(_PASSED_ON, before)
    if repealed:
        yield "废止", start + repealed.start()
        return
    if passed_on:
        yield "转发", start + passed_on.start()
        return
    if re.match(r"(?:的通知|精神|文件|通知)?[^。;；《》]{0,6}(?:转发|批转)给", text[end:stop]):
        yield "转发", begin
        return
    match = _last(_BASIS, before)
    if match and not _BROKEN.search(match["between"]):
        yield "依据", start + match.start()


def _last(pattern: re.Pattern[str], before: str) -> re.Match[str] | None:
    """Return the match that ends ``before`` and begins last, so that the nearest cue counts."""
    found = None
    for match in re.finditer(
        r"根据|依据|依照|按照|遵照|遵循|参照|执行|落实|贯彻|深入贯彻|学习贯彻|结合|把握|转发|批转|修改|修订|"
        r"修正|废止|对",
        before[-60:],
    ):
        at = max(0, len(before) - 60) + match.start()
        hit = pattern.match(before, at)
        if hit:
            found = (
                found
                if found and before[found.start() : at] in ("贯彻", "深入", "深入贯彻", "学习", "学习贯彻", "贯彻执行")
                else hit
            )
    return found


def _repealed(text: str, rest: list[_Mention], stop: int) -> int | None:
    """Return where 同时废止 ends when it speaks of the first of ``rest`` (and of those joined to it)."""
    position = rest[0].end
    for mention in rest[1:]:
        if not re.fullmatch(r"[^。;；《》]{0,20}", text[position : mention.start]):
            break
        position = mention.end
    match = _REPEALED_AFTER.match(text, position, stop)
    if match is None or re.search(r"施行.*?本|与本|抵触|不一致", match["tail"]):
        return None
    return match.end()
