"""What a reader of a format returns."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import ModuleType

from corpus.errors import UnreadableSource
from corpus.model import SAYS_NOTHING, SourceMetadata


@dataclass(frozen=True, slots=True)
class Extracted:
    """The raw ``text`` of a file (its lines end in a line feed), its ``metadata``, and ``notes`` for the user."""

    text: str
    metadata: SourceMetadata = SAYS_NOTHING
    notes: tuple[str, ...] = ()


def optional_module(module: str, *, kind: str, name: str) -> ModuleType:
    """Import a package of the extra ``formats``.

    Raises:
        UnreadableSource: it is not installed; the message names the ``kind`` of file, the hint what to install.

    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnreadableSource(
            f"读 {kind} 需要安装软件包 {module.partition('.')[0]}:{name}",
            hint="请运行 pip install 'wence[formats]'(在源码目录里是 pip install -e '.[formats]')后再试。",
        ) from error
