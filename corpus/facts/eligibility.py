"""Who gets what on which condition, read from the sentences that say so.

A fact needs a group (a noun phrase whose head is a person, a family or an organisation) and a benefit or measure that
the sentence gives it: 对…给予…, 面向…开展…, 为…提供…, …的,可享受…, 鼓励…, 将…纳入….
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.facts.heads import ORGANISATION, PERSON
from corpus.model import Clause, Document, Eligibility
from corpus.numbering import ORDINAL, mark_at
from corpus.sentences import split_parts, split_sentences

_HEAD = re.compile(rf"(?:{PERSON}|{ORGANISATION})(?:[(（][^()（）]*[)）])?\Z")
_ORG_HEAD = re.compile(rf"{ORGANISATION}\Z")
_ORG_PERSON = re.compile(rf"{ORGANISATION}(?:在校|应届|在职|新招用|一线)?{PERSON}")
# 对 of 针对性 or 面对 is no preposition.
_PREPOSITION = re.compile(
    r"(?:对于|(?<![针绝相应面核校不除])对(?![口接外象标应照比方待策话立抗付])|面向|针对(?!性)|聚焦|围绕|"
    r"(?<![作成认定称分较更颇列评选设改变纳定视调最不])为(?!主|了|贯|落|进|加|切|做|确|推|全|统|促|深|规|保|鼓|"
    r"支|更|期|重|目|一体|核|准|原则|基础|依据|例|先|本)"
    r"|(?<![方导面定转双趋去不])向(?!社会|前|上|下)|(?<![补供发送交留])给(?!予|付))"
)
_AROUND = re.compile(r"以(?P<group>[^。;；]{2,160}?)为(?:重点|主要?对象|服务对象|培训对象|对象)(?:对象)?")
# Verbs that hand something over; the first that has an object wins.
_GIVING = re.compile(
    r"(?:给予|予以|给与|提供|发放|发给|享受|减免|免征|免收|免除|免缴|减征|减半征收|减收|缓缴|返还|授予|纳入|"
    r"列入|认定为|优先|安排|拨付|报销|抵免|加计扣除|扣除|不收取|"
    r"延期|延长|实行|落实|办理|配备|代缴|不抽贷|无需|不需要|垫付|计发|增发|兑现|开通|暂停|取消|降低|提高|支付|"
    r"不征收|不再|暂不|允许|免费|下调|上浮|减按|按投资额|放宽|保障)"
)
# Verbs of a measure that is done for a group.
_MEASURE = re.compile(r"(?:组织开展|组织实施|开展|实施|进行|大力推行|推行|开设|举办|建立|采取|隔离|检测|慰问|颁发)")
# Nouns that are verbs where nothing else gives: 每人补贴500元.
_NOUNISH = re.compile(r"(?:补贴|补助|奖励|救助|支持|倾斜|扶持|资助|减免|奖补|表彰|慰问)")
_STRIPPED = ("组织开展", "给予", "予以", "提供", "发放", "发给", "享受", "开展", "实施", "实行", "进行", "给与")
_ADVERB = re.compile(
    r"(?:,|，|按照?(?:国家|有关|相关|当地|我[省市区]|自治区)*(?:政策)?规定|按规定|按政策|按照[^,，]{2,24}?标准|"
    r"依法|依规|免费|统一|一次性|每[人户家名](?:每[年月天日次])?|每[年月天次]|优先|适当|积极|广泛|大力|及时|"
    r"全部|全面|重点|主动|切实|"
    r"继续|可以|可|应当|应|要|均|都|将|再|并|予|先|一律|分别|分类|组织|由[^,，]{2,20}|参照[^,，]{2,20}|"
    r"在[^,，的]{2,20}(?:方面|上|时|中|期间|内)|通过[^,，]{2,40}?(?:方式|形式|渠道|模式|途径)等?|"
    r"根据[^,，]{2,30}|因地制宜|有针对性地?|集中|持续|不断|进一步|给|同等条件下|符合条件的|会同[^,，]{2,20}|"
    r"有序|精准|直接|实际|提前)+\Z"
)
# Supervision and punishment are no benefit.
_NO_BENEFIT = re.compile(
    r"(?:管理|监管|监督|监测|检查|考核|评估|审查|审核|核查|核实|抽查|排查|巡查|整改|清退|处罚|处理|处分|罚款|"
    r"查处|追究[^,，]{0,6}|通报|惩戒|惩处|约谈|警告|取缔|统计|摸底|登记|登记造册|调查|"
    r"^调整|筛选|主要包括|劝阻|劝返|解读|宣传|参照执行|验证|认证|急剧增加|摸排|意愿摸排|人次|的支持|"
    r"的支持和指导|分析|跟踪|"
    r"清理|整治|督导|问责|打击|严惩|公示|公告|责任追究|信用惩戒|曝光|审计|监督检查|消毒|报告|处置|走访|"
    r"调研)(?:工作|制度|措施|等)*[。;；]?\Z"
)
_SANCTION = re.compile(
    r"处罚|罚款|追究|责令|吊销|查处|严惩|刑事|行政处分|警告|通报批评|批评教育|劝诫|训诫|惩戒|清退|取缔|拘留|没收|撤销|整改|失信"
)
_EMPTY = re.compile(r"^(?:的|了|过|等(?!级)|和(?!谐)|及(?!时)|与|者)|^.$|^[^\w“《]*$")
_ENCOURAGE = re.compile(
    r"(?:鼓励|支持|允许|扶持|激励|引导(?=鼓励|支持|帮助|激励)|帮助|推荐|吸引)(?:(?:并|和|、|与)?(?:鼓励|支持|"
    r"允许|扶持|激励|引导|帮助|吸引|推动))*(?![力度性政措资的])"
)
_ORGANISE = re.compile(r"组织(?=[^,，。;；]{2,60}(?:参加|开展|进行|接受))")
_INCLUDE = re.compile(
    r"(?:将|把|推动|推进|支持)(?P<group>[^,，。;；]{2,80}?)(?P<how>全部|全面|优先|统一|及时|直接|逐步|按规定|"
    r"依法)*(?P<benefit>(?:纳入|列入)[^,，。;；]{2,60})"
)
_EMBEDDED = re.compile(
    r"(?:开展|做好|加强|强化|推进|落实|保障|实施)(?P<group>[^,，。;；]{2,100}?)(?:的)?(?P<benefit>(?:创业|"
    r"再就业|就业|职业|特别|"
    r"技能|安全|专项|免费|生活|医疗|基本|法律|心理|岗位|权益|社会|养老|住房|专业|转换|和|、|能力|提升|引领|"
    r"社会保险|临时)*"
    r"(?:培训|服务|救助|保障|帮扶|援助|补贴|补助|指导|关爱|慰问|救治|提升)(?:工作|计划|行动)?)[,，。;；]?\Z"
)
_PERMIT = re.compile(
    r"(?P<modal>(?:也|均|都|还)?(?:可(?!持续|能|行|靠|以看|见|控|再生)以?|按(?:国家|有关|相关)*规定|"
    r"按(?:照)?[^,，]{2,16}规定|依法|有权|优先|免费|统一|继续|不再|暂不|暂缓)+)?(?P<benefit>[^,，。;；]{2,100})"
)
_RIGHTS = re.compile(
    r"(?:(?:按|依|参照|据)[^,，]{0,20}(?:享受|参加|申领|申请|领取|缴纳|减免|纳入)|享受|申领|申请|领取|参加|"
    r"领办|创办|获得|免征|免缴|免收|减征|减免|减半|缓缴|延期|延长|抵免|纳入|认定为|优先|免费|不再缴|暂不|不收|"
    r"给予|予以|补贴|补助|享有|退还|返还|顺延)"
)
# 通过公益性社会组织, · 疫情严重地区,
_NO_SUBJECT = re.compile(r"^(?:通过|由|经|从|在|向|用于|将|把|对)|地区[,，]\Z|[（(][^()（）]*号[)）]")
# 可申领技能提升补贴 behind a condition
_RIGHT_TO = re.compile(
    r"(?:也|均|都|还)?(?:可以?|按(?:照)?[^,，]{0,10}规定)+(?P<benefit>(?:申领|申请|领取|享有)[^,，。;；]{2,60})"
)
# 符合条件的按规定给予…: the group stands in the part before.
_IF_FIT = re.compile(
    r"(?:对)?(?P<condition>(?:符合|具备|满足|达到|经[^,，]{1,12}合格|取得|考核|评定|认定|有条件|"
    r"确有)[^,，。;；的]{0,24})的[,，]?"
    r"|(?P<free>[^对为向,，。;；的][^,，。;；]{2,40})的(?=每人|每户|每家|按规定|给予|予以|一次性|享受)"
)
_CONDITION_END = re.compile(r"的[,，]\Z")
_INLINE = re.compile(
    r"毕业年度|(?:[一二两三四五\d]+年内)?离校[一二两三四五\d]*年?内?未就业|未继续升学|就业困难|零就业|"
    r"有[^、,，的()（）]{0,12}(?:意愿|愿望|需求|能力)(?=的|且|并|和|、)|(?:未|已)(?:就业|参保|"
    r"登记)(?=[^,，]{1,8})|符合[^、,，的]{0,16}条件(?=的)"
)
_EXCLUSIONS = (
    re.compile(r"(?<!扣)除(?P<what>[^,，。;；]{2,60}?)(?:以|之)?外(?![地籍国部省来出围资])"),
    re.compile(r"(?P<what>不(?:得|包括|包含|含|适用于|予|再享受|享受|属于)[^,，。;；)）]{2,60})"),
    re.compile(r"(?P<what>[^,，。;；]{2,50}?(?:的)?(?:除外|不在此列|不予[^,，。;；]{2,20}))"),
)
# 推动技术工人享受…: the verb is no part of the name.
_CAUSATIVE = re.compile(r"^(?:推动|促进|确保|保障|使(?!用)|让|更多|以便|方便)+")
_NO_NAME = re.compile(
    r"提供|开展|加强|推动|推进|强化|导向|为主|为重点|派驻|保障[和、]|培训和|建设(?!单位|工|者|兵|类)|改革|"
    r"开发(?![区商者]|企业|单位)|聘请|^解决|^目前|利用(?!外资)|设立|成立|(?:工程|计划|行动|服务)”?[和、]|关于|"
    r"由于|工作的|做好|提升|"
    r"根据|按照|积极|要求|应当|[“”]$|"
    r"^[、,，）)和及与或等也都并被由从向对]"
)
_GENERIC_HEAD = re.compile(
    r"^(?:有关|相关|各类|其他)?(?:人员|人士|人群|群体|对象|个人|单位|机构|成员|本人|家庭|人口|主体|行业|地区|"
    r"团队|组织|负责人|企业)$"
)
# 甲公司、乙公司等具备条件的国有企业
_SUCH_AS = re.compile(r"^(?P<list>.{4,}?)等(?P<condition>(?:具备|符合|有)[^、,，]{1,20})的(?P<head>[^、,，的]{2,12})$")
_EXCEPT = re.compile(r"^除[^,，]{2,60}?(?:以|之)?外(?![地籍国部省来出围资])")
# 受疫情影响较大,面临暂时困难的企业
_MODIFIER_START = re.compile(r"受|有|符合|因|在|经|已|面临|具备|信用|遵守|依法|无|未|获得|取得|参与|参加")
# These give only where an adverb or nothing stands before: 按规定安排…, never 还款安排.
# 纳税人可登录后通过…: how to, not what.
# 稳定岗位 按照国家统一部署: white space between characters is a lost line break.
_COLUMNS = re.compile(r"(?<=[\u4e00-\u9fff])[ 　]+(?=[\u4e00-\u9fff])")
_INCOME = re.compile(r"(?:收入|所得|支出|奖金|利息)[,，]?$")
_DEFINITION = re.compile(r"是指|本[^,，]{1,8}所称")
_HOW_TO = re.compile(
    r"登录|登陆|通过|选择|拨打|关注|点击|进入|扫|到|依托|凭|在|依|下载|查询|查看|使用|访问|获取|输入|提前通过|"
    r"直接与|自助"
)
_BY_HAND = re.compile(r"登录|登陆|拨打|关注|点击|扫|凭|通过(?:手机|电话|网|以下|微信|电子)|查询|自助|下载|访问")
# 同胞投资企业: a verb that only joins two nouns.
_COMPOUND = re.compile(
    rf"(?:投资|参保|服务|捐赠|就业|生产|建设|组织|采购|创业|合作|经营|就业创业)(?={PERSON}|{ORGANISATION})"
)
# 捐助、赞助、承担赛项组织等工作
_NO_CLASS = re.compile(r"等[^、,，()（）]{0,8}(?:工作|活动|方面|问题|资金|任务|服务|措施|环节|内容|领域|事项)\Z")
_DOUBTFUL = frozenset(
    {
        "安排",
        "支付",
        "保障",
        "延长",
        "延期",
        "办理",
        "落实",
        "暂停",
        "取消",
        "降低",
        "提高",
        "扣除",
        "下调",
        "放宽",
        "开通",
        "免费",
        "建立",
        "隔离",
        "检测",
    }
)
_FIELD = re.compile(r"[\s　]*【[^【】]{2,10}】[\s　]*")
_GAP = re.compile(r"^.*[\s　]{2,}", re.DOTALL)
_BACK_REFERENCE = re.compile(
    r"^(?:培训对象|上述[^、,，]*|以上[^、,，]*|其|他们|该[^、,，]{0,6}|参训人员|有关人员|相关人员|"
    r"此类[^、,，]*|前述[^、,，]*)$"
)
_PLACE_MODIFIER = re.compile(
    r"^(?:我|本|全|各|当地|所在地|本地)?(?:省|市|县|区|国|地|自治区|城乡|辖区|辖区内|范围内|境内)*$"
)
_JOINT = re.compile(r"以及|特别是|尤其是|[、,，]|(?<!共)(?:和|及|与|或者?)(?!谐|平|其(?![他它余])|解|睦)")
_OPENING = re.compile(r"^(?:比如|例如|诸如|凡|凡是|对于?|所有|对)")
_OPEN, _CLOSE = "(（《“[〔", ")）》”]〕"
# What a predicate may begin with, behind a group.
_PREDICATE = re.compile(
    r"(?:以(?!及|下|上)|在|通过|向|按|对|凭|依法|依托|利用|积极|参与|参加|开展|设立|建立|建设|举办|兴办|开设|"
    r"加大|加强|投资|投入|吸纳|招用|招收|聘用|聘请|聘任|选派|自主|自行|自办|自愿|自建|"
    r"面向|采取|采用|实施|实行|开发|创办|领办|申请|申报|申领|享受|返乡|到|赴|从事|购买|提供|承担|承接|使用|"
    r"设置|引进|引入|技能(?=提升)|筹建|筹备|要拿|组建|成立|组织|接受|报考|报名|落户|就业|创业|就近|灵活|合作|联合|"
    r"共建|共享|共同|深化|拓展|扩大|提升|提高|改善|完善|健全|优化|创新|推进|推广|推行|推动|做大|做强|做好|走进|"
    r"进入|加入|加快|根据|结合|围绕|发挥|发展|带动|为|与|将|把|给予|安排|兼任|兼职|"
    r"担任|担当|承办|培养|培育|打造|制定|订立|签订|协商|调整|转型|转产|升级|改造|研发|生产|复工|复产|扩产|增产|"
    r"扩能|申购|采购|捐赠|捐款|缴纳|延期|缓缴|减免|减租|减收|规范|健康|开放|合理|"
    r"大力|充分|主动|优先|免费|率先|定向|及时|尽快|继续|持续|不断|多|更多|逐步|适当|足额|学习|进修|掌握|实现|"
    r"解决|渡过|恢复|稳定|扩|走|凭技能|取得|获得|获取|考取|线上|网上|居家|错峰|自我|相互|"
    r"有|能|可|不|因|按照|依|运用|履行|落实|建|办|设|抱团|参照|提前|牵头|独立|着力|深度|广泛|先行|改进|完成|"
    r"增加|增强|履职|下沉|创建|争创|开拓|挖掘|招聘|引导|用|入驻|跨|留|回|捐|参|比照|牢记|成为|转化|转换|实践)"
)


@dataclass(frozen=True, slots=True)
class _Group:
    names: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Fact:
    group: _Group
    benefit: str
    condition: str = ""


def extract_eligibility(document: Document) -> tuple[Eligibility, ...]:
    """Return who gets what in a document, in text order; ``start``/``end`` is the whole sentence, verbatim.

    ``groups``, ``benefit``, ``conditions`` and ``exclusions`` are in the sentence's own words. A list is split at 、
    and 和, unless its members share a head (高校、职业院校毕业生) or stand in brackets.
    """
    region = document.region.full_name if document.region else ""
    facts: list[Eligibility] = []
    for clause in document.clauses:
        if clause.role not in ("title", "heading"):
            facts += _of_clause(clause, region)
    return tuple(facts)


def _of_clause(clause: Clause, region: str) -> Iterator[Eligibility]:
    text = clause.text
    for start, end in split_sentences(text):
        if _DEFINITION.search(text, start, end):
            continue
        sentence = text[start:end]
        exclusions = _exclusions(sentence)
        seen: set[tuple[tuple[str, ...], str]] = set()
        for fact in _facts(text, start, end):
            benefit = _COLUMNS.split(fact.benefit.strip(" 　,，。;；:：、\n"))[0]
            key = (fact.group.names, benefit)
            if key in seen or len(benefit) < 2 or len(benefit) > 160:
                continue
            seen.add(key)
            conditions = tuple(
                dict.fromkeys(c for c in (*fact.group.conditions, fact.condition) if c and c in sentence)
            )
            if not all(words in sentence for words in (benefit, *fact.group.names)):
                continue
            kept = tuple(e for e in exclusions if e not in benefit and not any(e in c for c in conditions))
            yield Eligibility(
                clause.doc_id, clause.clause_id, region, fact.group.names, benefit, conditions, kept,
                clause.start + start, clause.start + end,
            )  # fmt: skip


def _exclusions(sentence: str) -> tuple[str, ...]:
    found = [match["what"].strip() for pattern in _EXCLUSIONS for match in pattern.finditer(sentence)]
    return tuple(e for e in dict.fromkeys(found) if not any(e != other and e in other for other in found))


def _facts(text: str, start: int, end: int) -> Iterator[_Fact]:
    parts: list[str] = []
    for a, b in split_parts(text, start, end):
        # ,以及… continues a list.
        joined = parts and re.match(r"以及|及(?!时)|和(?!谐)|或", text[a:b]) and parts[-1].endswith((",", "，"))
        if joined and parts[-1] in text[start:b]:
            parts[-1] = text[text.find(parts[-1], start) : b]
        else:
            parts += [_GAP.sub("", piece) for piece in _FIELD.split(text[a:b]) if piece]
    if parts:
        parts[0] = _unnumbered(parts[0])
    known: _Group | None = None
    index = 0
    while index < len(parts):
        part = parts[index]
        found = list(_read(parts, index, known))
        for fact in found:
            yield fact
            known = fact.group if fact.group.names else known
        if not found:
            subject = _subject(part)
            known = subject or known
        index += 1


def _unnumbered(part: str) -> str:
    mark = mark_at(part, 0)
    part = part[mark.end :] if mark else part
    ordinal = ORDINAL.match(part)
    return part[ordinal.end() :] if ordinal else part


def _read(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Yield the facts that begin in one part, by the first reading that fits."""
    part = parts[index]
    for reading in (_if_fit, _around, _encouraged, _given, _conditional, _included, _apart, _permitted, _embedded):
        facts = [fact for fact in reading(parts, index, known) if _acceptable(fact)]
        if facts:
            yield from facts
            return
    del part


def _acceptable(fact: _Fact) -> bool:
    if _EMPTY.match(fact.benefit) or _NO_BENEFIT.search(fact.benefit) or _SANCTION.search(fact.benefit):
        return False
    benefit = fact.benefit.strip(" 　,，。;；:：\n")
    if (
        re.search(r"(?:的|基础上|方面|过程中|[^以]后|後|之前|时|期间)$", benefit)
        or "。" in benefit
        or "【" in benefit
        or not _balanced(benefit)
    ):
        return False
    return not re.match(r"^(?:不得|不能|不予|禁止|严禁|不可)", fact.benefit)


def _balanced(benefit: str) -> bool:
    """Return whether every bracket and quotation mark of a benefit is closed in it, so that it is no fragment."""
    return all(
        sum(benefit.count(mark) for mark in pair[0]) == sum(benefit.count(mark) for mark in pair[1])
        for pair in (("(（", ")）"), ("《", "》"), ("“", "”"), ("【", "】"))
    )


def _if_fit(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 符合条件的按规定给予培训补贴 behind a part that names the group."""
    match = _IF_FIT.match(parts[index])
    if match is None or known is None:
        return
    rest = parts[index][match.end() :]
    if not rest and index + 1 < len(parts):
        rest = parts[index + 1]
    benefit = _benefit(rest, _GIVING)
    if benefit and re.match(r"(?:[,，]|按|可|给|予|享|免|优|减|一次性|均|都|还|再|应|直接|纳入)", rest):
        yield _Fact(known, benefit, match["condition"] or match["free"])


def _around(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 以…等群体为重点,…开展…培训."""
    match = _AROUND.search(parts[index])
    group = _group(match["group"]) if match else None
    if match is None or group is None:
        return
    for later in [parts[index][match.end() :], *parts[index + 1 : index + 5]]:
        benefit = _given_in(later)
        if benefit:
            yield _Fact(group, benefit)
            return


def _given(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 对/面向/为/向 GROUP … 给予/开展 BENEFIT, the group and the benefit in one part or in two."""
    part = parts[index]
    for preposition in _PREPOSITION.finditer(part):
        if part[: preposition.start()].endswith(("不得", "严禁", "禁止", "不能", "不可")):
            return
        rest = part[preposition.end() :]
        personal = preposition.group() in ("对", "对于")
        if re.search(r"(?:加强|加大|强化|争取|投资)$", part[: preposition.start()]):
            continue
        opened = (
            re.match(r"(?P<group>[^,，]{3,60}?)(?:全面|免费)?(?:开放|倾斜)[,，。;；]?$", rest)
            if preposition.group() == "向"
            else None
        )
        opened_group = _group(opened["group"]) if opened else None
        if opened_group:
            yield _Fact(opened_group, part)
            return
        read = _group_then_verb(rest, headless=personal)
        if read is not None and _CONDITION_END.search(part) and not personal:
            return
        if read is not None and personal and not re.search(r"给予|予以|免|减|提供|发放", rest):
            # 对纳税人办理…事宜,资料不全的,可暂缓…: the whole is a condition.
            read = None if any(_CONDITION_END.search(later) for later in parts[index : index + 3]) else read
        if read is not None and personal and _INCOME.search(read[1]) and index + 1 < len(parts):
            # 对纳税人提供…取得的收入,免征增值税: what is earned is the condition.
            read = None if _benefit(parts[index + 1], _GIVING) else read
        if read is not None:
            group, benefit, condition = read
            if _BACK_REFERENCE.match(group.names[0]):
                group = known if known and not group.conditions else group
            yield _Fact(group, benefit, condition)
            yield from _more(parts, index + 1, group)
            return
        body = rest.rstrip(",，")
        if preposition.group() == "向" or (not personal and re.search(r"提供|办理|承担", body)):
            continue
        if body == rest or not rest or (preposition.group() in ("给", "围绕", "为") and len(body) < 3):
            continue
        acting = _subject_and_predicate(body) if personal else None
        whole = None if acting and body.endswith("的") else _group(body, headless=personal)
        condition = ""
        first = index + 1
        tail = re.search(r"的(?P<head>[^的,，]{2,14})\Z", acting[1]) if whole is None and acting else None
        if tail and _HEAD.search(tail["head"]):
            # 对组织毕业生参加见习的各类用人单位: the group is what stands last.
            whole = _Group((tail["head"],), (body[: -len(tail["head"]) - 1],))
        elif whole is None and acting is not None:
            whole, condition = acting[0], re.sub(r"的$", "", acting[1])
        elif whole is None and first < len(parts) - 1:
            # 对受影响较大,面临暂时困难的企业,…: the group ends in the next part.
            goes_on = parts[first].endswith((",", "，")) and "的" in parts[first] and _MODIFIER_START.match(rest)
            whole = _group(rest + parts[first].rstrip(",，")) if goes_on else None
            first += 1
        if whole is None:
            continue
        for later in range(first, min(index + 6, len(parts))):
            if _CONDITION_END.search(parts[later]):
                condition = condition or parts[later].rstrip(",，")[:-1]
                continue
            if _starts_anew(parts[later]):
                return
            given = _given_in(parts[later])
            before = _ADVERB.sub("", parts[later][: parts[later].find(given)]) if given else ""
            if len(before) > 2 and _HEAD.search(before) and not _PREPOSITION.search(before):
                # 对接触病例,诊断、治疗等工作人员给予…: the list goes on behind the comma.
                longer = _group(rest + before)
                if longer is None:
                    return
                whole = longer
            if given:
                yield _Fact(whole, given, condition)
                yield from _more(parts, later + 1, whole)
                return
        return


def _starts_anew(part: str) -> bool:
    if _ENCOURAGE.match(part):
        return True
    match = _PREPOSITION.match(part)
    if match is None:
        return False
    read = _group_then_verb(part[match.end() :])
    return read is None or not _BACK_REFERENCE.match(read[0].names[0])


def _more(parts: list[str], index: int, group: _Group) -> Iterator[_Fact]:
    """Yield what the parts behind a benefit give to the same group: ,在职称评定上给予倾斜."""
    for part in parts[index : index + 2]:
        match = re.match(
            r"(?:并|同时|还|另|在[^,，]{2,14}(?:上|方面)|优先|可|按规定|通过[^,，]{2,30}(?:形式|方式))*(?:给予|"
            r"享受|发放|授予|减免|免征|免收|纳入|提供)",
            part,
        )
        if match is None:
            return
        benefit = _benefit(part, _GIVING)
        if benefit:
            yield _Fact(group, benefit)


def _conditional(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 企业吸纳…就业的,给予…补贴: the subject of the condition is the group."""
    part = parts[index]
    if not _CONDITION_END.search(part) or index + 1 >= len(parts):
        return
    body = part.rstrip(",，")[:-1]
    first = index
    subject = _subject(body)
    while subject is None and first > 0 and index - first < 3:
        first -= 1
        subject = _subject(parts[first]) or _group_alone(parts, first)
        if subject is not None:
            body = "".join(parts[first:index]) + body
    if subject is None:
        if known is None:
            return
        subject = known
    condition = body
    for name in subject.names[-1:]:
        at = body.find(name)
        if at >= 0:
            condition = body[at + len(name) :].lstrip("等 ,，")
    for later in parts[index + 1 : index + 4]:
        if _CONDITION_END.search(later):
            continue
        if _starts_anew(later):
            return
        right = _RIGHT_TO.match(later)
        benefit = _benefit(later, _GIVING) or (right["benefit"] if right else None)
        if benefit:
            yield _Fact(subject, benefit, condition if 1 < len(condition) < 80 else "")
            return
        if later is not parts[index + 1]:
            return


def _group_alone(parts: list[str], at: int) -> _Group | None:
    """Return the group that a part is, with the modifiers in the part before it: 依法参保,缴费满一年的职工,."""
    if not parts[at].endswith((",", "，")) or _NO_SUBJECT.search(parts[at]):
        return None
    if at and _MODIFIER_START.match(parts[at - 1]) and "的" in parts[at] and not _CONDITION_END.search(parts[at - 1]):
        longer = _group(parts[at - 1] + parts[at])
        if longer is not None:
            return longer
    return _group(parts[at])


def _included(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 将/推动 GROUP 纳入 …."""
    match = _INCLUDE.search(parts[index])
    group = (
        _group(re.sub(r"(?:全部|全面|优先|统一|及时|直接|逐步|按规定|依法)+$", "", match["group"])) if match else None
    )
    if match and group is None:
        # 将线上培训平台及数字资源纳入…: the first member is enough.
        first, *others = _JOINT.split(match["group"], maxsplit=1)
        group = _group(first) if not any("的" in other for other in others) else None
    if match and group:
        yield _Fact(group, match["benefit"])


def _encouraged(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 鼓励 GROUP VERB … and 组织 GROUP 参加 …."""
    part = parts[index]
    match = _ENCOURAGE.search(part) or _ORGANISE.search(part)
    if match is None or match.start() > 14 or (match.group() == "组织" and part[: match.start()].endswith("对")):
        return
    rest = part[match.end() :]
    if re.match(r"在|建设|加强|开展|推进|打造|购买|通过|以|大力", rest):
        return
    read = _subject_and_predicate(rest)
    if read is None:
        whole = _group(rest.rstrip(",，")) if rest.endswith((",", "，")) and index + 1 < len(parts) else None
        if whole is None or not _PREDICATE.match(parts[index + 1]):
            return
        read = (whole, parts[index + 1])
    group, predicate = read
    if (
        re.fullmatch(r"(?:对|在|通过|以|面向|根据|按照|针对|结合|利用|依托)[^,，]*[,，]?", predicate)
        and _benefit_only_later(predicate)
        and index + 1 < len(parts)
    ):
        # 对聘用的高级工、技师,比照…确定其待遇: the verb stands behind the comma.
        predicate = part[part.find(predicate) :] + parts[index + 1]
    if match.group() == "组织":
        fitting = re.match(r"(?:积极|广泛|主动|统一|免费)*(?=参加|开展|进行|接受)", predicate)
        predicate = (_benefit(predicate, re.compile(r"参加|开展|进行|接受")) or "") if fitting else ""
    if predicate:
        yield _Fact(group, predicate)
        yield from _more(parts, index + 1, group)
        if re.match(r"对|为|面向", predicate):
            yield from _given([part[part.find(predicate) :], *parts[index + 1 :]], 0, None)


def _benefit_only_later(predicate: str) -> bool:
    return not any(pattern.search(predicate) for pattern in (_GIVING, _MEASURE))


def _apart(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read GROUP,可/按规定 VERB …: the group is a part by itself."""
    part = parts[index]
    if index + 1 >= len(parts) or not part.endswith((",", "，")):
        return
    group = _group(part.rstrip(",，"))
    later = parts[index + 1]
    if group is None or not re.match(
        r"(?:也|均|都)?(?:可(?!能|行|靠)|按(?:有关|国家|相关)*规定|享受|免|优先|给予|予以|不再|暂不|减)", later
    ):
        return
    match = _PERMIT.match(later)
    benefit = (
        _benefit(later, _GIVING)
        if re.match(r"(?:按规定|可)*(?:给予|予以)", later)
        else match["benefit"]
        if match
        else None
    )
    if (
        benefit is not None
        and benefit.startswith("按")
        and index + 2 < len(parts)
        and _benefit(benefit, _GIVING) is None
    ):
        benefit = _benefit(parts[index + 2], _GIVING)
    if benefit and not re.match(r"(?:根据|向|由|对|面向|参照|依据|按照)", benefit):
        yield _Fact(group, re.sub(r"^(?:享受|享有)", "", benefit))


def _permitted(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read GROUP 可/按规定 VERB …: a right of the subject, which may stand in the part before."""
    part = parts[index]
    read = _subject_and_predicate(part, anything=True)
    if read is None:
        return
    group, predicate = read
    match = _PERMIT.match(predicate)
    if match is None or re.match(
        r"(?:可|可以)?(?:根据|视情|由|要求|责令|对|向|委托|指定|依据|按照)(?!规定)", predicate
    ):
        return
    benefit = match["benefit"]
    if _HOW_TO.match(benefit) and (_BY_HAND.match(benefit) or _GIVING.search(benefit) is None):
        return
    if match["modal"] and re.search(r"可|按|优先|免费|有权|依法", match["modal"]):
        if not _RIGHTS.match(benefit) and "可" not in match["modal"]:
            return
    elif not _RIGHTS.match(predicate) or re.match(r"(?:申请|参加|领取|获得|给予|予以|申领|补贴|补助)", predicate):
        return
    yield _Fact(group, re.sub(r"^(?:享受|享有)", "", benefit))


def _embedded(parts: list[str], index: int, known: _Group | None) -> Iterator[_Fact]:
    """Read 做好 GROUP 职业技能培训工作."""
    match = _EMBEDDED.search(parts[index])
    group = _group(match["group"]) if match else None
    if match and group and _HEAD.search(group.names[-1]) and not _ORG_HEAD.search(group.names[-1]):
        yield _Fact(group, match["benefit"])


def _group_then_verb(rest: str, *, headless: bool = False) -> tuple[_Group, str, str] | None:
    """Return (group, benefit, condition) of ``GROUP (adverb) VERB OBJECT``."""
    for verb in sorted(
        [*_GIVING.finditer(rest), *_MEASURE.finditer(rest), *_NOUNISH.finditer(rest)],
        key=lambda m: (m.start(), -m.end()),
    ):
        phrase = _ADVERB.sub("", rest[: verb.start()])
        group = (
            _group(phrase, headless=headless and verb.group() in ("给予", "予以", "提供", "发放")) if phrase else None
        )
        condition = ""
        if group is None and headless and verb.re is _GIVING and verb.group() not in _DOUBTFUL:
            # 对帮扶家庭子女接受职业教育给予补助
            acting = _subject_and_predicate(phrase)
            if acting and not re.search(r"[并和、]$", phrase):
                group, condition = acting
        if group is None or (verb.re is _NOUNISH and not headless):
            continue
        benefit = _object(rest, verb)
        if not benefit or _relative(benefit):
            continue
        later = next((m for m in re.finditer(r"给予|予以|享受|发放", benefit) if m.start() > 1), None)
        if later and "的" not in benefit[: later.start()] and not re.search(r"[并和、]\Z", benefit[: later.start()]):
            # 对企业开展培训给予补贴: what the group does is the condition.
            offset = rest.find(benefit, verb.start())
            given = _object(benefit, later)
            if given:
                return group, given, _ADVERB.sub("", rest[verb.start() : offset + later.start()])
        return group, benefit, condition
    return None


def _relative(benefit: str) -> bool:
    """Return whether the verb was inside a modifier: 纳入…范围的企业."""
    tail = re.search(r"的(?P<head>[^,，的]{2,14})\Z", benefit)
    return tail is not None and _HEAD.search(tail["head"]) is not None and not benefit.startswith(("给予", "提供"))


def _given_in(part: str) -> str | None:
    """Return what a part gives: by a verb of giving, else of a measure, else by a noun that serves as one."""
    return _benefit(part, _GIVING) or _benefit(part, _MEASURE) or _benefit(part, _NOUNISH)


def _benefit(part: str, verbs: re.Pattern[str]) -> str | None:
    """Return the object that the first fitting verb of a part gives."""
    for verb in verbs.finditer(part):
        if verb.start() > 60:
            return None
        if part[: verb.start()].endswith(("未", "不", "非", "无法")) and not verb.group().startswith("不"):
            continue
        if verb.group() in _DOUBTFUL and verb.start() and not _ADVERB.search(part[: verb.start()]):
            continue
        benefit = _object(part, verb)
        if benefit and not _EMPTY.match(benefit) and not _NO_BENEFIT.search(benefit):
            return benefit
    return None


def _object(part: str, verb: re.Match[str]) -> str:
    """Return the verb with its object, without a verb that only gives (给予一次性奖励 → 一次性奖励)."""
    tail = part[verb.end() :].rstrip(",，。;；:： \n")
    if tail.startswith(("的", "者", "费用的", "期限", "标准", "主体", "上限", "力度", "政策的", "对象", "范围的")):
        return ""
    if part.startswith("通过"):
        tail = re.sub(r"等?(?:方式|形式)$", "", tail)
    if verb.group() in _STRIPPED:
        return tail if len(tail) > 1 else ""
    if not tail and verb.group() not in (
        "补贴",
        "补助",
        "奖励",
        "救助",
        "支持",
        "资助",
        "扶持",
        "倾斜",
        "减免",
        "免征",
        "免收",
        "返还",
        "报销",
        "隔离",
        "慰问",
        "免费",
    ):
        return ""
    if verb.re is _NOUNISH and not tail:
        # 再增加核定损失部分5%的支持
        return part.rstrip(",，。;；:： \n") if part[: verb.start()].endswith("的") else verb.group()
    return verb.group() + tail


def _subject(part: str) -> _Group | None:
    read = _subject_and_predicate(part, anything=True)
    return read[0] if read else None


def _subject_and_predicate(part: str, *, anything: bool = False) -> tuple[_Group, str] | None:
    """Split ``GROUP PREDICATE`` at the first place where what stands before is a group and a predicate begins."""
    part = part.strip(" 　,，。;；:：\n")
    for position in range(2, min(len(part), 160)):
        # The look back is bounded, as this runs for every character.
        if not _HEAD.search(part, max(0, position - (60 if part[position - 1] in _CLOSE else 10)), position):
            continue
        rest = part[position:]
        if re.match(r"(?:获得|获奖)者", rest) or _COMPOUND.match(rest):
            continue
        if re.match(r"等[^,，]{0,8}?", rest):
            skip = re.match(
                r"等(?:各类|其他|重点|困难)?(?:群体|人员|单位|机构|企业|主体|组织|对象|社会组织|行业企业|社会力量)?",
                rest,
            )
            rest = rest[skip.end() :] if skip else rest
        if not _PREDICATE.match(rest) or re.match(r"的|、|和|及|以及|或", rest):
            continue
        if not anything and re.match(r"有(?!条件|序)|能(?!够)", rest):
            continue
        group = _group(part[:position])
        if group is not None:
            return group, rest
    return None


def _group(phrase: str, *, headless: bool = False) -> _Group | None:
    """Return the members of a noun phrase that names people or organisations; ``None`` where it does not."""
    phrase = _CAUSATIVE.sub("", _OPENING.sub("", phrase.strip(" 　,，:：\n")))
    if not 1 < len(phrase) <= 400 or re.search(r"[。;；!！?？\n]", phrase):
        return None
    listed = re.sub(r"等(?:[^、,，的()（）]{0,10})?\Z", "", phrase)
    if _NO_CLASS.search(phrase):
        return None
    if listed != phrase and (
        _HEAD.search(listed) and not re.search(r"[同平高上中下一二三四]等\Z", phrase[: len(listed) + 1])
    ):
        phrase = listed
    if headless and phrase.endswith("的"):
        return (
            _Group((phrase[:-1],), _inline(phrase)) if 4 < len(phrase) <= 80 and not _SANCTION.search(phrase) else None
        )
    such = _SUCH_AS.match(phrase)
    listed_first = _group(such["list"]) if such and _HEAD.search(such["head"]) else None
    if such and listed_first:
        return _Group((*listed_first.names, such["head"]), (*listed_first.conditions, such["condition"]))
    pieces = _pieces(phrase)
    if not pieces or any(not _HEAD.search(piece) for piece in pieces):
        return None
    names: list[str] = []
    conditions: list[str] = []
    for piece in pieces:
        name, condition = _strip_modifier(piece)
        name = _EXCEPT.sub("", name)
        if condition and _GENERIC_HEAD.match(name):
            name = piece
        if (_NO_NAME.search(re.sub(r"[(（][^()（）]*[)）]", "", name)) and name != piece) or _NO_NAME.search(
            name.split("的")[-1]
        ):
            return None
        if not _HEAD.search(name) or (len(name) > 60 and "(" not in name and "（" not in name):
            return None
        names.append(name)
        conditions += [condition] if condition else []
        conditions += [c for c in _inline(piece) if not any(c in known for known in conditions)]
    return _Group(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(conditions)))


def _inline(piece: str) -> tuple[str, ...]:
    bare = re.sub(r"[(（][^()（）]*[)）]", "", piece)
    return tuple(match.group() for match in _INLINE.finditer(bare))


def _pieces(phrase: str) -> list[str]:
    """Split a list at 、 和 以及 outside brackets; what has no head of its own belongs to the next member."""
    cuts: list[tuple[int, int]] = []
    depth = 0
    position = 0
    while position < len(phrase):
        char = phrase[position]
        depth += (char in _OPEN) - (char in _CLOSE)
        joint = _JOINT.match(phrase, position) if depth <= 0 else None
        if joint:
            cuts.append(joint.span())
            position = joint.end()
        else:
            position += 1
    pieces: list[str] = []
    begin = 0
    for cut_start, cut_end in [*cuts, (len(phrase), len(phrase))]:
        piece = phrase[begin:cut_start]
        following = phrase[cut_end:]
        if cut_start == len(phrase):
            pieces.append(piece)
        elif _HEAD.search(piece) and not _shares_head(piece, following) and not _inside_modifier(piece, following):
            pieces.append(piece)
            begin = cut_end
    return [piece.strip() for piece in pieces]


def _shares_head(piece: str, following: str) -> bool:
    """高校、职业院校毕业生: the first member shares the head of the next."""
    nearest = _JOINT.split(following, maxsplit=1)[0]
    if _ORG_HEAD.search(piece) and "的" not in piece and re.match(rf"[^、的]*{ORGANISATION}的[^、的]*$", nearest):
        # 职业院校和职业培训机构的骨干教师
        return _HEAD.search(nearest) is not None
    return _ORG_HEAD.search(piece) is not None and _ORG_PERSON.search(nearest) is not None and "的" not in nearest


def _inside_modifier(piece: str, following: str) -> bool:
    """聘请企业、高校专家的单位: a verb before and 的 behind put the joint inside a modifier."""
    if "的" in piece or "的" not in following:
        return False
    nearest = _JOINT.split(following, maxsplit=1)[0]
    verb = re.match(
        r"(?:为|向|给|聘请|聘用|招用|吸纳|接收|从|与|由|对|因|参加|帮助|服务|组织|包括|安置|支持|带动|租用|"
        r"属于|取得)",
        piece,
    )
    return verb is not None and "的" in nearest


def _strip_modifier(piece: str) -> tuple[str, str]:
    """Return (head, condition): 符合条件的道德模范 → (道德模范, 符合条件)."""
    depth = 0
    cut = -1
    for position, char in enumerate(piece):
        depth += (char in _OPEN) - (char in _CLOSE)
        if char == "的" and depth == 0 and position + 2 < len(piece) + 1:
            cut = position
    if cut <= 0:
        return piece, ""
    condition = piece[:cut]
    if _HEAD.search(condition):
        return piece, ""
    inner = [match.end() for match in re.finditer(r"针对|(?<![针绝相应面核校])对(?![口接外象标应])", condition)]
    if inner:
        # 市县财政对受疫情影响的企业: the condition begins behind the preposition.
        condition = condition[inner[-1] :]
    return piece[cut + 1 :], "" if _PLACE_MODIFIER.match(condition) else condition
