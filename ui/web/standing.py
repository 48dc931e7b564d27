"""A document's validity, copies, versions and relations as a reader sees them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from assistant.answer import Citation
from assistant.currency import inner
from assistant.dossier import Dossier, Kin, Link
from corpus.validity import STATES, Standing
from ui.lookup import APPLICABLE
from ui.web import layout

STATE_CHOICES = (("", "全部效力"), (APPLICABLE, "除已失效、未施行的"), *((state, state) for state in STATES))

SHOWN = 20
"""So many relations are listed; a law may be cited by thousands."""

ABOUT = {"依据": "依据", "转发": "转发", "解读": "解读", "修订": "修订", "废止": "废止"}
ABOUT_BACK = {kind: f"{kind}本文件" for kind in ABOUT} | {"依据": "以本文件为依据"}


def badge(standing: Standing) -> str:
    """The state in a word; states to be careful with stand out."""
    kind = {"现行": " holds", "未载明": ""}.get(standing.state, " careful")
    return f'<span class="state{kind}">{standing.state}</span>'


def line(standing: Standing) -> str:
    """The state with its reason."""
    return f"{badge(standing)} {escape(standing.note)}"


def section(dossier: Dossier) -> str:
    """All that is known of a document beside its text."""
    parts = [f'<p class="state-line">{line(dossier.standing)}（按 {dossier.standing.day.isoformat()}）</p>']
    parts += [_evidence(citation) for citation in dossier.evidence]
    parts.append(copies(dossier))
    if dossier.versions:
        parts.append(f"<h3>其他版本</h3><ul>{''.join(f'<li>{_kin(kin)}</li>' for kin in dossier.versions)}</ul>")
    parts.append(_links("本文件提到", dossier.relations, ABOUT))
    parts.append(_links("提到本文件的", dossier.mentions, ABOUT_BACK))
    return f'<section class="standing" aria-label="效力和关系"><h2>效力和关系</h2>{"".join(parts)}</section>'


def copies(dossier: Dossier) -> str:
    """The copies of a document, and which of them answers cite; ``""`` for none."""
    if not dossier.copies:
        return ""
    rows = "".join(f"<li>{_kin(kin)}{_likeness(kin)}</li>" for kin in dossier.copies)
    own = dossier.cited_as == dossier.standing.doc_id
    cited = "回答只引用本文件。" if own else "回答引用的是下面第一份。"
    return f'<h3>同文</h3><p class="note">与下列文件正文相同或大体相同，只算一个来源；{cited}</p><ul>{rows}</ul>'


def _likeness(kin: Kin) -> str:
    if kin.likeness is None:
        return ""
    return "，正文相同" if kin.likeness >= 1 else f"，正文约 {int(kin.likeness * 100)}% 相同"


def _kin(kin: Kin) -> str:
    facts = [kin.doc_number or "", kin.day.isoformat() if kin.day else "日期未载明", kin.source]
    told = " · ".join(escape(fact) for fact in facts if fact)
    return f'{_link(kin.doc_id, kin.title)} <span class="kin">{told} · {kin.state}</span>'


def _links(title: str, links: Sequence[Link], names: dict[str, str]) -> str:
    if not links:
        return ""
    rows = "".join(f"<li>{_relation(link, names)}</li>" for link in links[:SHOWN])
    more = f'<p class="note">另有 {len(links) - SHOWN} 项没有列出。</p>' if len(links) > SHOWN else ""
    return (
        f'<details class="links"{" open" if len(links) <= 6 else ""}><summary>{title}（{len(links)}）</summary>'
        f"<ul>{rows}</ul>{more}</details>"
    )


def _relation(link: Link, names: dict[str, str]) -> str:
    name = f"《{inner(link.title)}》" if link.title else ""
    number = f"（{link.doc_number}）" if link.doc_number else ""
    shown = f"{name}{number}"
    target = _link(link.doc_ids[-1], shown) if link.doc_ids else f"{escape(shown)}<small>（未收录）</small>"
    partly = "（部分条款）" if link.partial else ""
    where = ""
    if link.citation:
        at = (link.citation.start, link.citation.end)
        address = layout.clause_address(link.citation.doc_id, link.citation.clause_id, at)
        where = f' <a class="where" href="{address}">原文</a>'
    return f'<b class="relation">{names[link.kind]}{partly}</b> {target}{where}'


def _evidence(citation: Citation) -> str:
    at = (citation.start, citation.end)
    place = layout.clause_address(citation.doc_id, citation.clause_id, at)
    quoted = escape(citation.quote.strip()[:300])
    return f'<blockquote class="proof">{quoted} <a href="{place}">看原文</a></blockquote>'


def _link(doc_id: str, shown: str) -> str:
    return f'<a href="{escape(f"/documents/{quote(doc_id, safe=str())}")}">{escape(shown)}</a>'
