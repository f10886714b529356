import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import xinglin.kernel.clock
import xinglin.kernel.finding
import xinglin.kernel.models.base
import xinglin.transfer.words.achievements
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('kernel', '0001_initial'),
        ('roster', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Achievement',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('title', models.CharField(max_length=120)),
                ('abstract', models.TextField(blank=True)),
                ('department', models.CharField(blank=True, max_length=80)),
                ('specialty_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('origin', models.CharField(choices=[('challenge', 'An open challenge'), ('study', 'A clinical study'), ('disclosure', 'A disclosure by its inventors')], max_length=12)),
                ('origin_number', models.CharField(blank=True, max_length=40)),
                ('trl', models.PositiveSmallIntegerField(default=0)),
                ('published', models.BooleanField(default=False)),
                ('registered_on', models.DateField(blank=True, null=True)),
                ('in_use_since', models.DateField(blank=True, null=True)),
                ('right_on', models.DateField(blank=True, null=True)),
                ('withdrawn_because', models.TextField(blank=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='IntellectualProperty',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('invention', 'Invention patent'), ('utility_model', 'Utility model patent'), ('design', 'Design patent'), ('software', 'Software copyright')], max_length=16)),
                ('title', models.CharField(max_length=120)),
                ('application_number', models.CharField(max_length=40)),
                ('filed_on', models.DateField()),
                ('priority_on', models.DateField(blank=True, null=True)),
                ('pct', models.BooleanField(default=False)),
                ('abroad_on', models.DateField(blank=True, null=True)),
                ('granted_on', models.DateField(blank=True, null=True)),
                ('certificate_number', models.CharField(blank=True, max_length=40)),
                ('approved_on', models.DateField(blank=True, null=True)),
                ('compensated_months', models.PositiveSmallIntegerField(default=0)),
                ('ends_on', models.DateField()),
                ('reward_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('rewarded_on', models.DateField(blank=True, null=True)),
                ('ended_because', models.TextField(blank=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('achievement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='transfer.achievement')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='IPFee',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('amount_fen', models.PositiveBigIntegerField()),
                ('paid_on', models.DateField()),
                ('recorded_by', models.CharField(max_length=26)),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fees', to='transfer.intellectualproperty')),
            ],
            options={
                'ordering': ('year',),
            },
        ),
        migrations.CreateModel(
            name='JointProject',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('kind', models.CharField(choices=[('joint_laboratory', 'Joint laboratory'), ('medical_engineering', 'Medical-engineering project')], max_length=20)),
                ('title', models.CharField(max_length=120)),
                ('aim', models.TextField()),
                ('budget_fen', models.PositiveBigIntegerField(default=0)),
                ('starts', models.DateField()),
                ('until', models.DateField(blank=True, null=True)),
                ('result', models.TextField(blank=True)),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.AddField(
            model_name='achievement',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='achievements', to='transfer.jointproject'),
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('brings', models.CharField(max_length=200)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='transfer.jointproject')),
            ],
            options={
                'ordering': ('created_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('name', models.CharField(max_length=60)),
                ('amount_fen', models.PositiveBigIntegerField()),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('right', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rewards', to='transfer.intellectualproperty')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Contributor',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('organisation_name', models.CharField(blank=True, max_length=120)),
                ('share_bp', models.PositiveSmallIntegerField()),
                ('owner_bp', models.PositiveSmallIntegerField(default=0)),
                ('main', models.BooleanField(default=True)),
                ('post', models.CharField(choices=[('none', 'No leading post'), ('deputy', 'Deputy head of the unit'), ('head', 'Head of the unit')], default=xinglin.transfer.words.achievements.Post['NONE'], max_length=8)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributors', to='transfer.achievement')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
            ],
            options={
                'ordering': ('ordinal',),
                'constraints': [models.UniqueConstraint(fields=('achievement', 'ordinal'), name='contributor_once'), models.UniqueConstraint(condition=models.Q(('person__isnull', False)), fields=('achievement', 'person'), name='contributor_person_once'), models.CheckConstraint(condition=models.Q(('share_bp__gte', 1), ('share_bp__lte', 10000)), name='contributor_has_a_share'), models.CheckConstraint(condition=models.Q(('owner_bp__lt', 10000)), name='unit_keeps_some_ownership')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('level', models.PositiveSmallIntegerField()),
                ('statement', models.CharField(max_length=300)),
                ('assessed_on', models.DateField()),
                ('recorded_by', models.CharField(max_length=26)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='transfer.achievement')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.documentversion')),
            ],
            options={
                'ordering': ('level',),
                'constraints': [models.UniqueConstraint(fields=('achievement', 'level'), name='level_shown_once'), models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 9)), name='level_one_to_nine')],
            },
        ),
        migrations.AddIndex(
            model_name='intellectualproperty',
            index=models.Index(fields=['organisation', 'stage'], name='transfer_in_organis_76a036_idx'),
        ),
        migrations.AddIndex(
            model_name='intellectualproperty',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='ip_keys'),
        ),
        migrations.AddConstraint(
            model_name='intellectualproperty',
            constraint=models.UniqueConstraint(fields=('kind', 'application_number'), name='application_once'),
        ),
        migrations.AddConstraint(
            model_name='intellectualproperty',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gt', models.F('filed_on'))), name='right_ends_after_filing'),
        ),
        migrations.AddConstraint(
            model_name='intellectualproperty',
            constraint=models.CheckConstraint(condition=models.Q(('priority_on', None), ('priority_on__lte', models.F('filed_on')), _connector='OR'), name='priority_before_filing'),
        ),
        migrations.AddConstraint(
            model_name='intellectualproperty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reward_fen', None), ('rewarded_on', None)), models.Q(('reward_fen__isnull', False), ('rewarded_on__isnull', False)), _connector='OR'), name='reward_has_a_day'),
        ),
        migrations.AddConstraint(
            model_name='intellectualproperty',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'granted'), _negated=True), ('granted_on__isnull', False), _connector='OR'), name='granted_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='ipfee',
            constraint=models.UniqueConstraint(fields=('right', 'year'), name='fee_of_a_year_once'),
        ),
        migrations.AddIndex(
            model_name='jointproject',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='joint_project_keys'),
        ),
        migrations.AddConstraint(
            model_name='jointproject',
            constraint=models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('starts')), _connector='OR'), name='project_ends_after'),
        ),
        migrations.AddConstraint(
            model_name='jointproject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'closed'), _negated=True), models.Q(models.Q(('result', ''), _negated=True), ('closed_on__isnull', False)), _connector='OR'), name='closed_project_has_a_result'),
        ),
        migrations.AddIndex(
            model_name='achievement',
            index=models.Index(fields=['organisation', 'stage'], name='transfer_ac_organis_735251_idx'),
        ),
        migrations.AddIndex(
            model_name='achievement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='achievement_keys'),
        ),
        migrations.AddConstraint(
            model_name='achievement',
            constraint=models.CheckConstraint(condition=models.Q(('trl__lte', 9)), name='readiness_has_nine_levels'),
        ),
        migrations.AddConstraint(
            model_name='achievement',
            constraint=models.CheckConstraint(condition=models.Q(('origin', 'disclosure'), models.Q(('origin_number', ''), _negated=True), _connector='OR'), name='origin_has_its_number'),
        ),
        migrations.AddConstraint(
            model_name='achievement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'registered'), _negated=True), ('registered_on__isnull', False), _connector='OR'), name='registered_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('project', 'organisation'), name='participant_once'),
        ),
    ]
