"""Chooses what to say for one place, or finds that its documents do not say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Literal

from assistant.answerable import Answerability, features
from assistant.claims import Claim, claimed, judge
from assistant.compare import asks_which_places
from assistant.evidence import Sentence, context_of, coverage, covers
from assistant.figures import (
    MIN_SCORE,
    SUMS,
    asks_total,
    asks_yearly,
    rank_figures,
    spans_years,
    wanted_units,
    without_yearly,
)
from assistant.forms import asks_effect, in_form, is_about
from assistant.intent import Wanted
from assistant.lists import announces, lead_of, with_items
from assistant.names import goes_past, leaves_unnamed
from assistant.premises import period_known, unfounded_figure
from assistant.question import FIRM_WEIGHT, Question, Term
from assistant.sanctions import (
    Articles,
    Sanction,
    articles_in,
    asks_penalty,
    asks_sanction,
    rank_sanctions,
    states_consequence,
    with_sanctions,
)
from assistant.stated import asks_day, fact_asked, is_fine, states, told_values
from assistant.vocabulary import Vocabulary
from assistant.wholes import consequence_end, whole, whole_lead
from corpus.model import Clause, Duty, Target
from corpus.quantities import Quantity, find_quantities
from indexer.store import DocumentHead, Store
from indexer.tokenizer import fold

Reason = Literal[
    "nothing",
    "subject",
    "unsaid",
    "period",
    "premise",
    "money",
    "count",
    "ratio",
    "date",
    "phone",
    "place",
    "how",
    "body",
    "basis",
    "person",
    "names",
    "sanction",
]
"""Why nothing can be said: nothing retrieved; a subject the documents never mention, or of which they do not say what
is asked; another period; a figure the question asserts and they do not; or the kind of fact asked for is not stated
(``names``: those of things counted)."""

# 有没有专门写他们的: asks whether a text speaks of somebody
_MENTION_ASKED = re.compile(
    r"有没有?(?:专门|单独|特别|具体)?(?:写|提|说|规定|列|讲|针对)|(?:写|提|说|讲)(?:到|过|了)?(?:没有?|吗)"
)
_LEAD_RULE = re.compile(r"列(?:在)?(?:第一位|首位)[^,，。;；()（）]{0,6}为牵头(?:单位|部门)(?:[,，]下同)?")
# 占比多少: asks for a share, which no number of people answers
_SHARE_ASKED = re.compile(r"比例|比重|占比|百分|几成|几分之")
# 现在有多少: asks for what there is, not for what is planned
_NOW = re.compile(r"现在|目前|如今|眼下|现有|已经")
MIN_COVERAGE = 0.45
_SPOKEN = 0.1
_CLOSE = 0.12
_FAR = 0.35
_GAIN, _OWN_GAIN = 5.0, 1.5
_MAX_SENTENCES = 3
_MAX_ITEMS = 20
_MAX_RIVALS, _RIVAL = 6, 0.35
_SHORT_CLAUSE = 400
_MAX_RULE = 200
_RUNNING = 0.15
_PLACE = 0.4


Lack = Literal["amount", "now", "yearly", "total"]
"""What a question asks for and a quote does not state: an amount, of which it has only how it is set; how it is now, of
which it has only what is to be reached; a number for each year, of which it has only the sum of several; how many there
are, of which it has only how many are added."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span to say and to cite: offsets in the clause's text."""

    clause: Clause
    head: DocumentHead
    start: int
    end: int

    @property
    def text(self) -> str:
        """The span itself."""
        return self.clause.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Choice:
    """What to say for one place: quotes in order, and the ``score`` of the sentence or figure they rest on.

    ``support`` is how likely they answer it (0–1), judged by ``features``; ``unmentioned`` holds groups of people that
    the question names and the documents do not; ``lacks`` says what was asked for besides and is not stated;
    ``target`` is the figure quoted, if it is one; ``claim`` what it makes of the figure that the question claims;
    ``rivals`` the figures that fit about as well, each with its quote.
    """

    quotes: tuple[Quote, ...]
    score: float
    route: Literal["figure", "duty", "sentence"] = "sentence"
    target: Target | None = None
    support: float = 1.0
    features: Mapping[str, float] = field(default_factory=dict)
    unmentioned: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    claim: Claim | None = None
    rivals: tuple[tuple[Target, Quote], ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nothing is said; ``words`` are the subjects, or the figure, that no evidence mentions."""

    reason: Reason
    words: tuple[str, ...] = ()


def choose(
    question: Question,
    sentences: Sequence[Sentence],
    store: Store,
    vocabulary: Vocabulary,
    model: Answerability,
    *,
    noise: float,
    elsewhere: float,
    place: str,
) -> Choice | Silence:
    """Return the quotes that answer ``question`` out of ranked ``sentences``, or why there are none.

    ``model`` says whether they do; ``noise`` is the similarity that questions off every subject reach in this index,
    ``elsewhere`` the best similarity that any document reaches; ``place`` is the short name of the place asked for
    where it is only a part of the documents' region.
    """
    if not sentences:
        return Silence("nothing")
    if not period_known(question, sentences):
        return Silence("period", tuple(period.surface for period in question.periods))
    asserted = claimed(question)
    if asserted is not None:
        settled = _settled(question, asserted, sentences, store, vocabulary, place)
        if settled is not None:
            return settled
    unfounded = unfounded_figure(question, sentences, asserted)
    if unfounded is not None:
        return Silence("premise", (unfounded.surface,))
    texts = _texts(sentences)
    left = [t for t in question.terms if max(covers(t, text) for text in texts) < 0.5]
    # Of a story only its subjects are said to be missing (健身, not 脑子一热).
    subjects = [t for t in left if t.name and t.weight >= FIRM_WEIGHT]
    # Of a fact that is asked for, a verb that is not there says little (什么时候建成).
    others = [t for t in left if t.name or not t.known] if fact_asked(question) else left
    missed = tuple(t.surface for t in subjects or others)
    if _MENTION_ASKED.search(question.text) and any(t.group for t in left):
        return Silence("subject", tuple(t.surface for t in left if t.group))
    # Words that no document knows tell nothing of which sentence answers.
    title = fold(sentences[0].head.title)
    heard = replace(
        question,
        terms=tuple(
            replace(t, name=t.name and covers(t, title) < 0.5)
            for t in question.terms
            if t not in left or t.known or t.policy
        ),
    )
    punished = asks_sanction(question)
    articles = articles_in(store)
    sentences = with_sanctions(sentences, articles) if punished else sentences
    sanction = _sanction(question, sentences, articles) if punished else None
    candidates = _candidates(heard, left, sentences, store, vocabulary, place)
    choice, silence = None, None
    for candidate in chain([sanction] if sanction else [], candidates):
        if isinstance(candidate, Silence):
            silence = silence or candidate
            continue
        quoted = " ".join(quote.text for quote in candidate.quotes)
        own = next(filter(None, (_sentences_of(quote.clause, sentences) for quote in candidate.quotes)))
        shared = features(question, sentences, own, quoted, left, noise) | {
            "by_figure": float(candidate.route == "figure"),
            "behind": max(0.0, sentences[0].score - candidate.score),
            "better_elsewhere": max(0.0, elsewhere - max(s.similarity for s in sentences)) / (1.0 - noise),
            **_stated(question, quoted),
        }
        support = model.probability(shared)
        # Asked which places speak of something, a place that names it does.
        spoken = asks_which_places(question.text) and shared["names_covered"] == 1.0
        if support >= (_SPOKEN if spoken else model.threshold):
            choice = replace(candidate, support=support, features=shared)
            break
        # What the documents mention, if not where the answer would be, is not said to be missing.
        unstated: Reason = "money" if shared["amount_unstated"] else "unsaid"
        silence = silence or Silence("subject" if missed else unstated, missed)
    if choice is None:
        assert silence is not None
        return silence
    said = [quote.text for quote in choice.quotes]
    if leaves_unnamed(question, said):
        return Silence("names")
    if asks_penalty(question) and not any(states_consequence(text) for text in said):
        return Silence("sanction")
    if place and goes_past(place, said):
        return Silence("unsaid")
    unmentioned = tuple(t.surface for t in left if t.group)
    return replace(choice, lacks=_lacks(question, choice, store), unmentioned=unmentioned)


def _sentences_of(clause: Clause, sentences: Sequence[Sentence]) -> list[Sentence]:
    return [s for s in sentences if s.clause.clause_id == clause.clause_id]


def _lacks(question: Question, choice: Choice, store: Store) -> tuple[Lack, ...]:
    """Return what ``question`` asks for and the quotes of ``choice`` do not state."""
    first = question.intent.wanted[0]
    if first == "money":
        return () if _states_amount(choice.quotes) else ("amount",)
    if first not in ("count", "ratio"):
        return ()
    told = [
        target
        for quote in choice.quotes
        for target in store.targets(quote.clause.doc_id)
        if target.clause_id == quote.clause.clause_id and quote.start <= target.start - quote.clause.start < quote.end
    ]
    if not told:
        return ()
    sums = [target for target in told if target.measure in SUMS]
    measures = {target.measure for target in sums}
    lacks: list[Lack] = []
    if _NOW.search(question.text) and not question.intent.aim and "完成情况" not in measures:
        lacks.append("now")
    yearly = asks_yearly(question.text) and not any(asks_yearly(quote.text) for quote in choice.quotes)
    if yearly and all(map(spans_years, sums)):
        lacks.append("yearly")
    if asks_total(question.text) and measures == {"新增"}:
        lacks.append("total")
    return tuple(lacks)


def _states_amount(quotes: Sequence[Quote]) -> bool:
    return any(
        "免费" in quote.text or any(q.kind in ("money", "ratio") for q in find_quantities(quote.text))
        for quote in quotes
    )


def _stated(question: Question, quoted: str) -> dict[str, float]:
    """Return whether ``quoted`` states the kind of fact asked for, as features of answerability."""
    first = question.intent.wanted[0]
    figures = [q for q in find_quantities(quoted) if q.value is not None or q.fraction]
    units = wanted_units(question.text)
    return {
        "unit_stated": float(first == "count" and bool(units) and any(q.unit in units for q in figures)),
        "amount_stated": float(first == "money" and any(q.kind == "money" for q in figures)),
        "amount_unstated": float(first == "money" and not any(q.kind in ("money", "ratio") for q in figures)),
    }


def _candidates(
    question: Question,
    left: Sequence[Term],
    sentences: Sequence[Sentence],
    store: Store,
    vocabulary: Vocabulary,
    place: str,
) -> Iterator[Choice | Silence]:
    """Yield what may be said, likeliest first: the figure asked for, who is responsible, the best sentences."""
    first = question.intent.wanted[0]
    figure = None
    if first in ("count", "ratio", "money", "date"):
        figure = _figure(question, sentences, _targets_of(sentences, store), vocabulary, place)
        if figure is not None:
            # A sum over all cannot stand for a part of it that nothing names (护老的要培训多少).
            if first == "count" and figure.target and figure.target.measure in SUMS and any(t.stray for t in left):
                yield Silence("count")
                return
            yield figure
    chosen = _sentences(question, sentences, store, place)
    if (
        first in ("count", "ratio", "money", "date")
        and isinstance(chosen, Choice)
        and _tells_sum(chosen, sentences, store)
    ):
        if figure is not None:
            # It is none of the figures that fit.
            return
        if first == "count" and _leaves_out(chosen, question):
            yield Silence("count")
            return
    if first == "body":
        duty = _duty(question, sentences, store)
        if duty is not None:
            yield duty
    yield chosen
    if first == "ratio" and isinstance(chosen, Silence) and not _SHARE_ASKED.search(question.text):
        # 各占多少: a share or a number
        counted = replace(question, intent=replace(question.intent, wanted=("count",)))
        yield from _candidates(counted, left, sentences, store, vocabulary, place)


def _sanction(question: Question, sentences: Sequence[Sentence], articles: Articles) -> Choice | None:
    """Return the sanction for the act asked about, after the rule it punishes where it does not name the act."""
    found = rank_sanctions(question, sentences, articles)
    if not found:
        return None
    best = found[0]
    if best.support < sentences[0].score - _FAR:
        return None
    quotes = [*_rule_of(best), *(_quote(best.sentence, span) for span in best.spans)]
    return Choice(tuple(quotes), best.support, "figure" if best.states_figure else "sentence")


def _rule_of(sanction: Sanction) -> list[Quote]:
    rule, head = sanction.rule, sanction.sentence.head
    if rule is None or rule.end - rule.start > _MAX_RULE:
        return []
    spans = [*([rule.lead] if rule.lead else []), (rule.start, rule.end)]
    return [Quote(rule.clause, head, start, end) for start, end in spans]


def _quote(sentence: Sentence, span: tuple[int, int]) -> Quote:
    return Quote(sentence.clause, sentence.head, *span)


def _leaves_out(choice: Choice, question: Question) -> bool:
    """True where the question counts something that the documents name, and ``choice`` does not (竹产业).

    What people say in other words than documents is not looked for.
    """
    said = fold(" ".join(f"{context_of(quote.clause, quote.head)} {quote.text}" for quote in choice.quotes))
    return any(t.name and t.known and not t.others and covers(t, said) < 0.5 for t in question.terms)


def _tells_sum(choice: Choice, sentences: Sequence[Sentence], store: Store) -> bool:
    """True where ``choice`` quotes a sum that is a figure of its own (累计 · 总量 · 新增)."""
    sums = [t for t in _targets_of(sentences, store) if t.measure in SUMS]
    return any(
        t.clause_id == quote.clause.clause_id and quote.start <= t.start - quote.clause.start < quote.end
        for t in sums
        for quote in choice.quotes
    )


def _best_by_clause(sentences: Sequence[Sentence]) -> dict[str, Sentence]:
    """Return the best sentence of each clause by clause id; ``sentences`` are ranked."""
    best_of: dict[str, Sentence] = {}
    for sentence in sentences:
        best_of.setdefault(sentence.clause.clause_id, sentence)
    return best_of


def _duty(question: Question, sentences: Sequence[Sentence], store: Store) -> Choice | None:
    """Return the statement of who is responsible for the clause that the question is about."""
    best_of = _best_by_clause(sentences)
    ranked: list[tuple[float, Duty]] = []
    for duty in [d for doc_id in dict.fromkeys(s.head.doc_id for s in best_of.values()) for d in store.duties(doc_id)]:
        top = best_of.get(duty.clause_id)
        if top is None:
            continue
        clause = top.clause
        statement = clause.text[duty.start - clause.start : duty.end - clause.start]
        whole = statement.startswith(("(", "（"))
        said = fold(" ".join([clause.text if whole else statement, *clause.heading_path[-2:]]))
        covered = coverage(question.terms, said)
        if covered >= MIN_COVERAGE:
            own = _scores_of(duty.clause_id, sentences)(duty.start - clause.start)
            score = 0.5 * covered + 0.5 * (top.score if whole else own + _RUNNING)
            ranked.append((score, duty))
    if not ranked:
        return None
    score, duty = max(ranked, key=lambda item: (item[0], -item[1].start))
    sentence = best_of[duty.clause_id]
    clause = sentence.clause
    quotes = [Quote(clause, sentence.head, duty.start - clause.start, duty.end - clause.start)]
    if "牵头" in question.text and "牵头" not in quotes[0].text:
        quotes += lead_rule(sentence.head, store)
    return Choice(tuple(quotes), score, "duty")


def choose_within(question: Question, sentences: Sequence[Sentence], store: Store, least: float) -> Choice | None:
    """Return what ``sentences`` of clauses known to be about it state of the kind asked for, ``None`` if nothing.

    They are ranked. For what is asked besides something that those clauses answered (有效期几年,提前多久去续).
    ``least`` is the similarity that a sentence must reach unless it states a duty.
    """
    if not sentences:
        return None
    if asks_sanction(question):
        like = [s for s in sentences if s.similarity >= least]
        articles = articles_in(store)
        return _sanction(question, with_sanctions(like, articles), articles)
    needed = fact_asked(question)
    if needed is None:
        return None
    duty = _duty(question, sentences, store) if needed == "body" else None
    if duty is not None:
        return duty
    best = next((s for s in sentences if s.similarity >= least and states(needed, question, s)), None)
    if best is None:
        return None
    lead = lead_of(best.clause, best.start)
    quotes = [_quote(best, whole_lead(best.clause.text, *lead))] if lead else []
    quotes.append(_quote(best, whole(best.clause.text, best.start, best.end)))
    return Choice(
        tuple(quotes), best.score, lacks=("amount",) if needed == "money" and not _states_amount(quotes) else ()
    )


def lead_rule(head: DocumentHead, store: Store) -> list[Quote]:
    """Return the document's own rule of who leads where several bodies are listed (列第一位者为牵头单位,下同)."""
    for clause in store.clauses_of(head.doc_id):
        found = _LEAD_RULE.search(clause.text)
        if found:
            return [Quote(clause, head, found.start(), found.end())]
    return []


def _targets_of(sentences: Sequence[Sentence], store: Store) -> list[Target]:
    return [t for doc_id in dict.fromkeys(s.head.doc_id for s in sentences) for t in store.targets(doc_id)]


def _holds(sentence: Sentence, figures: set[tuple[str, int]]) -> bool:
    begin, end = sentence.clause.start + sentence.start, sentence.clause.start + sentence.end
    return any(key == sentence.clause.clause_id and begin <= start < end for key, start in figures)


def _sentences(question: Question, sentences: Sequence[Sentence], store: Store, place: str) -> Choice | Silence:
    needed = fact_asked(question)
    fitting = _place_first(sentences, place)
    if place and needed in ("count", "ratio"):
        # A sum over the whole region is none for a part of it; a rule is.
        sums = {(t.clause_id, t.start) for t in _targets_of(sentences, store) if t.measure in SUMS}
        ruled = [s for s in fitting if place in s.text or not _holds(s, sums)]
        if ruled[:1] != fitting[:1]:
            return Silence(lacking(needed))
        fitting = ruled
    if question.intent.aim and not question.intent.done and not question.periods:
        reported = {(t.clause_id, t.start) for t in _targets_of(sentences, store) if t.measure == "完成情况"}
        fitting = [s for s in fitting if not _holds(s, reported)] or fitting
    fitting = in_form(question, needed, fitting, dated=asks_day(question))
    if needed is not None:
        stating = [s for s in fitting if states(needed, question, s)]
        about = [s for s in stating if is_about(question, s)] or _widened(question, stating, sentences)
        fitting = about if about and about[0].score >= sentences[0].score - _FAR else stating
    if not fitting:
        assert needed is not None
        return Silence(lacking(needed))
    best = fitting[0]
    if needed is not None and best.score < sentences[0].score - _FAR:
        return Silence(lacking(needed))
    chosen = [best]
    said = fold(best.text)
    for other in fitting[1:12]:
        if len(chosen) == _MAX_SENTENCES:
            break
        text = fold(other.text)
        if text in said or said in text:
            continue
        gain = sum(t.weight for t in question.terms if covers(t, text) > covers(t, said) + 0.3)
        same = other.clause.clause_id == best.clause.clause_id
        close = same and other.score >= best.score - _CLOSE and (gain > 0 or needed is None)
        if close or gain >= (_OWN_GAIN if same else _GAIN):
            chosen.append(other)
            said += text
    first = [s for s in chosen if s.clause.clause_id == best.clause.clause_id]
    rest = [s for s in chosen if s.clause.clause_id != best.clause.clause_id]
    effect = asks_effect(question)
    quotes: list[Quote] = []
    for s in [*sorted(first, key=lambda s: s.start), *rest]:
        if any(q.clause is s.clause and q.start <= s.start and s.end <= q.end for q in quotes):
            continue
        lead = lead_of(s.clause, s.start)
        if lead and not any(q.clause is s.clause and q.start <= lead[0] < q.end for q in quotes):
            quotes.append(_quote(s, whole_lead(s.clause.text, *lead)))
        start, end = whole(s.clause.text, s.start, s.end)
        end = with_items(s.clause, start, end)[1]
        quotes.append(_quote(s, (start, consequence_end(s.clause.text, end) if effect else end)))
        quotes += _announced(s, store)
    return Choice(tuple(_apart(quotes)), best.score)


def _apart(quotes: Sequence[Quote]) -> list[Quote]:
    """Return ``quotes`` with those of one clause that overlap made one."""
    made: list[Quote] = []
    for quote in quotes:
        same = next((i for i, q in enumerate(made) if q.clause is quote.clause and _overlap(q, quote)), None)
        if same is None:
            made.append(quote)
        else:
            made[same] = replace(
                made[same], start=min(made[same].start, quote.start), end=max(made[same].end, quote.end)
            )
    return made


def _overlap(one: Quote, other: Quote) -> bool:
    return one.start < other.end and other.start < one.end


def _place_first(sentences: Sequence[Sentence], place: str) -> list[Sentence]:
    """Return ``sentences`` with those that name ``place``, where one was asked for, moved up."""
    if not place:
        return list(sentences)
    raised = [replace(s, score=s.score + _PLACE) if place in s.text else s for s in sentences]
    return sorted(raised, key=lambda s: (-s.score, s.clause.clause_id, s.start))


def _widened(question: Question, stating: Sequence[Sentence], sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return stating sentences of short clauses with what they go on from (…的,责令改正;拒不改正的,处…罚款)."""
    found: list[Sentence] = []
    for s in stating:
        if len(s.clause.text) > _SHORT_CLAUSE:
            continue
        before = [o for o in sentences if o.clause.clause_id == s.clause.clause_id and o.end <= s.start]
        about = max((o for o in before if is_about(question, o)), key=lambda o: o.score, default=None)
        if about is not None:
            found.append(replace(s, start=about.start, coverage=about.coverage, score=max(s.score, about.score)))
    return found


def _announced(sentence: Sentence, store: Store) -> list[Quote]:
    """Return the headings of the items that a sentence announces (主要包括以下5个专项计划:)."""
    if sentence.end < len(sentence.clause.text.rstrip()):
        return []
    children = store.children(sentence.clause.clause_id)
    counted = any(q.value == len(children) > 1 for q in find_quantities(sentence.text))
    if not counted and not announces(sentence.text):
        return []
    quotes: list[Quote] = []
    for child in children[:_MAX_ITEMS]:
        heading = child.heading_path[-1] if child.heading_path and child.text.startswith(child.heading_path[-1]) else ""
        end = len(heading) if heading else min(len(child.text), len(child.text.split("。")[0]))
        quotes.append(Quote(child, sentence.head, 0, end))
    return quotes


def _figure(
    question: Question, sentences: Sequence[Sentence], stated: Sequence[Target], vocabulary: Vocabulary, place: str
) -> Choice | None:
    best_of = _best_by_clause(sentences)
    targets: dict[str, list[Target]] = {}
    for target in stated:
        targets.setdefault(target.clause_id, []).append(target)
    candidates = [
        (s.clause, _scores_of(key, sentences), [t for t in targets.get(key, ()) if _asked_kind(question, t)])
        for key, s in best_of.items()
    ]
    told = told_values(question)
    money = question.intent.wanted[0] == "money"
    candidates = [
        (
            clause,
            score,
            [t for t in own if t.value not in told and not (money and is_fine(question, _sentence_of(clause, t)))],
        )
        for clause, score, own in candidates
    ]
    units = wanted_units(question.text)
    # Asked for people, a share of people answers too (不得少于在校生人数的50%), if nothing better does.
    wider = units | {"%"} if units else units
    for asking, accepted in dict.fromkeys(
        (text, accepted) for text in (question.text, without_yearly(question.text)) for accepted in (units, wider)
    ):
        figures = rank_figures(replace(question, text=asking), candidates, accepted, vocabulary, place)
        # Asked for each year, the sum of several is told where no yearly figure is.
        if asks_yearly(asking):
            figures = [f for f in figures if asks_yearly(f.clause.text[f.start : f.end])]
        if figures and figures[0].coverage >= MIN_COVERAGE and figures[0].score >= MIN_SCORE:
            break
    else:
        return None
    best = figures[0]
    head = best_of[best.clause.clause_id].head
    quote = Quote(best.clause, head, *whole(best.clause.text, best.start, best.end))
    rivals = tuple(
        (f.target, Quote(f.clause, best_of[f.clause.clause_id].head, f.start, f.end))
        for f in figures[1:_MAX_RIVALS]
        if f.coverage >= MIN_COVERAGE and f.score >= max(MIN_SCORE, best.score - _RIVAL)
    )
    return Choice((quote,), best_of[best.clause.clause_id].score, "figure", best.target, rivals=rivals)


def _sentence_of(clause: Clause, target: Target) -> str:
    return clause.text[target.sentence_start - clause.start : target.sentence_end - clause.start]


def _settled(
    question: Question,
    asserted: Quantity,
    sentences: Sequence[Sentence],
    store: Store,
    vocabulary: Vocabulary,
    place: str,
) -> Choice | None:
    """Return the figure that confirms or corrects what the question claims, ``None`` where none is of that thing."""
    best_of = _best_by_clause(sentences)
    targets = _targets_of(sentences, store)
    candidates = [
        (s.clause, _scores_of(key, sentences), [t for t in targets if t.clause_id == key]) for key, s in best_of.items()
    ]
    settled = judge(question, asserted, candidates, vocabulary, place)
    if settled is None:
        return None
    figure, claim = settled
    sentence = best_of[figure.clause.clause_id]
    quote = Quote(figure.clause, sentence.head, figure.start, figure.end)
    return Choice((quote,), sentence.score, "figure", figure.target, claim=claim)


def _scores_of(clause_id: str, sentences: Sequence[Sentence]) -> Callable[[int], float]:
    own = [s for s in sentences if s.clause.clause_id == clause_id]
    return lambda offset: max((s.score for s in own if s.start <= offset < s.end), default=0.0)


def _asked_kind(question: Question, target: Target) -> bool:
    if question.intent.wanted[0] == "money":
        return target.unit.startswith("元") or target.unit == "%"
    if question.intent.wanted[0] == "ratio":
        return target.unit in ("%", "倍") or target.measure == "比例" or "/" in target.figure
    if question.intent.wanted[0] == "date":
        return target.unit in ("年", "月", "日", "天", "个月") or "每" in target.figure
    return True


def _texts(sentences: Sequence[Sentence]) -> list[str]:
    """Return the folded texts of the best clauses, with what they inherit."""
    return list(dict.fromkeys(fold(f"{context_of(s.clause, s.head)} {s.clause.text}") for s in sentences[:20]))


def lacking(wanted: Wanted, otherwise: Reason = "nothing") -> Reason:
    """Return the reason to give where a fact of the kind ``wanted`` is not stated, ``otherwise`` for no such kind."""
    if wanted in ("money", "count", "ratio", "date", "phone", "place", "how", "body", "basis", "person"):
        return wanted
    return otherwise
