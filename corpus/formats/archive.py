"""ZIP files: members read in memory within bounds, never written to disk under their own names."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from corpus.errors import UnreadableSource

MAX_MEMBERS = 5_000
MAX_TOTAL_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200
"""Unpacked size to packed size of a member; text rarely goes above 20, a bomb above 1000."""
MAX_DEPTH = 2
"""Archives in archives: the outer one counts as 1."""

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SMALL = 1024 * 1024
_SKIPPED = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^./]|Thumbs\.db$|desktop\.ini$|~\$)", re.IGNORECASE)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(slots=True)
class Budget:
    """What may still be unpacked from one file, archives inside it included."""

    members: int
    size: int

    @staticmethod
    def whole() -> Budget:
        """Return what one file may unpack to."""
        return Budget(MAX_MEMBERS, MAX_TOTAL_BYTES)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of an archive: its path as shown to users, and its bytes or (``problem``) why there are none."""

    name: str
    data: bytes = b""
    problem: str = ""


def read_members(data: bytes, *, name: str, limit: int, budget: Budget) -> Iterator[Member]:
    """Yield the files of a ZIP archive in their order; ``limit`` bounds the size of one, ``budget`` that of all.

    Raises:
        UnreadableSource: no ZIP archive, or one without files.

    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _DAMAGE as error:
        raise UnreadableSource(f"压缩包打不开:{name}", hint="请确认它是 ZIP 格式且没有损坏。") from error
    with archive:
        infos = [info for info in archive.infolist() if not info.is_dir() and not _SKIPPED.search(info.filename)]
        if not infos:
            raise UnreadableSource(f"压缩包里没有文件:{name}", hint="请换一个有文件的压缩包。")
        for info in infos:
            shown = _shown_name(info)
            if budget.members <= 0:
                yield Member(shown, problem=f"压缩包里的文件太多(上限 {MAX_MEMBERS} 个),从这里起不再读")
                return
            budget.members -= 1
            problem = _problem(info, limit, budget)
            if problem:
                yield Member(shown, problem=problem)
                continue
            try:
                # Reads no more than the size that the archive declares, which was checked.
                content = archive.read(info)
            except _DAMAGE:
                yield Member(shown, problem="压缩数据已损坏")
                continue
            budget.size -= len(content)
            yield Member(shown, content)


def unpacked_size(data: bytes) -> int:
    """Return the size that the members of a ZIP archive declare; a damaged archive has none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(info.file_size for info in archive.infolist())
    except _DAMAGE:
        return 0


def _problem(info: zipfile.ZipInfo, limit: int, budget: Budget) -> str:
    if info.flag_bits & 0x1:
        return "有密码,请解密后再导入"
    if info.file_size > limit:
        return f"解压后过大({info.file_size / 2**20:.0f} MB,上限 {limit // 2**20} MB)"
    if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
        return f"压缩比异常(超过 {MAX_RATIO} 倍),可能是压缩炸弹"
    if info.file_size > budget.size:
        return f"压缩包解压后的总量过大(上限 {MAX_TOTAL_BYTES // 2**20} MB)"
    return ""


def _shown_name(info: zipfile.ZipInfo) -> str:
    """Return the path of a member for display: decoded, without control characters, drive, root and ``..``."""
    printed = info.filename
    if not info.flag_bits & 0x800:
        try:
            raw = printed.encode("cp437")
            # Short names in GBK may be valid UTF-8 by accident, but then not Chinese.
            utf8 = _try(raw, "utf-8")
            printed = utf8 if utf8 and (utf8.isascii() or _HAN.search(utf8)) else _try(raw, "gb18030") or printed
        except UnicodeEncodeError:
            pass
    printed = "".join(char for char in printed.replace("\\", "/") if char.isprintable())
    parts = [part for part in PurePosixPath(printed).parts if part not in ("/", "..", ".") and not part.endswith(":")]
    return "/".join(parts)[-200:] or "未命名"


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
