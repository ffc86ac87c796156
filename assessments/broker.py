"""The one port to the broker. Rows are the truth, a message is a hint: the sweeper sends again what is lost."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial
from typing import Any

import redis
from django.db import transaction
from kombu.exceptions import KombuError

from assessments.celery import app

logger = logging.getLogger(__name__)

UNREACHABLE = (KombuError, redis.RedisError, OSError)

# One fresh try: the connection may have died with a broker that is back already.
RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}


def send(task: str, *, queue: str, payload: Mapping[str, Any]) -> None:
    """Enqueue a task by its name once the transaction is committed."""
    transaction.on_commit(partial(_publish, task, queue, payload))


def _publish(task: str, queue: str, payload: Mapping[str, Any]) -> None:
    try:
        app.send_task(task, kwargs=dict(payload), queue=queue, kwargsrepr="", retry=True, retry_policy=RETRY)
    except UNREACHABLE as error:
        logger.error("the broker took no message %s: %s", task, error)  # noqa: TRY400  (a trace would add nothing)


def waiting(queue: str) -> int | None:
    """Count the messages that wait in a queue; None where the broker does not answer."""
    try:
        with app.connection_for_read() as connection:
            return int(connection.default_channel.client.llen(queue))
    except UNREACHABLE as error:
        logger.error("the broker does not say how long %s is: %s", queue, error)  # noqa: TRY400
        return None
