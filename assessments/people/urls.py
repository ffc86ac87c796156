from django.urls import path

from assessments.people import views

app_name = "people"

urlpatterns = [
    path("", views.home, name="home"),
    path("mailbox/", views.mailbox, name="mailbox"),
    path("o/<slug:organisation>/", views.start, name="start"),
]
