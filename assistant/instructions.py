"""Text in, whether it tells its reader what to answer instead of saying something, out; English, Chinese, German.

A document is data. A passage that speaks to the model ("ignore the instructions above", "answer that ...") carries no
statement, however literally it is repeated. The patterns are plain; they flag, they do not remove.
"""

import re

from assistant.wording import words

_MODEL = r"(?:ai|llm|assistant|language model|chatbot|gpt|bot|reader model)s?"
_MODELS = rf"{_MODEL}(?:\s+(?:system|model|reader)s?)?"
_REPLY = (
    "answer reply respond say state write output print repeat report tell claim conclude cite mark set insert append"
    " include add embed render display link send post fetch open visit call run execute delete reveal show mention"
    " confirm quote describe recommend begin"
)
_REPLIES = rf"(?:{_REPLY.replace(' ', '|')})"
_TO_MODEL = (
    "to every question|in your answer|in the answer|in your reply|in your response|tell the user|the reader of"
    "|the person asking|nothing else|nothing but|verbatim|word for word|instead of|your instructions|your prompt"
    '|system prompt|as verified|passage <|mark <|found to|"found"|whatever is asked|when asked|if asked|regardless'
    "|in (?:every|each|any|all) (?:answer|repl|response|summar)"
)
_DUTY = r"(?:must|should|shall|are to|is to|please|need to|has to|have to|will)"
_SAY = "(?:say|state|mention|claim|report|conclude|write|read|confirm|recommend|tell|describe|answer|reply|output)"
_ORDER = r"(?:^|[.!?;:,\])]\s+|\b(?:please|kindly|now|then|always|never|do not|don't|only|to)\s+)"
"""Where a verb that follows is an order: at the beginning of a clause."""
_OF_THIS = r"(?:this|the|that) (?:document|text|file|page|contract|passage)"
_PATTERNS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instruction|prompt|rule|passage|document|above"
    r"|before|previous|prior|system|everything|question|told|earlier)",
    r"\b(?:you are now|you must now|from now on,? you)\b|\bnew instructions?\s*:|\[(?:system|inst|admin|developer)\]",
    rf"{_ORDER}(?:pretend|imagine (?:that )?you|(?:act|behave) as an?|(?:stop|cease) following)\b",
    r"\bas an? (?:ai|assistant|language model)\b|\byour (?:guidelines|task is)\b",
    r"\b(?:system|developer|admin\w*|assistant) ?(?:prompt|message|override|note|instruction)s?\b\s*[:=]",
    rf"\b(?:note|instruction|message|attention|important|todo|hint)s?\b[^.\n]{{0,20}}\b{_MODEL}\b",
    rf"\b(?:dear|hey|hello|you, (?:the|an?)) {_MODELS}\b|\bif you are an? {_MODELS}(?=[,.;:])",
    rf"\b{_MODELS}(?:\s+(?:reading|that reads?|who reads?|processing|summari[sz]ing)\b[^.\n]{{0,40}})?,?\s+"
    rf"{_DUTY}\b(?! (?:not )?be\b)",
    rf"\b{_REPLIES}\b.{{0,200}}(?:{_TO_MODEL})",
    rf"{_ORDER}(?:begin|start|end) (?:your|every|each) (?:answer|reply|response|summary)\b(?! \w*sheet)",
    rf"\b(?:answer|reply|response|summary)(?: (?:of|to) (?:{_OF_THIS}|this))? {_DUTY} {_SAY}\b",
    rf"\b(?:when|whoever|anyone who|if you|before you) (?:are )?(?:summari[sz]|answer|translat|review|quot|cit|read)\w*"
    rf" (?:from )?{_OF_THIS}\b[^.\n]{{0,30}}\b{_SAY}\b",
    r"\b(?:when|if|whenever) (?:you are |anyone |someone |somebody )?(?:asked|asks)\b[^.\n]{0,60}"
    r"\b(?:answer|reply|say|respond|state)",
    r"忽略[^。\n]{0,20}(?:指令|指示|提示|规则|内容|以上|之前)|无视[^。\n]{0,20}(?:指令|指示|提示|规则)",
    r"(?:你|您|人工智能|模型|助手)[^。\n]{0,10}(?:必须|应当|需要|要|请)[^。\n]{0,10}(?:回答|回复|输出|说|告诉)",
    r"请?(?:回答|回复|输出)[^。\n]{0,10}(?:所有问题|任何问题|以下内容|用户)|系统提示\s*[：:]|请?在(?:回答|回复|答案)中",
    r"\b(?:ignoriere|vergiss|missachte)\b[^.\n]{0,40}\b(?:anweisung|regel|vorherig|obig|frage)",
    r"\bantworte\b[^.\n]{0,60}\b(?:auf jede frage|immer|nur|dass)\b|\bsollst du\b",
)
_TELLS_MODEL = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def tells_model(text: str) -> bool:
    """Whether a text speaks to the model that reads it."""
    return bool(_TELLS_MODEL.search(" ".join(text.split())))


_SPEAK = (
    "say|state|write|report|answer|reply|respond|claim|conclude|confirm|tell|mention|describe|call|rate|recommend"
    "|output|print|give|include|insert|add|repeat|declare|assert|affirm|show|read|put|note in|make sure|ensure|persuade"
    "|convince|inform|assure"
)
_TOLD_TO_SAY = re.compile(
    rf"(?:^|[.!?;:,\])]\s+|\b{_DUTY}\s+|\b(?:please|kindly|now|then|always|only|just|simply|instead|to|and|or)\s+)"
    rf"(?:now |then |always |only |just |simply |instead |therefore )*(?P<verb>{_SPEAK})\b"
    r"(?!: \w+ =|\s?[=(\[.])(?P<what>[^.\n]*)"  # no parameter of a function
    r"|\b(?:answer|response|reply|summary)\b[^.\n]{0,40}\b(?:is|be|reads?)(?: that\b|:)(?P<same>[^.\n]*)"
    r"|(?:必须|应当|应|要|请|须)[^。\n]{0,6}(?:说|写|回答|回复|输出|声明|说明|告诉|注明)(?P<was>[^。\n]*)"
    r"|\b(?:sag|sage|sagt|behaupte|behaupten|antworte|schreib|schreibe)\b(?P<inhalt>[^.\n]*)",
    re.IGNORECASE,
)


def only_told(about: frozenset[str], sentence: str) -> bool:
    """Whether a sentence says what a statement is about only as what somebody is to say: "answer that the fee is zero",
    "the letter must state that the goods are new". That is no statement, whoever is meant.
    """
    plain = " ".join(sentence.split())
    for match in _TOLD_TO_SAY.finditer(plain):
        what = match["what"] or match["same"] or match["was"] or match["inhalt"] or ""
        if about and about <= words(what):
            return True
    return False
