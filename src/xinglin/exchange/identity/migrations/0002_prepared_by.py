"""Which version's forms and keys a record stands with. Those stored before are prepared anew, as their 0 says."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("identity", "0001_initial"),)
    operations = (
        migrations.AddField("patient", "prepared_by", models.SmallIntegerField(default=0)),
        migrations.AddIndex(
            "patient",
            models.Index(fields=["id"], condition=~models.Q(prepared_by=2), name="patient_outdated"),
        ),
        # Never written: a record that shows two documents is itself the evidence that they belong together.
        migrations.RemoveField("patientdocument", "evidence"),
    )
