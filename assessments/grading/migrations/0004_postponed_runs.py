from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grading", "0003_freeze")]

    operations = [
        # Not among the columns that the trigger freezes: a superseded run learns later what it took.
        migrations.AddField(
            model_name="gradingrun",
            name="run_seconds",
            field=models.FloatField(
                blank=True,
                help_text="how long a worker was held up by the answer; null until it told",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="gradingrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("postponed", "Postponed by a quota"),
                    ("queued", "Queued"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("ungradable", "Ungradable"),
                    ("superseded", "Superseded"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
    ]
