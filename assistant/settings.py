"""The one settings object, read where the application is assembled and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from ``WENCE_…`` environment variables; a misspelt name in code fails at once."""

    model_config = SettingsConfigDict(env_prefix="WENCE_", extra="forbid", frozen=True)

    home: Path = Field(default=Path(".wence"), description="Folder of index, models and database.")
    encoder: str = Field(
        default="default",
        description="`default`, `hash` (a toy for tests) or any sentence-transformers model by name or folder.",
    )
    threads: int = Field(default=2, ge=1, le=64, description="Threads of the encoder.")
    admin_key: SecretStr | None = Field(
        default=None, min_length=16, description="Key that allows changing documents over HTTP; unset: nobody may."
    )

    @field_validator("admin_key")
    @classmethod
    def _fits_a_header(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not re.fullmatch(r"[\x21-\x7e]+", key.get_secret_value()):
            raise ValueError("letters, digits and ASCII signs only")
        return key

    @property
    def models_dir(self) -> Path:
        """Where prepared models lie."""
        return self.home / "models"

    @property
    def index_dir(self) -> Path:
        """Where index generations lie."""
        return self.home / "index"

    @property
    def library_dir(self) -> Path:
        """Where original files and corrections lie."""
        return self.home / "library"
