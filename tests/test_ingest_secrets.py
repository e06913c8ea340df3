"""Keys, tokens and passwords in code: found, named by file and line, covered; and what only looks like one stays."""

from __future__ import annotations

import random
import string
from pathlib import Path

import pytest
from test_ingest_archive import zipped
from test_ingest_document import SAMPLES, assert_sound

from ingest import read
from ingest.secrets import secrets

LOT = random.Random(7)


def drawn(length: int, alphabet: str = string.ascii_letters + string.digits) -> str:
    """Characters drawn by lot; joined here, so that no scanner takes this file for a leak."""
    return "".join(LOT.choice(alphabet) for _ in range(length))


UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ234567"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "\n".join(drawn(64) for _ in range(12)) + "\n-----END RSA "
REAL = {
    "AWS access key": "AKIA" + drawn(16, UPPER),
    "GitHub token": "ghp_" + drawn(36),
    "GitLab token": "glpat-" + drawn(20),
    "Slack token": "xoxb-" + drawn(40, string.digits + "-abc"),
    "Google API key": "AIza" + drawn(35),
    "OpenAI key": "sk-proj-" + drawn(60),
    "Anthropic key": "sk-ant-" + drawn(60),
    "Hugging Face token": "hf_" + drawn(34, string.ascii_letters),
    "Stripe key": "sk_live_" + drawn(24),
    "npm token": "npm_" + drawn(36),
    "GitLab runner token": "glrt-" + drawn(20),
    "DigitalOcean token": "dop_v1_" + drawn(64, "abcdef0123456789"),
    "Docker Hub token": "dckr_pat_" + drawn(27),
    "Atlassian token": "ATATT3" + drawn(186),
    "Shopify token": "shpat_" + drawn(32, "abcdef0123456789"),
    "Square token": "sq0atp-" + drawn(22),
    "Mailgun key": "key-" + drawn(32, "abcdef0123456789"),
    "Telegram bot token": drawn(9, "123456789") + ":AA" + drawn(33),
    "Databricks token": "dapi" + drawn(32, "abcdef0123456789"),
    "Grafana token": "glsa_" + drawn(32) + "_" + drawn(8, "abcdef0123456789"),
    "HashiCorp Vault token": "hvs." + drawn(24),
    "Groq key": "gsk_" + drawn(52),
    "Replicate token": "r8_" + drawn(37),
    "xAI key": "xai-" + drawn(80),
    "OpenRouter key": "sk-or-v1-" + drawn(64, "abcdef0123456789"),
    "Linear key": "lin_api_" + drawn(40),
    "Notion token": "ntn_" + drawn(46),
    "SendGrid key": "SG." + drawn(22) + "." + drawn(43),
    "PyPI token": "pypi-AgEIcHlwaS5vcmc" + drawn(60),
    "Google OAuth secret": "GOCSPX-" + drawn(28),
    "GitHub token of its own rights": "github_pat_" + drawn(22) + "_" + drawn(59),
    "AWS key for a session": "ASIA" + drawn(16, UPPER),
    "age key": "AGE-SECRET-KEY-1" + drawn(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "JSON web token": "eyJ" + drawn(20) + ".eyJ" + drawn(40) + "." + drawn(43),
}


@pytest.mark.parametrize("kind", REAL)
def test_token_is_found_and_covered(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.py").write_text(f'import os\n\nvalue = "{REAL[kind]}"  # do not commit\n')
    document = read(tmp_path)
    assert [(item.page, item.path, item.line, item.kind) for item in document.secrets] == [(1, "a.py", 3, kind)]
    assert document.page(1).text == f'import os\n\nvalue = "{"*" * len(REAL[kind])}"  # do not commit\n'
    assert_sound(document)


def test_private_key_keeps_its_lines(tmp_path: Path) -> None:
    (tmp_path / "a.pem").write_text(f"one\n{KEY}PRIVATE KEY-----\nlast\n")
    document = read(tmp_path / "a.pem")
    assert [(item.line, item.kind) for item in document.secrets] == [(2, "private key")]
    lines = document.page(1).text.splitlines()
    assert len(lines) == 16 and set("".join(lines[2:14])) == {"*"} and lines[15] == "last"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (f"url = postgres://admin:{drawn(14)}@db.internal/app", "password in an address"),
        (f"AccountName=x;AccountKey={drawn(86)}==;EndpointSuffix=core.windows.net", "Azure storage key"),
        (f"https://discord.com/api/webhooks/{drawn(18, '123456789')}/{drawn(68)}", "Discord webhook"),
        (f'API_KEY = "{drawn(32)}"', "assigned secret"),
        (f'"client_secret": "{drawn(40)}",', "assigned secret"),
        (f"config['auth_token'] = '{drawn(24)}'", "assigned secret"),
        (f"AWS_SECRET_ACCESS_KEY={drawn(40)}", "assigned secret"),
        (f"  client_secret: {drawn(32)}", "assigned secret"),
        (f"secret_key={drawn(32)}", "assigned secret"),
        (f"API_KEY = {drawn(32)}", "assigned secret"),
        (f"auth_password = {drawn(24)}", "assigned secret"),
        (f"api-key: {drawn(32)}", "assigned secret"),
        (f"aws_secret_access_key={drawn(40)}", "assigned secret"),
    ],
)
def test_assigned_secret_is_found(line: str, kind: str) -> None:
    (found,) = secrets(f"{line}\n")
    assert found.kind == kind and "=" not in line[found.start : found.end].rstrip("=")


@pytest.mark.parametrize(
    "line",
    [
        'API_KEY = "your-api-key-goes-here-please"',
        'api_key = os.environ["OPENAI_API_KEY_FOR_TESTS_1"]',
        "postgres://user:password@localhost/db",
        "postgres://${USER}:${PASSWORD}@host/db",
        "AKIAIOSFODNN7EXAMPLE",
        'secret_key = "changeme"',
        'token_type_hint = "urn:ietf:params:oauth:token-type"',
        'sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"',
        'commit = "48205d4ffd7feba348205d4ffd7feba348205d4f"',
        'KEYWORDS = "abcdefghijklmnopqrstuvwxyz0123456789"',
        "sk-learn is a library, hf_hub another",
    ],
)
def test_what_only_looks_like_a_secret_stays(line: str) -> None:
    assert secrets(line) == []


@pytest.mark.timeout(120)
def test_a_long_line_of_names_takes_no_longer_than_its_length() -> None:
    """Looked for anew at each of its names, this line took minutes."""
    assert secrets("A" * 80_000 + "=" + "KEY=" * 20_000) == []


def test_secrets_are_shown_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(f'key = "{REAL["GitHub token"]}"\n')
    covered, shown = read(path), read(path, secrets_too=True)
    assert REAL["GitHub token"] in shown.page(1).text and REAL["GitHub token"] not in covered.page(1).text
    assert covered.secrets == shown.secrets and covered.id != shown.id


def test_secrets_in_an_archive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.py": "x = 1\n", "b.py": f'\nkey = "{REAL["GitHub token"]}"\n'})
    document = read(path)
    assert [(item.page, item.path, item.line) for item in document.secrets] == [(2, "b.py", 2)]
    assert REAL["GitHub token"] not in document.page(2).text
    assert REAL["GitHub token"] in read(path, secrets_too=True).page(2).text


def test_the_sample_has_none() -> None:
    assert read(SAMPLES / "itsdangerous").secrets == ()
