"""How texts are made comparable before they are measured."""

from __future__ import annotations

import re
import unicodedata

_MARKER = re.compile(r"\[\d{1,3}\]")  # …9万人以上[1]。
_IGNORED = re.compile(r"[\W_]+")  # punctuation, spaces and symbols
# 149.1 · 1,000 · 25
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")


def unmarked(answer: str) -> str:
    """Return an answer without its ``[n]`` markers."""
    return _MARKER.sub("", answer)


def normal(text: str) -> str:
    """Return ``text`` in NFKC, lower case, without punctuation, spaces and markers."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", unmarked(text)).lower())


def numbers(text: str) -> frozenset[str]:
    """Return the numbers printed in Arabic digits, in one form: ``１，０００.50`` → ``1000.5``, ``06`` → ``6``.

    The scale is no part of them: 25万 holds 25. Numerals in Chinese characters are left out.
    """
    plain = unicodedata.normalize("NFKC", unmarked(text))
    return frozenset(_canonical(match.group()) for match in _NUMBER.finditer(plain))


def _canonical(number: str) -> str:
    whole, _, decimals = number.replace(",", "").partition(".")
    return ".".join(filter(None, [whole.lstrip("0") or "0", decimals.rstrip("0")]))
