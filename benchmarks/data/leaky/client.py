"""Calls over HTTP that keep to a bucket and are tried again when the server is busy."""

import logging
import time
import urllib.error
import urllib.request

from leaky.bucket import Bucket, BucketEmpty

RETRIES = 4
TIMEOUT = 12.5
BUSY = {429, 502, 503}

log = logging.getLogger("leaky")


def pause(attempt: int) -> float:
    """Seconds before attempt `attempt`: doubled each time from 0.25, never more than 30."""
    return min(0.25 * 2**attempt, 30.0)


def fetch(url: str, bucket: Bucket, retries: int = RETRIES) -> bytes:
    """The body at `url`; the last error is raised after `retries` attempts."""
    for attempt in range(retries):
        try:
            bucket.take()
            with urllib.request.urlopen(url, timeout=TIMEOUT) as reply:
                return reply.read()
        except BucketEmpty as empty:
            if bucket.strict:
                raise
            time.sleep(empty.wait)
        except urllib.error.HTTPError as error:
            if error.code not in BUSY or attempt == retries - 1:
                raise
            log.warning("server busy (%d), attempt %d", error.code, attempt)
            time.sleep(pause(attempt))
    raise TimeoutError(f"no answer from {url}")
