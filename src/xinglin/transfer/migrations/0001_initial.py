import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import xinglin.kernel.clock
import xinglin.kernel.finding
import xinglin.kernel.models.base
import xinglin.kernel.models.guards
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
            name='Deal',
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
                ('company', models.CharField(max_length=120)),
                ('summary', models.TextField()),
                ('amount_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('promises_nothing', models.BooleanField(default=False)),
                ('qualified_only', models.BooleanField(default=False)),
                ('proceeds_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('exited_on', models.DateField(blank=True, null=True)),
                ('exit_way', models.CharField(blank=True, max_length=200)),
                ('ended_because', models.TextField(blank=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('minutes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.documentversion')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Adviser',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('since', models.DateField()),
                ('left_on', models.DateField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='advisers', to='transfer.deal')),
            ],
            options={
                'ordering': ('since', 'id'),
            },
        ),
        migrations.CreateModel(
            name='DealNote',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('happened_on', models.DateField()),
                ('text', models.TextField()),
                ('recorded_by', models.CharField(max_length=26)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='transfer.deal')),
            ],
            options={
                'ordering': ('-happened_on', '-id'),
            },
        ),
        migrations.CreateModel(
            name='Declaration',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(choices=[('lead', 'Lead entered'), ('screening', 'Being screened'), ('due_diligence', 'Under due diligence'), ('committee', 'Before the investment committee'), ('approved', 'Approved by the committee'), ('agreed', 'Agreement signed'), ('funded', 'Being funded by tranches'), ('post', 'Under post-investment management'), ('exited', 'Exited'), ('declined', 'Declined')], max_length=16)),
                ('has_interest', models.BooleanField()),
                ('statement', models.TextField()),
                ('declared_on', models.DateField()),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='declarations', to='transfer.deal')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
            ],
            options={
                'ordering': ('created_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='Distribution',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveIntegerField()),
                ('measure', models.CharField(choices=[('fen', 'Money'), ('shares', 'Shares of the company')], max_length=8)),
                ('base', models.BigIntegerField()),
                ('pool_bp', models.PositiveSmallIntegerField()),
                ('main_bp', models.PositiveSmallIntegerField()),
                ('staff_bp', models.PositiveSmallIntegerField()),
                ('floors', models.JSONField(default=list)),
                ('deducts', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('patent', 'Patent application and maintenance'), ('valuation', 'Valuation'), ('agency', 'Agency and market fees'), ('testing', 'Testing and pilot run'), ('legal', 'Legal fees'), ('research', 'Research and development'), ('other', 'Other cost')], max_length=12), default=list, size=None)),
                ('planned_on', models.DateField()),
                ('announced_on', models.DateField(blank=True, null=True)),
                ('notice_until', models.DateField(blank=True, null=True)),
                ('paid_on', models.DateField(blank=True, null=True)),
                ('withdrawn_on', models.DateField(blank=True, null=True)),
                ('because', models.TextField(blank=True)),
                ('recorded_by', models.CharField(max_length=26)),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='transfer.distribution')),
            ],
            options={
                'ordering': ('ordinal',),
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
            },
        ),
        migrations.CreateModel(
            name='GrantCall',
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
                ('terms', models.TextField()),
                ('budget_fen', models.PositiveBigIntegerField()),
                ('closes_on', models.DateField(blank=True, null=True)),
                ('ended_because', models.TextField(blank=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='GrantChallenge',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('challenge_number', models.CharField(max_length=20)),
                ('planned_fen', models.PositiveBigIntegerField()),
                ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='challenges', to='transfer.grantcall')),
            ],
            options={
                'ordering': ('challenge_number',),
            },
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
            name='ShareLine',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('party', models.CharField(choices=[('owner', 'Inventor as co-owner'), ('main', 'Main contributor'), ('other', 'Other contributor'), ('staff', 'Transfer staff'), ('unit', 'The unit, mainly for research')], max_length=8)),
                ('name', models.CharField(max_length=120)),
                ('share_bp', models.PositiveSmallIntegerField(default=0)),
                ('amount', models.BigIntegerField()),
                ('distribution', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='transfer.distribution')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
            ],
            options={
                'ordering': ('ordinal',),
            },
        ),
        migrations.CreateModel(
            name='Tranche',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('amount_fen', models.PositiveBigIntegerField()),
                ('condition', models.CharField(max_length=200)),
                ('paid_on', models.DateField(blank=True, null=True)),
                ('shown_by', models.CharField(blank=True, max_length=300)),
                ('deal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tranches', to='transfer.deal')),
            ],
            options={
                'ordering': ('ordinal',),
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('way', models.CharField(choices=[('self', 'Implemented by the unit itself'), ('assign', 'Assigned to another'), ('licence', 'Licensed'), ('cooperate', 'Implemented together with others'), ('shares', 'Contributed as shares'), ('other', 'Another way agreed')], max_length=12)),
                ('buyer_name', models.CharField(blank=True, max_length=120)),
                ('by_inventors', models.BooleanField(default=False)),
                ('ip_check', models.TextField(blank=True)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('attendees', models.PositiveSmallIntegerField(default=0)),
                ('pricing', models.CharField(blank=True, choices=[('agreement', 'By agreement, announced in the unit'), ('listing', 'By listing on a technology market'), ('auction', 'By auction')], max_length=12)),
                ('price_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('relation', models.CharField(blank=True, choices=[('none', 'Not related to any inventor'), ('inventor', 'Is an inventor'), ('related', 'Is related to an inventor')], max_length=12)),
                ('relation_statement', models.TextField(blank=True)),
                ('announced_on', models.DateField(blank=True, null=True)),
                ('notice_until', models.DateField(blank=True, null=True)),
                ('contract_kind', models.CharField(blank=True, choices=[('development', 'Technology development contract'), ('transfer', 'Technology transfer contract'), ('licence', 'Technology licence contract'), ('consulting', 'Technology consulting contract'), ('service', 'Technology service contract')], max_length=12)),
                ('contract_number', models.CharField(blank=True, max_length=60)),
                ('signed_on', models.DateField(blank=True, null=True)),
                ('signed_sha256', models.CharField(blank=True, max_length=64)),
                ('registered_with', models.CharField(blank=True, max_length=120)),
                ('accepted_on', models.DateField(blank=True, null=True)),
                ('registered_on', models.DateField(blank=True, null=True)),
                ('registration_number', models.CharField(blank=True, max_length=60)),
                ('technical_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('plan_source', models.CharField(blank=True, max_length=120)),
                ('late_because', models.TextField(blank=True)),
                ('refused_because', models.TextField(blank=True)),
                ('ended_because', models.TextField(blank=True)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('achievement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='transfers', to='transfer.achievement')),
                ('buyer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
                ('minutes', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.documentversion')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('statement', models.TextField()),
                ('raised_by', models.CharField(max_length=120)),
                ('decision', models.TextField(blank=True)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='transfer.transfer')),
            ],
        ),
        migrations.CreateModel(
            name='IncomeEntry',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('received', 'Payment received'), ('returned', 'Payment returned'), ('cost', 'Cost'), ('tax', 'Tax'), ('shares', 'Shares received'), ('profit', 'Operating profit of a year')], max_length=10)),
                ('cost_kind', models.CharField(blank=True, choices=[('patent', 'Patent application and maintenance'), ('valuation', 'Valuation'), ('agency', 'Agency and market fees'), ('testing', 'Testing and pilot run'), ('legal', 'Legal fees'), ('research', 'Research and development'), ('other', 'Other cost')], max_length=12)),
                ('amount', models.PositiveBigIntegerField()),
                ('fiscal_funded', models.BooleanField(default=False)),
                ('year', models.PositiveSmallIntegerField(default=0)),
                ('happened_on', models.DateField()),
                ('what', models.CharField(max_length=200)),
                ('recorded_by', models.CharField(max_length=26)),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='transfer.incomeentry')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='transfer.transfer')),
            ],
            options={
                'ordering': ('ordinal',),
            },
        ),
        migrations.AddField(
            model_name='distribution',
            name='transfer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='distributions', to='transfer.transfer'),
        ),
        migrations.CreateModel(
            name='ContractClause',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('clause', models.CharField(choices=[('subject', 'Subject, scope and requirements'), ('performance', 'Plan, place, time and manner of performance'), ('confidentiality', 'Confidentiality of technology and information'), ('results', 'Ownership of results and sharing of income'), ('acceptance', 'Standard and method of acceptance'), ('payment', 'Price, instalments and manner of payment'), ('breach', 'Liability for breach'), ('disputes', 'Settlement of disputes'), ('risk', 'Risk of failure of the development'), ('tasks', 'Tasks and money of each side'), ('patents', 'Patents: name, applicant, owner, dates, numbers, term'), ('warranty', 'Warranty of ownership, completeness and effect'), ('improvements', 'Later improvements'), ('scope', 'Scope of the licence: kind, territory, term, sub-licence'), ('materials', 'Materials and data the client provides'), ('report', 'Form and date of the report'), ('conditions', 'Working conditions the client provides')], max_length=16)),
                ('text', models.TextField()),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clauses', to='transfer.transfer')),
            ],
            options={
                'ordering': ('ordinal',),
            },
        ),
        migrations.CreateModel(
            name='Valuation',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('report_number', models.CharField(max_length=60)),
                ('appraiser', models.CharField(max_length=120)),
                ('valued_on', models.DateField()),
                ('value_fen', models.PositiveBigIntegerField()),
                ('recorded_by', models.CharField(max_length=26)),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.documentversion')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='valuations', to='transfer.transfer')),
            ],
            options={
                'ordering': ('created_at', 'id'),
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
        migrations.AddIndex(
            model_name='deal',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='deal_keys'),
        ),
        migrations.AddConstraint(
            model_name='deal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ['agreed', 'funded', 'post', 'exited']), _negated=True), models.Q(('amount_fen__gt', 0), ('promises_nothing', True), ('qualified_only', True)), _connector='OR'), name='agreed_deal_promises_nothing'),
        ),
        migrations.AddConstraint(
            model_name='adviser',
            constraint=models.UniqueConstraint(fields=('deal', 'person'), name='adviser_once'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=models.UniqueConstraint(fields=('deal', 'person', 'stage'), name='declared_once_per_stage'),
        ),
        migrations.AddConstraint(
            model_name='declaration',
            constraint=xinglin.kernel.models.guards.Guard(body="RAISE EXCEPTION 'declaration_append_only: rows are only added' USING ERRCODE = 'insufficient_privilege';", name='declaration_append_only', when='BEFORE UPDATE OR DELETE OR TRUNCATE', whole=True),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('achievement', 'level'), name='level_shown_once'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(('level__gte', 1), ('level__lte', 9)), name='level_one_to_nine'),
        ),
        migrations.AddIndex(
            model_name='grantcall',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='grant_call_keys'),
        ),
        migrations.AddConstraint(
            model_name='grantchallenge',
            constraint=models.UniqueConstraint(fields=('challenge_number',), name='challenge_paid_by_one_grant'),
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
        migrations.AddConstraint(
            model_name='shareline',
            constraint=models.UniqueConstraint(fields=('distribution', 'ordinal'), name='share_line_once'),
        ),
        migrations.AddConstraint(
            model_name='shareline',
            constraint=xinglin.kernel.models.guards.Guard(body="RAISE EXCEPTION 'share_line_append_only: rows are only added' USING ERRCODE = 'insufficient_privilege';", name='share_line_append_only', when='BEFORE UPDATE OR DELETE OR TRUNCATE', whole=True),
        ),
        migrations.AddConstraint(
            model_name='shareline',
            constraint=xinglin.kernel.models.guards.Guard(body="IF (SELECT sum(l.amount) = d.base AND bool_and(l.amount = 0 OR sign(l.amount) = sign(d.base)) FROM transfer_distribution d JOIN transfer_shareline l ON l.distribution_id = d.id WHERE d.id = NEW.distribution_id GROUP BY d.base) IS NOT TRUE THEN RAISE EXCEPTION 'share_lines_make_the_base: the lines do not make the base' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", deferred=True, name='share_lines_make_the_base', when='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='tranche',
            constraint=models.UniqueConstraint(fields=('deal', 'ordinal'), name='tranche_once'),
        ),
        migrations.AddConstraint(
            model_name='tranche',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on', None), models.Q(('shown_by', ''), _negated=True), _connector='OR'), name='paid_tranche_is_shown'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['organisation', 'stage'], name='transfer_tr_organis_126393_idx'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['stage', 'stage_since'], name='transfer_tr_stage_6de4c4_idx'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='transfer_keys'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('contract_number', ''), _negated=True), fields=('contract_number',), name='contract_number_once'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('signed_sha256', ''), _negated=True), fields=('signed_sha256',), name='contract_once'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.UniqueConstraint(condition=models.Q(('registration_number', ''), _negated=True), fields=('registration_number',), name='registration_once'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('announced_on', None), ('notice_until', None)), ('notice_until__gt', models.F('announced_on')), _connector='OR'), name='notice_has_days'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('signed_on', None), ('signed_on__gte', models.F('notice_until')), _connector='OR'), name='signed_after_the_notice'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('registered_on', None), models.Q(('accepted_on__gte', models.F('signed_on')), ('registered_on__gte', models.F('accepted_on'))), _connector='OR'), name='registered_after_signing'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('technical_fen', None), ('technical_fen__lte', models.F('price_fen')), _connector='OR'), name='technical_part_of_price'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(('stage', 'raised'), models.Q(models.Q(('decision', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='decided_objection_has_reasons'),
        ),
        migrations.AddConstraint(
            model_name='incomeentry',
            constraint=models.UniqueConstraint(fields=('transfer', 'ordinal'), name='income_line_once'),
        ),
        migrations.AddConstraint(
            model_name='incomeentry',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='income_line_is_something'),
        ),
        migrations.AddConstraint(
            model_name='incomeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'cost'), _negated=True), models.Q(('cost_kind', ''), _negated=True), _connector='OR'), name='cost_has_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='incomeentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fiscal_funded', True), _negated=True), ('kind', 'cost'), _connector='OR'), name='only_costs_are_funded'),
        ),
        migrations.AddConstraint(
            model_name='incomeentry',
            constraint=xinglin.kernel.models.guards.Guard(body="RAISE EXCEPTION 'income_append_only: rows are only added' USING ERRCODE = 'insufficient_privilege';", name='income_append_only', when='BEFORE UPDATE OR DELETE OR TRUNCATE', whole=True),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.UniqueConstraint(fields=('transfer', 'ordinal'), name='distribution_once'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.UniqueConstraint(condition=models.Q(('paid_on', None), ('withdrawn_on', None)), fields=('transfer',), name='one_plan_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on', None), ('withdrawn_on', None), _connector='OR'), name='paid_is_never_withdrawn'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.CheckConstraint(condition=models.Q(('paid_on', None), ('reverses__isnull', False), ('paid_on__gte', models.F('notice_until')), _connector='OR'), name='paid_after_its_notice'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base__gt', 0), ('reverses', None)), models.Q(('base__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='only_a_reversal_takes_back'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=xinglin.kernel.models.guards.Guard(body="IF (TG_OP = 'UPDATE' AND OLD.paid_on IS NULL AND OLD.withdrawn_on IS NULL AND to_jsonb(NEW) - ARRAY['announced_on', 'notice_until', 'paid_on', 'withdrawn_on', 'because'] = to_jsonb(OLD) - ARRAY['announced_on', 'notice_until', 'paid_on', 'withdrawn_on', 'because']) IS NOT TRUE THEN RAISE EXCEPTION 'distribution_keeps_its_plan: what was planned stays' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", name='distribution_keeps_its_plan', when='BEFORE UPDATE OR DELETE'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=xinglin.kernel.models.guards.Guard(body="IF (SELECT sum(l.amount) = d.base AND bool_and(l.amount = 0 OR sign(l.amount) = sign(d.base)) FROM transfer_distribution d JOIN transfer_shareline l ON l.distribution_id = d.id WHERE d.id = NEW.id GROUP BY d.base) IS NOT TRUE THEN RAISE EXCEPTION 'distribution_has_its_lines: the lines do not make the base' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", deferred=True, name='distribution_has_its_lines', when='AFTER INSERT'),
        ),
        migrations.AddConstraint(
            model_name='distribution',
            constraint=xinglin.kernel.models.guards.Guard(body="IF (CASE WHEN NEW.paid_on IS NULL THEN TRUE WHEN NEW.reverses_id IS NOT NULL THEN NEW.base = (SELECT -r.base FROM transfer_distribution r WHERE r.id = NEW.reverses_id AND r.paid_on IS NOT NULL) ELSE (SELECT sum(d.base) FROM transfer_distribution d WHERE d.transfer_id = NEW.transfer_id AND d.paid_on IS NOT NULL) = (SELECT coalesce(sum(CASE WHEN e.reverses_id IS NULL THEN e.amount ELSE -e.amount END * CASE WHEN e.kind IN ('received', 'shares', 'profit') THEN 1 WHEN e.kind IN ('returned', 'tax') OR (NOT e.fiscal_funded AND e.cost_kind = ANY (NEW.deducts)) THEN -1 ELSE 0 END), 0) FROM transfer_incomeentry e WHERE e.transfer_id = NEW.transfer_id) END) IS NOT TRUE THEN RAISE EXCEPTION 'distribution_pays_net_income: this is not what the book leaves' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", name='distribution_pays_net_income', when='AFTER INSERT OR UPDATE'),
        ),
        migrations.AddConstraint(
            model_name='contractclause',
            constraint=models.UniqueConstraint(fields=('transfer', 'clause'), name='clause_once'),
        ),
        migrations.AddConstraint(
            model_name='contractclause',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='clause_says_something'),
        ),
        migrations.AddConstraint(
            model_name='valuation',
            constraint=models.UniqueConstraint(fields=('transfer', 'report_number'), name='valuation_once'),
        ),
        migrations.AddConstraint(
            model_name='valuation',
            constraint=models.CheckConstraint(condition=models.Q(('value_fen__gt', 0)), name='valuation_finds_a_value'),
        ),
    ]
