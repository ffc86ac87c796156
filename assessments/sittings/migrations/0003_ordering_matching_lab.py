from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sittings", "0002_freeze")]

    operations = [
        migrations.AlterField(
            model_name="draw",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
    ("choice", "Choice"),
    ("numeric", "Numeric"),
    ("ordering", "Ordering"),
    ("matching", "Matching"),
    ("derivation", "Derivation"),
    ("coding", "Coding"),
    ("lab", "Training lab"),
    ("written", "Written"),
],
                max_length=16,
            ),
        ),
    ]
