from django.db import migrations

from assessments.immutability import Freeze


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        Freeze("AuditEvent"),
    ]
