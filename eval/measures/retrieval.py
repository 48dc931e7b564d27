"""Retrieval measures, computed by ir-measures (MacAvaney et al. 2022) on trec_eval's code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from corpus.errors import PolicyError
from eval.measures.share import Scores, Share

MEASURES = ("nDCG@10", "R@5", "R@10", "RR", "Success@1", "Success@5")


def retrieval(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Sequence[str]]) -> dict[str, Scores]:
    """Return the scores of every query of ``qrels``; ``run`` maps a query to the ids found, best first.

    A query that the run lacks scores 0, the default of all these measures.

    - ``nDCG@10`` = DCG/ideal DCG, DCG = Σ grade / log2(rank + 1) over the first 10 (Järvelin & Kekäläinen 2002)
    - ``R@k`` = relevant clauses among the first k / relevant clauses
    - ``RR`` = 1 / rank of the first relevant clause, 0 where none was found (Voorhees 1999)
    - ``Success@k`` = 1 where a relevant clause is among the first k
    """
    try:
        import ir_measures
    except ImportError as error:
        raise PolicyError("评测检索要用 ir-measures,没有安装", hint="请运行 pip install 'wence[dev]'") from error
    parsed = {name: ir_measures.parse_measure(name) for name in MEASURES}
    labels = {str(measure): name for name, measure in parsed.items()}
    judged = [ir_measures.Qrel(q, d, grade) for q, grades in qrels.items() for d, grade in grades.items()]
    # Scores that fall with the rank: trec_eval orders by score and would break ties its own way.
    found = [
        ir_measures.ScoredDoc(q, d, 1 / rank) for q in qrels for rank, d in enumerate(dict.fromkeys(run.get(q, ())), 1)
    ]
    scores: dict[str, Scores] = {q: dict.fromkeys(MEASURES, Share(0.0)) for q in qrels}
    if not found:
        return scores
    for metric in ir_measures.iter_calc(list(parsed.values()), judged, found):
        scores[metric.query_id][labels[str(metric.measure)]] = Share(float(metric.value))
    return scores
