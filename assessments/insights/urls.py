from django.urls import path

from assessments.insights.views import assessments, dif, questions

app_name = "insights"

urlpatterns = [
    path("", questions.home, name="home"),
    path("questions/", questions.questions, name="questions"),
    path("questions/calibrate/", assessments.calibrate_bank, name="calibrate_bank"),
    path("questions/own/<slug:slug>/", questions.question, name="question"),
    path("questions/library/<slug:slug>/", questions.library_question, name="library_question"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("assessments/<uuid:assessment>/", assessments.assessment, name="assessment"),
    path("assessments/<uuid:assessment>/calibrate/", assessments.calibrate_assessment, name="calibrate_assessment"),
    path("assessments/<uuid:assessment>/groups/", dif.compare, name="dif"),
]
