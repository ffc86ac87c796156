"""Settings come from the environment; what is unsafe outside a demo is a system-check error."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from assessments import environment

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = environment.flag("DEMO", default=False)
DEBUG = environment.flag("DEBUG", default=False)
# Empty means that whatever needs it fails loudly; commands that sign nothing (check_bank) need none.
SECRET_KEY = environment.text("SECRET_KEY", "")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS", "")
SITE_URL = environment.text("SITE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_ace",
    "django_htmx",
    "assessments",
    "assessments.people",
    "assessments.bank",
    "assessments.grading",
    "assessments.sittings",
    "assessments.insights",
    "assessments.review",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "assessments.middleware.ReadableQuery",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "assessments.urls"
WSGI_APPLICATION = "assessments.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", f"sqlite:///{BASE_DIR / '.demo' / 'subgradient.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on while one writes; IMMEDIATE takes the write lock at the start of a
    # transaction, where waiting for it is possible, and not in its middle, where it is not.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "assessments.people.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "assessments.people.adapter.login_name"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
# axes counts wrong passwords, in the database and so over all web processes; allauth's own count would hide it.
ACCOUNT_RATE_LIMITS = {"login_failed": None}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_COOKIES = environment.flag("SECURE_COOKIES", default=not (DEMO or DEBUG))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
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
    }
}

STATIC_URL = "static/"
STATIC_ROOT = environment.text("STATIC_ROOT", str(BASE_DIR / ".demo" / "static"))
WHITENOISE_USE_FINDERS = DEMO or DEBUG

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

EMAIL_BACKEND = environment.text(
    "EMAIL_BACKEND",
    "assessments.people.mailbox.EmailBackend" if DEMO else "django.core.mail.backends.smtp.EmailBackend",
)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("DEFAULT_FROM_EMAIL", "Subgradient <no-reply@localhost>")
# Who gets an e-mail when something is logged as an error: a run that ended ungradable, a page that failed.
ADMINS = [(address, address) for address in environment.words("ADMINS", "")]
EMAIL_SUBJECT_PREFIX = "[Subgradient] "

REDIS_URL = environment.text("REDIS_URL", "redis://localhost:6379/0")
# Seconds after which a run that a worker started counts as lost, and an unstarted one is looked for again.
GRADING_LEASE_SECONDS = environment.whole("GRADING_LEASE_SECONDS", 30)
GRADING_SWEEP_SECONDS = environment.whole("GRADING_SWEEP_SECONDS", 2)
SITTING_GRACE_SECONDS = environment.whole("SITTING_GRACE_SECONDS", 30)

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# An answer longer than this is refused with a message; the draft in the page is kept.
ANSWER_MAX_CHARACTERS = 100_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "admins": {"class": "assessments.operators.AdminEmailHandler", "level": "ERROR"},
    },
    "loggers": {"assessments": {"handlers": ["admins"]}, "django": {"handlers": ["admins"]}},
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO")},
}
