import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import xinglin.challenges.words.bids
import xinglin.challenges.words.calls
import xinglin.challenges.words.challenges
import xinglin.kernel.clock
import xinglin.kernel.finding
import xinglin.kernel.models.base
import xinglin.kernel.privacy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('roster', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ListEdition',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('version', models.PositiveIntegerField(unique=True)),
                ('published_on', models.DateField()),
                ('entries', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Challenge',
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
                ('problem', models.TextField()),
                ('current_level', models.TextField(blank=True)),
                ('scene', models.TextField(blank=True)),
                ('end_user', models.CharField(blank=True, max_length=120)),
                ('specialty_codes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), blank=True, default=list, size=None)),
                ('region', models.CharField(blank=True, max_length=6)),
                ('mode', models.CharField(choices=[('single', 'One team'), ('race', 'A race of two or more teams')], default=xinglin.challenges.words.challenges.AwardMode['SINGLE'], max_length=8)),
                ('months', models.PositiveSmallIntegerField(default=24)),
                ('most_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('ip_clause', models.TextField(blank=True)),
                ('data_available', models.TextField(blank=True)),
                ('needs_ethics', models.BooleanField(default=False)),
                ('needs_hgr', models.BooleanField(default=False)),
                ('closes_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('openness', models.CharField(choices=[('public', 'Everybody'), ('alliance', 'Whoever works in the alliance')], default=xinglin.challenges.words.calls.Openness['PUBLIC'], max_length=8)),
                ('criterion_set', models.CharField(choices=[('general', 'Necessity, innovation, feasibility, expected benefit'), ('industrial', 'Industry, groundwork, technical and financial indicators')], default=xinglin.challenges.words.calls.CriterionSet['GENERAL'], max_length=12)),
                ('argument_round', models.PositiveSmallIntegerField(default=1)),
                ('mean_centi', models.PositiveIntegerField(blank=True, null=True)),
                ('remark', models.TextField(blank=True)),
                ('ended_because', models.TextField(blank=True)),
                ('need_number', models.CharField(blank=True, max_length=20)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('case_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='CallReminder',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('place', models.PositiveSmallIntegerField()),
                ('score', models.FloatField()),
                ('days_before', models.PositiveSmallIntegerField()),
                ('told_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='challenges.challenge')),
            ],
        ),
        migrations.CreateModel(
            name='CallQuestion',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.PositiveSmallIntegerField()),
                ('question', models.TextField()),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='questions', to='challenges.challenge')),
            ],
        ),
        migrations.CreateModel(
            name='BudgetLine',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('source', models.CharField(choices=[('own', "The demander's own funds"), ('public', 'Public funds'), ('fund', 'A fund')], max_length=8)),
                ('purpose', models.CharField(blank=True, max_length=200)),
                ('amount_fen', models.PositiveBigIntegerField()),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='budget_lines', to='challenges.challenge')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='Bid',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('number', models.CharField(max_length=20, unique=True)),
                ('received_at', models.DateTimeField()),
                ('receipt', models.CharField(max_length=64)),
                ('title', models.CharField(blank=True, max_length=120)),
                ('summary', models.TextField(blank=True)),
                ('route', models.TextField(blank=True)),
                ('price_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('credit_commitment', models.BooleanField(default=False)),
                ('conflict_statement', models.TextField(blank=True)),
                ('related_statement', models.TextField(blank=True)),
                ('exclusion', models.TextField(blank=True)),
                ('lane', models.PositiveSmallIntegerField(default=0)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='challenges.challenge')),
            ],
        ),
        migrations.CreateModel(
            name='Appraisal',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('opinion', models.TextField(blank=True)),
                ('mean_centi', models.PositiveIntegerField(blank=True, null=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appraisals', to='challenges.challenge')),
            ],
        ),
        migrations.CreateModel(
            name='Indicator',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('unit', models.CharField(max_length=40)),
                ('direction', models.CharField(choices=[('at_least', 'At least'), ('at_most', 'At most'), ('exactly', 'Exactly')], default=xinglin.challenges.words.calls.Direction['AT_LEAST'], max_length=10)),
                ('target', models.DecimalField(decimal_places=4, max_digits=18)),
                ('test_method', models.CharField(max_length=400)),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='indicators', to='challenges.challenge')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='PlannedMilestone',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.CharField(max_length=400)),
                ('due_months', models.PositiveSmallIntegerField()),
                ('share_percent', models.PositiveSmallIntegerField()),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='planned_milestones', to='challenges.challenge')),
            ],
            options={
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='PublicNotice',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('about', models.CharField(choices=[('list', 'The list of challenges'), ('award', 'The award')], max_length=8)),
                ('number', models.PositiveSmallIntegerField()),
                ('opened_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('text', models.TextField(blank=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='public_notices', to='challenges.challenge')),
                ('edition', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='challenges.listedition')),
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
                ('about', models.CharField(choices=[('list', 'The list of challenges'), ('award', 'The award')], max_length=8)),
                ('grounds', models.TextField()),
                ('received_at', models.DateTimeField()),
                ('name', xinglin.kernel.privacy.EncryptedTextField(blank=True, default='')),
                ('contact', xinglin.kernel.privacy.EncryptedTextField(blank=True, default='')),
                ('minutes', models.TextField(blank=True)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='challenges.challenge')),
                ('raised_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='challenges.publicnotice')),
            ],
        ),
        migrations.CreateModel(
            name='AppraisalScore',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('criterion', models.CharField(choices=[('necessity', 'Necessity'), ('innovation', 'Innovation'), ('feasibility', 'Feasibility'), ('benefit', 'Expected benefit'), ('industry', 'Industry it brings along'), ('groundwork', 'Research groundwork'), ('technical', 'Technical indicators'), ('financial', 'Financial indicators')], max_length=12)),
                ('points', models.PositiveSmallIntegerField()),
                ('appraisal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='challenges.appraisal')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('appraisal', 'criterion'), name='each_criterion_once'), models.CheckConstraint(condition=models.Q(('points__lte', 100)), name='points_of_a_hundred')],
            },
        ),
        migrations.CreateModel(
            name='BidAttachment',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=120)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('author', models.CharField(blank=True, max_length=200)),
                ('last_author', models.CharField(blank=True, max_length=200)),
                ('company', models.CharField(blank=True, max_length=200)),
                ('program', models.CharField(blank=True, max_length=200)),
                ('made_on', models.CharField(blank=True, max_length=40)),
                ('pages', models.PositiveIntegerField(default=0)),
                ('text_state', models.CharField(choices=[('waiting', 'Not read yet'), ('read', 'Text read'), ('none', 'A picture, or no text in it'), ('failed', 'Its text could not be read')], default=xinglin.challenges.words.bids.TextState['WAITING'], max_length=8)),
                ('text', models.TextField(blank=True)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='challenges.bid')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('bid', 'number'), name='bid_attachment_number_once')],
            },
        ),
        migrations.CreateModel(
            name='BidMember',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('institution', models.CharField(max_length=200)),
                ('part', models.CharField(choices=[('leader', 'Leader'), ('member', 'Member'), ('contact', 'Contact')], max_length=12)),
                ('phone', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('email', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('share_percent', models.PositiveSmallIntegerField(default=0)),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='challenges.bid')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('bid', 'number'), name='bid_member_number_once')],
            },
        ),
        migrations.CreateModel(
            name='BidPlan',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('content', models.TextField()),
                ('due_months', models.PositiveSmallIntegerField()),
                ('share_percent', models.PositiveSmallIntegerField()),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan', to='challenges.bid')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('bid', 'number'), name='bid_plan_number_once'), models.CheckConstraint(condition=models.Q(('due_months__gte', 1), ('share_percent__lte', 100)), name='bid_plan_possible')],
            },
        ),
        migrations.CreateModel(
            name='BidWork',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveSmallIntegerField()),
                ('category', models.CharField(choices=[('paper', 'Paper'), ('patent', 'Patent'), ('prize', 'Prize'), ('standard', 'Standard or guideline'), ('product', 'Product'), ('other', 'Other')], max_length=12)),
                ('title', models.CharField(max_length=300)),
                ('authors', models.CharField(blank=True, max_length=300)),
                ('published_on', models.DateField()),
                ('bid', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='works', to='challenges.bid')),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('bid', 'number'), name='bid_work_number_once')],
            },
        ),
        migrations.AddIndex(
            model_name='challenge',
            index=models.Index(fields=['organisation', 'stage'], name='challenges__organis_4f44ec_idx'),
        ),
        migrations.AddIndex(
            model_name='challenge',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='challenge_keys'),
        ),
        migrations.AddConstraint(
            model_name='challenge',
            constraint=models.CheckConstraint(condition=models.Q(('months__gte', 1)), name='challenge_takes_time'),
        ),
        migrations.AddConstraint(
            model_name='callreminder',
            constraint=models.UniqueConstraint(fields=('challenge', 'person', 'days_before'), name='reminded_once_a_step'),
        ),
        migrations.AddConstraint(
            model_name='callquestion',
            constraint=models.UniqueConstraint(fields=('challenge', 'number'), name='question_number_once'),
        ),
        migrations.AddConstraint(
            model_name='callquestion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'answered'), _negated=True), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='answered_question_has_an_answer'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.UniqueConstraint(fields=('challenge', 'number'), name='budget_line_number_once'),
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='budget_line_holds_money'),
        ),
        migrations.AddIndex(
            model_name='bid',
            index=models.Index(fields=['challenge', 'stage'], name='challenges__challen_461b74_idx'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('person', None)), models.Q(('organisation', None), ('person__isnull', False)), _connector='OR'), name='bid_has_one_bidder'),
        ),
        migrations.AddConstraint(
            model_name='appraisal',
            constraint=models.UniqueConstraint(fields=('challenge', 'round', 'person'), name='one_opinion_of_each_expert'),
        ),
        migrations.AddConstraint(
            model_name='appraisal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage', 'signed'), _negated=True), models.Q(('mean_centi__isnull', False), ('signed_at__isnull', False)), _connector='OR'), name='signed_opinion_has_points'),
        ),
        migrations.AddConstraint(
            model_name='indicator',
            constraint=models.UniqueConstraint(fields=('challenge', 'number'), name='indicator_number_once'),
        ),
        migrations.AddConstraint(
            model_name='plannedmilestone',
            constraint=models.UniqueConstraint(fields=('challenge', 'number'), name='planned_milestone_number_once'),
        ),
        migrations.AddConstraint(
            model_name='plannedmilestone',
            constraint=models.CheckConstraint(condition=models.Q(('share_percent__lte', 100)), name='planned_share_is_a_share'),
        ),
        migrations.AddConstraint(
            model_name='plannedmilestone',
            constraint=models.CheckConstraint(condition=models.Q(('due_months__gte', 1)), name='planned_milestone_takes_time'),
        ),
        migrations.AddConstraint(
            model_name='publicnotice',
            constraint=models.UniqueConstraint(fields=('challenge', 'about', 'number'), name='notice_number_once'),
        ),
        migrations.AddConstraint(
            model_name='publicnotice',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('challenge', 'about'), name='one_notice_of_a_kind_in_force'),
        ),
        migrations.AddConstraint(
            model_name='publicnotice',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('opened_on'))), name='public_notice_has_a_term'),
        ),
        migrations.AddIndex(
            model_name='objection',
            index=models.Index(fields=['challenge', 'about', 'stage'], name='challenges__challen_4391f6_idx'),
        ),
        migrations.AddConstraint(
            model_name='objection',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stage__in', ['upheld', 'dismissed']), _negated=True), models.Q(models.Q(('decision', ''), _negated=True), ('decided_at__isnull', False), ('heard_at__isnull', False)), _connector='OR'), name='decided_objection_was_heard'),
        ),
    ]
