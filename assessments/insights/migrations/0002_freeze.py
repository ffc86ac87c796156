from django.db import migrations

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("insights", "0001_initial")]

    operations = [
        Freeze("Calibration"),
        Freeze("ItemCalibration"),
    ]
