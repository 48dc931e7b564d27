"""Figures that clauses set or report: goals, counts, ratios, rates and flattened tables.

The grammar in short: a sentence falls into parts at ``;`` and sub-clauses at ``,``; a sub-clause holds one phrase per
figure; what is left of a phrase without its figure, its period and its adverbs is the indicator. A phrase that leaves
something out (``高技能人才14万人以上`` after ``新增技能人才75万人以上``) takes it from the phrase before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from corpus.facts.rows import row_targets
from corpus.layout import is_row
from corpus.model import Clause, Document, Measure, Target
from corpus.periods import Period, find_periods
from corpus.quantities import Quantity, find_quantities
from corpus.sentences import split_parts, split_sentences

_SILENT_ROLES = frozenset({"title", "heading", "notice"})
_LONG_PART = 100
_LONG_SUBJECT = 40
_FAR = 300
_LONG_LEFT = 30

# 三是 · 2. · (二) · ——
_NUMBERING = (
    r"\s+|[(（]?[一二三四五六七八九十]{1,3}[)）][、.]?|[一二三四五六七八九十]{1,3}[、是](?!否)"
    r"|\d{1,2}[.、．](?!\d)|[(（]\d{1,2}[)）]|[①-⑳]|[—–\-•●·■]+"
)
# What introduces a statement without being part of it: 其中, 力争, 确保 …
_LEAD = re.compile(
    rf"^(?:{_NUMBERING}|其中[:：,，]?|同时|此外|另外|[并且另即](?!购|网|、)|包括|具体为|原则上|预计|力争|争取|确保|努力|要求?(?=[达在到力])|期间|内(?=[,，])|[,，、;；:：]|和|及|以及|或)"
)
# What links an indicator to its figure without being part of it: 达到, 累计达到, 分别为, 占
_LINK = re.compile(
    r"(?:(?:(?:提高|提升|增加|增长|扩大|发展|上升|下降|降低|缩小|减少|缩短|稳定|保持|控制|维持|压减)(?=[到至在])|累计|总共|共计|合计|总计|分别|逐步|原则上|平均|共|已|均|将|要|应当?|须|可|各)*"
    r"(?:达到了?|达|(?<![作成])为|[到至](?!少)|在(?!校)|是)|累计|总共|共计|合计|总计|分别|共|已|均|不少于|按照?|[由从]|[,，、:：\s])$"
)
_CONJUNCTION = re.compile(r"[、，,]|以及|和|及|与|并|或")
_TRAIL = re.compile(
    r"(?:的(?:要求|规定|标准|目标|原则|比例|任务|政策)?|等(?:要求|任务|工作|目标)?|[对向将][,，。]?|[,，。、；;：:！!？?\s])$"
)
# 60%以上用于…: what follows the figure is a predicate, so the subject stands before it.
_PREDICATE = re.compile(
    r"^(?:用于|由|应|可|要|将|纳入|享受|予以|给予|实现|达到|须|必须|不得|以上|的?用于|来自|具有|具备|参加|为)"
)
_GROWTH = re.compile(r"新[增建设培认招聘创办评引](?!备|施|型)|净增|新培[育养]|新认定|新培训")
_STOCK = re.compile(r"总量|总数|总规模|总人数|总额|总产值|存量|保有量|规模")
_SUM = re.compile(r"累计|共计|总共|合计|总计")
# Verbs of doing, over whose objects a sum is taken (a closed set of what administrations do).
_DOING = re.compile(
    "开展|培训|组织|建设|建成|建立|打造|培育|培养|举办|遴选|评选|选拔|认定|扶持|发展|发放|完成|获取|取得|参加|引进|带动|吸纳|帮扶|"
    "帮助|转移|推广|推出|开发|设立|创建|创办|改造|扩建|投入|筹集|安排|招收|招募|招聘|选派|派出|表彰|资助|提供|服务|惠及|孵化|"
    "实现|输送|输出|储备|配备|购置|采购|生产|治理|修复|救助|安置|接待|支持|奖励|补贴|补助|减免|减税|降低|储存|交付|发出"
)
# What a document counts about itself: 5项计划, 11条措施, 18个部门
_STRUCTURE = re.compile(
    r"^(?:[^,，。；;、]{0,16})(?:措施|计划|任务|工程|行动|部门|单位|方面|环节|原则|责任|重点|阶段|步骤|领域|内容|意见|政策|制度|文件)"
)
_CHANGE = re.compile(r"\s*(?:提高|提升|增|扩|降|减|调|下|上|到|至)")
_STRUCTURE_BEHIND = re.compile(r"(?:措施|任务|政策|制度|文件|原则)$")
_MAKING = re.compile(r"^(?:建设|建成|新建|新增|打造|培育|认定|扶持|创建)")
_RUNNING_UNITS = frozenset(["人次", "次", "场次", "场", "期", "班次", "户次", "家次", "件次", "批次", "人天"])
_STRUCTURAL_UNITS = frozenset(["个", "项", "条", "类", "种", "大"])
_SINCE_LENGTH = re.compile(r"([一二两三四五六七八九十\d]{1,2})(?:多|余)?年")
_REPORTED_HEADING = re.compile(r"(?:发展|工作|现实|现有)基础$|现状|回顾|成效$|成就|成绩$|完成情况|进展情况|实施情况")
# 五年来 · 已培训 · 截至6月底 · 达到了
_REPORTED = re.compile(
    r"[年月]来|以来|截[至止]|目前|已(?:经|累计)?[^,，。的]{0,8}$|(?:完成|实现|达到|建成|培训|开展|发放|安排|下达)了|同比|较上年|比上年"
)
_AIM = re.compile(r"力争|争取|确保|目标|计划|到20\d\d年|努力|预计|拟|将(?=[在新建开培达])")
# 招用30人以上的, · 每吸纳1人: a condition, whose figure sets nothing
_CONDITION = re.compile(r"的\W*$")
_PER_HEAD = re.compile(r"每(?![年月日天周次期届人家个户班])[^\W\d]{1,4}$")
_QUOTED = re.compile(r"[“‘][^“”‘’\n]{0,80}[”’]|《[^《》\n]{0,80}》")
# 1.开展补贴性职业技能培训(人次): the label of a table row with its unit
_ROW_LABEL = re.compile(
    r"^(?:\d{1,2}[.、．]|[(（]\d{1,2}[)）]|[一二三四五六七八九十]{1,2}、)?\s*(?P<part>其中[:：]?)?\s*(?P<name>.*?)\s*(?:[(（](?P<unit>[^()（）\d]{1,8})[)）])?$"
)
# [600] · ≥5.5 · 150万
_BRACKETS = "\\[\\]【】()（）<>≤≥＜＞"
_VALUE_CELL = re.compile(
    rf"[\[【(（]?\s*(?P<sign>[<>≤≥＜＞]?)\s*(?P<core>[^\s{_BRACKETS}][^{_BRACKETS}]{{0,19}}?)\s*[\]】)）]?"
)
_SIGNS = {"≥": "不少于", "≤": "不超过", ">": "超过", "＞": "超过", "<": "以下", "＜": "以下"}
_CELL = re.compile(r"[^\n\t|｜]+")
# 万人 · 亿元 · %: a unit that stands alone in a cell or in a label's brackets
_SCALED_UNIT = re.compile(r"^(?P<scale>[百千万亿]{0,2})(?P<unit>[^\d百千万亿]{1,5})$")
_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A figure with its words: ``left`` before and ``right`` behind it, spans of the clause's text."""

    quantity: Quantity
    sentence: tuple[int, int]
    part: tuple[int, int]
    clause_part: tuple[int, int]
    start: int
    end: int
    left: str
    right: str
    belongs_to_previous: bool


def extract_targets(document: Document) -> tuple[Target, ...]:
    """Return the targets of all clauses of ``document``, sorted by ``start``. Never raises on any text."""
    by_id = {clause.clause_id: clause for clause in document.clauses}
    targets: list[Target] = []
    for clause in document.clauses:
        if clause.role in _SILENT_ROLES:
            continue
        if clause.role == "table" and is_row(clause.text.partition("\n")[0]):
            targets.extend(row_targets(document, clause))
            continue
        reader = _ClauseReader(document, clause, by_id.get(clause.parent_id or ""))
        targets.extend(reader.read())
    return tuple(sorted(targets, key=lambda target: target.start))


class _ClauseReader:
    """Reads one clause; holds what its figures may inherit."""

    def __init__(self, document: Document, clause: Clause, parent: Clause | None) -> None:
        self.document = document
        self.clause = clause
        self.text = clause.text
        titles = [(match.start(), match.end()) for match in re.finditer(r"《[^《》\n]{0,80}》", self.text)]
        # A year inside another document's title, or one compared with (比去年), says nothing about a figure's own time.
        self.periods = tuple(
            period
            for period in find_periods(self.text, year=document.issued.year if document.issued else None)
            if not any(start < period.start < end for start, end in titles)
            and not (period.kind == "date" and "年" not in period.surface)
            and not self.text[: period.start].endswith(("比", "较", "与", "同"))
            and not self.text.startswith("同期", period.end)
        )
        self.outer = self._outer_period(parent)
        self.split: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def read(self) -> list[Target]:
        rows, taken = self._table()
        previous: _Phrase | None = None
        previous_target: Target | None = None
        for phrase in self._phrases(taken):
            target, phrase = self._target(phrase, previous, previous_target)
            previous, previous_target = phrase, target
            rows.append(target)
        return rows

    # ---- sentences -------------------------------------------------------------------------------------------------

    def _phrases(self, taken: list[tuple[int, int]]) -> Iterator[_Phrase]:
        quantities = find_quantities(self.text)
        if not quantities:
            return
        quoted = [match.span() for match in _QUOTED.finditer(self.text)]
        kept = [
            quantity
            for quantity in quantities
            if _states_something(quantity, self.text)
            and not any(start <= quantity.start < end for start, end in taken)
            and not any(start < quantity.start and quantity.end < end for start, end in quoted)
        ]
        if not kept:
            return
        heading = _letters(self.clause.heading_path[-1]) if self.clause.heading_path else ""
        for sentence in split_sentences(self.text, stops="。！？!?\n"):
            here = [quantity for quantity in kept if sentence[0] <= quantity.start < sentence[1]]
            if not here or (heading and _letters(self.text[slice(*sentence)]) == heading):
                continue
            for part in self._parts(sentence):
                for clause_part in _whole_parts(self._sub_clauses(part), here):
                    if _CONDITION.search(self.text[slice(*clause_part)]):
                        continue
                    mine = [quantity for quantity in here if clause_part[0] <= quantity.start < clause_part[1]]
                    yield from self._split(sentence, part, clause_part, mine)

    def _sub_clauses(self, span: tuple[int, int]) -> list[tuple[int, int]]:
        if span not in self.split:
            self.split[span] = split_parts(self.text, *span)
        return self.split[span]

    def _parts(self, sentence: tuple[int, int]) -> list[tuple[int, int]]:
        start, end = sentence
        return [(start + a, start + b) for a, b in split_sentences(self.text[start:end], stops="；;")]

    def _split(
        self, sentence: tuple[int, int], part: tuple[int, int], clause_part: tuple[int, int], mine: list[Quantity]
    ) -> Iterator[_Phrase]:
        begin = clause_part[0]
        for index, quantity in enumerate(mine):
            end = behind = clause_part[1]
            if index + 1 < len(mine):
                end, behind = _cut(self.text, quantity.end, mine[index + 1].start)
            left, part_of = self._clean_left(begin, quantity.start)
            before = self.text[part[0] : begin].rstrip()
            yield _Phrase(
                quantity, sentence, part, clause_part, begin, end, left,
                _clean_right(self.text[quantity.end : behind]),
                part_of or re.search(r"其中[,，:：]?$", before) is not None,
            )  # fmt: skip
            begin = end

    def _clean_left(self, start: int, end: int) -> tuple[str, bool]:
        """Return the words before a figure without period, lead-in and link, and whether 其中 led them in."""
        belongs = False
        changed = True
        while changed and start < end:
            changed = False
            for period in self.periods:
                if period.start == start or (
                    period.start > start and self.text[start : period.start] in ("在", "自", "从", "力争", "(", "（")
                ):
                    start, changed = min(period.end, end), True
            lead = _LEAD.match(self.text[start:end])
            if lead:
                belongs = belongs or lead[0].startswith("其中")
                start, changed = start + lead.end(), True
        left = self.text[start:end]
        while (link := _LINK.search(left)) is not None and link[0]:
            left = left[: link.start()]
        return (left.split() or [""])[-1], belongs

    def _target(
        self, phrase: _Phrase, previous: _Phrase | None, previous_target: Target | None
    ) -> tuple[Target, _Phrase]:
        quantity = phrase.quantity
        near = previous is not None and previous.sentence == phrase.sentence
        left, inherited = phrase.left, False
        if previous is not None and previous_target is not None and near:
            left, inherited = self._fill(phrase, previous, previous_target)
        elif not left and (not phrase.right or _PREDICATE.match(phrase.right)):
            left, inherited = self._subject(phrase), True
        right = phrase.right
        lead = self.text[phrase.start : quantity.start]
        if not right and re.search(r"(?:按照?|以|凭)$", lead):
            # 按投资额的30%,抵免当年应缴教育费附加: what is done stands in the next sub-clause.
            behind = [span for span in self._sub_clauses(phrase.sentence) if span[0] >= phrase.clause_part[1]]
            right = _clean_right(self.text[slice(*behind[0])]) if behind else ""
            left = "" if right else left
        elif left.startswith("落实") and re.search(
            r"(?:要求|规定|政策|标准)\W*$", self.text[slice(*phrase.clause_part)]
        ):
            left = left.removeprefix("落实")
        elif left.startswith("年") and quantity.per == "年均":
            left = left.removeprefix("年")
        if len(left) > _LONG_LEFT and right and "、" in left and not left.endswith("等"):
            left = re.split(r"、(?![^“]*”)", left)[-1]
        phrase = replace(phrase, left=left, right=right)
        indicator = left + phrase.right or re.sub(r"\s+", "", self.text[slice(*phrase.clause_part)]).strip("，,。;；")
        period, period_start = self._period(phrase)
        measure = self._measure(phrase, period, previous_target if near or phrase.belongs_to_previous else None)
        span = self._sentence_span(phrase, previous if inherited and near else None, period_start)
        return self._make(
            quantity,
            indicator,
            quantity.unit,
            quantity.value,
            quantity.high,
            self._bound(phrase),
            measure,
            period,
            span,
        ), phrase

    def _fill(self, phrase: _Phrase, previous: _Phrase, previous_target: Target) -> tuple[str, bool]:
        """Return what stands before the figure once the words left out are put back, and whether any were."""
        left, right = phrase.left, phrase.right
        if not left and right and not _PREDICATE.match(right):
            # 建设10个A基地,20个B基地
            return (previous.left, True) if previous.right and not previous.quantity.per else ("", False)
        if not left and previous.clause_part == phrase.clause_part and not previous.right:
            # 参训率由10%提高到15%
            return previous.left, True
        if not left:
            return self._subject(phrase), True
        if not right and left.startswith("每") and len(left) <= 8:
            # 每2年开展一次评选活动,每次评选100名
            return previous_target.indicator + left, True
        growth = _GROWTH.match(previous.left)
        tail = self.text[phrase.start : phrase.quantity.start]
        if (
            growth
            and previous.part == phrase.part
            and not right
            and previous.quantity.unit == phrase.quantity.unit
            and not re.search(r"达|占|为|总", tail)
            and not _DOING.match(left)
            and not _GROWTH.search(left)
        ):
            return growth[0] + left, True
        return left, False

    def _subject(self, phrase: _Phrase) -> str:
        """Return the sub-clause before a phrase that has no subject of its own."""
        before = [span for span in self._sub_clauses(phrase.sentence) if span[1] <= phrase.clause_part[0]]
        while before:
            start, end = before.pop()
            left, _ = self._clean_left(start, end)
            left = left.strip("，,。;；:：、")
            if left:
                return left[-_LONG_SUBJECT:]
        return ""

    # ---- tables ----------------------------------------------------------------------------------------------------

    def _table(self) -> tuple[list[Target], list[tuple[int, int]]]:
        """Read cells that stand one a line (or between tabs and bars) as rows of label and figures."""
        cells = [(m.start() + len(m[0]) - len(m[0].lstrip()), m[0].strip()) for m in _CELL.finditer(self.text)]
        cells = [(start, cell) for start, cell in cells if cell]
        found: list[Target] = []
        taken: list[tuple[int, int]] = []
        head: list[Period] = []
        label: tuple[int, str] | None = None
        unit_cell = ""
        column = 0
        parent_measure: Measure = "累计"
        for start, cell in cells:
            period = _whole_period(cell)
            value = _whole_quantity(cell)
            if period is not None:
                if label is not None and column:
                    head = []
                head.append(replace(period, start=start, end=start + len(cell)))
            elif value is not None and label is not None:
                target, is_part = self._row(start, value, label, unit_cell, head, column, parent_measure)
                if target is not None:
                    parent_measure = parent_measure if is_part else target.measure
                    found.append(target)
                    taken.append((label[0], start + len(cell)))
                column += 1
            elif label is not None and column == 0 and len(cell) <= 4 and _is_unit(cell):
                unit_cell = cell
            elif label is not None and not re.search(r"\w", cell):
                column += 1
            elif len(cell) <= 60 and not re.search(r"[。；;，,]", cell):
                label, unit_cell, column = (start, cell), "", 0
            else:
                label = None
        return (found, taken) if len(found) > 1 else ([], [])

    def _row(
        self,
        start: int,
        value: Quantity,
        label: tuple[int, str],
        unit_cell: str,
        head: Sequence[Period],
        column: int,
        parent: Measure,
    ) -> tuple[Target | None, bool]:
        match = _ROW_LABEL.match(label[1])
        if match is None or not re.search(r"[一-龥]", match["name"]):
            return None, False
        scale, unit = 1, value.unit
        named = _SCALED_UNIT.match(unit_cell or match["unit"] or "")
        if named and _is_unit(named["unit"]):
            unit = unit or named["unit"].strip()
            scale = _SCALES.get(named["scale"], 1) if not value.unit else 1
        name = (
            match["name"]
            if (named and _is_unit(named["unit"])) or not match["unit"]
            else f"{match['name']}({match['unit']})"
        )
        if not unit and not value.fraction and not head:
            return None, False
        period = self.outer
        if head:
            own = head[column] if len(head) > column else head[0]
            period = own.first, own.last, own.surface
        measure: Measure = (
            "比例"
            if value.kind == "ratio" or unit == "%"
            else "新增"
            if _GROWTH.search(name)
            else "总量"
            if _STOCK.search(name)
            else "累计"
        )
        is_part = bool(match["part"])
        if measure == "累计" and not _SUM.search(name) and (is_part or not re.match(r"\d", label[1])):
            measure = parent
        scaled = [None if number is None else number * scale for number in (value.value, value.high)]
        moved = replace(value, start=start + value.start, end=start + value.end)
        span = (label[0], start + value.end)
        return self._make(moved, name, unit, scaled[0], scaled[1], value.bound, measure, period, span), is_part

    # ---- what a figure inherits ------------------------------------------------------------------------------------

    def _outer_period(self, parent: Clause | None) -> tuple[int | None, int | None, str]:
        """Return the period of the lead-in above this clause, of its headings, or of the title."""
        places: list[str] = []
        last = self.clause.clause_id.rsplit(".", 1)[-1]
        if parent is not None and (parent.text.rstrip().endswith((":", "：")) or re.fullmatch(r"d\d+", last)):
            places.append(parent.text)
        places += [*reversed(self.clause.heading_path), self.document.title]
        for place in places:
            for period in reversed(find_periods(place)):
                if period.kind in ("until", "range", "plan"):
                    return period.first, period.last, period.surface
        return None, None, ""

    def _period(self, phrase: _Phrase) -> tuple[tuple[int | None, int | None, str], int | None]:
        """Return first year, last year and printed form, and where it stands if that is in the same paragraph."""
        at = phrase.quantity.start
        line = self.text.rfind("\n", 0, phrase.sentence[0]) + 1
        lead = [period for period in self.periods if period.end <= at]
        places = (
            [period for period in lead if period.start >= phrase.clause_part[0]],
            [
                period
                for period in self.periods
                if at < period.start < phrase.clause_part[1] and period.kind in ("until", "range", "plan")
            ],
            [period for period in lead if period.start >= phrase.sentence[0]],
            [period for period in lead if period.start >= line and period.kind in ("until", "range", "plan")],
        )
        for place in places:
            if place:
                found = place[-1]
                if found.first is None and found.last is None:
                    return self._looking_back(found)
                return (found.first, found.last, found.surface), found.start
        return self.outer, None

    def _looking_back(self, period: Period) -> tuple[tuple[int | None, int | None, str], int]:
        """五年来 means the five-year plan named before it."""
        length = _SINCE_LENGTH.search(period.surface)
        years = {char: n for n, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
        count = (years.get(length[1]) or (int(length[1]) if length[1].isascii() else 0)) if length else 0
        for named in reversed([other for other in self.periods if other.end <= period.start]):
            if named.first and named.last and named.last - named.first + 1 == count:
                return (named.first, named.last, named.surface), named.start
        return (None, None, period.surface), period.start

    def _measure(self, phrase: _Phrase, period: tuple[int | None, int | None, str], previous: Target | None) -> Measure:
        quantity, left, right = phrase.quantity, phrase.left, phrase.right
        before = self.text[max(phrase.sentence[0], quantity.start - _FAR) : quantity.start]
        link = self.text[phrase.start : quantity.start]
        if self._is_structural(phrase) and not _SUM.search(link) and not _GROWTH.search(left):
            return "其他"
        if self._is_reported(before, period) and quantity.kind != "money":
            return "完成情况"
        if quantity.per.startswith("年均"):
            return "年均"
        if quantity.kind == "ratio":
            return "比例"
        if quantity.per in ("每年", "每年度"):
            return "年均"
        if quantity.per or re.search(r"每[^,，。]{1,4}$", left):
            return "其他"
        if _GROWTH.search(left):
            return "新增"
        if _STOCK.search(left[-8:]):
            return "总量"
        if _SUM.search(link):
            return "累计"
        if phrase.belongs_to_previous and previous is not None and previous.measure in ("累计", "新增", "总量"):
            return previous.measure
        if quantity.kind == "money" or re.search(
            r"不得|都有|均有|须有|应有|至少有|(?:给予|补贴|补助|奖励|标准|按)$", link
        ):
            return "其他"
        if quantity.bound in ("不少于", "不超过", "至少", "以下") and not period[2]:
            return "其他"
        reached = re.search(r"达到?了?\s*$", link) is not None
        # 支持中小企业的20条措施: the verb belongs to the noun.
        if _DOING.search(re.sub(r"[^,，]*的$", "", left)) and not (reached and quantity.unit not in _RUNNING_UNITS):
            return "累计"
        return "总量" if (reached or not right) and period[2] else "其他"

    def _is_structural(self, phrase: _Phrase) -> bool:
        """True where a document counts its own parts: 11条措施, 两个关键词."""
        quantity = phrase.quantity
        if quantity.unit not in _STRUCTURAL_UNITS or quantity.bound or _MAKING.search(phrase.left):
            return False
        if not self.text[quantity.number_start].isdigit():
            return True
        return _STRUCTURE.match(phrase.right) is not None or (
            not phrase.right and _STRUCTURE_BEHIND.search(phrase.left) is not None
        )

    def _is_reported(self, before: str, period: tuple[int | None, int | None, str]) -> bool:
        last, issued = period[1], self.document.issued
        if issued is not None and last is not None and last >= issued.year:
            past = False
        else:
            past = any(_REPORTED_HEADING.search(heading) for heading in self.clause.heading_path)
            past = past or (issued is not None and last is not None and last < issued.year)
        return past or (_REPORTED.search(before) is not None and _AIM.search(before) is None)

    def _bound(self, phrase: _Phrase) -> str:
        if phrase.quantity.bound:
            return phrase.quantity.bound
        link = self.text[phrase.start : phrase.quantity.start]
        before = self.text[max(phrase.sentence[0], phrase.quantity.start - _FAR) : phrase.quantity.start]
        if "力争" in before[-30:]:
            return "力争"
        return "达到" if re.search(r"达到?了?\s*$", link) else ""

    # ---- the quotable span -----------------------------------------------------------------------------------------

    def _sentence_span(self, phrase: _Phrase, source: _Phrase | None, period_start: int | None) -> tuple[int, int]:
        """Return the smallest span that carries the figure, its subject and (where it stands near) its period."""
        start, end = phrase.part
        if end - start > _LONG_PART:
            spans = self._sub_clauses(phrase.part)
            start, end = phrase.clause_part
            own = _letters(self.text[start : phrase.quantity.start])
            behind = [span for span in spans if span[0] >= end]
            ahead = [span for span in spans if span[1] <= start]
            if behind and own.startswith(("按", "对", "以")):
                end = behind[0][1]
            if ahead and len(own) < 4:
                start = ahead[-1][0]
        if period_start is not None and source is None and phrase.left and start <= period_start:
            # The sub-clauses before the one that names the period belong to other statements.
            start = next(a for a, b in self._sub_clauses(phrase.sentence) if b > period_start)
        if source is not None:
            start = min(start, source.clause_part[0])
        opening = self.text[phrase.sentence[0] : phrase.sentence[0] + 2]
        if period_start is not None and period_start >= phrase.sentence[0]:
            start = min(
                [
                    start,
                    *(span[0] for span in self._sub_clauses(phrase.sentence) if span[0] <= period_start < span[1]),
                ]
            )
        elif opening == "其中":
            line = self.text.rfind("\n", 0, phrase.sentence[0]) + 1
            earlier = split_sentences(self.text[line : phrase.sentence[0]], stops="。！？!?")
            if earlier:
                start = line + earlier[-1][0]
                if period_start is not None and period_start > start:
                    start = period_start
        while end > start and self.text[end - 1] in ",，;；、:： \t\r\n":
            end -= 1
        return start, max(end, phrase.quantity.end)

    def _make(
        self,
        quantity: Quantity,
        indicator: str,
        unit: str,
        value: Decimal | None,
        high: Decimal | None,
        bound: str,
        measure: Measure,
        period: tuple[int | None, int | None, str],
        span: tuple[int, int],
    ) -> Target:
        offset = self.clause.start
        region = self.document.region
        return Target(
            doc_id=self.document.doc_id,
            clause_id=self.clause.clause_id,
            region=region.full_name if region is not None else "",
            indicator=indicator,
            figure=self.text[quantity.start : quantity.end],
            value=value,
            high=high,
            unit=unit,
            bound=bound,
            measure=measure,
            period=(period[0], period[1]),
            period_text=period[2],
            start=offset + quantity.start,
            end=offset + quantity.end,
            sentence_start=offset + span[0],
            sentence_end=offset + span[1],
        )


def _states_something(quantity: Quantity, text: str) -> bool:
    """False for durations, ages, ordinals, vague amounts, bare numbers and a lone 一个."""
    if quantity.kind not in ("count", "ratio", "money", "frequency"):
        return False
    if quantity.value is None and quantity.fraction is None:
        return False
    if not quantity.unit and quantity.fraction is None:
        return False
    if quantity.value == 1 and _PER_HEAD.search(text[max(0, quantity.start - 6) : quantity.start]):
        return False
    lone = text[quantity.number_start] == "一" and quantity.value == 1
    return not lone or bool(quantity.per or quantity.bound)


def _whole_parts(spans: list[tuple[int, int]], quantities: list[Quantity]) -> list[tuple[int, int]]:
    """Join again the sub-clauses that a comma inside a figure (1,000,000) has parted."""
    whole: list[tuple[int, int]] = []
    for span in spans:
        if whole and any(quantity.start < span[0] < quantity.end for quantity in quantities):
            whole[-1] = (whole[-1][0], span[1])
        else:
            whole.append(span)
    return whole


def _cut(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the words before the next figure begin and where those behind this one end."""
    between = text[start:end]
    marks = list(_CONJUNCTION.finditer(between))
    if not marks:
        # 由10%提高到15% shares its indicator; 22家企业获得44笔贷款 has words that belong to both.
        return start, start if _CHANGE.match(between) else end
    cut = start if marks[0].start() == 0 else start + marks[-1].start()
    return cut, cut


def _clean_right(right: str) -> str:
    # A blank between words ends a line that was joined to the next.
    right = (right.split() or [""])[0].lstrip("的,，、。;；)）")
    right = re.split(r"[。！？；;：:]", right, maxsplit=1)[0]
    while (trail := _TRAIL.search(right)) is not None:
        right = right[: trail.start()]
    if right.count("(") + right.count("（") < right.count(")") + right.count("）"):
        right = re.split(r"[)）]", right, maxsplit=1)[0]
    return right


def _letters(text: str) -> str:
    return re.sub(r"[^\w]", "", text)


def _whole_period(cell: str) -> Period | None:
    periods = find_periods(cell)
    return (
        periods[0] if len(periods) == 1 and periods[0].end - periods[0].start >= len(cell.strip("()（）")) - 2 else None
    )


def _whole_quantity(cell: str) -> Quantity | None:
    """Return the figure that fills ``cell``, with offsets in it; [600] and ≥5.5 count."""
    match = _VALUE_CELL.fullmatch(cell)
    if match is None:
        return None
    quantities = find_quantities(match["core"])
    if len(quantities) != 1 or quantities[0].surface != match["core"]:
        return None
    found, shift = quantities[0], match.start("core")
    bound = found.bound or _SIGNS.get(match["sign"], "")
    return replace(found, start=found.start + shift, end=found.end + shift, bound=bound)


def _is_unit(cell: str) -> bool:
    """True where ``cell`` alone is a measure word: 人次, 万人, %."""
    scaled = _SCALED_UNIT.match(cell)
    if scaled is None:
        return False
    found = find_quantities(f"2{scaled['unit']}")
    return len(found) == 1 and found[0].surface == f"2{scaled['unit']}" and bool(found[0].unit)
