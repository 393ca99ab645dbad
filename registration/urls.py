from django.urls import path

from registration.photo_urls import PHOTOS
from registration.views import claims, drafts, handovers, households, pages, receipts, representation

app_name = "registration"
urlpatterns = [
    path("baru/", drafts.draft_start, name="draft_start"),
    path("draf/<uuid:draft_id>/", drafts.draft_detail, name="draft_detail"),
    path("draf/<uuid:draft_id>/keluarga/", drafts.families_edit, name="families_edit"),
    path("draf/<uuid:draft_id>/periksa/", drafts.draft_check, name="draft_check"),
    path("draf/<uuid:draft_id>/kirim/", drafts.draft_submit, name="draft_submit"),
    path("draf/<uuid:draft_id>/hapus/", drafts.draft_discard, name="draft_discard"),
    path("draf/<uuid:draft_id>/isi/<slug:key>/", pages.page_edit, name="page_edit"),
    path("draf/<uuid:draft_id>/isi/<slug:key>/baru/", pages.item_add, name="item_add"),
    path("draf/<uuid:draft_id>/isi/<slug:key>/<uuid:item>/", pages.page_edit, name="item_edit"),
    path("draf/<uuid:draft_id>/isi/<slug:key>/<uuid:item>/hapus/", pages.item_remove, name="item_remove"),
    path("draf/<uuid:draft_id>/klaim/", claims.claim_open, name="claim_open"),
    path("klaim/<uuid:claim_id>/", claims.claim_show, name="claim_show"),
    path("klaim/<uuid:claim_id>/batal/", claims.claim_drop, name="claim_drop"),
    path("<reference:reference>/tanda-terima/", receipts.receipt_show, name="receipt_show"),
    path("<reference:reference>/tanda-terima/qr.svg", receipts.receipt_qr, name="receipt_qr"),
    path("<reference:reference>/tanda-terima/pdf/", receipts.receipt_pdf_ask, name="receipt_pdf_ask"),
    path(
        "<reference:reference>/tanda-terima/pdf/<uuid:document>/",
        receipts.receipt_pdf_wait,
        name="receipt_pdf_wait",
    ),
    path(
        "<reference:reference>/tanda-terima/pdf/<uuid:document>/unduh/",
        receipts.receipt_pdf_download,
        name="receipt_pdf_download",
    ),
    path("<reference:reference>/kode-keluarga/", representation.family_code, name="family_code"),
    path("draf/<uuid:draft_id>/sebagai-baru/", drafts.draft_detach, name="draft_detach"),
    path("draf/<uuid:draft_id>/bantuan/", handovers.handover_open, name="handover_open"),
    path("draf/<uuid:draft_id>/bantuan/batal/", handovers.handover_revoke, name="handover_revoke"),
    path("draf/<uuid:draft_id>/kembalikan/", handovers.handover_return, name="handover_return"),
    path("draf/<uuid:draft_id>/riwayat/", handovers.draft_history, name="draft_history"),
    path("<reference:reference>/ubah/", households.household_edit, name="household_edit"),
    path("<reference:reference>/versi/", households.household_versions, name="household_versions"),
    path("<reference:reference>/tarik/", households.household_withdraw, name="household_withdraw"),
    *PHOTOS,
]
