"""What if: bits and weights are changed, and the page says from where on what is different."""

from __future__ import annotations

from tests.viewer.browser import STATE, Opened, text


def test_flipping_bits_undo_and_redo(sample: Opened) -> None:
    page = sample.goto("pass=6&at=999")
    assert text(page, ".rv-now-title") == "The answer: 1"
    page.click("[data-bit='4.0']")
    assert text(page, ".rv-now-title") == "The answer: 0"
    page.keyboard.press("Control+z")
    assert text(page, ".rv-now-title") == "The answer: 1"
    page.keyboard.press("Control+Shift+z")
    assert text(page, ".rv-now-title") == "The answer: 0"
    assert page.locator(".rv-top button", has_text="Redo").is_disabled()


def test_own_data(sample: Opened) -> None:
    page = sample.goto()
    page.click("text=own data…")
    page.fill("textarea", "1 0 1 1\n0 2 1 0\n1 1 1")
    page.click("text=Run on these")
    assert "Line 2 holds “2”" in text(page, ".rv-problem")
    page.fill("textarea", "1 0  1\n0 1  1\n\n1 1")
    page.click("text=Run on these")
    page.keyboard.press("End")
    assert text(page, ".rv-now-title") == "The answer: 0"
    assert page.locator(".rv-pass").count() == 4


def test_damaging_a_weight(sample: Opened) -> None:
    page = sample.goto("pass=6&at=12&cell=3.2&weight=1.0.20")
    assert page.locator(".rv-what-if").is_hidden()
    page.click("text=Set to 0")
    strip = text(page, ".rv-what-if")
    assert "1 damaged weight" in strip
    assert "First difference:" in strip or "breaks" in strip
    page.click("text=Back to the sound network")
    assert page.locator(".rv-what-if").is_hidden()
    page.click(".rv-top button >> text=Undo")
    assert "1 damaged weight" in text(page, ".rv-what-if")
    page.click(".rv-editor >> text=Restore")
    assert page.locator(".rv-what-if").is_hidden()


def test_harmless_and_fatal_damage(sample: Opened) -> None:
    page = sample.goto("pass=6&at=12&damage=0_0_0_0")
    assert "changes nothing" in text(page, ".rv-what-if")
    page = sample.goto("pass=6&at=12&damage=2_0_0_1000")
    assert "breaks down" in text(page, ".rv-what-if")
    page = sample.goto("pass=6&at=12&damage=2_0_0_999999999")
    assert "breaks down" in text(page, ".rv-what-if")


def test_a_flipped_bit_is_compared_with_the_data_before(sample: Opened) -> None:
    page = sample.goto("pass=6&at=999")
    assert page.locator(".rv-what-if").is_hidden()
    page.click("[data-bit='4.0']")
    strip = text(page, ".rv-what-if")
    # The test example plays no part in training, so the memory is the same; layer 0 shows its signs.
    assert "flipped: x1 of the test example" in strip
    assert "First difference: the prediction, layer 0 (5 cells)" in strip
    assert "Prediction: 1 → 0 (changed)" in strip
    assert page.get_attribute("[data-bit='4.0']", "aria-label").endswith("0, flipped; flip")
    page.click("text=Show it")
    assert page.evaluate(f"[{STATE}.pass, {STATE}.at, {STATE}.cell]") == [5, 0, [0, 0]]
    page.wait_for_timeout(400)
    again = sample.goto(page.evaluate("location.hash").removeprefix("#"))
    assert "flipped: x1 of the test example" in text(again, ".rv-what-if")
    again.click("text=Flip back")
    assert again.locator(".rv-what-if").is_hidden()
    again.click(".rv-top button >> text=Undo")
    assert again.locator(".rv-what-if").is_visible()


def test_a_flipped_label_changes_the_update_first(sample: Opened) -> None:
    page = sample.goto("pass=6&at=999")
    page.click("[data-bit='1.3']")
    assert "First difference: SGD step 2, the update." in text(page, ".rv-what-if")
    page.click("text=Show it")
    assert "update of W" in text(page, ".rv-now")
    page.click("[data-bit='1.0']")
    assert "2 flipped bits" in text(page, ".rv-what-if")


def test_with_damage_too_the_sound_network_on_the_same_data_is_the_measure(sample: Opened) -> None:
    page = sample.goto("pass=6&at=999&damage=0_0_0_0")
    page.click("[data-bit='4.0']")
    strip = text(page, ".rv-what-if")
    assert "flipped: x1 of the test example, 1 damaged weight" in strip
    assert "changes nothing" in strip
    page.click("text=Back to the sound network")
    assert "First difference: the prediction, layer 0" in text(page, ".rv-what-if")


def test_show_it_chooses_the_cell_that_breaks_down(sample: Opened) -> None:
    page = sample.goto("pass=6&at=0&damage=1_0_20_0")
    assert "breaks down" in text(page, ".rv-what-if")
    page.click("text=Show it")
    row, column = page.evaluate(f"{STATE}.cell")
    assert f"row {row + 1}, column {column + 1}: " in text(page, ".rv-now-text")
    assert "nothing changes any more" not in text(page, ".rv-grid .rv-caption")


def test_a_wrong_answer_is_not_told_as_if_it_were_right(sample: Opened) -> None:
    page = sample.goto("lesson=break-it.4")
    assert text(page, ".rv-now-title") == "The answer: 1 (sound: 0)"
    assert page.locator(".rv-matrix .rv-is-answer").inner_text() == "0"


def test_buttons_that_would_do_nothing_are_off(sample: Opened) -> None:
    page = sample.goto("pass=6&at=12&weight=1.1.0")
    found = [page.locator(".rv-editor button", has_text=name) for name in ("Set to 0", "Restore")]
    zero = page.evaluate("document.querySelector('.rv-editor input').value") == "0"
    assert [each.is_disabled() for each in found] == [zero, True]
    page.fill(".rv-editor input", "7")
    page.keyboard.press("Enter")
    assert [each.is_disabled() for each in found] == [False, False]


def test_start_again(sample: Opened) -> None:
    page = sample.goto("lesson=break-it.2")
    page.click("text=Start again")
    assert page.evaluate(f"[{STATE}.lesson, {STATE}.data.labels]") == ["", [1, 1, 0, 0]]
    assert text(page, ".rv-now-title") == "A test example comes in"
    page.click(".rv-top button >> text=Undo")
    assert page.evaluate(f"{STATE}.lesson") == "break-it"
