"""Questions about a document itself: its 文号, who issued it, its days, and whom to contact."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence import coverage, covers
from assistant.question import FIRM_WEIGHT, Question, Term
from assistant.select import Quote
from corpus.metadata import DOC_NUMBER, named_numbers
from corpus.model import Clause, Document
from corpus.numbering import parse_cn
from corpus.periods import find_dates
from corpus.posting import POSTED_LABEL, find_postings
from corpus.sentences import split_sentences
from corpus.validity import spoken
from indexer.store import DocumentHead, Store
from indexer.tokenizer import fold

_ABOUT_DOCUMENT = re.compile(
    r"文号|文件|方案|规划|意见|办法|通知|条例|解读|行动|制度|政策|公告|通告|规定|细则|措施|这份|这个文|发文|"
    r"印发|出台|发布|联合发|发的|落款|成文|挂网|联系(?:单位|处室|科室)"
)
_WHEN = r"(?:(?:什么|啥)时[候间]|何时|几时|哪一?[年天日]|几(?:号(?!文)|月))"
_VALIDITY = re.compile(
    r"(?:还|仍|现在|是否|是不是|还在|到现在).{0,6}(?:有效|管用|作数|算数|执行|生效|适用)|废(?:止|除|"
    r"了|没)|作废|失效|过期"
)
_CLAUSE = re.compile(r"第[零〇一二三四五六七八九十百\d]{1,6}条|专栏\s*[\d一二三四五六七八九十]{1,2}")
_EFFECT_ASKED = re.compile(
    rf"(?:{_WHEN}).{{0,6}}(?:施行|实施|生效|执行)|(?:施行|生效|实施)(?:日期|时间)|"
    rf"(?:施行|生效|实施|执行)(?:分别|都)?(?:是|在|从)?{_WHEN}"
)
# 自2021年12月1日起施行 · 自2020年2月21日零时施行
_EFFECT = re.compile(r"自[^。;；]{2,20}?(?:起|开始|[日时])(?:正式)?(?:施行|实施|执行|生效)")
_EFFECT_FIELD = re.compile(r"(?:施行|实施|生效)日期")
_FROM_ISSUE = re.compile(r"(?:发布|印发|公布|颁布|下发|发文)之日|即日")

_NUMBER = re.compile(r"文号|发文字号|几号文|号是(?:多少|几|什么|啥|$|[?？])")
_TOGETHER = r"(?:联合|共同|一起|一块儿?|会同|牵头)"
_ISSUE = r"(?:印发|发布|发文|出台|下发|制发|会签|发(?!生|展|放|给|钱|现|挥|动|证|补))"
_BODIES = r"(?:部门|单位|机关|机构|地方|厅局?|局|委办?局?|部委?|厅委|家|政府|处室)"
_ISSUER = re.compile(
    r"(?:发文|印发|发布|制定|联合发文)(?:机关|单位|机构|部门)|落款.{0,4}(?:谁|单位|机关|部门|(?:什么|啥)(?!时)|哪[几些]?[个家])|"
    rf"谁{_TOGETHER}?{_ISSUE}|{_TOGETHER}(?:了)?(?:谁|哪).{{0,4}}{_ISSUE}?|"
    rf"(?:跟|和|与|同)(?:谁|哪)[^,，。]{{0,6}}{_TOGETHER}|"
    rf"(?:哪[一几些两三四五]?|几|什么|啥)[个家]?[\u4e00-\u9fff]{{0,2}}?{_BODIES}.{{0,3}}?{_TOGETHER}?{_ISSUE}的?"
)
_JOINT = re.compile(r"联合|共同|一起|一块|会同|(?:哪[几些]|几)[个家]|(?:跟|和|与)(?:谁|哪)")
_SIGNED = re.compile(
    r"成文|签发(?:日期|时间)|(?:发文|制发)(?:日期|时间)|落款(?!.{0,4}(?:谁|单位|机关|部门|哪[几些]?[个家]))"
)
_PRINTED = re.compile(r"印发(?!机关|单位|机构|部门)")
_PUT_UP = (
    r"(?:挂(?:网|出|到?网?上)|上(?:的|了|过)?网(?![课报申查办登学填提缴培看约])|贴(?:出|到网|上网)|"
    r"放(?:到|在|上)网|上线)"
)
_POSTED = re.compile(
    rf"{_PUT_UP}|公开(?:的)?(?:日期|时间)|(?:网站|官网|网页|网上|页面).{{0,10}}?(?:发布|公布|公开|贴|放|登)"
)
_PUBLISHED = re.compile(r"发布(?!机关|单位|机构|部门)|公布|公开")
_DATE = re.compile(rf"{_WHEN}|日期|时间|落款")
_CONTACT = re.compile(
    r"联系(?:单位|处室|部门|科室|机构)|(?:哪|什么|啥)个?[\u4e00-\u9fff]{0,2}?(?:处室?|科室?|部门|单位|机构).{0,3}(?:联系|对接)|"
    r"(?:归|由|跟|和|找|向|问)[\u4e00-\u9fff]{0,3}?哪个?(?:处室?|科室?)"
)
_PIECE = re.compile(r"[^,，;；。?？]+")
_SENT = re.compile(r"发的|发文|出台|下发")
_PHONE = re.compile(r"电话|联系方式|热线|打哪个号")
# 联系单位:省人力资源社会保障厅职业能力建设处 · 联系科室：产业促进科、规划发展科
_CONTACT_FIELD = re.compile(
    r"(?P<label>(?:联系|咨询|承办)(?:单位|处室|部门|科室|机构))\s*[:：]\s*(?P<value>[^\s,，。;；:：()（）]{2,60})"
)
# 联系电话:0931-8786123 · 咨询电话：(010)12345678
_PHONE_FIELD = re.compile(
    r"(?P<label>(?:联系|咨询|服务|监督|举报)?(?:电话|热线))\s*[:：]?\s*(?P<value>[(（]?\d[\d()（）、—-]{3,50}\d)"
)
_DATE_LABEL = re.compile(r"(?P<label>(?:发文|成文|制发|印发)(?:日期|时间))\s*[\]】]?\s*[:：]?\s*$")
_IMPRINT = re.compile(r"\s*印发\s*$", re.MULTILINE)
_ADOPTED = re.compile(r"通过|批准|公布|发布")
# Words of asking about a document that say nothing about which one.
_ASKING_WORDS = re.compile(r"网站|官网|网页|网上|上网|页面|[厅局委部]里|处室?|科室?|联系|联合|成文|日期|时间|电话|咨询")
# 黔府发〔2023〕13号是什么文件: what others say of it may answer
_WHICH_DOCUMENT = re.compile(
    r"(?:什么|啥|哪[个份一])[\u4e00-\u9fff]{0,2}(?:文件|东西)|文件名|叫(?:什么|啥)|(?:讲|说)的?(?:是)?(?:什么|啥)"
)
_STRICT_KIND = re.compile("条例|细则|章程")
_QUOTED = re.compile(r"《(?P<title>[^《》\n]{5,120})》")
_LEAST_SHARED = 0.5
_SAME_TITLE = 0.8


def about_document(question: Question) -> bool:
    """True where the question asks for a document's own data."""
    if not (_ABOUT_DOCUMENT.search(question.text) or DOC_NUMBER.search(question.text)):
        return False
    if question.intent.asks("basis"):
        return False
    return question.intent.asks("reference")


def about_one_document(questions: Sequence[Question]) -> bool:
    """True where all of ``questions`` ask for data of the same document (落款哪天,归哪个处联系)."""
    subjects = [{term.surface for term in _subject_terms(question)} for question in questions]
    return (
        all(map(about_document, questions))
        and all(subject <= subjects[0] for subject in subjects)
        and len({tuple(place.region for place in question.places) for question in questions}) == 1
    )


def clause_asked(question: Question, heads: Sequence[DocumentHead], store: Store) -> list[Quote]:
    """Return the clause that the question names by its number (第十七条, 专栏1) and, for a bare heading, its items."""
    found = _CLAUSE.search(question.text)
    head = meant(question, heads) if found else None
    if found is None or head is None:
        return []
    wanted = _standard_label(found.group())
    for clause in store.clauses_of(head.doc_id):
        if _standard_label(clause.label) == wanted:
            items = store.children(clause.clause_id) if clause.role == "heading" else []
            return [Quote(item, head, 0, len(item.text)) for item in (clause, *items)]
    return []


def _standard_label(label: str) -> str:
    """Return a label with Arabic numbers in place of Chinese ones: 第十七条 → 第17条."""
    return re.sub("[零〇一二三四五六七八九十百]+", lambda match: str(parse_cn(match.group())), re.sub(r"\s", "", label))


def basis(question: Question, heads: Sequence[DocumentHead], store: Store) -> Quote | None:
    """Return the sentence that names what the document meant rests on."""
    head = meant(question, heads) if question.intent.asks("basis") else None
    relation = next((r for r in store.relations(head.doc_id) if r.kind == "依据"), None) if head else None
    if head is None or relation is None:
        return None
    clause = store.clause(relation.clause_id)
    for start, end in split_sentences(clause.text):
        if start <= relation.start - clause.start < end:
            return Quote(clause, head, start, end)
    return None


def asks_validity(question: Question) -> bool:
    """True where the question asks whether a document still holds (还有效吗, 废了没)."""
    return bool(_VALIDITY.search(question.text)) and bool(
        _ABOUT_DOCUMENT.search(question.text) or DOC_NUMBER.search(question.text)
    )


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a document says of itself: ``statement``, and the ``quote`` that shows it.

    ``quote`` is ``None`` where the document does not print what is asked.
    """

    statement: str
    quote: Quote | None
    head: DocumentHead


_Reader = Callable[[Document, DocumentHead, str], list[Attribute]]


def answer_about(question: Question, heads: Sequence[DocumentHead], store: Store) -> list[Attribute]:
    """Return what is asked of the document meant: its 文号, issuers, days and contact, one or more, in the order asked.

    Nothing where it is not clear which document is meant.
    """
    head = _spoken_of(question, heads, store)
    if head is None:
        return []
    document = store.document(head.doc_id)
    # In a follow-up the attribute asked for now stands last (…的文号,什么时候发的).
    asked = _asked(question.raw) or _asked(question.text)[-1:]
    told = [one for reader in asked or [_number_of] for one in reader(document, head, question.raw)]
    return list(dict.fromkeys(told))


def effective_day(question: Question, heads: Sequence[DocumentHead], store: Store) -> list[Attribute]:
    """Return from when the document meant is in force, as it says, or that it does not say.

    Nothing where the question has a subject that the document may say more of (培训什么时候实施).
    """
    asked = _EFFECT_ASKED.search(question.text)
    head = _spoken_of(question, heads, store) if asked else None
    if asked is None or head is None:
        return []
    told = _effect_of(store.document(head.doc_id), head, question.raw)
    of_document = _ABOUT_DOCUMENT.search(question.text) and not _subject_terms(question)
    return told if told[0].quote or (of_document and re.search("施行|生效", asked.group())) else []


def missing_number(question: Question, heads: Sequence[DocumentHead]) -> str | None:
    """Return the 文号 of the document whose own data or clause is asked for, where none of ``heads`` bears it."""
    number = DOC_NUMBER.search(question.text)
    asks = (
        question.intent.asks("reference", "basis")
        or _EFFECT_ASKED.search(question.text)
        or _CLAUSE.search(question.text)
    )
    if number is None or not asks or _WHICH_DOCUMENT.search(question.text):
        return None
    numbers = named_numbers(question.text)
    # 甘肃的甘民发〔2020〕11号: the words before the sign
    return None if any(_bears(head, numbers) for head in heads) else re.sub(r"^.*[的是和与跟]", "", numbers[0])


def documents_named(question: Question, heads: Iterable[DocumentHead]) -> list[DocumentHead]:
    """Return which of ``heads`` the question names by their 文号 or quotes the titles of."""
    numbers, quoted = named_numbers(question.text), [match["title"] for match in _QUOTED.finditer(question.text)]
    if not numbers and not quoted:
        return []
    return [
        head
        for head in heads
        if _bears(head, numbers) or any(_shared(title, head.title) >= _SAME_TITLE for title in quoted)
    ]


def meant(question: Question, heads: Sequence[DocumentHead]) -> DocumentHead | None:
    """Return the document that the question means by its 文号 or the words of its title, ``None`` where unclear.

    A question that names a 文号 or quotes a title means no document of another one, even where there is only one.
    """
    numbers = named_numbers(question.text)
    bearing = [head for head in heads if _bears(head, numbers)]
    if bearing or DOC_NUMBER.search(question.text):
        heads = bearing
    elif quoted := [match["title"] for match in _QUOTED.finditer(question.text)]:
        heads = [head for head in heads if any(_shared(title, head.title) >= _LEAST_SHARED for title in quoted)]
    # A notice may be called 办法 or 政策, never 条例.
    strict = set() if question.intent.asks("basis") else set(_STRICT_KIND.findall(question.text))
    heads = [head for head in heads if not strict or any(kind in head.title for kind in strict)]
    if len(heads) == 1:
        return heads[0]
    terms = _subject_terms(question)
    ranked = sorted(
        ((coverage(terms, fold(_names_of(head))), head) for head in heads), key=lambda pair: (-pair[0], pair[1].doc_id)
    )
    if ranked and ranked[0][0] >= 0.5 and ranked[0][0] > ranked[1][0]:
        return ranked[0][1]
    # 丽水的通知: the only one of its kind, where the question names no subject that would part them
    kind = [head for head in heads if head.kind in question.text]
    return kind[0] if len(kind) == 1 and not terms else None


def _bears(head: DocumentHead, numbers: Sequence[str]) -> bool:
    return head.doc_number is not None and any(number.endswith(head.doc_number) for number in numbers)


def _names_of(head: DocumentHead) -> str:
    return " ".join([head.title, *head.issuers])


def _shared(quoted: str, title: str) -> float:
    """Return the share of the pairs of neighbouring characters of ``quoted`` that ``title`` has, 0–1."""
    bare, whole = (re.sub(r"\W", "", fold(text)) for text in (quoted, title))
    pairs = [bare[i : i + 2] for i in range(len(bare) - 1)]
    return sum(pair in whole for pair in pairs) / max(1, len(pairs))


def _subject_terms(question: Question) -> tuple[Term, ...]:
    """Return the terms that may tell documents apart: not the words that ask for 落款, 网站 or 联系处室."""
    text = question.text
    for pattern in (*(pattern for pattern, _ in _READERS), _JOINT):
        text = pattern.sub(" ", text)
    kept = fold(text)
    asking = (_ASKING_WORDS, _ABOUT_DOCUMENT)
    return tuple(t for t in question.terms if t.surface in kept and not any(p.fullmatch(t.surface) for p in asking))


def _spoken_of(question: Question, heads: Sequence[DocumentHead], store: Store) -> DocumentHead | None:
    """Return the document meant unless the question names subjects of which that document does not say a word."""
    head = meant(question, heads)
    if head is None:
        return None
    named = [t for t in _subject_terms(question) if t.name and not t.stray and t.weight >= FIRM_WEIGHT]
    text = fold(f"{_names_of(head)} {store.text(head.doc_id)}") if named else ""
    return head if not named or any(covers(term, text) for term in named) else None


def _asked(text: str) -> list[_Reader]:
    """Return the readers of what ``text`` asks for, in the order in which it asks."""
    found = [(match.start(), reader) for pattern, reader in _READERS if (match := pattern.search(text))]
    days = [start for start, reader in found if reader in _DAYS]
    if days and not _DATE.search(text):
        found = [pair for pair in found if pair[1] not in _DAYS]
    for piece in _PIECE.finditer(text):
        # 什么时候发的,什么时候上网: the first is a day that no word names
        unnamed = not any(piece.start() <= start < piece.end() for start in days)
        if unnamed and _DATE.search(piece.group()) and (not days or _SENT.search(piece.group())):
            found.append((piece.start(), _issued_of))
    if all(reader is _phone_of for _, reader in found):
        return []
    if any(reader is _posted_of for _, reader in found):
        found = [pair for pair in found if pair[1] is not _published_of]
    return list(dict.fromkeys(reader for _, reader in sorted(found, key=lambda pair: pair[0])))


def _number_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    quote = _find(document, head, head.doc_number) if head.doc_number else None
    return [Attribute(f"文号是{quote.text}" if quote else "没有印出文号", quote, head)]


def _issuers_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    quote = _find(document, head, *head.issuers) if head.issuers else None
    if quote is None:
        return [Attribute("没有印出发文机关", None, head)]
    names = "、".join(head.issuers)
    if len(head.issuers) > 1:
        return [Attribute(f"由{names}联合印发", quote, head)]
    return [Attribute(f"发文机关{'只有' if _JOINT.search(asked) else '是'}{names}", quote, head)]


def _issued_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    """The day of the signature, of the record on the page, or of the adoption."""
    found = list(_issue_days(document, head))
    if "落款" in asked:
        found.sort(key=lambda pair: bool(pair[0]))
    elif _SIGNED.search(asked):
        found.sort(key=lambda pair: not pair[0])
    if head.issued is None or not found:
        return [Attribute("没有印出成文日期", None, head)]
    label, quote = found[0]
    day = spoken(head.issued)
    rest = quote.clause.text[quote.end :].partition("\n")[0]
    adopted = _ADOPTED.search(rest) if not find_dates(rest) else None
    if label:
        return [Attribute(f"{label}是{day}", quote, head)]
    if adopted:
        return [Attribute(f"{day}{adopted.group()}", quote, head)]
    words = ("成文", "落款") if "成文" in asked else ("落款",) if "落款" in asked or _imprint(document, head) else ()
    named = f"{words[0]}日期是{day}" if words else f"{day}印发"
    return [Attribute(named, quote, head)]


def _issue_days(document: Document, head: DocumentHead) -> Iterator[tuple[str, Quote]]:
    """Yield the places around the text where its day stands, with the label printed before it, ``""`` for none."""
    for clause in _notices(document):
        for mention in find_dates(clause.text):
            if mention.value == head.issued and not _IMPRINT.match(clause.text, mention.end):
                label = _DATE_LABEL.search(clause.text, 0, mention.start)
                start = label.start() if label else mention.start
                yield (label["label"] if label else ""), Quote(clause, head, start, mention.end)


def _printed_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    """The day of the signature and, where it is another one, that of the imprint."""
    both = [*_issued_of(document, head, asked), *_imprint(document, head)]
    return [one for one in both if one.quote] or both


def _imprint(document: Document, head: DocumentHead) -> list[Attribute]:
    """The day of printing at the foot (…办公室 2020年7月16日印发), where it is not that of the signature."""
    for clause in _notices(document):
        for mention in find_dates(clause.text):
            end = _IMPRINT.match(clause.text, mention.end)
            if end is not None and mention.value != head.issued:
                quote = Quote(clause, head, mention.start, end.end())
                return [Attribute(f"{spoken(mention.value)}印发", quote, head)]
    return []


def _posted_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    """The day on which the page says that it put the document up."""
    for clause in _notices(document, posted=True):
        for posting in find_postings(clause.text):
            # A page cannot show a document before its day; what has no label but 时间 is then another day.
            if not (posting.is_bare and head.issued and posting.day < head.issued):
                quote = Quote(clause, head, posting.start, posting.end)
                return [Attribute(f"网页标明的{posting.label}是{spoken(posting.day)}", quote, head)]
    return [Attribute("没有写明上网发布的日期", None, head)]


def _published_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    """Both the document's own day and that of the page: 发布 may mean either."""
    both = [*_issued_of(document, head, asked), *_posted_of(document, head, asked)]
    return [one for one in both if one.quote] or both[:1]


def _effect_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    """From when the document is in force; with its own day where that is what it counts from."""
    for clause in document.clauses:
        for start, end in split_sentences(clause.text):
            sentence = clause.text[start:end]
            spans = list(_EFFECT.finditer(sentence))
            if not spans and not _EFFECT_FIELD.search(sentence):
                continue
            quote = Quote(clause, head, start, end)
            said = re.sub(r"\s+", "", spans[0].group()) if len(spans) == 1 else f"写明“{sentence.strip()}”"
            told = Attribute(said, quote, head)
            own = _issued_of(document, head, asked) if _FROM_ISSUE.search(sentence) else []
            return [told, *(one for one in own if one.quote)]
    return [Attribute("没有写明施行日期", None, head)]


def _contact_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    return _field_of(document, head, _CONTACT_FIELD, "没有写明联系单位或处室")


def _phone_of(document: Document, head: DocumentHead, asked: str) -> list[Attribute]:
    return _field_of(document, head, _PHONE_FIELD, "没有写明联系电话")


def _field_of(document: Document, head: DocumentHead, field: re.Pattern[str], silent: str) -> list[Attribute]:
    """Return the first field of the letter and the signature, else of the text."""
    for clause in sorted(document.clauses, key=lambda clause: clause.role != "notice"):
        if match := field.search(clause.text):
            quote = Quote(clause, head, match.start(), match.end())
            return [Attribute(f"{match['label']}是{match['value']}", quote, head)]
    return [Attribute(silent, None, head)]


def _notices(document: Document, *, posted: bool = False) -> Iterator[Clause]:
    """Yield what stands around the text; what the page says of itself only with ``posted``, and then first."""
    notices = [clause for clause in document.clauses if clause.role == "notice"]
    if posted:
        yield from (clause for clause in notices if clause.label == POSTED_LABEL)
    yield from (clause for clause in notices if clause.label != POSTED_LABEL)


def _find(document: Document, head: DocumentHead, *wanted: str) -> Quote | None:
    """Return the shortest quote that holds all of ``wanted`` in order; signatures and records before titles."""
    pattern = re.compile(r"[\s\S]{0,80}?".join(r"\s*".join(map(re.escape, part)) for part in wanted))
    for clause in sorted(document.clauses, key=lambda clause: clause.role != "notice"):
        match = pattern.search(clause.text)
        if match:
            return Quote(clause, head, match.start(), match.end())
    return None


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_NUMBER, _number_of),
    (_ISSUER, _issuers_of),
    (_SIGNED, _issued_of),
    (_PRINTED, _printed_of),
    (_POSTED, _posted_of),
    (_PUBLISHED, _published_of),
    (_EFFECT_ASKED, _effect_of),
    (_CONTACT, _contact_of),
    (_PHONE, _phone_of),
)
_DAYS: frozenset[_Reader] = frozenset({_issued_of, _printed_of, _posted_of, _published_of, _effect_of})
