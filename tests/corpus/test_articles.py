"""References from one article to others of the same text."""

from __future__ import annotations

import pytest

from corpus.articles import ArticleRef, articles_of, find_article_refs, resolve
from corpus.model import Clause

ARTICLES = (
    "第三条 夜市摊主应当把油烟管道接到楼顶。",
    "第五条 禁止下列行为：\n（一）在桥面上钓鱼；\n（二）往湖里放生外来鱼；\n（三）夜里在湖中游泳。\n禁止用电捕鱼。",
    "第五条之一 湖边搭帐篷应当登记。",
)
CLAUSES = articles_of(
    [Clause(f"d#{n}", "d", text.split()[0], (), "body", 0, len(text), text) for n, text in enumerate(ARTICLES)]
)


@pytest.mark.parametrize(
    ("text", "refs"),
    [
        ("第九条 违反本条例第三条规定的，处五十元罚款。", [ArticleRef(3)]),
        ("违反第五条第一款第二项规定的", [ArticleRef(5, "", 1, 2)]),
        ("违反第五条第一款第一项至第三项规定", [ArticleRef(5, "", 1, n) for n in (1, 2, 3)]),
        ("违反第五条第一项、第三项规定", [ArticleRef(5, "", 0, 1), ArticleRef(5, "", 0, 3)]),
        ("违反第五条第一款、第二款规定", [ArticleRef(5, "", 1), ArticleRef(5, "", 2)]),
        ("违反第三条、第五条之一规定", [ArticleRef(3), ArticleRef(5, "之一")]),
        ("违反本规定第三条至第五条规定的", [ArticleRef(3), ArticleRef(4), ArticleRef(5)]),
        ("依照《湖泊保护法》第三条、第八条处罚", []),
        ("依照《湖泊保护法》处罚；违反本条例第三条的，另行处理", [ArticleRef(3)]),
        ("第九条 摊主应当每天打扫。", []),
    ],
)
def test_articles_a_text_refers_to(text: str, refs: list[ArticleRef]) -> None:
    assert list(find_article_refs(text)) == refs


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        (ArticleRef(3), ARTICLES[0]),
        (ArticleRef(5, "", 1, 2), "第五条 禁止下列行为：\n（二）往湖里放生外来鱼；"),
        (ArticleRef(5, "", 0, 3), "第五条 禁止下列行为：\n（三）夜里在湖中游泳。"),
        (ArticleRef(5, "", 2), "禁止用电捕鱼。"),
        (ArticleRef(5, "之一"), ARTICLES[2]),
        (ArticleRef(5, "", 7), ARTICLES[1]),
        (ArticleRef(8), None),
    ],
)
def test_the_passage_that_is_meant(ref: ArticleRef, text: str | None) -> None:
    passage = resolve(ref, CLAUSES)
    assert (passage and passage.text) == text
