import django.db.models.deletion
import xinglin.exchange.identity.words
import xinglin.kernel.clock
import xinglin.kernel.models.base
import xinglin.kernel.privacy
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='IndexPerson',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
            ],
        ),
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('site', models.SmallIntegerField()),
                ('local_id', models.CharField(max_length=80)),
                ('home', models.BigIntegerField(default=0)),
                ('name_zh', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('name_en', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('aliases', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('birth_date', models.DateField(blank=True, null=True)),
                ('sex', models.SmallIntegerField(default=0)),
                ('phone', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('address', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('region', models.CharField(blank=True, max_length=6)),
                ('mother', models.CharField(blank=True, max_length=80)),
                ('birth_order', models.SmallIntegerField(default=0)),
                ('deceased', models.BooleanField(default=False)),
                ('prepared', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('same_as', models.CharField(blank=True, max_length=32)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='records', to='identity.indexperson')),
            ],
            options={
                'indexes': [models.Index(fields=['person'], include=('id',), name='patient_person')],
                'constraints': [models.UniqueConstraint(fields=('site', 'local_id'), name='patient_once')],
            },
        ),
        migrations.CreateModel(
            name='LinkEvent',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('before', models.BigIntegerField()),
                ('after', models.BigIntegerField()),
                ('ground', models.CharField(max_length=40)),
                ('weight', models.FloatField(blank=True, null=True)),
                ('beside', models.BigIntegerField(blank=True, null=True)),
                ('review', models.CharField(blank=True, max_length=26)),
                ('by', models.CharField(max_length=26)),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='link_events', to='identity.patient')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PatientDocument',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=24)),
                ('number', xinglin.kernel.privacy.EncryptedTextField()),
                ('number_hash', models.CharField(max_length=64)),
                ('checked', models.BooleanField(default=True)),
                ('evidence', models.CharField(blank=True, max_length=120)),
                ('patient', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='identity.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('patient', 'kind', 'number_hash'), name='patient_document_once')],
            },
        ),
        migrations.CreateModel(
            name='PatientKey',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'patient_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.BigIntegerField()),
                ('patient', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='keys', to='identity.patient')),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('reason', models.CharField(choices=[('similar', 'Similar, not certain'), ('identity_conflict', 'The same document with another name'), ('twins', 'Perhaps twins'), ('document_veto', 'Different documents of one kind')], default=xinglin.exchange.identity.words.ReviewReason['SIMILAR'], max_length=20)),
                ('weight', models.FloatField(default=0)),
                ('weights', models.JSONField(blank=True, default=dict)),
                ('model', models.CharField(blank=True, max_length=40)),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.patient')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('left', 'right'), name='review_pair_once'), models.CheckConstraint(condition=models.Q(('left__lt', models.F('right'))), name='review_pair_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Tie',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ground', models.CharField(max_length=40)),
                ('weight', models.FloatField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('left', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.patient')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.patient')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('left', 'right'), name='tie_once'), models.CheckConstraint(condition=models.Q(('left__lt', models.F('right'))), name='tie_in_order')],
            },
        ),
    ]
