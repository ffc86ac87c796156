from django.db import migrations

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("sittings", "0001_initial")]

    operations = [
        Freeze("AssessmentVersion", when="OLD.frozen_at IS NOT NULL"),
        Freeze(
            "Section",
            when="EXISTS (SELECT 1 FROM sittings_assessmentversion v "
            "WHERE v.id = OLD.version_id AND v.frozen_at IS NOT NULL)",
            insert=True,
        ),
        Freeze(
            "Draw",
            when="EXISTS (SELECT 1 FROM sittings_section s JOIN sittings_assessmentversion v ON v.id = s.version_id "
            "WHERE s.id = OLD.section_id AND v.frozen_at IS NOT NULL)",
            insert=True,
        ),
        Freeze("Draft"),
        Freeze("AttemptEvent"),
    ]
