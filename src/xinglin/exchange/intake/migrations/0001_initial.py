import django.db.models.deletion
import django.db.models.expressions
import xinglin.exchange.intake.words
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
            name='ColumnMap',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('organisation_id', models.CharField(max_length=26)),
                ('site', models.SmallIntegerField(unique=True)),
                ('columns', models.JSONField(default=dict)),
                ('set_by', models.CharField(max_length=26)),
                ('set_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FallenResult',
            fields=[
                ('result', models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='AwaitedResult',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('site', models.SmallIntegerField()),
                ('source_id', models.CharField(max_length=120)),
                ('report', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'source_id', 'report'), name='awaited_result_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('organisation_id', models.CharField(max_length=26)),
                ('site', models.SmallIntegerField()),
                ('way', models.CharField(choices=[('api', 'Interface'), ('file', 'Command line'), ('folder', 'Watched folder'), ('upload', 'Uploaded')], max_length=12)),
                ('form', models.CharField(choices=[('bundle', 'FHIR resource or Bundle (JSON)'), ('ndjson', 'FHIR NDJSON'), ('csv', 'CSV'), ('unknown', 'Not recognised')], default=xinglin.exchange.intake.words.Form['BUNDLE'], max_length=12)),
                ('name', models.CharField(blank=True, max_length=300)),
                ('entries', models.PositiveIntegerField(default=0)),
                ('accepted', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('quarantined', models.PositiveIntegerField(default=0)),
                ('reasons', models.JSONField(blank=True, default=dict)),
                ('patients', models.PositiveIntegerField(default=0)),
                ('results', models.PositiveIntegerField(default=0)),
                ('many', models.BooleanField(default=False)),
                ('started_by', models.CharField(blank=True, max_length=26)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('entries', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('accepted'), '+', models.F('unchanged')), '+', models.F('quarantined')))), name='delivery_adds_up')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('site', models.SmallIntegerField()),
                ('report_no', models.CharField(max_length=80)),
                ('version', models.PositiveSmallIntegerField(default=1)),
                ('current', models.BooleanField(default=True)),
                ('status', models.CharField(choices=[('preliminary', 'Preliminary'), ('final', 'Final'), ('corrected', 'Corrected'), ('void', 'Void')], max_length=12)),
                ('patient', models.BigIntegerField(db_index=True)),
                ('kind', models.CharField(blank=True, max_length=12)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('visit', models.CharField(blank=True, max_length=80)),
                ('ordered_at', models.DateTimeField(blank=True, null=True)),
                ('effective_at', models.DateTimeField(blank=True, null=True)),
                ('reported_at', models.DateTimeField(blank=True, null=True)),
                ('audited_at', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('doctor', models.CharField(blank=True, max_length=60)),
                ('auditor', models.CharField(blank=True, max_length=60)),
                ('conclusion', models.TextField(blank=True)),
                ('image_url', models.CharField(blank=True, max_length=500)),
                ('void_reason', models.CharField(blank=True, max_length=300)),
                ('void_at', models.DateTimeField(blank=True, null=True)),
                ('delivery', models.CharField(blank=True, max_length=26)),
                ('digest', models.BinaryField(max_length=32)),
                ('source_id', models.CharField(blank=True, max_length=120)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'report_no', 'version'), name='report_version_once'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('site', 'report_no'), name='one_current_report'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'void'), _negated=True), ('void_at__isnull', False), _connector='OR'), name='void_has_its_time')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('site', models.SmallIntegerField()),
                ('hospital', models.SmallIntegerField(default=0)),
                ('kind', models.CharField(max_length=40)),
                ('source_id', models.CharField(max_length=120)),
                ('patient', models.BigIntegerField(default=0)),
                ('version', models.PositiveIntegerField(default=1)),
                ('updated_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('body', models.JSONField()),
                ('digest', models.BinaryField(max_length=16)),
                ('past', models.BinaryField(default=b'')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('patient', 0), _negated=True), fields=['patient', 'kind'], name='resource_patient')],
                'constraints': [models.UniqueConstraint(fields=('site', 'kind', 'source_id'), name='resource_once')],
            },
        ),
        migrations.CreateModel(
            name='Result',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('patient', models.BigIntegerField()),
                ('item', models.IntegerField(default=0)),
                ('effective_at', models.DateTimeField()),
                ('reported_at', models.DateTimeField()),
                ('site', models.SmallIntegerField()),
                ('status', models.SmallIntegerField()),
                ('flags', models.SmallIntegerField(default=0)),
                ('report', models.BigIntegerField(default=0)),
                ('number', models.DecimalField(blank=True, decimal_places=9, max_digits=24, null=True)),
                ('text', models.CharField(blank=True, max_length=400)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('sent', models.CharField(blank=True, max_length=120)),
                ('local_system', models.CharField(blank=True, max_length=120)),
                ('local_code', models.CharField(blank=True, max_length=80)),
                ('local_name', models.CharField(blank=True, max_length=200)),
                ('reference', models.CharField(blank=True, max_length=120)),
                ('interpretation', models.CharField(blank=True, max_length=8)),
                ('method', models.CharField(blank=True, max_length=80)),
                ('instrument', models.CharField(blank=True, max_length=80)),
                ('specimen', models.CharField(blank=True, max_length=60)),
                ('specimen_no', models.CharField(blank=True, max_length=80)),
                ('source_id', models.CharField(max_length=120)),
                ('digest', models.BinaryField(max_length=16)),
            ],
            options={
                'indexes': [models.Index(models.F('patient'), models.F('item'), models.OrderBy(models.F('effective_at'), descending=True), include=('site', 'status', 'flags', 'reported_at', 'id'), name='result_at_order'), models.Index(condition=models.Q(('report', 0), _negated=True), fields=['report'], name='result_report'), models.Index(condition=models.Q(('specimen_no', ''), _negated=True), fields=['specimen_no', 'site'], name='result_specimen'), models.Index(condition=models.Q(('item', 0)), fields=['site', 'local_code', 'local_system'], name='result_unmapped')],
                'constraints': [models.UniqueConstraint(fields=('site', 'source_id'), name='result_once')],
            },
        ),
        migrations.CreateModel(
            name='Quarantined',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('organisation_id', models.CharField(max_length=26)),
                ('site', models.SmallIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('reason', models.CharField(choices=[('file.xml', 'XML'), ('file.unknown', 'Unknown kind of file'), ('file.empty', 'Empty file'), ('file.unreadable', 'Unreadable file'), ('file.bomb', 'File too large unpacked'), ('malformed.json', 'Broken JSON'), ('malformed.encoding', 'Wrong encoding'), ('malformed.depth', 'Nested too deeply'), ('malformed.structure', 'Field of the wrong shape'), ('malformed.number', 'Impossible number'), ('entry.too_large', 'Entry too large'), ('entry.empty', 'Entry without a resource'), ('entry.no_type', 'No resource type'), ('entry.unknown_type', 'Unknown resource type'), ('entry.bad_id', 'Unusable id'), ('entry.delete', 'Deletion asked for'), ('version.dstu2', 'FHIR DSTU2'), ('version.stu3', 'FHIR STU3'), ('reference.none', 'No patient named'), ('reference.waiting', 'Waits for another record'), ('reference.foreign', 'Reference cannot be followed'), ('patient.refused', 'Patient record refused'), ('organisation.unnamed', 'Organisation without a name'), ('result.no_code', 'No code of what was measured'), ('result.status', 'Unknown status'), ('result.no_time', 'No time given'), ('result.bad_time', 'Unreadable time'), ('result.future', 'Time in the future'), ('result.bad_value', 'Unusable value'), ('report.void', 'Report was made void'), ('report.void_time', 'Void before it was received'), ('csv.columns', 'Columns not understood'), ('csv.cells', 'Cells do not fit the heading'), ('csv.no_patient', 'Row without a patient'), ('store.refused', 'Cannot be stored')], db_index=True, max_length=60)),
                ('detail', models.JSONField(default=dict)),
                ('body', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('form', models.CharField(choices=[('bundle', 'FHIR resource or Bundle (JSON)'), ('ndjson', 'FHIR NDJSON'), ('csv', 'CSV'), ('unknown', 'Not recognised')], default=xinglin.exchange.intake.words.Form['BUNDLE'], max_length=12)),
                ('awaits', models.CharField(blank=True, max_length=160)),
                ('links', models.JSONField(blank=True, default=dict)),
                ('repaired_by', models.CharField(blank=True, max_length=26)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quarantined_entries', to='intake.delivery')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('awaits', ''), _negated=True), fields=['site', 'awaits'], name='quarantined_awaits')],
                'constraints': [models.UniqueConstraint(fields=('delivery', 'position'), name='quarantined_once')],
            },
        ),
    ]
