"""Who may open which page. One row for each URL name, a second one where a page takes two kinds of objects.

The object is always Siti's, or the walk-in family's at Rina's counter in Gambir: "ok" means that the page answers,
"403" that it is not for this role, "404" that the object does not exist for this person, "in" that signing in comes
first. Methods: G(ET), P(OST).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

OK, IN, NO, GONE = "ok", "in", "403", "404"
ROLES = ("anonymous", "siti", "budi", "rina", "joko", "dewi")

# An admin who has not passed the second factor gets nowhere but here.
UNFINISHED_MAY = frozenset({"accounts:second_factor_enrol", "accounts:session_end", "live", "ready"})


@dataclass(frozen=True)
class Row:
    name: str  # of the URL; the route where it has none
    takes: str  # the kind of object, see tests/access/world.py
    methods: str
    anonymous: str
    siti: str  # owns the object
    budi: str  # another citizen
    rina: str  # officer of the object's kelurahan
    joko: str  # officer of another kelurahan
    dewi: str  # admin
    query: str = ""

    @property
    def answers(self) -> dict[str, str]:
        return {role: getattr(self, role) for role in ROLES}


EVERYBODY = (OK, OK, OK, OK, OK, OK)
SIGNED_IN = (IN, OK, OK, OK, OK, OK)
CITIZENS = (IN, OK, OK, NO, NO, NO)
OFFICERS = (IN, NO, NO, OK, OK, NO)
STAFF = (IN, NO, NO, OK, OK, OK)

#                                            takes                 methods  anon  siti  budi  rina  joko  dewi
PORTAL = (
    Row("live",                              "",                    "GP",   *EVERYBODY),
    Row("ready",                             "",                    "GP",   *EVERYBODY),
    Row("robots",                            "",                    "G",    *EVERYBODY),
    Row("sitemap",                           "",                    "G",    *EVERYBODY),
    Row("manifest",                          "",                    "G",    *EVERYBODY),
    Row("style_show",                        "",                    "G",    *STAFF),
    Row("captcha_image",                     "captcha",             "G",    *EVERYBODY),
    Row("captcha_audio",                     "captcha, sound",      "G",    *EVERYBODY),
    Row("public:landing_show",               "",                    "G",    *EVERYBODY),
    Row("public:status_check",               "",                    "GP",   *EVERYBODY),
    Row("public:guide_show",                 "",                    "G",    *EVERYBODY),
    Row("public:programmes_list",            "",                    "G",    *EVERYBODY),
    Row("public:announcements_list",         "",                    "G",    *EVERYBODY),
    Row("public:privacy_show",               "",                    "G",    *EVERYBODY),
    Row("public:receipt_find",               "",                    "GP",   *EVERYBODY),
    Row("public:receipt_check",              "forged receipt",      "GP",   GONE, GONE, GONE, GONE, GONE, GONE),
    Row("public:family_enter",               "",                    "GP",   *EVERYBODY),
    Row("public:family_show",                "",                    "G",    *EVERYBODY),
    Row("public:family_photo",               "house photo",         "G",    *EVERYBODY),
    Row("public:family_photo",               "photo",               "G",    OK,   GONE, OK,   OK,   OK,   OK),
    Row("public:family_photo",               "walk-in photo",       "G",    OK,   GONE, OK,   OK,   OK,   OK),
    Row("public:family_object",              "",                    "GP",   *EVERYBODY),
    Row("public:family_withdraw",            "",                    "GP",   *EVERYBODY),
    Row("public:family_take_over",           "",                    "GP",   *SIGNED_IN),
    Row("public:family_leave",               "",                    "P",    *EVERYBODY),
    Row("areas:kelurahan_search",            "",                    "G",    *EVERYBODY),
    Row("eligibility:precheck_show",         "",                    "GP",   *EVERYBODY),

    Row("accounts:account_create",           "",                    "GP",   *EVERYBODY),
    Row("accounts:session_start",            "",                    "GP",   *EVERYBODY),
    Row("account_login",                     "",                    "GP",   *EVERYBODY),
    Row("accounts:second_factor_check",      "",                    "GP",   *SIGNED_IN),
    Row("mfa_authenticate",                  "",                    "GP",   *SIGNED_IN),
    Row("accounts:session_end",              "",                    "P",    *EVERYBODY),
    Row("accounts:password_recover",         "",                    "GP",   *EVERYBODY),
    Row("accounts:password_recover_code",    "",                    "GP",   *EVERYBODY),
    Row("accounts:account_inactive",         "",                    "GP",   NO,   NO,   NO,   NO,   NO,   NO),
    Row("account_inactive",                  "",                    "GP",   NO,   NO,   NO,   NO,   NO,   NO),
    Row("accounts:account_detail",           "",                    "GP",   *SIGNED_IN),
    Row("accounts:consent_give",             "",                    "GP",   *SIGNED_IN),
    Row("accounts:landing",                  "",                    "GP",   *SIGNED_IN),
    Row("accounts:password_change",          "",                    "GP",   *SIGNED_IN),
    Row("accounts:second_factor_enrol",      "",                    "GP",   *STAFF),
    Row("accounts:recovery_codes_detail",    "",                    "GP",   *STAFF),
    Row("accounts:sign_in_code_check",       "",                    "GP",   *SIGNED_IN),
    Row("accounts:sign_in_code_choose",      "",                    "GP",   *CITIZENS),
    Row("accounts:phone_edit",               "",                    "GP",   *SIGNED_IN),
    Row("accounts:phone_verify",             "",                    "GP",   *SIGNED_IN),
    Row("accounts:email_edit",               "",                    "GP",   *SIGNED_IN),
    Row("accounts:email_verify",             "",                    "GP",   *SIGNED_IN),
    Row("accounts:session_list",             "",                    "G",    *SIGNED_IN),
    Row("accounts:sessions_close_others",    "",                    "P",    *SIGNED_IN),
    Row("accounts:session_close",            "open session",        "P",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("accounts:password_recover_slip",    "",                    "GP",   *EVERYBODY),
    Row("accounts:slip_cancel",              "",                    "P",    *SIGNED_IN),
    Row("accounts:account_delete",           "",                    "GP",   *CITIZENS),
    Row("accounts:account_keep",             "",                    "GP",   *SIGNED_IN),
    Row("accounts:helped_find",              "",                    "GP",   *OFFICERS),
    # The desk opens an account only for the officer who has just typed its NIK (tests/accounts/test_slips.py).
    Row("accounts:helped_account",           "account",             "G",    IN,   NO,   NO,   GONE, GONE, NO),
    Row("accounts:helped_activate",          "account",             "P",    IN,   NO,   NO,   GONE, GONE, NO),
    Row("accounts:helped_slip",              "account",             "P",    IN,   NO,   NO,   GONE, GONE, NO),

    Row("home:household_list",               "",                    "G",    *SIGNED_IN),
    Row("home:my_data_show",                 "",                    "G",    *SIGNED_IN),
    Row("home:my_data_download",             "",                    "GP",   *SIGNED_IN),
    Row("home:my_data_pdf_wait",             "my data as PDF",      "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:my_data_pdf_download",         "my data as PDF",      "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:earlier_list",                 "",                    "G",    *SIGNED_IN),
    Row("home:earlier_compare",              "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:earlier_compare",              "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, GONE),
    Row("home:helped_show",                  "helped",              "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:household_detail",             "household",           "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:household_detail",             "walk-in",             "G",    IN,   GONE, GONE, GONE, GONE, GONE),
    Row("home:status_check_choose",          "household",           "P",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("home:status_check_choose",          "walk-in",             "P",    IN,   GONE, GONE, GONE, GONE, GONE),

    Row("registration:draft_start",          "",                    "GP",   *CITIZENS),
    Row("registration:draft_detail",         "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_detail",         "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:families_edit",        "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:families_edit",        "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:draft_check",          "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_check",          "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:draft_submit",         "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_submit",         "counter draft",       "GP",   IN,   GONE, GONE, OK,   GONE, NO),
    Row("registration:draft_discard",        "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_discard",        "counter draft",       "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:page_edit",            "draft, page",         "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:page_edit",            "counter draft, page", "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:item_add",             "draft, people",       "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:item_add",             "counter draft, people", "G",  IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:item_edit",            "draft, person",       "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:item_edit",            "counter draft, person", "GP", IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:item_remove",          "draft, person",       "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:item_remove",          "counter draft, person", "GP", IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:claim_open",           "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:claim_open",           "counter draft",       "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:claim_show",           "claim",               "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:claim_show",           "counter claim",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:claim_drop",           "claim",               "P",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:claim_drop",           "counter claim",       "P",    IN,   GONE, GONE, OK,   GONE, GONE),
    Row("registration:family_code",          "household",           "GP",   IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:family_code",          "walk-in",             "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:receipt_show",         "household",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:receipt_show",         "walk-in",             "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:receipt_qr",           "household",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:receipt_qr",           "walk-in",             "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:receipt_pdf_ask",      "household",           "P",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:receipt_pdf_ask",      "walk-in",             "P",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:receipt_pdf_wait",     "receipt as PDF",      "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:receipt_pdf_download", "receipt as PDF",      "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_detach",         "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_detach",         "counter draft",       "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:handover_open",        "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:handover_open",        "counter draft",       "GP",   IN,   GONE, GONE, NO,   GONE, NO),
    Row("registration:handover_revoke",      "draft",               "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:handover_return",      "draft",               "GP",   IN,   NO,   GONE, GONE, GONE, GONE),
    Row("registration:draft_history",        "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:draft_history",        "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:household_edit",       "household",           "GP",   IN,   OK,   GONE, NO,   GONE, NO),
    Row("registration:household_edit",       "walk-in",             "GP",   IN,   GONE, GONE, OK,   GONE, NO),
    Row("registration:household_versions",   "household",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:household_versions",   "walk-in",             "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:household_withdraw",   "household",           "GP",   IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:household_withdraw",   "walk-in",             "GP",   IN,   GONE, GONE, OK,   GONE, OK),

    Row("registration:photo_list",           "draft",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:photo_list",           "counter draft",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:photo_add",            "draft, kind",         "GP",   IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:photo_add",            "counter draft, kind", "GP",   IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:upload_start",         "draft, kind",         "P",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:upload_start",         "counter draft, kind", "P",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:household_photo_list", "household",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:household_photo_list", "walk-in",             "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:household_photo_add",  "household, kind",     "GP",   IN,   OK,   GONE, OK,   GONE, NO),
    Row("registration:household_photo_add",  "walk-in, kind",       "GP",   IN,   GONE, GONE, OK,   GONE, NO),
    Row("registration:household_upload_start", "household, kind",   "P",    IN,   OK,   GONE, OK,   GONE, NO),
    Row("registration:household_upload_start", "walk-in, kind",     "P",    IN,   GONE, GONE, OK,   GONE, NO),
    Row("registration:photo_show",           "photo",               "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("registration:photo_show",           "walk-in photo",       "G",    IN,   GONE, GONE, OK,   GONE, OK),
    Row("registration:photo_preview",        "photo",               "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:photo_turn",           "photo",               "P",    IN,   OK,   GONE, OK,   GONE, NO),
    Row("registration:photo_confirm",        "photo",               "P",    IN,   OK,   GONE, OK,   GONE, NO),
    Row("registration:photo_remove",         "photo",               "GP",   IN,   OK,   GONE, OK,   GONE, NO),
    Row("registration:upload_continue",      "upload",              "G",    IN,   OK,   GONE, GONE, GONE, GONE),
    Row("registration:upload_finish",        "upload",              "P",    IN,   OK,   GONE, GONE, GONE, GONE),

    Row("grievances:objection_create",       "finding",             "GP",   IN,   OK,   GONE, OK,   GONE, OK),
    Row("grievances:objection_show",         "objection",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("grievances:picture_download",       "objection",           "G",    IN,   OK,   GONE, OK,   GONE, OK),
    Row("grievances:objection_list",         "",                    "G",    *STAFF),
    Row("grievances:objection_decide",       "objection",           "GP",   IN,   NO,   NO,   OK,   GONE, OK),

    Row("notices:notice_list",               "",                    "G",    *SIGNED_IN),
    Row("notices:paper_choose",              "",                    "G",    *OFFICERS),
    Row("notices:paper_list",                "kelurahan",           "G",    IN,   NO,   NO,   OK,   GONE, NO),
    Row("notices:paper_hand_over",           "notice",              "P",    IN,   NO,   NO,   OK,   GONE, NO),

    Row("desk:home_show",                    "",                    "G",    *OFFICERS),
    Row("desk:draft_open",                   "",                    "GP",   *OFFICERS),
    Row("desk:handover_take",                "",                    "GP",   *OFFICERS),
    Row("desk:household_search",             "",                    "GP",   *OFFICERS),
    Row("desk:household_detail",             "household",           "G",    IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:household_detail",             "walk-in",             "G",    IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:nik_claim",                    "household",           "P",    IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:nik_claim",                    "walk-in",             "P",    IN,   NO,   NO,   GONE, GONE, NO),
    Row("desk:fix_list",                     "",                    "G",    *OFFICERS),
    Row("desk:issue_resolve",                "issue",               "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:candidate_list",               "",                    "G",    *OFFICERS),
    Row("desk:candidate_resolve",            "candidate",           "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:pair_list",                    "",                    "G",    *OFFICERS),
    Row("desk:pair_resolve",                 "pair",                "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:registry_check",               "counter draft",       "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:registry_check",               "draft",               "GP",   IN,   NO,   NO,   GONE, GONE, NO),
    Row("desk:claim_list",                   "",                    "G",    *OFFICERS),
    Row("desk:claim_decide",                 "claim",               "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:claim_decide",                 "counter claim",       "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("desk:family_objection_list",        "",                    "G",    *OFFICERS),
    Row("desk:family_objection_answer",      "family objection",    "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("muskel:meeting_list",               "",                    "G",    *OFFICERS),
    Row("muskel:rows_edit",                  "muskel",              "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("muskel:meeting_edit",               "muskel",              "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("muskel:meeting_lock",               "muskel",              "GP",   IN,   NO,   NO,   OK,   GONE, NO),
    Row("muskel:minutes_show",               "muskel",              "G",    IN,   NO,   NO,   OK,   GONE, OK),
)  # fmt: skip

ADMINS = (IN, NO, NO, NO, NO, OK)
NOBODY = (IN, NO, NO, NO, NO, NO)
MISSING = (IN, NO, NO, NO, NO, GONE)
PICKER = "?app_label=accounts&model_name=rolegrant&field_name=user"

ADMIN_SITE = (
    Row("admin:index",                       "",                    "GP",   *ADMINS),
    Row("admin:login",                       "",                    "GP",   *ADMINS),
    Row("admin:logout",                      "",                    "P",    *ADMINS),
    Row("admin:password_change",             "",                    "GP",   *ADMINS),
    Row("admin:password_change_done",        "",                    "G",    *ADMINS),
    Row("admin:autocomplete",                "",                    "G",    *ADMINS, query=PICKER),
    Row("admin:jsi18n",                      "",                    "G",    *ADMINS),
    Row("admin:app_list",                    "app",                 "GP",   *ADMINS),
    Row("admin/(?P<url>.*)$",                "",                    "GP",   *MISSING),
    Row("admin:accounts_user_find",          "",                    "P",    *ADMINS),
    Row("admin:jobs_run_order",              "run, order",          "GP",   *ADMINS),
    Row("admin:jobs_run_shard",              "run",                 "P",    *ADMINS),
    Row("admin:matching_personverdict_difference", "run",           "G",    *ADMINS),
    Row("admin:matching_sampledverdict_sample", "run",              "GP",   *ADMINS),
    Row("admin:matching_sampledverdict_check", "sampled verdict",   "GP",   *ADMINS),
    Row("admin:matching_snapshot_report",    "refused extract",     "G",    *ADMINS),
    Row("admin:stages_control",              "phase",               "GP",   *ADMINS),
    Row("admin:stages_order",                "phase, order",        "GP",   *ADMINS),
    Row("admin:stages_task",                 "phase, task",         "P",    *ADMINS),
    Row("admin:stages_reopen",               "phase, reopening",    "P",    *ADMINS),
    Row("admin:stages_muskel",               "phase",               "G",    *ADMINS),
    Row("admin:stages_conflicts",            "phase",               "GP",   *ADMINS),
    Row("admin:stages_targets",              "phase",               "G",    *ADMINS),
    Row("admin:stages_target_order",         "phase, kota, order",  "P",    *ADMINS),
    Row("admin:stages_packages",             "phase",               "G",    *ADMINS),
    Row("admin:stages_package_issue",        "phase, kota",         "P",    *ADMINS),
    Row("admin:stages_package_download",     "phase, package",      "P",    *ADMINS),
    Row("admin:stages_package_return",       "phase, package",      "P",    *ADMINS),
    Row("admin:stages_determinations",       "phase",               "GP",   *ADMINS),
    Row("admin:stages_settle_absent",        "phase",               "P",    *ADMINS),
)  # fmt: skip

# What an admin may do with the rows of each table in the Django admin; nobody else gets in there at all.
ADMIN_MODELS = (
    # table                        list  add   one   delete history  how one is opened: to be changed, or only read
    ("areas_area",                 OK,   NO,   OK,   NO,    OK,      "read"),
    ("audit_act",                  OK,   NO,   OK,   NO,    OK,      "read"),
    ("audit_destruction",          OK,   NO,   OK,   NO,    OK,      "read"),
    ("jobs_document",              OK,   NO,   OK,   NO,    OK,      "read"),
    ("jobs_run",                   OK,   NO,   OK,   NO,    OK,      "change"),  # reads only, its orders are POSTs
    ("jobs_outboxmessage",         OK,   NO,   OK,   NO,    OK,      "read"),
    ("accounts_user",              OK,   OK,   OK,   NO,    OK,      "change"),
    ("accounts_rolegrant",         OK,   OK,   OK,   NO,    OK,      "read"),
    ("accounts_recoveryslip",      OK,   NO,   OK,   NO,    OK,      "read"),
    ("accounts_consent",           OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_snapshot",          OK,   OK,   OK,   NO,    OK,      "read"),
    ("matching_registerbudget",    OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_registerbreaker",   OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_personverdict",     OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_sampledverdict",    OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_candidate",         OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_duplicatepair",     OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_ruledout",          OK,   NO,   OK,   NO,    OK,      "read"),
    ("matching_trainedmodel",      OK,   NO,   OK,   NO,    OK,      "read"),
    ("assessment_cleaningissue",   OK,   NO,   OK,   NO,    OK,      "change"),
    ("assessment_finding",         OK,   NO,   OK,   NO,    OK,      "read"),
    ("grievances_objection",       OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_attachment",    OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_claim",         OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_familyobjection", OK, NO,   OK,   NO,    OK,      "read"),
    ("registration_representation", OK,  NO,   OK,   NO,    OK,      "read"),
    ("registration_familycode",    OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_receipt",       OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_handover",      OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_draftchange",   OK,   NO,   OK,   NO,    OK,      "read"),
    ("registration_phase",         OK,   OK,   OK,   NO,    OK,      "read"),  # in stage 1 it may be changed
    ("stages_stageentry",          OK,   NO,   OK,   NO,    OK,      "read"),
    ("stages_outcomedecision",     OK,   NO,   OK,   NO,    OK,      "read"),
    ("stages_untoldfamily",        OK,   NO,   OK,   NO,    OK,      "read"),
    ("stages_determinationbatch",  OK,   NO,   OK,   NO,    OK,      "read"),
    ("stages_registry",            OK,   OK,   OK,   NO,    OK,      "change"),
    ("auth_group",                 NO,   NO,   NO,   NO,    NO,      "read"),
    ("account_emailaddress",       NO,   NO,   NO,   NO,    NO,      "read"),
    ("mfa_authenticator",          NO,   NO,   NO,   NO,    NO,      "read"),
)  # fmt: skip


def admin_rows() -> Iterator[Row]:
    for table, *answers, how in ADMIN_MODELS:
        for page, answer in zip(("changelist", "add", "change", "delete", "history"), answers, strict=True):
            takes = "" if page in ("changelist", "add") else table
            methods = "G" if page == "change" and how == "read" else "GP"
            yield Row(f"admin:{table}_{page}", takes, methods, *NOBODY[:5], answer)
        yield Row(f"admin/{table.replace('_', '/')}/<path:object_id>/", table, "GP", *ADMINS)


TABLE = (*PORTAL, *ADMIN_SITE, *admin_rows())
