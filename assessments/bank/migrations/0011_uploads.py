import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bank", "0010_ranges_and_retired_variants"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("format", models.CharField(max_length=16)),
                ("topic", models.SlugField(help_text="of questions whose source names none")),
                (
                    "level",
                    models.CharField(
                        choices=[("recall", "Recall"), ("apply", "Apply"), ("judge", "Judge")],
                        help_text="of questions whose source names none",
                        max_length=16,
                    ),
                ),
                ("counts", models.JSONField(help_text="how many questions are taken, changed and left out")),
                ("report", models.JSONField(help_text="what would be done, line by line")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={"ordering": ["-created_at"]},
        ),
    ]
