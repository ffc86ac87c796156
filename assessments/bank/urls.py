from django.urls import path

from assessments.bank.views import editing, exchange, reading, variants, workflow

app_name = "bank"

urlpatterns = [
    path("", reading.questions, name="questions"),
    path("new/", editing.new, name="new"),
    path("exchange/import/", exchange.import_questions, name="import"),
    path("exchange/import/<uuid:upload>/", exchange.upload, name="upload"),
    path("exchange/import/<uuid:upload>/take/", exchange.bring_in, name="bring_in"),
    path("exchange/import/<uuid:upload>/discard/", exchange.discard, name="discard_upload"),
    path("exchange/export/", exchange.export, name="export"),
    path("exchange/export/file/", exchange.exported, name="exported"),
    path("library/<slug:slug>/", reading.library_question, name="library_question"),
    path("library/<slug:slug>/clone/", workflow.clone, name="clone"),
    path("<slug:slug>/", reading.question, name="question"),
    path("<slug:slug>/edit/", editing.edit, name="edit"),
    path("<slug:slug>/duplicate/", workflow.duplicate, name="duplicate"),
    path("<slug:slug>/compare/", reading.compare, name="compare"),
    path("<slug:slug>/preview/", editing.preview, name="preview"),
    path("<slug:slug>/discard/", editing.discard, name="discard"),
    path("<slug:slug>/<int:number>/certify/", workflow.certify, name="certify"),
    path("<slug:slug>/<int:number>/certification/", reading.certification, name="certification"),
    path("<slug:slug>/<int:number>/review/", workflow.request_review, name="request_review"),
    path("<slug:slug>/<int:number>/publish/", workflow.publish, name="publish"),
    path("<slug:slug>/<int:number>/send-back/", workflow.send_back, name="send_back"),
    path("<slug:slug>/<int:number>/variants/<int:variant>/retire/", variants.retire, name="retire_variant"),
    path("<slug:slug>/<int:number>/retire/", workflow.retire, name="retire"),
    path("<slug:slug>/<int:number>/reinstate/", workflow.reinstate, name="reinstate"),
]
