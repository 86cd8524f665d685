"""Words of a text, Latin and Chinese, and how much two texts share."""
import re

_LATIN = re.compile(r"[a-z0-9]{2,}")
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_STOP = frozenset(
    "the and for with that this are was not you your our has have from but "
    "about into what which when how can will all any other".split())


def is_chinese(text):
    """True when the text holds more than a few Chinese characters."""
    count = sum(len(run) for run in _CJK.findall(text))
    return count * 4 > len(text.split())


def _stem(word):
    for ending in ("ing", "ies", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[:-len(ending)]
    return word


def words(text):
    """The set of stems of Latin words and of pairs of Chinese characters."""
    found = {_stem(w) for w in _LATIN.findall(text.lower())
             if w not in _STOP}
    for run in _CJK.findall(text):
        found.update(run[i:i + 2] for i in range(len(run) - 1))
        if len(run) == 1:
            found.add(run)
    return found


def overlap(a, b):
    return len(words(a) & words(b))
