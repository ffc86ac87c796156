from django.db import migrations

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("bank", "0002_initial")]

    operations = [
        Freeze("QuestionVersion", free=("state",), when="OLD.state IN ('published', 'retired')"),
        Freeze("GradingSpec", free=("live",), when="OLD.certification IS NOT NULL"),
        # A variant that was answered cannot be deleted (PROTECT); a draft's are made anew.
        Freeze("Variant", delete=False),
    ]
