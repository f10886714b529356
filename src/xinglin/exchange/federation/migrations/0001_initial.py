import django.db.models.deletion
import xinglin.exchange.federation.words
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
            name='Client',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('organisation_id', models.CharField(db_index=True, max_length=26)),
                ('account_id', models.CharField(max_length=26, unique=True)),
                ('abilities', models.JSONField(default=list)),
                ('public_keys', models.JSONField(blank=True, default=dict)),
                ('keys_address', models.CharField(blank=True, max_length=300)),
                ('declares_visits', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Peer',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('stage', models.CharField(db_index=True, max_length=40)),
                ('stage_since', models.DateTimeField(default=xinglin.kernel.clock.now)),
                ('due_on', models.DateField(blank=True, db_index=True, null=True)),
                ('created_by', models.CharField(blank=True, max_length=26)),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('city', models.CharField(max_length=6)),
                ('endpoint', models.CharField(max_length=300)),
                ('kind', models.CharField(choices=[('xinglin', 'Another Xinglin'), ('fhir', 'Any FHIR R4 server')], default=xinglin.exchange.federation.words.PeerKind['XINGLIN'], max_length=12)),
                ('client_id', models.CharField(blank=True, max_length=80)),
                ('grant_address', models.CharField(blank=True, max_length=300)),
                ('access_secret', xinglin.kernel.privacy.EncryptedTextField(blank=True)),
                ('contract_number', models.CharField(blank=True, max_length=80)),
                ('contract_is_gba', models.BooleanField(default=False)),
                ('filing_number', models.CharField(blank=True, max_length=80)),
                ('impact_assessment', models.CharField(blank=True, max_length=80)),
                ('security_assessment', models.CharField(blank=True, max_length=80)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('endpoint',), name='peer_endpoint_once')],
            },
        ),
        migrations.CreateModel(
            name='UsedAssertion',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('number_key', models.CharField(max_length=64)),
                ('ends_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='ExportedPerson',
            fields=[
                ('id', models.CharField(default=xinglin.kernel.models.base.new_id, editable=False, max_length=26, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=xinglin.kernel.clock.now, editable=False)),
                ('year', models.PositiveSmallIntegerField()),
                ('data_class', models.CharField(choices=[('ordinary', 'Personal, not sensitive'), ('sensitive', 'Sensitive')], max_length=12)),
                ('person', models.BigIntegerField()),
                ('recipient', models.CharField(max_length=120)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('year', 'data_class', 'person'), name='exported_once_a_year')],
            },
        ),
        migrations.CreateModel(
            name='PeerHealth',
            fields=[
                ('peer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='health', serialize=False, to='federation.peer')),
                ('failures', models.PositiveIntegerField(default=0)),
                ('rests_until', models.DateTimeField(blank=True, null=True)),
                ('trying_until', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='usedassertion',
            name='client',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='used', to='federation.client'),
        ),
        migrations.AddConstraint(
            model_name='usedassertion',
            constraint=models.UniqueConstraint(fields=('client', 'number_key'), name='assertion_once'),
        ),
    ]
