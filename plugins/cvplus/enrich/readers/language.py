"""The language of a text, from a line to a posting: ISO 639-1, also of languages that no other reader reads.

Reasons for null: ``no_words``, no letters stand in it; ``language_unsure``, too short or too mixed to tell;
``script_shared``, it is written in Han characters alone that Japanese and Chinese both have.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from cvplus.enrich.readers.answer import Answer, Text, unread
from cvplus.enrich.readers.knobs import reader_knobs
from cvplus.enrich.readers.registry import Reader

LONGEST_LOOKED_AT = 600
"""Characters that decide: more change nothing, and a posting's end is often in another language."""
READ = ("de", "en", "fr", "nl", "sv")
OTHERS = ("es", "it", "pt", "pl", "da", "nb", "fi", "tr", "cs", "hu", "ro")
"""Languages in Latin letters that are named although nothing more is read of them."""
_BY_SCRIPT = 0.99
_OF_SEVERAL = 0.8
# Found on 1,800 titles in five languages and texts in eleven others: of all languages together the detector
# knows letters in threes alone, and takes short English titles for Finnish or Italian.
_CERTAIN, _DOUBTED, _POSSIBLE, _SENTENCE = 0.97, 0.7, 0.5, 6

_ADDRESS = re.compile(r"https?://\S{1,200}|\S{1,64}@\S{1,64}|<[^<>]{0,200}>|&[a-z]{2,8};")
_LETTER = re.compile(r"[^\W\d_]")
_KANA = re.compile(r"[\u3041-\u30fa\u30fc-\u30ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_OTHER_SCRIPTS = (
    ("ko", re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]"), _BY_SCRIPT),
    ("el", re.compile(r"[\u0370-\u03ff]"), _BY_SCRIPT),
    ("he", re.compile(r"[\u0590-\u05ff]"), _BY_SCRIPT),
    ("th", re.compile(r"[\u0e00-\u0e7f]"), _BY_SCRIPT),
    ("ar", re.compile(r"[\u0600-\u06ff]"), _OF_SEVERAL),
    ("hi", re.compile(r"[\u0900-\u097f]"), _OF_SEVERAL),
    ("ru", re.compile(r"[\u0400-\u04ff]"), _OF_SEVERAL),
)
# Characters that only one of both languages writes: simplified ones of Chinese, and Japan's own.
_CHINESE = frozenset(
    "们这国说时过对车长门问间关开电员业务东丝两严丧个丰临为丽举么义乌乐习书买乱争于亏云亚产亩亲亿仅从仓仪价众优伙传伤伦体佣侧侦偿储儿党兰兴养"
    "农冯冲决况冻净减凤凭击凿刘则刚创删剂办动励劳势协单卖卢卫厂厅历厉压厌县发变叶号吗听启呐员响团园围图圆圣场坏块坚坛坝坟执扩扫扬抚报担拟拥择"
    "挂挥损换据检练维编缘网罗职联聪肃胜脑药获虑虽规视觉览计订认讨让训议记讲许论设访证评识诉词译试诗诚话询该详语误请读课谁调谈谢谱责败账货质"
    "贩贪购贴费贺资赔赖赚赛赞趋跃践轨转轮软轻载辅输边达迁运还进远违连迟适选递遥邮钢钱铁银销锁错键镇闭闻阅阳阴阶际陆陈险随难雇顶项顺须顾预领频题"
    "额风飞饭饮马驾验骑鱼鲜龙师护软应厨课审译总监设计导购营专员处届急聘诚你您她吧呢啊很没"
)
_JAPANESE = frozenset(
    "働込畑峠辻枠栃匂塀搾円売読訳駅図団囲広庁歩気帰変実価総経営剤薬検験険択沢権応対専伝転軽乗単厳県毎黒処仏払拠浄渋済満発拡桜栄楽様"
)
_TRADITIONAL = frozenset(
    "們這國說時過對車門問間關開電員業務東師護應總監設計導購營專處屆誠妳您吧呢啊很沒會學體醫藥資訊軟韌"
)


@dataclass(frozen=True, slots=True)
class Language:
    """A language by ISO 639-1; Norwegian is ``nb``, Chinese of either script ``zh``."""

    language: str


@lru_cache
def _detector(codes: tuple[str, ...], is_coarse: bool) -> LanguageDetector:
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(
        *[getattr(IsoCode639_1, code.upper()) for code in codes]
    )
    return (builder.with_low_accuracy_mode() if is_coarse else builder).build()


def read_languages(texts: Sequence[Text]) -> list[Answer[Language]]:
    """The languages of texts; a language that the source told is taken at its word where it may be."""
    return [_read(text.text) for text in texts]


def _read(text: str) -> Answer[Language]:
    looked_at = _ADDRESS.sub(" ", text[:LONGEST_LOOKED_AT])
    letters = len(_LETTER.findall(looked_at))
    if not letters:
        return unread("no_words")
    by_script = _by_script(looked_at, letters)
    return by_script if by_script is not None else _by_letters(looked_at)


def _by_script(text: str, letters: int) -> Answer[Language] | None:
    """What the script alone tells; ``None`` for Latin letters."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    # A line of Japanese or Chinese often holds Latin names; a letter of theirs tells as much as a syllable.
    if kana and (kana + han) * 4 >= letters:
        return Answer(Language("ja"), _BY_SCRIPT)
    if han and han * 4 >= letters:
        return _han(text)
    for language, script, confidence in _OTHER_SCRIPTS:
        if len(script.findall(text)) * 2 > letters:
            return Answer(Language(language), confidence)
    return None


def _han(text: str) -> Answer[Language]:
    from cvplus.enrich.occupations.known import known_titles

    marks = set(text)
    chinese, japanese = len(marks & _CHINESE), len(marks & _JAPANESE - _CHINESE)
    traditional = len(marks & _TRADITIONAL - _JAPANESE)
    if chinese + traditional != japanese:
        language = "zh" if chinese + traditional > japanese else "ja"
        return Answer(Language(language), 0.95)
    is_known = [known_titles().in_text(text, language) is not None for language in ("ja", "zh")]
    if is_known[0] != is_known[1]:
        return Answer(Language("ja" if is_known[0] else "zh"), 0.8)
    return unread("script_shared")


def _by_letters(text: str) -> Answer[Language]:
    near, confidence = _first(_detector(READ, False), text)
    far, far_confidence = _first(_detector((*READ, *OTHERS), True), text)
    if far == near:
        confidence = 1 - (1 - confidence) * (1 - far_confidence)
    elif far in READ:
        confidence *= _OF_SEVERAL
    elif far_confidence > _CERTAIN and (confidence < _DOUBTED or len(text.split()) >= _SENTENCE):
        near, confidence = far, far_confidence
    elif far_confidence > _POSSIBLE:
        confidence *= _POSSIBLE
    if confidence < reader_knobs().language.lowest_confidence:
        return unread("language_unsure")
    return Answer(Language(near), round(min(confidence, _BY_SCRIPT), 3))


def _first(detector: LanguageDetector, text: str) -> tuple[str, float]:
    best = detector.compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value


READER = Reader("language", 1, Language, read_languages)
