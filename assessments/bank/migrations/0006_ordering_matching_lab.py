from django.db import migrations, models

from assessments.immutability import Freeze

KINDS = [
    ("choice", "Choice"),
    ("numeric", "Numeric"),
    ("ordering", "Ordering"),
    ("matching", "Matching"),
    ("derivation", "Derivation"),
    ("coding", "Coding"),
    ("lab", "Training lab"),
    ("written", "Written"),
]


class Migration(migrations.Migration):
    dependencies = [("bank", "0005_solutions_may_be_none")]

    operations = [
        migrations.RemoveConstraint(model_name="questionversion", name="version_kind_is_known"),
        migrations.AlterField(
            model_name="questionversion", name="kind", field=models.CharField(choices=KINDS, max_length=16)
        ),
        migrations.AddConstraint(
            model_name="questionversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="version_kind_is_known"
            ),
        ),
        # SQLite remakes a table to change its constraints, and its triggers go with the old one.
        Freeze("QuestionVersion", free=("state",), when="OLD.state IN ('published', 'retired')"),
    ]
