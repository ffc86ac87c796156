from django.apps import AppConfig
from django.db.models.signals import post_save


class InsightsConfig(AppConfig):
    name = "assessments.insights"

    def ready(self) -> None:
        from assessments.grading.models import ScoreEvent
        from assessments.insights.services.vectors import mark_stale

        # Grading stands below and knows nothing of this: the mark is set in the transaction that changes the score.
        post_save.connect(mark_stale, sender=ScoreEvent, dispatch_uid="insights.mark_stale")
