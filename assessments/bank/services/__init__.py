"""Every write of the bank."""

from assessments.bank.services.certification import (
    CERTIFICATION_PATIENCE,
    open_certification,
    record_certification,
    request_certification,
    send_lost_certifications,
)
from assessments.bank.services.statistics import record_item_statistics
from assessments.bank.services.versions import clone, create_topics, import_folder, save_version
from assessments.bank.services.workflow import publish, request_review, retire

__all__ = [
    "CERTIFICATION_PATIENCE",
    "clone",
    "create_topics",
    "import_folder",
    "open_certification",
    "publish",
    "record_certification",
    "record_item_statistics",
    "request_certification",
    "request_review",
    "retire",
    "save_version",
    "send_lost_certifications",
]
