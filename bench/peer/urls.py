"""Its addresses, at the root of the site."""

from __future__ import annotations

from typing import Final

from django.contrib import admin
from django.urls import include, path

urlpatterns: Final = [path("admin/", admin.site.urls), path("", include("helpdesk.urls"))]
