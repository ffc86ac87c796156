from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sittings", "0003_ordering_matching_lab")]

    operations = [
        migrations.AddField(
            model_name="attempt",
            name="typed_characters",
            field=models.PositiveBigIntegerField(default=0, help_text="of all drafts together"),
        ),
    ]
