"""Words that deny each other, English and Chinese, as patterns; a table, it decides nothing."""

import re
from itertools import chain

_FIGURE = r"(?=\s[€$£¥]?\d)"
"""What may also be said of a place or a rule counts only before a number."""

_PAIRS = (
    (r"before|prior to|ahead of", r"after|following|once|upon"),
    (
        r"at least|minimum|no less than|not less than|or more|no fewer than|mindestens|wenigstens|不少于|不低于|至少",
        r"at most|maximum|no more than|not more than|up to|or less|or fewer|no later than"
        r"|höchstens|maximal|不超过|至多|最多",
    ),
    (
        rf"more|greater|larger|higher|bigger|longer|above|max(?=\()|exceed\w*|over{_FIGURE}|über{_FIGURE}|高于|大于|超过",
        rf"less|fewer|smaller|lower|shorter|below|min(?=\()|under{_FIGURE}|unter{_FIGURE}|低于|小于|少于|不满",
    ),
    (
        r"increas\w*|rais\w*|grow\w*|grew|ris(?:e|es|ing|en)|rose|stieg|增加|提高|上升|上涨",
        r"decreas\w*|reduc\w*|shrink\w*|fall\w*|fell|declin\w*|drop\w*|sank|减少|降低|下降",
    ),
    (r"includ\w*|inclusive|包括|包含|含", r"exclud\w*|exclusive|不含|不包括|不包含|除外"),
    (r"allow\w*|permit\w*|permissible|允许|可以", r"forbid\w*|forbidden|prohibit\w*|disallow\w*|禁止|不得"),
    (r"enabl\w*|turn\w* on|switch\w* on|启用", r"disabl\w*|turn\w* off|switch\w* off|禁用|停用"),
    (r"always|immer|总是", r"never|nie|niemals|从不"),
    (r"older|oldest", r"newer|newest|younger|youngest"),
    (r"faster|fastest", r"slower|slowest"),
    (r"doubl(?:e|es|ed|ing)|twice|加倍", r"halv(?:e|es|ed|ing)|减半"),
    (r"better|best", r"worse|worst"),
    (r"even(?=\s[A-Z])", r"odd(?=\s[A-Z])"),
    (r"visible|可见", r"hidden|invisible|隐藏"),
    (r"上调", r"下调"),
    (r"快", r"慢"),
    (r"easier|easiest|simpler", r"harder|hardest|more difficult"),
    (r"easy|easily", r"hard|difficult"),
    (r"minimal\w*|smallest", r"maximal\w*|largest"),
    (r"true", r"false"),
    (r"short|small|little|小|短", r"long|large|big|大|长"),
    (r"high|高", r"low|低"),
    (r"strong", r"weak"),
    (r"binary", r"text|textual"),
    (r"public", r"private"),
    (r"internal", r"external"),
    (r"ascending", r"descending"),
    (r"import\w*", r"export\w*"),
    (r"open|opens|opened|opening", r"clos(?:e|es|ed|ing)"),
    (r"accept\w*|接受", r"reject\w*|refus\w*|拒绝"),
    (r"add(?:s|ed|ing)?|新增", r"remov\w*|delet\w*|删除"),
    (r"profits?|盈利", r"loss(?:es)?|亏损"),
    (r"north\w*|北", r"south\w*|南"),
    (r"east\w*|东", r"west\w*|西"),
    (r"summer|夏季?", r"winter|冬季?"),
    (r"same|identical", r"different"),
    (r"ancestors?|parents?", r"descendants?|children"),
    (r"first", r"last|second|third|final"),
    (r"left|左", r"right|右"),
    (r"top|upper", r"bottom|lower"),
    (r"horizontal\w*|水平", r"vertical\w*|垂直"),
    (r"mandatory|compulsory|obligatory|必须|应当", r"optional\w*|voluntary|可选|自愿"),
    (r"compress\w*", r"decompress\w*|uncompress\w*"),
    (r"encod\w*", r"decod\w*"),
    (r"encrypt\w*", r"decrypt\w*"),
    (r"tenants?|lessee", r"landlords?|lessor"),
    (r"buyers?|purchasers?|买方", r"sellers?|vendors?|卖方"),
    (r"employees?", r"employers?"),
    (r"甲方", r"乙方"),
    (r"width|宽度?", r"height|高度?"),
    (r"start\w*|begin\w*|开始", r"ends?|ended|ending|结束|终止"),
    (r"valid|有效", r"invalid|无效"),
    (r"earlier|earliest|sooner", r"later|latest"),
    (r"tight\w*", r"loos\w*"),
    (r"vot\w+ for|in favou?r of|dafür|赞成", r"against|dagegen|反对"),
    (r"skip\w*", r"execut\w*|perform\w*"),
    (r"plaintiffs?|claimants?|原告", r"defendants?|被告"),
    (r"erlaubt|zulässig|gestattet", r"verboten|untersagt|unzulässig"),
    (r"符合", r"不符合"),
)


def _words(alternatives: str) -> re.Pattern[str]:
    """Latin words as whole words, Chinese ones anywhere."""
    parts = re.split(r"\|(?![^(]*\))", alternatives)  # not inside of parentheses
    bounded = (each if each[0] >= "\u2e80" else rf"\b(?:{each})\b" for each in parts)
    return re.compile("|".join(bounded), re.IGNORECASE)


_PREFIXED = re.compile(r"\b(?:in|un|im|ir|il|non-?|dis)(?P<base>[a-z]{5,})\b", re.IGNORECASE)


def prefixed(mine: str, theirs: str) -> tuple[str, str] | None:
    """A word of one text that stands in the other with a prefix that denies it (sufficient, insufficient), or the other
    way round: as it stands in the first and in the second."""
    for text, other, turned in ((mine, theirs, False), (theirs, mine, True)):
        for match in _PREFIXED.finditer(text):
            bare = re.search(rf"\b{match['base']}\b", other, re.IGNORECASE)
            if bare and not re.search(rf"\b{match.group()}\b", other, re.IGNORECASE):
                return (bare.group(), match.group()) if turned else (match.group(), bare.group())
    return None


_COMPILED = tuple((_words(one), _words(other)) for one, other in _PAIRS)
OPPOSITES = tuple(chain(_COMPILED, ((other, one) for one, other in _COMPILED)))
"""Each pair in both orders."""
