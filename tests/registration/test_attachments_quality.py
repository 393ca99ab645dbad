"""What a photo looks like is measured on generated pictures: sharp and blurred, light and dark, upright and turned."""

from __future__ import annotations

import pytest
from PIL import Image

from registration.attachments import quality
from registration.attachments.kinds import KINDS, RULE_OF, PhotoKind
from registration.attachments.looking import look_at, turn
from registration.attachments.pictures import Opened, UnusablePicture
from registration.attachments.quality import hints_for, measure
from tests.registration.pictures import paper, plain, sent, washed_out, with_place

KTP, HOUSE = RULE_OF["ktp"], RULE_OF["rumah-depan"]


def hints(image: Image.Image, kind: str = "ktp") -> list[str]:
    return look_at(sent(image), rule=RULE_OF[kind]).hints


@pytest.mark.parametrize("size", [(1000, 640), (1600, 1010), (4000, 2500)])
def test_a_sharp_card_in_good_light_is_fine_at_any_size(size: tuple[int, int]) -> None:
    assert hints(paper().resize(size)) == []


def test_writing_on_white_paper_is_not_too_bright() -> None:
    assert hints(paper(light=1.25)) == []


def check_blur_is_seen() -> None:
    sharpness = [measure(Opened(paper(blurred=blur), (1200, 760))).sharpness for blur in (0, 1, 2, 4, 8)]
    assert sharpness == sorted(sharpness, reverse=True)
    assert hints(paper(blurred=4)) == ["blurred"]
    assert hints(paper(blurred=1)) == []


def test_blur_is_seen() -> None:
    check_blur_is_seen()


def test_mutant_a_measure_that_takes_light_for_edges_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFilter

    monkeypatch.setattr(quality, "_LAPLACIAN", ImageFilter.Kernel((3, 3), (0, 0, 0, 0, 1, 0, 0, 0, 0), scale=1))
    with pytest.raises(AssertionError):
        check_blur_is_seen()


def test_a_small_sharp_card_on_an_even_table_is_not_blurred() -> None:
    table = Image.new("RGB", (2000, 1500), "gray")
    table.paste(paper().resize((1100, 700)), (500, 400))
    assert hints(table) == []


def test_a_smooth_wall_is_a_house_and_no_blurred_paper() -> None:
    assert hints(plain(), "rumah-depan") == []
    blank = Image.new("RGB", (1200, 900), "gray")
    assert hints(blank, "rumah-depan") == ["blurred"]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (paper(light=0.18), ["dark"]),
        (washed_out(), ["bright"]),
        (paper().resize((600, 380)), ["small"]),
        (paper().transpose(Image.Transpose.ROTATE_90), ["sideways"]),
    ],
    ids=["dark", "bright", "small", "sideways"],
)
def test_each_thing_that_may_be_wrong_is_named(image: Image.Image, expected: list[str]) -> None:
    found = [code for code in hints(image) if code != "blurred"]
    assert found == expected


def test_a_letter_and_a_house_may_stand_high() -> None:
    high = paper().transpose(Image.Transpose.ROTATE_90)
    assert hints(high, "sktm") == []
    assert "sideways" not in hints(plain((600, 900)), "rumah-depan")


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_how_the_phone_was_held_is_put_right_before_anything_is_measured(orientation: int) -> None:
    turned = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    way = turned[orientation]
    held = paper().transpose(way) if way is not None else paper()
    looked = look_at(with_place(held, orientation=orientation), rule=KTP)
    assert (looked.hints, looked.width > looked.height) == ([], True)


def test_turning_measures_anew() -> None:
    lying = look_at(sent(paper().transpose(Image.Transpose.ROTATE_90)), rule=KTP)
    for way in ("kiri", "kanan"):
        assert turn(lying.content, rule=KTP, way=way, sent_sha256=lying.sent_sha256).hints == []
    assert turn(lying.content, rule=KTP, way="balik", sent_sha256=lying.sent_sha256).hints == ["sideways"]


def test_what_is_tiny_is_refused() -> None:
    with pytest.raises(UnusablePicture):
        look_at(sent(paper().resize((300, 190))), rule=KTP)


def test_previews_are_small_and_pictures_within_their_kind() -> None:
    looked = look_at(sent(plain((3000, 2000)), quality=95), rule=HOUSE)
    assert max(looked.width, looked.height) == HOUSE.longest_side
    assert len(looked.preview) <= 8_000


def test_every_kind_has_its_rule_and_its_words() -> None:
    assert [rule.kind for rule in KINDS] == list(PhotoKind)
    assert all(str(rule.how) and str(rule.title) for rule in KINDS)
    assert {hint.code for hint in quality.HINTS} == {"blurred", "dark", "bright", "sideways", "small"}
    assert hints_for(measure(Opened(paper(), (1200, 760))), KTP) == []
