"""The product's settings on a PostgreSQL of the tests' own (tests/services.py starts it when a test first needs it)."""

import os

from tests.services import BROKER_URL, POSTGRESQL_URL

# Each process of pytest-xdist has services of its own, and inherits the environment of the one that started it.
os.environ.update(
    SECRET_KEY="tests-sign-nothing-that-lasts", DATABASE_URL=POSTGRESQL_URL, REDIS_URL=BROKER_URL, DEMO="1"
)

from assessments.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
AXES_VERBOSE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Nothing is collected for tests; whitenoise warns where the folder it would serve is missing.
STATIC_ROOT = str(BASE_DIR / "assessments" / "static")  # noqa: F405
