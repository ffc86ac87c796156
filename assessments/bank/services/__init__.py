"""Every write of the bank."""

from assessments.bank.services.certification import (
    CERTIFICATION_PATIENCE,
    open_certification,
    record_certification,
    record_certification_fault,
    record_certification_progress,
    request_certification,
    send_lost_certifications,
)
from assessments.bank.services.statistics import record_item_statistics
from assessments.bank.services.variants import retire_variant, retire_worn_variants
from assessments.bank.services.versions import clone, create_topics, import_folder, save_version
from assessments.bank.services.workflow import may_publish, publish, reinstate, request_review, retire, send_back
from assessments.bank.services.working_copies import drop_working_copy, keep_working_copy

__all__ = [
    "CERTIFICATION_PATIENCE",
    "clone",
    "create_topics",
    "drop_working_copy",
    "import_folder",
    "keep_working_copy",
    "may_publish",
    "open_certification",
    "publish",
    "record_certification",
    "record_certification_fault",
    "record_certification_progress",
    "record_item_statistics",
    "reinstate",
    "request_certification",
    "request_review",
    "retire",
    "retire_variant",
    "retire_worn_variants",
    "save_version",
    "send_back",
    "send_lost_certifications",
]
