"""Text in, whether it tells its reader what to answer instead of saying something, out; English, Chinese, German.

A document is data. A passage that speaks to the model ("ignore the instructions above", "answer that ...") carries no
statement, however literally it is repeated. The patterns are few and plain; they flag, they do not remove.
"""

import re

_MODEL = r"(?:ai|llm|assistant|language model|chatbot|gpt|bot|reader model)s?"
_REPLY = (
    "answer reply respond say state write output print repeat report tell claim conclude cite mark set insert append"
    " include add embed render display link send post fetch open visit call run execute delete reveal show"
)
_TO_MODEL = (
    "to every question|in your answer|in the answer|in your reply|in your response|tell the user|the reader of"
    "|the person asking|nothing else|nothing but|verbatim|word for word|instead of|your instructions|your prompt"
    '|system prompt|as verified|passage <|mark <|found to|"found"|whatever is asked|when asked|if asked|regardless'
)
_PATTERNS = (
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instruction|prompt|rule|passage|document|above"
    r"|before|previous|prior|system|everything|question)",
    r"\b(?:you are now|you must now|from now on,? you|pretend (?:to be|that))\b",
    r"\bas an? (?:ai|assistant|language model)\b",
    r"\b(?:system|developer|admin\w*|assistant) ?(?:prompt|message|override|note|instruction)s?\b\s*[:=]",
    rf"\b(?:note|instruction|message|attention|important|todo|hint)s?\b[^.\n]{{0,20}}\b{_MODEL}\b",
    rf"\b{_MODEL}\b[^.\n]{{0,30}}\b(?:must|should|shall|are to|is to|please|need to)\b",
    rf"\b(?:{_REPLY.replace(' ', '|')})\b.{{0,200}}(?:{_TO_MODEL})",
    r"\b(?:when|if|whenever) (?:you are |anyone |someone |somebody )?(?:asked|asks)\b[^.\n]{0,60}"
    r"\b(?:answer|reply|say|respond|state)",
    r"忽略[^。\n]{0,20}(?:指令|指示|提示|规则|内容|以上|之前)|无视[^。\n]{0,20}(?:指令|指示|提示|规则)",
    r"(?:你|您|人工智能|模型|助手)[^。\n]{0,10}(?:必须|应当|需要|要|请)[^。\n]{0,10}(?:回答|回复|输出|说)",
    r"请?(?:回答|回复|输出)[^。\n]{0,10}(?:所有问题|任何问题|以下内容|用户)|系统提示",
    r"\b(?:ignoriere|vergiss|missachte)\b[^.\n]{0,40}\b(?:anweisung|regel|vorherig|obig|frage)",
    r"\bantworte\b[^.\n]{0,60}\b(?:auf jede frage|immer|nur|dass)\b",
)
_TELLS_MODEL = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def tells_model(text: str) -> bool:
    """Whether a text speaks to the model that reads it."""
    return bool(_TELLS_MODEL.search(" ".join(text.split())))
