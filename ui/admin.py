"""Who may change the documents over HTTP, and what they are changed with."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import SecretStr

from assistant.librarian import Librarian
from corpus.errors import AdminDisabled, AdminKeyRefused

KEY_HEADER = "X-Admin-Key"
"""A header of our own: a foreign page cannot send it, and it leaves ``Authorization`` to a proxy in front."""


class AdminKey:
    """The key that allows changes; without one nobody may. It is never printed or logged."""

    __slots__ = ("_secret",)

    def __init__(self, secret: SecretStr | None) -> None:
        self._secret = secret

    @property
    def is_set(self) -> bool:
        """True where changes are possible at all."""
        return self._secret is not None

    def check(self, given: str | None) -> None:
        """Return where ``given`` is the key.

        Raises:
            AdminDisabled: no key is set.
            AdminKeyRefused: ``given`` is missing or wrong.

        """
        if self._secret is None:
            raise AdminDisabled(
                "没有启用文件管理",
                hint="请管理员设置环境变量 WENCE_ADMIN_KEY(至少 16 个字符),再重新启动 wence serve。",
            )
        if not given:
            raise AdminKeyRefused("需要管理密钥", hint=f"请在请求头 {KEY_HEADER} 里给出管理密钥。")
        # Bytes, since the comparison of strings takes ASCII only.
        if not hmac.compare_digest(given.encode(), self._secret.get_secret_value().encode()):
            raise AdminKeyRefused("管理密钥不对", hint="请核对 WENCE_ADMIN_KEY 的值。")


@dataclass(frozen=True, slots=True)
class Desk:
    """The librarian, who may ask him, and what to do once the documents have changed."""

    librarian: Librarian
    key: AdminKey
    on_change: Callable[[], None] = lambda: None
