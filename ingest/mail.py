"""An e-mail (.eml) in, its heads and text out; attachments are named, not read."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any

from ingest.chapter import Chapter, Converted, Unconvertible
from ingest.file_name import printable
from ingest.web_page import read_html

_HEADS = ("From", "To", "Cc", "Date", "Subject")


def convert(data: bytes) -> Converted:
    """One chapter. The plain text where there is one, otherwise the HTML."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        heads = {name: str(message[name]) for name in _HEADS if message[name]}
        text, hidden = _body(message)
        attached = [_name(part) for part in message.iter_attachments()]
        names = [printable(name.encode("utf-8", "replace")) for name in attached]
    except (LookupError, ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Unconvertible(f"{type(error).__name__}: {error}") from error
    if not heads:
        raise Unconvertible("it has none of the heads of an e-mail")
    top = "\n".join(f"{name}: {value}" for name, value in heads.items())
    parts = [top, text.strip(), *(f"[Attachment, not read] {name}" for name in names)]
    chapter = Chapter("1", "\n\n".join(filter(None, parts)), hidden)
    return Converted((chapter,), heads, tuple((name, "attachment, never opened") for name in names))


def _name(part: Message) -> str:
    """Of an attached file; of an attached e-mail, its subject."""
    inner: Any = part.get_payload()
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return f"e-mail {inner[0]['Subject'] or ''}".strip()
    return part.get_filename() or part.get_content_type()


def _body(message: EmailMessage) -> tuple[str, tuple[tuple[str, str], ...]]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return "", ()
    if part.get_content_subtype() == "html":
        payload = part.get_payload(decode=True)
        text, hidden, _ = read_html(payload if isinstance(payload, bytes) else b"")
        return text, hidden
    return str(part.get_content()), ()
