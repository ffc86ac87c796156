from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("assessments.people.urls")),
    path("atlas/", include("assessments.atlas.urls")),
    path("", include("assessments.sittings.urls")),
    path("", include("assessments.grading.urls")),
    path("accounts/", include("assessments.people.account_urls")),
    path("o/<slug:organisation>/bank/", include("assessments.bank.urls")),
    path("o/<slug:organisation>/statistics/", include("assessments.insights.urls")),
    path("o/<slug:organisation>/", include("assessments.review.urls")),
]
