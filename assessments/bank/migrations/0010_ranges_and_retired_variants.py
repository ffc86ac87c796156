from django.db import migrations, models

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("bank", "0009_working_copies_and_seeds")]

    operations = [
        migrations.AddField(
            model_name="questionversion",
            name="ranges",
            field=models.JSONField(
                blank=True,
                help_text="the table that the variants were realised from; null: they are listed",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="variant",
            name="retired_at",
            field=models.DateTimeField(blank=True, help_text="no attempt gets it from then on", null=True),
        ),
        # Once more, for the columns that are new.
        Freeze("QuestionVersion", free=("state",), when="OLD.state IN ('published', 'retired')"),
        Freeze("Variant", free=("retired_at",), delete=False),
    ]
