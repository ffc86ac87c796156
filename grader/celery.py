"""How every process of the pipeline speaks to the broker: JSON, one message at a time, no remote control."""

from __future__ import annotations

from collections.abc import Sequence

from celery import Celery
from kombu.entity import Exchange, Queue

# A message is a hint and the database row is the truth, so the broker keeps nothing to acknowledge: what dies with a
# process is sent again by the sweeper. One key a queue, and the first named queue goes first.
TRANSPORT = {
    "ack_emulation": False,
    "priority_steps": [0],
    "queue_order_strategy": "priority",
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}


def connect(name: str, broker_url: str) -> Celery:
    """Build a Celery application that knows the broker's address and no result store."""
    app = Celery(name, broker=broker_url, set_as_current=False)
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_create_missing_queues=True,
        broker_transport_options=TRANSPORT,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_proc_alive_timeout=30,
        enable_utc=True,
    )
    return app


def serve(app: Celery, *, name: str, queues: Sequence[str]) -> None:
    """Consume the queues, first named first, until SIGTERM or SIGINT; the message in hand is finished.

    One process takes one message at a time in its main thread: a sandbox's client belongs to one thread, and a
    machine with more processors runs more of these processes.
    """
    app.conf.task_queues = [Queue(queue, Exchange(queue), queue) for queue in queues]  # type: ignore[no-untyped-call]
    options = ["--pool=solo", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", f"--hostname={name}@%h", "--loglevel=INFO", *options])
