"""Text in, the keys, tokens and passwords in it out, each with its kind; knows nothing of files.

Few rules, each with a form that hardly anything else has, so that what is found is worth showing to a person. The
forms are those that the issuers publish; none is checked over the network.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

MASK = "*"
_ENTROPY_FEWEST = 3.3
"""Bits a character; "changeme" has 2.75, a random key of 20 letters and digits more than 3.7."""

_RULES = {
    "private key": (
        "-----BEGIN",
        r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?P<secret>[A-Za-z0-9+/=\\:,.\s\"'-]{64,20000}?)-----END ",
    ),
    "AWS access key": ("AKIA", r"(?<![A-Z0-9])(?P<secret>AKIA[A-Z2-7]{16})(?![A-Z0-9])"),
    "AWS key for a session": ("ASIA", r"(?<![A-Z0-9])(?P<secret>ASIA[A-Z2-7]{16})(?![A-Z0-9])"),
    "GitHub token": ("ghp_ gho_ ghu_ ghs_ ghr_", r"(?<!\w)(?P<secret>gh[pousr]_[A-Za-z0-9]{36,251})(?!\w)"),
    "GitHub token of its own rights": ("github_pat_", r"(?<!\w)(?P<secret>github_pat_[A-Za-z0-9_]{60,251})(?!\w)"),
    "GitLab token": ("glpat-", r"(?<!\w)(?P<secret>glpat-[\w-]{20,60})(?![\w-])"),
    "Slack token": ("xox", r"(?<!\w)(?P<secret>xox[abeoprs]-[0-9A-Za-z-]{20,200})"),
    "Slack webhook": ("hooks.slack.com", r"hooks\.slack\.com/services/(?P<secret>T\w{6,}/B\w{6,}/\w{20,})"),
    "Google API key": ("AIza", r"(?<!\w)(?P<secret>AIza[\w-]{35})(?![\w-])"),
    "Google OAuth secret": ("GOCSPX-", r"(?<!\w)(?P<secret>GOCSPX-[\w-]{28})(?![\w-])"),
    "OpenAI key": (
        "sk-",
        r"(?<![\w-])(?P<secret>sk-(?:(?:proj|svcacct|admin)-[\w-]{40,220}|[A-Za-z0-9]{48}))(?![\w-])",
    ),
    "Anthropic key": ("sk-ant-", r"(?<![\w-])(?P<secret>sk-ant-[\w-]{40,220})(?![\w-])"),
    "Hugging Face token": ("hf_", r"(?<!\w)(?P<secret>hf_[A-Za-z]{34})(?!\w)"),
    "Stripe key": ("_live_", r"(?<!\w)(?P<secret>[rs]k_live_[A-Za-z0-9]{20,120})(?!\w)"),
    "SendGrid key": ("SG.", r"(?<!\w)(?P<secret>SG\.[\w-]{22}\.[\w-]{43})(?![\w-])"),
    "npm token": ("npm_", r"(?<!\w)(?P<secret>npm_[A-Za-z0-9]{36})(?!\w)"),
    "PyPI token": ("pypi-", r"(?<!\w)(?P<secret>pypi-AgEIcHlwaS5vcmc[\w-]{50,500})"),
    "GitLab runner token": ("glrt-", r"(?<!\w)(?P<secret>glrt-[\w-]{20,60})(?![\w-])"),
    "Azure storage key": ("AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)"),
    "DigitalOcean token": ("doo_v1_ dop_v1_ dor_v1_", r"(?<!\w)(?P<secret>do[opr]_v1_[a-f0-9]{64})(?!\w)"),
    "Docker Hub token": ("dckr_pat_", r"(?<!\w)(?P<secret>dckr_pat_[\w-]{27})(?![\w-])"),
    "Atlassian token": ("ATATT3", r"(?<!\w)(?P<secret>ATATT3[\w=-]{180,200})"),
    "Shopify token": ("shpat_ shpca_ shppa_ shpss_", r"(?<!\w)(?P<secret>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})(?!\w)"),
    "Square token": ("sq0atp- sq0csp-", r"(?<!\w)(?P<secret>sq0(?:atp|csp)-[\w-]{22,43})(?![\w-])"),
    "Mailgun key": ("key-", r"(?<![\w-])(?P<secret>key-[0-9a-f]{32})(?!\w)"),
    "Telegram bot token": (":AA", r"(?<!\w)(?P<secret>\d{8,10}:AA[\w-]{33})(?![\w-])"),
    "Discord webhook": ("/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d{17,20}/[\w-]{60,90})"),
    "Databricks token": ("dapi", r"(?<!\w)(?P<secret>dapi[a-f0-9]{32})(?!\w)"),
    "Grafana token": ("glsa_", r"(?<!\w)(?P<secret>glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8})(?!\w)"),
    "HashiCorp Vault token": ("hvs. hvb.", r"(?<!\w)(?P<secret>hv[sb]\.[\w-]{24,300})(?![\w-])"),
    "Groq key": ("gsk_", r"(?<!\w)(?P<secret>gsk_[A-Za-z0-9]{52})(?!\w)"),
    "Replicate token": ("r8_", r"(?<!\w)(?P<secret>r8_[A-Za-z0-9]{37})(?!\w)"),
    "xAI key": ("xai-", r"(?<![\w-])(?P<secret>xai-[A-Za-z0-9]{80})(?!\w)"),
    "OpenRouter key": ("sk-or-", r"(?<![\w-])(?P<secret>sk-or-v1-[0-9a-f]{64})(?!\w)"),
    "Linear key": ("lin_api_", r"(?<!\w)(?P<secret>lin_api_[A-Za-z0-9]{40})(?!\w)"),
    "Notion token": ("ntn_", r"(?<!\w)(?P<secret>ntn_[A-Za-z0-9]{46})(?!\w)"),
    "age key": ("AGE-SECRET-KEY-1", r"(?P<secret>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})"),
    "JSON web token": ("eyJ", r"(?<![\w.-])(?P<secret>eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,})(?![\w-])"),
    "password in an address": (
        "://",
        r"://[^\s:/@'\"<>]{1,80}:(?P<secret>[^\s:/@'\"<>]{6,120})@[\w.-]+",
    ),
}
# Their bodies may themselves have low lines near the front.
_UNGATED = frozenset({"Docker Hub token"})
# To look for forty signs takes longer than all else that is done with a text. Most end in a hyphen or a low line with
# twenty or more letters and digits behind: without one such place, none of those need be looked for.
_GATES = {"_": re.compile(r"_[A-Za-z0-9]{20}"), "-": re.compile(r"-[A-Za-z0-9][\w-]{19}"), "": None}
# By gate: the kind, what must stand in a text for the pattern to be tried (any of the words), and the pattern.
_PATTERNS = {
    gate: [
        (kind, tuple(signs.split()), re.compile(pattern))
        for kind, (signs, pattern) in _RULES.items()
        if gate == (signs[-1] if signs[-1] in _GATES and kind not in _UNGATED else "")
    ]
    for gate in _GATES
}
# A value in quotes, and before it the name to which it is assigned.
_VALUE = re.compile(r"[\"']([A-Za-z0-9+/=_.~-]{20,200})[\"']")
_NAMED = r"(?:api|access|auth|client|encryption|private|secret|signing)[_-]?(?:key|token|secret|passw(?:or)?d)\w{0,10}"
_NAME = re.compile(_NAMED + r"[\"']?(?:\]|\))?\s{0,3}(?:=>|:=|[:=])\s{0,3}$", re.I)
# The same without quotes, as the only thing on its line: files of an environment and of settings.
_BARE = r"[=:][ \t]*([A-Za-z0-9+/=_.~-]{20,200})[ \t]*$"
_SETTING = re.compile(rf"[ \t]*(?:export )?[\w.-]{{0,80}}{_NAMED}[ \t]*{_BARE}", re.I | re.M)
# Where such a line may be: a sign is found faster than a name.
_BARE_END = re.compile(_BARE.replace("[=:]", r"[=:](?<=[\w \t].)", 1), re.M)
# What documentation and tests write in the place of a secret.
_STAND_IN = re.compile(
    r"(?i)example|placeholder|change.?me|your|dummy|sample|redacted|insert|x{4}|\*{3}|0{6}|1234567|abcdef|\$\{|\{\{|<|%\("
    r"|^(?:pass(?:word|wd)?|pwd|secret|user|test|token|key|foo|bar|\W*)$"
)


class Found(NamedTuple):
    """The characters `start` to `end` of a text are a secret of this kind."""

    start: int
    end: int
    kind: str


def secrets(text: str) -> list[Found]:
    """The secrets of a text in order; where two overlap, the first rule that found one counts."""
    found: list[Found] = []
    for secret in sorted(_found(text), key=lambda secret: secret.start):
        if not found or secret.start >= found[-1].end:
            found.append(secret)
    return found


def _found(text: str) -> Iterator[Found]:
    for gate, rules in _PATTERNS.items():
        opens = _GATES[gate]
        if opens is not None and not opens.search(text):
            continue
        for kind, signs, pattern in rules:
            if any(sign in text for sign in signs):
                for match in pattern.finditer(text):
                    if kind == "private key" or not _STAND_IN.search(match["secret"]):
                        yield Found(match.start("secret"), match.end("secret"), kind)
    for end in _BARE_END.finditer(text):
        line = _SETTING.match(text, text.rfind("\n", 0, end.start()) + 1)
        if line and _is_random(line[1]) and not _STAND_IN.search(line[1]):
            yield Found(line.start(1), line.end(1), "assigned secret")
    for match in _VALUE.finditer(text):
        if (
            _is_random(match[1])
            and not _STAND_IN.search(match[1])
            and _NAME.search(text, max(0, match.start() - 60), match.start())
        ):
            yield Found(match.start(1), match.end(1), "assigned secret")


def _is_random(value: str) -> bool:
    """Whether a value looks drawn by lot: digits and letters mixed, and no character much more often than others."""
    if value.isalpha() or value.isdecimal() or not any(char.isdecimal() for char in value):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) >= _ENTROPY_FEWEST


def masked(text: str, found: list[Found]) -> str:
    """The text with every secret covered, of the same length and with the same lines."""
    pieces = []
    at = 0
    for secret in found:
        pieces += [text[at : secret.start], re.sub(r"\S", MASK, text[secret.start : secret.end])]
        at = secret.end
    return "".join([*pieces, text[at:]])
