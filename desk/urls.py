from django.urls import path

from desk import candidates, claims, counter, duplicates, family_objections, fixing, households, registry, search

app_name = "desk"
urlpatterns = [
    path("", counter.home_show, name="home_show"),
    path("loket/", counter.draft_open, name="draft_open"),
    path("serah-terima/", counter.handover_take, name="handover_take"),
    path("cari/", search.household_search, name="household_search"),
    path("rumah-tangga/<reference:reference>/", households.household_detail, name="household_detail"),
    path("rumah-tangga/<reference:reference>/ktp/", households.nik_claim, name="nik_claim"),
    path("perbaikan/", fixing.fix_list, name="fix_list"),
    path("perbaikan/<uuid:issue>/", fixing.issue_resolve, name="issue_resolve"),
    path("perbaikan/kembar/", duplicates.pair_list, name="pair_list"),
    path("perbaikan/kembar/<uuid:pair>/", duplicates.pair_resolve, name="pair_resolve"),
    path("perbaikan/nik/", candidates.candidate_list, name="candidate_list"),
    path("perbaikan/nik/<uuid:candidate>/", candidates.candidate_resolve, name="candidate_resolve"),
    path("tidak-setuju/", family_objections.objection_list, name="family_objection_list"),
    path("tidak-setuju/<uuid:objection>/", family_objections.objection_answer, name="family_objection_answer"),
    path("draf/<uuid:draft_id>/registri/", registry.registry_check, name="registry_check"),
    path("klaim/", claims.claim_list, name="claim_list"),
    path("klaim/<uuid:claim_id>/", claims.claim_decide, name="claim_decide"),
]
