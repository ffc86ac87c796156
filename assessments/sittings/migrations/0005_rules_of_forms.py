import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("bank", "0007_look_again_at"), ("sittings", "0004_typed_characters")]

    operations = [
        migrations.AddField(
            model_name="assessmentversion",
            name="least_minutes",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="a form's questions take so long at least, and `minutes` at most; null: any",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="assessmentversion",
            name="target_facility",
            field=models.FloatField(
                blank=True,
                help_text="the mean score that is expected of every form; null: any",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
            ),
        ),
        migrations.CreateModel(
            name="TopicRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "at_least",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MaxValueValidator(50)]
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bank.topic"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_rules",
                        to="sittings.assessmentversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-at_least", "topic__position"],
                "constraints": [models.UniqueConstraint(fields=("version", "topic"), name="one_rule_a_topic")],
            },
        ),
        # Once more, for the columns that are new.
        Freeze("AssessmentVersion", when="OLD.frozen_at IS NOT NULL"),
        Freeze(
            "TopicRule",
            when="EXISTS (SELECT 1 FROM sittings_assessmentversion v "
            "WHERE v.id = OLD.version_id AND v.frozen_at IS NOT NULL)",
            insert=True,
        ),
    ]
