import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import xinglin.exchange.catalogue.models.terms
import xinglin.exchange.catalogue.words
import xinglin.kernel.clock
import xinglin.kernel.models.base
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueVersion',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveIntegerField(unique=True)),
                ('published_on', models.DateField()),
                ('source', models.CharField(max_length=200)),
                ('items', models.PositiveIntegerField()),
                ('added', models.JSONField(default=list)),
                ('changed', models.JSONField(default=dict)),
                ('disabled', models.JSONField(default=list)),
                ('enabled', models.JSONField(default=list)),
                ('published_by', models.CharField(max_length=26)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.SmallIntegerField(unique=True)),
                ('organisation_id', models.CharField(max_length=26, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('region', models.CharField(blank=True, max_length=6)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CatalogueState',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('revision', models.BigIntegerField(default=0)),
                ('stamp', models.CharField(default=xinglin.kernel.models.base.new_id, max_length=26)),
                ('only', models.BooleanField(default=True, editable=False, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('only', True)), name='one_catalogue_state')],
            },
        ),
        migrations.CreateModel(
            name='DisabledLevel',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('category', models.CharField(max_length=60)),
                ('group', models.CharField(blank=True, max_length=60)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(max_length=200)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('category', 'group'), name='level_off_once'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='level_off_period')],
            },
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.IntegerField(unique=True)),
                ('code', models.CharField(max_length=40, unique=True)),
                ('name_zh', models.CharField(max_length=120)),
                ('name_en', models.CharField(max_length=160)),
                ('aliases', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('kind', models.CharField(choices=[('laboratory', 'Laboratory test'), ('examination', 'Examination')], max_length=12)),
                ('category', models.CharField(max_length=60)),
                ('group', models.CharField(max_length=60)),
                ('specimen', models.CharField(blank=True, max_length=40)),
                ('body_part', models.CharField(blank=True, max_length=60)),
                ('modality', models.CharField(blank=True, max_length=8)),
                ('method', models.CharField(blank=True, max_length=80)),
                ('unit', models.CharField(blank=True, max_length=30)),
                ('loinc', models.CharField(blank=True, db_index=True, max_length=12)),
                ('stability', models.CharField(blank=True, max_length=40)),
                ('large_equipment', models.BooleanField(default=False)),
                ('radiation_usv', models.PositiveIntegerField(default=0)),
                ('wait_days', models.PositiveSmallIntegerField(default=0)),
                ('critical_low', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ('critical_high', models.DecimalField(blank=True, decimal_places=6, max_digits=18, null=True)),
                ('critical_source', models.CharField(blank=True, max_length=200)),
                ('molar_mass', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ('molar_source', models.CharField(blank=True, max_length=120)),
                ('sensitivity', models.CharField(choices=[('normal', 'Normal'), ('treating_only', 'Treating doctor only')], default=xinglin.exchange.catalogue.words.Sensitivity['NORMAL'], max_length=16)),
                ('before_operation', models.BooleanField(default=False)),
                ('always_repeat', models.BooleanField(default=False)),
                ('enabled', models.BooleanField(default=True)),
                ('withdrawn', models.BooleanField(default=False)),
                ('origin', models.CharField(blank=True, max_length=12)),
            ],
            options={
                'ordering': ('number',),
                'indexes': [models.Index(fields=['category', 'group'], name='catalogue_i_categor_34cf17_idx')],
            },
        ),
        migrations.CreateModel(
            name='ScopeGrant',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('scope', models.CharField(max_length=26)),
                ('programme', models.CharField(max_length=160)),
                ('result', models.CharField(max_length=80)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField()),
                ('suspended_from', models.DateField(blank=True, null=True)),
                ('suspension_reason', models.CharField(blank=True, max_length=200)),
                ('evaluated_until', models.DateField()),
                ('revoked_from', models.DateField(blank=True, null=True)),
                ('evidence', models.CharField(blank=True, max_length=26)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='catalogue.item')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='catalogue.site')),
            ],
            options={
                'indexes': [models.Index(fields=['item', 'site', 'valid_from'], name='catalogue_s_item_id_30bb2d_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='grant_period'), models.UniqueConstraint(fields=('site', 'item', 'scope', 'valid_from'), name='scope_grant_once'), models.CheckConstraint(condition=models.Q(models.Q(('stage', 'suspended'), ('suspended_from__isnull', False)), models.Q(('stage', 'suspended'), _negated=True), _connector='OR'), name='suspended_grant_says_since_when'), models.CheckConstraint(condition=models.Q(models.Q(('revoked_from__isnull', False), ('stage', 'revoked')), models.Q(models.Q(('stage', 'revoked'), _negated=True), ('revoked_from', None)), _connector='OR'), name='revoked_grant_says_since_when')],
            },
        ),
        migrations.CreateModel(
            name='QualityEvaluation',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('programme', models.CharField(max_length=160)),
                ('outcome', models.CharField(choices=[('passed', 'Passed'), ('failed', 'Failed')], max_length=8)),
                ('evaluated_on', models.DateField()),
                ('valid_to', models.DateField()),
                ('remark', models.CharField(blank=True, max_length=200)),
                ('recorded_by', models.CharField(max_length=26)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='catalogue.item')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evaluations', to='catalogue.site')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('evaluated_on'))), name='evaluation_period'), models.UniqueConstraint(fields=('site', 'item', 'programme', 'evaluated_on'), name='quality_evaluation_once')],
            },
        ),
        migrations.CreateModel(
            name='ListImport',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('kind', models.CharField(choices=[('codes', 'Local codes of a site'), ('marks', 'HR marks'), ('windows', 'How long results count'), ('prices', 'Prices')], max_length=8)),
                ('file_name', models.CharField(max_length=200)),
                ('rows', models.PositiveIntegerField()),
                ('created', models.PositiveIntegerField()),
                ('changed', models.PositiveIntegerField()),
                ('unchanged', models.PositiveIntegerField()),
                ('refused', models.JSONField(default=list)),
                ('imported_by', models.CharField(max_length=26)),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='catalogue.site')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ItemPrice',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('region', models.CharField(blank=True, max_length=6)),
                ('price_fen', models.BigIntegerField()),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('price_list', models.CharField(max_length=120)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalogue.item')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prices', to='catalogue.site')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('price_fen__gte', 0)), name='price_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('site', None), _negated=True), models.Q(('region', ''), _negated=True), _connector='OR'), name='price_has_a_place'), models.UniqueConstraint(fields=('item', 'site', 'region', 'valid_from'), name='price_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('site', None), ('region', ''), _connector='OR'), name='price_has_one_place'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='price_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(xinglin.exchange.catalogue.models.terms.Same(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(models.F('item_id'), models.Value('')), models.Value('|'), django.db.models.functions.comparison.Coalesce(models.F('site_id'), models.Value('')), models.Value('|'), django.db.models.functions.comparison.Coalesce(models.F('region'), models.Value('')), models.Value('|'))), '&&'), (xinglin.exchange.catalogue.models.terms.Days('valid_from', 'valid_to'), '&&')], name='prices_follow_each_other')],
            },
        ),
        migrations.CreateModel(
            name='ItemMapping',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('local_system', models.CharField(blank=True, max_length=120)),
                ('local_code', models.CharField(max_length=80)),
                ('local_name', models.CharField(blank=True, max_length=200)),
                ('local_unit', models.CharField(blank=True, max_length=40)),
                ('local_specimen', models.CharField(blank=True, max_length=60)),
                ('score', models.PositiveSmallIntegerField(default=0)),
                ('reasons', models.JSONField(blank=True, default=list)),
                ('others', models.JSONField(blank=True, default=list)),
                ('doubtful', models.BooleanField(default=False)),
                ('seen', models.PositiveIntegerField(default=0)),
                ('remark', models.CharField(blank=True, max_length=300)),
                ('decided_by', models.CharField(blank=True, max_length=26)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='catalogue.item')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mappings', to='catalogue.site')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('site', 'local_system', 'local_code'), name='local_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('stage', 'confirmed'), _negated=True), models.Q(('item', None), _negated=True), _connector='OR'), name='confirmed_mapping_has_item'), models.CheckConstraint(condition=models.Q(models.Q(('stage', 'confirmed'), _negated=True), models.Q(('decided_at', None), _negated=True), _connector='OR'), name='confirmed_mapping_was_decided'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', '')), models.Q(('decided_at__isnull', False), models.Q(('decided_by', ''), _negated=True)), _connector='OR'), name='mapping_decided_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Suspension',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('since', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('reason', models.CharField(max_length=200)),
                ('automatic', models.BooleanField(default=False)),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspensions', to='catalogue.scopegrant')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('until', None)), fields=('grant',), name='one_open_suspension'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='suspension_period')],
            },
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='panels', to='catalogue.item')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='catalogue.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('panel', 'member'), name='panel_member_once'), models.CheckConstraint(condition=models.Q(('panel', models.F('member')), _negated=True), name='panel_not_its_own_member')],
            },
        ),
        migrations.CreateModel(
            name='RecognitionRule',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('region', models.CharField(blank=True, max_length=26)),
                ('window_days', models.PositiveSmallIntegerField()),
                ('basis', models.CharField(choices=[('specimen_time', 'When the specimen was taken'), ('exam_time', 'When the examination took place'), ('report_time', 'When the report was issued')], default=xinglin.exchange.catalogue.words.Basis['SPECIMEN_TIME'], max_length=14)),
                ('enabled', models.BooleanField(default=True)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('source', models.CharField(max_length=200)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='catalogue.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'region', 'valid_from'), name='recognition_rule_once'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='recognition_rule_period'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(xinglin.exchange.catalogue.models.terms.Same(django.db.models.functions.text.Concat(django.db.models.functions.comparison.Coalesce(models.F('item_id'), models.Value('')), models.Value('|'), django.db.models.functions.comparison.Coalesce(models.F('region'), models.Value('')), models.Value('|'))), '&&'), (xinglin.exchange.catalogue.models.terms.Days('valid_from', 'valid_to'), '&&')], name='recognition_rules_follow_each_other')],
            },
        ),
    ]
