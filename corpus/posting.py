"""The day on which a page says that it put a document up (发布时间, 挂网日期): not the day of its signature."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from corpus.periods import HALF_WIDTH, find_dates

POSTED_LABEL = "发布信息"
"""The label of the clause that a posting day in page furniture becomes."""

# 发布时间:2022年06月14日 · 发布者:系统管理员发布时间:2019-01-07 · [发布日期] 2020-02-03 · 时间:2024-05-30 10:37
_POSTED = re.compile(
    r"(?P<label>发布\s*(?:时间|日期)"
    r"|(?<![\u4e00-\u9fff])(?:信息|网站|网上|文章)?(?:公布|公开|挂网|上网|上线|上传|登载|刊登|发表|发稿)\s*(?:时间|日期)"
    r"|(?<![\u4e00-\u9fff])(?:时\s*间|日\s*期)(?=\s*[\]】]?\s*:))"
    r"\s*[\]】]?\s*:?\s*(?P<day>\d{4}[^\n]{4,14}|二[^\n]{8,14})"
)
_CLOCK = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting day with its label at ``text[start:end]``; ``label`` as printed, without spaces."""

    label: str
    day: date
    start: int
    end: int

    @property
    def is_bare(self) -> bool:
        """True where the label does not say of what the day is (时间:2024-05-30)."""
        return self.label in ("时间", "日期")


def find_postings(text: str) -> Iterator[Posting]:
    """Yield the posting days that lines around a document print, in text order, with offsets in ``text``."""
    plain = text.translate(HALF_WIDTH)
    for match in _POSTED.finditer(plain):
        mention = next(iter(find_dates(match["day"])), None)
        if mention is None or mention.start:
            continue
        end = match.start("day") + mention.end
        clock = _CLOCK.match(plain, end)
        yield Posting(re.sub(r"\s", "", match["label"]), mention.value, match.start(), clock.end() if clock else end)
