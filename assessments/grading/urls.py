from django.urls import path

from assessments.grading.views import operations, trials

app_name = "grading"

urlpatterns = [
    path("health/", operations.health, name="health"),
    path("o/<slug:organisation>/bank/<slug:slug>/<int:number>/try/", trials.page, name="try"),
    path("o/<slug:organisation>/bank/<slug:slug>/<int:number>/<int:variant>/preview/", trials.preview, name="preview"),
    path("o/<slug:organisation>/bank/<slug:slug>/<int:number>/try/<int:trial>/", trials.result, name="trial"),
]
