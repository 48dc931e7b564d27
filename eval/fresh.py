"""A new index of given documents in a folder of its own, so that what is measured is the code as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.assembly import build_index, prepare_default_model
from assistant.settings import Settings


@contextmanager
def fresh_home(settings: Settings, *documents: Path, progress: bool = False) -> Iterator[Settings]:
    """Yield settings whose index holds ``documents`` alone, newly built; it is gone afterwards. Models are shared."""
    if settings.encoder == "default":
        prepare_default_model(settings, progress=progress)
    with TemporaryDirectory(prefix="wence-") as folder:
        home = Path(folder)
        (home / "models").symlink_to(settings.models_dir.resolve(), target_is_directory=True)
        fresh = settings.model_copy(update={"home": home})
        build_index(fresh, documents, progress=progress)
        yield fresh
