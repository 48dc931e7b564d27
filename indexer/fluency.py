"""How likely a run of Chinese characters is as words, and what a change of a few of them gains.

A noisy channel in the sense of Kernighan, Church and Gale (1990) with a unigram model of words: the cost of a run is
the negative log of the probability of its likeliest division.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Final

from indexer.dictionary import Dictionary
from indexer.pinyin import ASKING_COUNT, Word

LONGEST_WORD: Final = 12
LONGEST_KNOWN: Final = 6
# What a word is drawn from: the general dictionary, the index, the words of asking.
_GENERAL_SHARE, _INDEX_SHARE, _ASKING_SHARE = 0.55, 0.3, 0.15
# A character that the dictionary lacks, as a count of it.
_UNSEEN = 0.5
# Words of public life that the general dictionary is too old for, or too formal. Unknown, 抗疫 would be read as 抗议.
_RECENT = (
    "抗疫 防疫 战疫 涉疫 疫苗 密接 核酸 方舱 堂食 点餐 外卖 外卖员 骑手 快递员 网约车 代驾 共享单车 顺风车 "
    "新能源车 充电桩 卫健 卫健委 卫健局 卫健部门 医保局 医护 村医 家医 医联体 医共体 异地就医 军供 军供站 退伍费 "
    "优抚 双拥 交强险 意外险 医疗险 工伤险 失业险 生育险 养老险 车险 法援 仲裁委 信访局 城管局 市监局 网信办 网办 "
    "发改委 发改局 工信局 工信厅 人社 人社局 人社厅 人社部 人社部门 教体局 文旅局 文旅厅 农发行 税总 税总局 大数据局 "
    "医保办 普惠 普惠性 普惠型 小微 小微企业 个体户 个税 社保卡 医保卡 居住证 电子证 亲子证 双创 众创 众筹 孵化器 "
    "电商 微商 网店 网购 直播 带货 主播 短视频 网红 扫码 二维码 刷脸 人脸识别 云计算 大数据 物联网 区块链 人工智能 "
    "无人机 机器人 新基建 元宇宙 公租房 廉租房 保租房 棚改 旧改 城中村 拆迁户 宅基地 物业费 业委会 居委会 村委会 "
    "街镇 镇街 乡镇街道 网格员 网格化 禁燃区 限行 限号 控烟 危化 危化品 非遗 研学 双减 课后 托育 托幼 月嫂 育儿嫂 "
    "育婴 康养 医养 养老院 敬老院 临终关怀 稳岗 稳就业 稳企业 返岗 复工 复产 复工复产 援企 减负 降费 留抵 退税 "
    "减税降费 缓缴 缓税 契税 车船税 农民合作社 家庭农场 一次性补贴 就业见习 灵活就业 零工 零工市场 用工荒 工学交替 "
    "校企合作 直通班 订单班 中高职 高职扩招 职校 技校 职高 中职 高职 中考 专升本 考编 事业编 公考 失独 低保 低保户 "
    "五保户 特困 脱贫户 监测户 易地搬迁 老赖 征信 黑名单 白名单 清单 一网通办 跨省通办 最多跑一次 证照分离"
)
_RECENT_COUNT = 500


class Unigrams:
    """The shares of the ``words`` of an index and of asking; those of the general dictionary are looked up."""

    def __init__(self, words: Collection[Word]) -> None:
        asking = sum(word.times >= ASKING_COUNT for word in words)
        indexed = sum(word.times for word in words if word.times < ASKING_COUNT)
        self._shares: dict[str, float] = {}
        self._recent = dict.fromkeys(_RECENT.split(), _RECENT_COUNT)
        for word in words:
            if word.times >= ASKING_COUNT:
                self._shares[word.text] = _ASKING_SHARE / asking
            else:
                self._shares[word.text] = _INDEX_SHARE * word.times / (indexed or 1)

    def words_from(self, text: str, start: int, dictionary: Dictionary) -> Iterator[tuple[int, float]]:
        """Yield ``(end, cost)`` of every word of ``text`` that begins at ``start``; one character always is a word."""
        scale = _GENERAL_SHARE / (dictionary.total or 1)
        is_known = True
        for end in range(start + 1, min(len(text), start + LONGEST_WORD) + 1):
            word = text[start:end]
            share = self._shares.get(word)
            count = self._recent.get(word, 0)
            if is_known and end - start <= LONGEST_KNOWN:
                found = dictionary.get(word)
                is_known = found is not None
                count = max(count, found or 0)
            if count or share is not None:
                yield end, -math.log(max((share or 0.0) + scale * count, scale * _UNSEEN))
            elif end == start + 1:
                yield end, -math.log(scale * _UNSEEN)


class Line:
    """The likeliest division of ``run``, as the offsets ``cuts``, and what a change of it gains."""

    def __init__(self, run: str, unigrams: Unigrams, dictionary: Dictionary) -> None:
        size = len(run)
        self.run = run
        self._unigrams = unigrams
        self._dictionary = dictionary
        edges = [list(unigrams.words_from(run, i, dictionary)) for i in range(size)]
        self._before = [0.0] + [math.inf] * size
        steps = [0] * (size + 1)
        for i, found in enumerate(edges):
            for j, cost in found:
                if self._before[i] + cost < self._before[j]:
                    self._before[j], steps[j] = self._before[i] + cost, i
        self._after = [math.inf] * size + [0.0]
        for i in range(size - 1, -1, -1):
            self._after[i] = min(cost + self._after[j] for j, cost in edges[i])
        self.cuts: list[int] = [size]
        while self.cuts[-1]:
            self.cuts.append(steps[self.cuts[-1]])
        self.cuts.reverse()

    def cost(self, at: int) -> float:
        """Return the cost of the character at ``at`` as a word by itself."""
        return next(self._unigrams.words_from(self.run, at, self._dictionary))[1]

    def changed(self, start: int, end: int, right: str) -> list[str]:
        """Return the words that ``right`` at ``[start, end)`` becomes part of."""
        line = Line(self.run[:start] + right + self.run[end:], self._unigrams, self._dictionary)
        stop = start + len(right)
        return [line.run[i:j] for i, j in pairwise(line.cuts) if i < stop and j > start]

    def gain(self, start: int, end: int, right: str) -> float:
        """Return how many times likelier, as a natural logarithm, the run is with ``right`` at ``[start, end)``."""
        first = max(0, start - LONGEST_WORD + 1)
        changed = self.run[first:start] + right + self.run[end : end + LONGEST_WORD]
        left, stop = start - first, start - first + len(right)
        shift = end - start - len(right)
        costs = self._before[first : start + 1] + [math.inf] * (stop - left)
        best = math.inf if right else self._before[start] + self._after[end]
        for i in range(stop):
            if i < left - LONGEST_WORD or costs[i] == math.inf:
                continue
            for j, cost in self._unigrams.words_from(changed, i, self._dictionary):
                if j <= left:
                    continue
                total = costs[i] + cost
                if j < stop:
                    costs[j] = min(costs[j], total)
                else:
                    best = min(best, total + self._after[first + j + shift])
        return self._before[-1] - best
