"""What the application server loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.portal.settings")
portal = get_wsgi_application()

from xinglin.portal.cds.fast import wrapped  # noqa: E402 - needs Django set up

# Hooks of order entry are answered by a short way; everything else is the portal's.
application = wrapped(portal)
