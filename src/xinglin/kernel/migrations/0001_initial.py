import django.db.models.deletion
import django.db.models.functions.text
import xinglin.kernel.clock
import xinglin.kernel.models.base
import xinglin.kernel.privacy
import xinglin.kernel.words
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.PositiveBigIntegerField()),
                ('media_type', models.CharField(max_length=120)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='LedgerSeal',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('sealed_at', models.DateTimeField()),
                ('size', models.PositiveIntegerField()),
                ('merkle_root', models.CharField(max_length=64)),
                ('previous_root', models.CharField(max_length=64)),
                ('root', models.CharField(max_length=64, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('token', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('account_id', models.CharField(max_length=26)),
                ('verb', models.CharField(max_length=80)),
                ('subject_kind', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Account',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('username', models.CharField(max_length=150, unique=True)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('display_name', models.CharField(blank=True, max_length=120)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('program', 'Program')], default=xinglin.kernel.words.AccountKind['PERSON'], max_length=16)),
                ('person_id', models.CharField(blank=True, db_index=True, max_length=26)),
                ('language', models.CharField(default='zh-hans', max_length=10)),
                ('password_changed_at', models.DateTimeField(blank=True, null=True)),
                ('must_change_password', models.BooleanField(default=False)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='account_name_once'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('email', ''), _negated=True), name='account_email_once')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('abilities', models.JSONField(default=list)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DatedSetting',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('key', models.CharField(max_length=80)),
                ('value', models.JSONField()),
                ('source_document', models.CharField(max_length=300)),
                ('article', models.CharField(blank=True, max_length=120)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('set_by', models.CharField(max_length=26)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'valid_from'), name='setting_from_once'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='setting_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('subject_kind', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=200)),
                ('purpose', models.CharField(blank=True, max_length=40)),
                ('privacy', models.CharField(choices=[('public', 'Public'), ('alliance', 'Within the alliance'), ('personal', 'Personal information'), ('clinical', 'Clinical data'), ('secret', 'Secret: never shown, never exported')], default=xinglin.kernel.words.Privacy['ALLIANCE'], max_length=16)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_kind', 'subject_id'], name='kernel_docu_subject_25bdbb_idx')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('email', models.EmailField(max_length=254)),
                ('display_name', models.CharField(blank=True, max_length=120)),
                ('person_id', models.CharField(blank=True, max_length=26)),
                ('role', models.CharField(choices=[('secretariat', 'Secretariat'), ('liaison', 'Hospital liaison'), ('department_head', 'Department head'), ('expert', 'Expert'), ('company', 'Company contact'), ('doctor', 'Doctor'), ('laboratory', 'Laboratory, imaging and information staff'), ('steward', 'Data steward'), ('resident', 'Resident'), ('authority', 'Health authority (read only)'), ('system_admin', 'System administrator'), ('security_admin', 'Security administrator'), ('audit_admin', 'Audit administrator')], max_length=32)),
                ('scope_kind', models.CharField(max_length=32)),
                ('scope_id', models.CharField(max_length=64)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('invited_by', models.CharField(max_length=26)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.CharField(blank=True, max_length=26)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', '')), models.Q(('accepted_at__isnull', False), models.Q(('accepted_by', ''), _negated=True)), _connector='OR'), name='invitation_acceptance_has_an_actor'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('accepted_at__lte', models.F('expires_at')), _connector='OR'), name='invitation_accepted_in_time')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('task', models.CharField(max_length=80)),
                ('arguments', models.JSONField(default=dict)),
                ('asked_by', models.CharField(max_length=26)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelling', 'Being cancelled'), ('cancelled', 'Cancelled')], db_index=True, default=xinglin.kernel.words.JobState['WAITING'], max_length=16)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(default=0)),
                ('place', models.JSONField(default=dict)),
                ('result', models.JSONField(default=dict)),
                ('failure', models.JSONField(default=dict)),
                ('started_at', models.DateTimeField(blank=True, null=True)),
                ('heard_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('due_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('attempts', models.PositiveIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['asked_by', '-created_at'], name='kernel_job_asked_b_58cbc4_idx')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('event', models.CharField(max_length=80)),
                ('happened_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('actor_id', models.CharField(max_length=26)),
                ('actor_name', models.CharField(max_length=120)),
                ('subject_kind', models.CharField(max_length=60)),
                ('subject_id', models.CharField(max_length=64)),
                ('subject_title', models.CharField(blank=True, max_length=300)),
                ('person_id', models.CharField(blank=True, max_length=26)),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'indexes': [models.Index(fields=['subject_kind', 'subject_id', 'id'], name='kernel_ledg_subject_384f89_idx'), models.Index(fields=['actor_id', 'id'], name='kernel_ledg_actor_i_9c5f2e_idx'), models.Index(fields=['event', 'id'], name='kernel_ledg_event_bbf7dd_idx'), models.Index(condition=models.Q(('person_id', ''), _negated=True), fields=['person_id', 'id'], name='ledger_about_a_person')],
            },
        ),
        migrations.CreateModel(
            name='LedgerLeaf',
            fields=[
                ('entry_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('seal_id', models.BigIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('seal_id', 'position'), name='leaf_place_once')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('event', models.CharField(max_length=80)),
                ('subject_kind', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.CharField(blank=True, max_length=64)),
                ('subject_title', models.CharField(blank=True, max_length=300)),
                ('sentence', models.CharField(max_length=400)),
                ('facts', models.JSONField(default=dict)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('once', models.CharField(blank=True, max_length=160)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'read_at', '-created_at'], name='kernel_noti_account_dc9d5d_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('once', ''), _negated=True), fields=('account', 'once'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='Outlet',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk'), ('webhook', 'Webhook')], max_length=16)),
                ('address', xinglin.kernel.privacy.EncryptedTextField()),
                ('secret', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('events', models.JSONField(default=list)),
                ('is_active', models.BooleanField(default=True)),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outlets', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk'), ('webhook', 'Webhook')], max_length=16)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('given_up_at', models.DateTimeField(blank=True, null=True)),
                ('last_failure', models.JSONField(default=dict)),
                ('due_at', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='kernel.notice')),
                ('outlet', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='kernel.outlet')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('delivered_at', None), ('given_up_at', None)), fields=['due_at'], name='deliveries_to_make')],
                'constraints': [models.CheckConstraint(condition=models.Q(('delivered_at', None), ('given_up_at', None), _connector='OR'), name='delivered_or_given_up')],
            },
        ),
        migrations.CreateModel(
            name='PastPassword',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('password', models.CharField(max_length=128)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_passwords', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20)),
                ('year', models.PositiveSmallIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('name', 'year'), name='series_once')],
            },
        ),
        migrations.CreateModel(
            name='DocumentVersion',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number', models.PositiveIntegerField()),
                ('file_name', models.CharField(max_length=200)),
                ('added_by', models.CharField(max_length=26)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='kernel.blob')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='kernel.document')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('document', 'number'), name='document_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('role', models.CharField(choices=[('secretariat', 'Secretariat'), ('liaison', 'Hospital liaison'), ('department_head', 'Department head'), ('expert', 'Expert'), ('company', 'Company contact'), ('doctor', 'Doctor'), ('laboratory', 'Laboratory, imaging and information staff'), ('steward', 'Data steward'), ('resident', 'Resident'), ('authority', 'Health authority (read only)'), ('system_admin', 'System administrator'), ('security_admin', 'Security administrator'), ('audit_admin', 'Audit administrator')], max_length=32)),
                ('scope_kind', models.CharField(max_length=32)),
                ('scope_id', models.CharField(max_length=64)),
                ('granted_by', models.CharField(max_length=26)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.CharField(blank=True, max_length=26)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['scope_kind', 'scope_id', 'role'], name='kernel_gran_scope_k_a81696_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('account', 'role', 'scope_kind', 'scope_id'), name='grant_once'), models.UniqueConstraint(condition=models.Q(('ended_at', None), ('role__in', [xinglin.kernel.words.Role['AUDIT_ADMIN'], xinglin.kernel.words.Role['SECURITY_ADMIN'], xinglin.kernel.words.Role['SYSTEM_ADMIN']])), fields=('account',), name='one_administration_each'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='grant_end_has_an_actor')],
            },
        ),
    ]
