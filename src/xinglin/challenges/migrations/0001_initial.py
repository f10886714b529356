import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import xinglin.challenges.words.challenges
import xinglin.kernel.clock
import xinglin.kernel.finding
import xinglin.kernel.models.base
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
                ('price_fen', models.PositiveBigIntegerField(blank=True, null=True)),
                ('months', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('lane', models.PositiveSmallIntegerField(default=0)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roster.person')),
                ('challenge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bids', to='challenges.challenge')),
            ],
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
