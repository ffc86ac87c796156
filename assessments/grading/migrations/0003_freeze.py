from django.db import migrations

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("grading", "0002_initial")]

    operations = [
        Freeze("Response"),
        Freeze("Submission"),
        Freeze("Mark"),
        Freeze("ScoreEvent"),
        Freeze("GradingRun", free=("state",), when="OLD.state IN ('done', 'ungradable', 'superseded')"),
    ]
