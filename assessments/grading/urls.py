from django.urls import path

from assessments.grading import views

app_name = "grading"

urlpatterns = [path("health/", views.health, name="health")]
