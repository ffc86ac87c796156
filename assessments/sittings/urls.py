from django.urls import path

from assessments.sittings.views import answers, links, pages, problems

app_name = "sittings"

urlpatterns = [
    path("i/<str:token>/", links.open_link, name="open"),
    path("invitation/<uuid:invitation>/", links.landing, name="landing"),
    path("invitation/<uuid:invitation>/start/", links.start, name="start"),
    path("practice/<uuid:invitation>/start/", links.start_practice, name="start_practice"),
    path("sit/ping/", links.ping, name="ping"),
    path("sit/<uuid:attempt>/", pages.resume, name="resume"),
    path("sit/<uuid:attempt>/clock/", answers.clock, name="clock"),
    path("sit/<uuid:attempt>/tab/", answers.claim, name="claim"),
    path("sit/<uuid:attempt>/gap/", answers.gap, name="gap"),
    path("sit/<uuid:attempt>/review/", pages.review, name="review"),
    path("sit/<uuid:attempt>/finish/", pages.finish, name="finish"),
    path("sit/<uuid:attempt>/done/", pages.done, name="done"),
    path("sit/<uuid:attempt>/report/", pages.report, name="report"),
    path("sit/<uuid:attempt>/<int:n>/", pages.question, name="question"),
    path("sit/<uuid:attempt>/<int:n>/draft/", answers.draft, name="draft"),
    path("sit/<uuid:attempt>/<int:n>/submit/", answers.submit, name="submit"),
    path("sit/<uuid:attempt>/<int:n>/submit-draft/", answers.submit_draft, name="submit_draft"),
    path("sit/<uuid:attempt>/<int:n>/run/", answers.run, name="run"),
    path("sit/<uuid:attempt>/<int:n>/result/", answers.result, name="result"),
    path("sit/<uuid:attempt>/<int:n>/preview/", answers.preview, name="preview"),
    path("sit/<uuid:attempt>/<int:n>/flag/", answers.flag, name="flag"),
    path("sit/<uuid:attempt>/<int:n>/problem/", problems.report, name="report_problem"),
    path("o/<slug:organisation>/problems/", problems.inbox, name="problems"),
    path("o/<slug:organisation>/problems/<int:report>/", problems.note, name="note_problem"),
    path("o/<slug:organisation>/bank/<slug:slug>/usage/", problems.used, name="usage"),
]
