import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import identity.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('accounts', '0001_initial'), ('accounts', '0002_contacts_sessions_slips_and_leaving'), ('accounts', '0003_consents'), ('accounts', '0004_carried_forms')]

    initial = True

    dependencies = [
        ('areas', '0001_tables'),
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarriedForm',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('path', models.CharField(max_length=300, verbose_name='address')),
                ('browser', models.BinaryField(max_length=16)),
                ('person', models.CharField(blank=True, default='', max_length=24)),
                ('values', identity.fields.SealedJSONField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='posted')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
            ],
            options={
                'verbose_name': 'carried form',
                'verbose_name_plural': 'carried forms',
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='accounts_carried_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('username', models.CharField(max_length=60, unique=True, verbose_name='username')),
                ('name', models.CharField(blank=True, max_length=100, verbose_name='name')),
                ('nik', identity.fields.SealedTextField(blank=True, null=True, verbose_name='NIK')),
                ('nik_index', identity.fields.KeyedIndexField(blank=True, db_index=True, null=True)),
                ('nik_claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='NIK claimed at')),
                ('phone', identity.fields.SealedTextField(blank=True, null=True, verbose_name='phone')),
                ('phone_index', identity.fields.KeyedIndexField(blank=True, db_index=True, null=True)),
                ('email', identity.fields.SealedTextField(blank=True, null=True, validators=[django.core.validators.EmailValidator()], verbose_name='e-mail')),
                ('email_index', identity.fields.KeyedIndexField(blank=True, db_index=True, null=True)),
                ('phone_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='phone verified at')),
                ('email_verified_at', models.DateTimeField(blank=True, null=True, verbose_name='e-mail verified at')),
                ('sign_in_code', models.CharField(blank=True, choices=[('phone', 'Mobile number'), ('email', 'E-mail')], default='', max_length=5, verbose_name='code at sign-in')),
                ('nik_proof', models.BinaryField(max_length=32, null=True)),
                ('phone_proof', models.BinaryField(max_length=32, null=True)),
                ('email_proof', models.BinaryField(max_length=32, null=True)),
                ('username_proof', models.BinaryField(max_length=32, null=True)),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_staff', models.BooleanField(default=False, verbose_name='technical staff')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined')),
                ('language', models.CharField(choices=[('id', 'Indonesian'), ('en', 'English')], default='id', max_length=5, verbose_name='language')),
                ('consent_version', models.CharField(blank=True, default='', editable=False, max_length=20)),
                ('deletion_due_at', models.DateTimeField(blank=True, db_index=True, null=True, verbose_name='deletion due at')),
                ('deleted_at', models.DateTimeField(blank=True, null=True, verbose_name='deleted at')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ['-date_joined'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('nik_claimed_at__isnull', False)), fields=('nik_index',), name='accounts_user_nik_claimed_once'), models.CheckConstraint(condition=models.Q(('nik_claimed_at', None), ('nik_index__isnull', False), _connector='OR'), name='accounts_user_claim_needs_nik'), models.CheckConstraint(condition=models.Q(models.Q(('nik__isnull', True), ('nik_index__isnull', True)), models.Q(('nik__isnull', False), ('nik_index__isnull', False)), _connector='OR'), name='accounts_user_nik_sealed_and_indexed'), models.CheckConstraint(condition=models.Q(models.Q(('phone__isnull', True), ('phone_index__isnull', True)), models.Q(('phone__isnull', False), ('phone_index__isnull', False)), _connector='OR'), name='accounts_user_phone_sealed_and_indexed'), models.CheckConstraint(condition=models.Q(models.Q(('email__isnull', True), ('email_index__isnull', True)), models.Q(('email__isnull', False), ('email_index__isnull', False)), _connector='OR'), name='accounts_user_email_sealed_and_indexed'), models.CheckConstraint(condition=models.Q(('phone_verified_at', None), ('phone_index__isnull', False), _connector='OR'), name='accounts_user_phone_verified_exists'), models.CheckConstraint(condition=models.Q(('email_verified_at', None), ('email_index__isnull', False), _connector='OR'), name='accounts_user_email_verified_exists'), models.CheckConstraint(condition=models.Q(('sign_in_code', ''), models.Q(('phone_verified_at__isnull', False), ('sign_in_code', 'phone')), models.Q(('email_verified_at__isnull', False), ('sign_in_code', 'email')), _connector='OR'), name='accounts_user_code_goes_to_verified'), models.CheckConstraint(condition=models.Q(('deleted_at', None), models.Q(('email__isnull', True), ('is_active', False), ('name', ''), ('nik__isnull', True), ('phone__isnull', True)), _connector='OR'), name='accounts_user_deleted_is_empty')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to=settings.AUTH_USER_MODEL)),
                ('version', models.CharField(max_length=20, verbose_name='version of the notice')),
                ('language', models.CharField(max_length=5, verbose_name='language it was read in')),
                ('given_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='given')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'ordering': ['-given_at'],
                'constraints': [models.UniqueConstraint(fields=('user', 'version'), name='accounts_consent_once_per_version'), models.CheckConstraint(condition=models.Q(('version', ''), _negated=True), name='accounts_consent_has_version')],
            },
        ),
        migrations.CreateModel(
            name='MessageCode',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('purpose', models.CharField(choices=[('verify', 'to verify a number or address'), ('sign_in', 'to sign in')], max_length=10, verbose_name='purpose')),
                ('kind', models.CharField(choices=[('phone', 'Mobile number'), ('email', 'E-mail')], max_length=5, verbose_name='kind')),
                ('contact_index', identity.fields.KeyedIndexField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
            ],
            options={
                'verbose_name': 'code by message',
                'verbose_name_plural': 'codes by message',
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='accounts_code_expires_later'), models.CheckConstraint(condition=models.Q(('purpose__in', ['verify', 'sign_in'])), name='accounts_code_purpose_known'), models.CheckConstraint(condition=models.Q(('kind__in', ['phone', 'email'])), name='accounts_code_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(choices=[('petugas', 'officer'), ('admin', 'admin')], max_length=10, verbose_name='role')),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area')),
                ('granted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='granted at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
            ],
            options={
                'verbose_name': 'role grant',
                'verbose_name_plural': 'role grants',
                'ordering': ['-granted_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['petugas', 'admin'])), name='accounts_grant_role_known'), models.CheckConstraint(condition=models.Q(('role', 'admin'), ('area__isnull', False), _connector='OR'), name='accounts_grant_officer_has_area'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('granted_at')), _connector='OR'), name='accounts_grant_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('user', 'role', 'area'), name='accounts_grant_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='RecoveryRequest',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('code_digest', models.BinaryField(max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='expires at')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
            ],
            options={
                'verbose_name': 'recovery request',
                'verbose_name_plural': 'recovery requests',
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='accounts_recovery_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='OpenSession',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='open_sessions', to=settings.AUTH_USER_MODEL)),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('device', models.CharField(blank=True, max_length=60, verbose_name='device')),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signed in')),
            ],
            options={
                'verbose_name': 'open session',
                'verbose_name_plural': 'open sessions',
                'ordering': ['-began_at'],
            },
        ),
        migrations.CreateModel(
            name='RecoverySlip',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_slips', to=settings.AUTH_USER_MODEL)),
                ('issued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('digest', models.BinaryField(max_length=32, unique=True)),
                ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='issued at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='used at')),
                ('cancelled_at', models.DateTimeField(blank=True, null=True, verbose_name='cancelled at')),
            ],
            options={
                'verbose_name': 'recovery slip',
                'verbose_name_plural': 'recovery slips',
                'ordering': ['-issued_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='accounts_slip_expires_later'), models.CheckConstraint(condition=models.Q(('used_at', None), ('cancelled_at', None), _connector='OR'), name='accounts_slip_used_or_cancelled')],
            },
        ),
        migrations.CreateModel(
            name='LimitCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('bucket', models.CharField(max_length=60, verbose_name='bucket')),
                ('key', models.BinaryField(max_length=16, verbose_name='key')),
                ('window_start', models.DateTimeField(verbose_name='window began')),
                ('window_end', models.DateTimeField(db_index=True, verbose_name='window ends')),
                ('count', models.PositiveIntegerField(verbose_name='count')),
            ],
            options={
                'verbose_name': 'limit counter',
                'verbose_name_plural': 'limit counters',
                'constraints': [models.UniqueConstraint(fields=('bucket', 'key'), name='accounts_limit_once'), models.CheckConstraint(condition=models.Q(('window_end__gt', models.F('window_start'))), name='accounts_limit_window_positive')],
            },
        ),
    ]
