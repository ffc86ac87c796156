from django.urls import path

from assessments.review.views import candidates, compose, marking, regrades

app_name = "review"

urlpatterns = [
    path("assessments/", compose.assessment_list, name="assessments"),
    path("assessments/new/", compose.new_assessment, name="new_assessment"),
    path("assessments/from-role/", compose.from_role, name="from_role"),
    path("assessments/<uuid:assessment>/", compose.assessment, name="assessment"),
    path("assessments/<uuid:assessment>/settings/", compose.change_settings, name="change_settings"),
    path("assessments/<uuid:assessment>/sections/", compose.add_section, name="add_section"),
    path(
        "assessments/<uuid:assessment>/sections/<int:position>/remove/", compose.remove_section, name="remove_section"
    ),
    path("assessments/<uuid:assessment>/sections/<int:position>/draws/", compose.add_draw, name="add_draw"),
    path(
        "assessments/<uuid:assessment>/sections/<int:position>/draws/<int:draw>/remove/",
        compose.remove_draw,
        name="remove_draw",
    ),
    path("assessments/<uuid:assessment>/sections/<int:position>/lines/", compose.change_lines, name="change_lines"),
    path("assessments/<uuid:assessment>/topics/", compose.set_topic_rule, name="set_topic_rule"),
    path(
        "assessments/<uuid:assessment>/topics/<slug:topic>/remove/",
        compose.remove_topic_rule,
        name="remove_topic_rule",
    ),
    path("assessments/<uuid:assessment>/clone/", compose.clone, name="clone"),
    path("assessments/<uuid:assessment>/sample/", compose.sample_form, name="sample_form"),
    path("assessments/<uuid:assessment>/invite/", compose.invite, name="invite"),
    path("assessments/<uuid:assessment>/regrades/", regrades.regrade_list, name="regrades"),
    path("assessments/<uuid:assessment>/regrades/<uuid:batch>/", regrades.regrade, name="regrade"),
    path("assessments/<uuid:assessment>/regrades/<uuid:batch>/decide/", regrades.decide, name="decide_regrade"),
    path("candidates/", candidates.candidate_list, name="candidates"),
    path("candidates/invitation/<uuid:invitation>/", candidates.invitation, name="invitation"),
    path("candidates/invitation/<uuid:invitation>/remind/", candidates.remind, name="remind"),
    path("candidates/invitation/<uuid:invitation>/revoke/", candidates.revoke, name="revoke"),
    path("candidates/<uuid:attempt>/", candidates.candidate_report, name="report"),
    path("candidates/<uuid:attempt>/release/", candidates.release, name="release"),
    path("candidates/<uuid:attempt>/<int:position>/again/", candidates.grade_again, name="grade_again"),
    path("marking/", marking.marking_queue, name="marking"),
    path("marking/<int:item>/", marking.mark, name="mark"),
]
