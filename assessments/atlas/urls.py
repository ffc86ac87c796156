from django.urls import path

from assessments.atlas import views

app_name = "atlas"

urlpatterns = [
    path("", views.index, name="index"),
    path("<str:name>/", views.page, name="page"),
]
