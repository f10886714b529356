import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import xinglin.challenges.words.bids
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
                ('need_number', models.CharField(blank=True, max_length=20)),
                ('keys', xinglin.kernel.finding.KeysField(editable=False, null=True)),
                ('case_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
            ],
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
        migrations.AddIndex(
            model_name='bid',
            index=models.Index(fields=['challenge', 'stage'], name='challenges__challen_461b74_idx'),
        ),
        migrations.AddConstraint(
            model_name='bid',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', False), ('person', None)), models.Q(('organisation', None), ('person__isnull', False)), _connector='OR'), name='bid_has_one_bidder'),
        ),
    ]
