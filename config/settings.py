"""Every setting, read once from the environment.

A value `NAME` may also come from the file named by `NAME_FILE` (container secrets).
Without `DATABASE_URL` and `REDIS_URL` the embedded servers of `config.embedded` in
`TRACKER_DATA_DIR` are used. `docs/operators.md` lists the settings for people.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config import embedded, log_lines, safe_start, schedule
from config.environment import Environment

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("TRACKER_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
INSTALLATION = embedded.Installation(DATA_DIR)
FILES_DIR = DATA_DIR / "files"

LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DEBUG: bool = env.bool("DEBUG", default=False)
DEMO: bool = env.bool("DEMO", default=False)
BASE_URL: str = env.str("BASE_URL", default="").rstrip("/")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=[])
# Hosts on a network of this installation alone, which may be spoken to without TLS.
PRIVATE_HOSTS: list[str] = env.list("PRIVATE_HOSTS", default=[])

# A machine with its own embedded servers serves itself; anything else is production
# and has to be told its secret and its names: links in mails and the safety of cookies
# hang on the address.
SELF_CONTAINED = not env.str("DATABASE_URL", default="")
if SELF_CONTAINED:
    SECRET_KEY = env.str("SECRET_KEY", default="") or INSTALLATION.secret("secret_key")
    FIELD_KEY = env.str("FIELD_KEY", default="") or INSTALLATION.secret("field_key")
    DATABASE_URL = INSTALLATION.database_url
    BASE_URL = BASE_URL or "http://127.0.0.1:8000"
    ALLOWED_HOSTS = ALLOWED_HOSTS or ["127.0.0.1", "localhost", "[::1]"]
else:
    SECRET_KEY = env.str("SECRET_KEY", default="")
    FIELD_KEY = env.str("FIELD_KEY", default="")
    DATABASE_URL = env.str("DATABASE_URL")
    safe_start.check_secret("SECRET_KEY", SECRET_KEY)
    safe_start.check_database("DATABASE_URL", DATABASE_URL, private=PRIVATE_HOSTS)
safe_start.check_site(base_url=BASE_URL, hosts=ALLOWED_HOSTS, debug=DEBUG, demo=DEMO)
# Seals fields of the database such as the secrets of second factors. Several keys stand
# apart by commas: the first seals, all of them open.
FIELD_KEYS = [key.strip() for key in FIELD_KEY.split(",") if key.strip()]
for _key in FIELD_KEYS or [""]:
    safe_start.check_secret("FIELD_KEY", _key)
# Commands that change tables sign in as their owner (`config.attach`); the app has a
# role of its own, which can only add to the audit log.
APP_DATABASE_URL = DATABASE_URL
OWNER_DATABASE_URL: str = env.str("OWNER_DATABASE_URL", default="")
if OWNER_DATABASE_URL:
    safe_start.check_database(
        "OWNER_DATABASE_URL", OWNER_DATABASE_URL, private=PRIVATE_HOSTS
    )
    if env.bool("AS_OWNER", default=False):
        DATABASE_URL = OWNER_DATABASE_URL
REDIS_URL: str = env.str("REDIS_URL", default="") or INSTALLATION.redis_url
safe_start.check_broker(REDIS_URL, private=PRIVATE_HOSTS)
# Whether a process has to bring the embedded servers up before it does anything.
EMBEDDED = SELF_CONTAINED or INSTALLATION.redis_url == REDIS_URL

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "accounts.apps.AccountsConfig",
    "notices.apps.NoticesConfig",
    "cases.apps.CasesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_filters",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.EdgeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.signing_in.reader.ReaderOfSessionMiddleware",
    "accounts.audit.middleware.AuditMiddleware",
    "accounts.signing_in.middleware.SessionUseMiddleware",
    "accounts.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.signing_in.middleware.SecondFactorMiddleware",
    "accounts.signing_in.middleware.KeptActMiddleware",
    "config.middleware.NoNulMiddleware",
]

# The framework's own admin is for engineers and speed comparisons.
DJANGO_ADMIN: bool = env.bool("DJANGO_ADMIN", default=False)
if DJANGO_ADMIN:
    INSTALLED_APPS.append("django.contrib.admin")

# Widgets by Jinja2: several times as quick as by the other engine.
FORM_RENDERER = "django.forms.renderers.Jinja2"

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

CONTEXT_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "config.jinja2.environment",
            "context_processors": [
                *CONTEXT_PROCESSORS,
                "config.context.shell",
            ],
        },
    },
    {
        # Mail texts of allauth and the form widgets of Django.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": CONTEXT_PROCESSORS},
    },
]

_database = env.db_url_config(DATABASE_URL)
# libpq's form for a Unix socket; Django and its shell look for the host by its name.
_options = _database.setdefault("OPTIONS", {})
_database["HOST"] = _options.pop("host", _database["HOST"])
_options.setdefault("connect_timeout", 5)
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tracker",
    }
}

# --- Who ---------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        )
    },
]
LOGIN_REDIRECT_URL = "today"
LOGIN_URL = "account_login"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.signing_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {"reset_password": "accounts.signing_in.password_reset.AskForLinkForm"}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.links.LinkTokens"  # noqa: S105
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Tracker: "
# `accounts.signing_in.limits` counts tries; by account a stranger shuts somebody out.
ACCOUNT_RATE_LIMITS = dict.fromkeys(("login", "login_failed", "reauthenticate"))
ACCOUNT_RATE_LIMITS["reset_password"] = "20/m/ip"  # noqa: S105
BEHIND_PROXY: bool = env.bool("BEHIND_PROXY", default=False)
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

# Second factors. Switched off, people may still enrol; the demo does that.
REQUIRE_SECOND_FACTOR: bool = env.bool("REQUIRE_SECOND_FACTOR", default=True)
MFA_ADAPTER = "accounts.signing_in.factor_adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.signing_in.codes.SignInCodeForm",
    "authenticate_webauthn": "accounts.signing_in.passkeys.SecondStepPasskeyForm",
    "login_webauthn": "accounts.signing_in.passkeys.SignInPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_RECOVERY_CODE_DIGITS = 10
MFA_TOTP_ISSUER = "Red Notice Tracker"
# A code is good one step longer or sooner, for clocks that differ, and only once.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": None}
# Browsers make passkeys without https for this very machine only; so does the server.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = (
    not BASE_URL.startswith("https:") and urlsplit(BASE_URL).hostname in LOOPBACK
)

# --- Language and time -------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
FILTERS_EMPTY_CHOICE_LABEL = "Any"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")

# --- Files -------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The demo collects as it starts, others at build time; else `static/` is served.
STATIC_ROOT = env.str("STATIC_ROOT", default="") or (
    None if SELF_CONTAINED else str(DATA_DIR / "static")
)
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": FILES_DIR},
    },
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if STATIC_ROOT
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Rows of a list that are picked at once are a field each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["cases.intake.upload.LimitedUploadHandler"]

# --- Mail --------------------------------------------------------------------
EMAIL_URL: str = env.str("EMAIL_URL", default="") or "smtp://127.0.0.1:2525"
safe_start.check_mail(EMAIL_URL, private=PRIVATE_HOSTS)
vars().update(env.email_url_config(EMAIL_URL))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL: str = env.str(
    "DEFAULT_FROM_EMAIL", default="Red Notice Tracker <tracker@localhost>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who gets the anchor of the audit log each day, besides those with the role.
AUDITOR_EMAIL: list[str] = env.list("AUDITOR_EMAIL", default=[])
# Where the demo's mail catcher keeps what was sent, so that a page can show it.
MAIL_FOLDER = DATA_DIR / "mail"

# --- The edge ----------------------------------------------------------------
SECURE = urlsplit(BASE_URL).scheme == "https"
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_ENGINE = "accounts.signing_in.session_store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Backups: age or SSH public keys; folder of the nightly ones -----------------
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", default=[])
BACKUP_DIR: str = env.str("BACKUP_DIR", default="")
BACKUP_WITH_KEYS: bool = env.bool("BACKUP_WITH_KEYS", default=False)
# Where pg_dump, pg_restore and psql are; else those of the wheel, then of PATH.
PG_BIN: str = env.str("PG_BIN", default="")

# --- Background work: the database is the ledger, the broker a doorbell --------
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_timeout": 5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 50 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat:SingleScheduler"
CELERY_BEAT_SCHEDULE = schedule.BEAT

# --- API ---------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication"
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Red Notice Tracker",
    "DESCRIPTION": "Read-only access to notices, the people they name and countries.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # One name each for vocabularies that stand in several shapes.
    "ENUM_NAME_OVERRIDES": {
        "NoticeKind": "notices.choices.NoticeKind",
        "NameKind": "notices.choices.NameKind",
        "FactKind": "notices.choices.FactKind",
        "ChangeKind": "notices.choices.ChangeKind",
        "CountryKind": "notices.choices.CountryKind",
        "Band": "notices.choices.Band",
        "ReviewStateName": "cases.choices.ReviewState",
    },
}

# --- Log ---------------------------------------------------------------------
LOGGING = log_lines.logging_config(
    level=env.str("LOG_LEVEL", default="WARNING"), as_json=not SELF_CONTAINED
)
