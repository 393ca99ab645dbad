"""Addresses of photos: of a draft, of a household, of one photo, of an upload. No word of a person is in them."""

from django.urls import path

from registration.views import photos, uploads

DRAFT, HOUSEHOLD, PHOTO, UPLOAD = (
    "draf/<uuid:draft_id>/foto/",
    "<reference:reference>/foto/",
    "foto/<uuid:photo>/",
    "unggahan/<uuid:upload_id>/",
)
PHOTOS = [
    path(DRAFT, photos.photo_list, name="photo_list"),
    path(f"{DRAFT}<slug:kind>/", photos.photo_add, name="photo_add"),
    path(f"{DRAFT}<slug:kind>/unggah/", uploads.upload_start, name="upload_start"),
    path(HOUSEHOLD, photos.photo_list, name="household_photo_list"),
    path(f"{HOUSEHOLD}<slug:kind>/", photos.photo_add, name="household_photo_add"),
    path(f"{HOUSEHOLD}<slug:kind>/unggah/", uploads.upload_start, name="household_upload_start"),
    path(PHOTO, photos.photo_show, name="photo_show"),
    path(f"{PHOTO}kecil/", photos.photo_preview, name="photo_preview"),
    path(f"{PHOTO}putar/", photos.photo_turn, name="photo_turn"),
    path(f"{PHOTO}pakai/", photos.photo_confirm, name="photo_confirm"),
    path(f"{PHOTO}hapus/", photos.photo_remove, name="photo_remove"),
    path(UPLOAD, uploads.upload_continue, name="upload_continue"),
    path(f"{UPLOAD}selesai/", uploads.upload_finish, name="upload_finish"),
]
