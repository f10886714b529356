"""Settings of the portal. Everything an operator can choose is an XINGLIN_* variable (docs/reference/settings.md)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from xinglin.kernel import home
from xinglin.kernel.database import django_database
from xinglin.kernel.environment import is_on, read
from xinglin.portal.accounts import sso
from xinglin.portal.catalogues import locale_paths

DEBUG = is_on("XINGLIN_DEBUG")
SECRET_KEY = home.secret_key()
ALLOWED_HOSTS = read("XINGLIN_HOSTS").split(",")
SITE_URL = read("XINGLIN_URL").rstrip("/")
SECURE = SITE_URL.startswith("https://")
# Where an invitation by e-mail leads; the secret comes from kernel.accounts.
INVITATION_LINK = SITE_URL + "/invitation/{secret}"
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "xinglin.kernel",
    "xinglin.roster",
    "xinglin.matching",
    "xinglin.challenges",
    "xinglin.transfer",
    "xinglin.exchange.catalogue",
    "xinglin.exchange.identity",
    "xinglin.exchange.consent",
    "xinglin.exchange.intake",
    "xinglin.exchange.recognition",
    "xinglin.exchange.federation",
    "xinglin.portal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "procrastinate.contrib.django",
]
MIDDLEWARE = [
    "xinglin.portal.outage.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "xinglin.portal.edges.EdgeMiddleware",
    "xinglin.portal.accounts.gates.GateMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "xinglin.portal.urls"
WSGI_APPLICATION = "xinglin.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xinglin.portal.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "xinglin.portal.templatetags.house",
                "xinglin.portal.templatetags.entrance",
            ],
        },
    }
]

DATABASES = {"default": django_database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
]

LOGIN_URL = "account_login"
LOGIN_URL_PATH = "/accounts/login/"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

AUTH_PASSWORD_VALIDATORS = [{"NAME": "xinglin.kernel.passwords.HouseRules"}]

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_ADAPTER = "xinglin.portal.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[杏林 Xinglin] "
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_USER_DISPLAY = "xinglin.portal.accounts.adapters.display"
# The lock on an account is axes' (dated rules); this stops a machine that tries many names or many codes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,20/5m/key"}
SOCIALACCOUNT_ADAPTER = "xinglin.portal.accounts.adapters.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = sso.providers()
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
# A form that leads to another house is stopped by our own policy (form-action), so the way there is a link.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = "sso"
MFA_ADAPTER = "xinglin.portal.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "杏林 Xinglin"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
AXES_FAILURE_LIMIT = "xinglin.portal.accounts.locks.failure_limit"
AXES_COOLOFF_TIME = "xinglin.portal.accounts.locks.cool_off"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_CALLABLE = "xinglin.portal.accounts.locks.name_of"
AXES_CLIENT_IP_CALLABLE = "xinglin.portal.accounts.locks.address_of"
AXES_LOCKOUT_CALLABLE = "xinglin.portal.accounts.locks.locked_out"
AXES_RESET_ON_SUCCESS = True
# Trying on while locked does not make the lock longer: nobody is kept out for ever by a stranger.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "login", "password"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "xinglin_language"
LOCALE_PATHS = locale_paths()
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = home.home_path() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_NAME = "xinglin_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
FILE_UPLOAD_HANDLERS = [
    # What is to be sealed never lies in clear on a disk; it passes everything else on.
    "xinglin.portal.receiving.VeilingHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

EMAIL_BACKEND = read("XINGLIN_EMAIL_BACKEND")
EMAIL_FILE_PATH = home.home_path() / "mail"
EMAIL_HOST = read("XINGLIN_EMAIL_HOST")
EMAIL_PORT = int(read("XINGLIN_EMAIL_PORT"))
EMAIL_HOST_USER = read("XINGLIN_EMAIL_USER")
EMAIL_HOST_PASSWORD = read("XINGLIN_EMAIL_PASSWORD")
EMAIL_USE_TLS = is_on("XINGLIN_EMAIL_TLS")
DEFAULT_FROM_EMAIL = read("XINGLIN_EMAIL_FROM")
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "axes.W006"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain"},
        # Reopened when an operator's logrotate moves it away; shared by the server's processes and the worker.
        "file": {
            "class": "logging.handlers.WatchedFileHandler",
            "filename": home.logs_folder() / "xinglin.log",
            "formatter": "plain",
            "encoding": "utf-8",
            "delay": True,
        },
    },
    "root": {"handlers": ["console", "file"], "level": "WARNING"},
    "loggers": {
        # Says every failed attempt while the database is away; `xinglin.outage` says it once per request.
        "psycopg.pool": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
        "django.server": {"handlers": [], "propagate": True},
    },
}
