"""The vocabulary of the default encoder: which SentencePiece pieces Chinese text can use, and their tokenizer.

The rule looks at Unicode ranges only, never at a corpus. Kept are all single characters of every script, so that no
character turns into an unknown one, and the longer pieces made of Chinese characters, punctuation, symbols and ASCII;
longer runs of Latin letters go, except in the pieces that the model's prefixes need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.e5s1 import WeightFile

if TYPE_CHECKING:
    from tokenizers import Tokenizer

METASPACE = "▁"
MAX_TOKENS = 512
LONGEST_LATIN = 3
PREFIXES = ("query: ", "passage: ")

# First and last code point of what Chinese text is written with, ASCII aside.
CHINESE_RANGES = (
    (0x00A0, 0x00BF),  # ° · § and other Latin-1 signs
    (0x00D7, 0x00D7),  # ×
    (0x2010, 0x205E),  # general punctuation: — … “ ” ‰
    (0x2070, 0x218F),  # superscripts, currency, letter-like signs, number forms: ℃ № Ⅲ
    (0x2190, 0x27BF),  # arrows, operators, enclosed numbers, shapes: → ≥ ① ■ ★
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x303F),  # CJK punctuation: 、 。 〔 〕 《 》 〇
    (0x3200, 0x33FF),  # enclosed and squared CJK: ㈠ ㎡
    (0x3400, 0x4DBF),  # extension A
    (0x4E00, 0x9FFF),  # unified ideographs
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0xFE10, 0xFE4F),  # vertical and compatibility forms
    (0xFF00, 0xFFEF),  # half-width and full-width forms
    (0x20000, 0x3FFFF),  # extensions B and later
)

# Characters that the source normaliser drops ("\x07") or turns into a space ("\u200b"), beside NFKC.
DROPPED = r"[\x{00}-\x{08}\x{0B}\x{0E}-\x{1F}\x{7F}\x{8F}\x{9F}]"
SPACES = r"[\t\n\f\r\x{1680}\x{200B}-\x{200F}\x{2028}\x{2029}\x{2581}\x{FEFF}\x{FFFD}]"
# The model has a piece of its own for ～ (5～10人), which NFKC would fold to ~: carry it over as a non-character.
TILDE, TILDE_STAND_IN = "～", "\ufdd0"


def is_kept(piece: str) -> bool:
    """True where Chinese text, or a prefix of the model, can use this piece."""
    if any(piece in METASPACE + prefix for prefix in PREFIXES):
        return True
    text = piece.removeprefix(METASPACE)
    if len(text) <= 1:
        return True
    if not all(char.isascii() or _is_chinese(char) for char in text):
        return False
    return sum(char.isascii() and char.isalpha() for char in text) <= LONGEST_LATIN


def select_rows(weights: WeightFile) -> NDArray[np.intp]:
    """The ids of the kept pieces and all special ones, ascending. Row ``i`` of the pruned model is the i-th of them."""
    special = {weights.special.bos, weights.special.eos, weights.special.pad, weights.special.unk}
    kept = (i for i, piece in enumerate(weights.pieces) if i in special or is_special(piece) or is_kept(piece))
    return np.fromiter(kept, dtype=np.intp)


def is_special(piece: str) -> bool:
    """True for ``<s>``, ``<mask>`` and their like."""
    return len(piece) > 2 and piece[0] == "<" and piece[-1] == ">" and piece[1:-1].removeprefix("/").isalpha()


def build_tokenizer(weights: WeightFile, rows: Sequence[int] | NDArray[np.intp]) -> Tokenizer:
    """A Unigram tokenizer over the pieces ``rows`` of ``weights``, numbered anew in that order.

    It wraps each text in ``<s>`` and ``</s>`` and cuts it to ``MAX_TOKENS`` ids.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = [weights.pieces[i] for i in rows]
    bos, eos, unk = (weights.pieces[i] for i in (weights.special.bos, weights.special.eos, weights.special.unk))
    scores = [float(weights.scores[i]) for i in rows]
    tokenizer = Tokenizer(models.Unigram(list(zip(pieces, scores, strict=True)), unk_id=pieces.index(unk)))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(TILDE, TILDE_STAND_IN),
            normalizers.NFKC(),
            normalizers.Replace(TILDE_STAND_IN, TILDE),
            normalizers.Replace(Regex(DROPPED), ""),
            normalizers.Replace(Regex(SPACES), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=METASPACE, prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, pieces.index(bos)), (eos, pieces.index(eos))],
    )
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _is_chinese(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in CHINESE_RANGES)
