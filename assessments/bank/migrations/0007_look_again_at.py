from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bank", "0006_ordering_matching_lab")]

    operations = [
        migrations.AddField(
            model_name="certificationrun",
            name="look_again_at",
            field=models.DateTimeField(
                blank=True,
                help_text="when its message counts as lost; null: none was sent",
                null=True,
            ),
        ),
    ]
