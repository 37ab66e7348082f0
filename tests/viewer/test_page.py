"""The page in a real browser: every level by pointer and by keys, the address, what if."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from construction.cli.main import main
from tests.viewer.browser import STATE, Opened, content, opened, text


def test_every_level_by_pointer(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13")
    assert "Row reduction, in waves" in text(page, ".rv-algorithm")
    assert "Click a cell" in text(page, ".rv-cell")
    box = page.locator(".rv-canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "row 3, column 3" in text(page, ".rv-cell")
    assert "next code" in text(page, ".rv-neurons")
    page.click("summary >> text=Hinges:")
    page.hover(".rv-hinges button >> nth=3")
    assert page.evaluate(f"{STATE}.unit") is None
    page.click(".rv-hinges button >> nth=3")
    assert page.evaluate(f"{STATE}.unit") == [0, 3]
    page.locator(".rv-weights-canvas").click(position={"x": 47, "y": 5})
    assert page.evaluate(f"{STATE}.weight") == [0, 1, 1]
    assert "the code to the north (N)" in text(page, ".rv-weight-read")


def test_every_level_by_keys(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13")
    page.keyboard.press("g")
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    assert page.evaluate(f"{STATE}.cell") == [1, 1]
    assert "row 2, column x2" in text(page, "[role=status].rv-hidden")
    page.keyboard.press(".")
    assert page.evaluate(f"{STATE}.at") == 14
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    weight = page.evaluate(f"{STATE}.weight")
    assert weight[0] == 1
    page.keyboard.press("Escape")
    assert page.evaluate(f"{STATE}.cell") is None
    page.keyboard.press("[")
    assert page.evaluate(f"{STATE}.pass") == 4
    page.keyboard.press("End")
    assert "update of W" in text(page, ".rv-now")
    page.keyboard.press(",")
    assert "gradient · layer 0" in text(page, ".rv-now")


def test_tab_reaches_everything_and_the_focus_is_seen(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13&cell=2.2&weight=1.0.0")
    seen = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
            "return [e.tagName + '.' + e.className, s.outlineStyle, parseFloat(s.outlineWidth)]; })()"
        )
        if found[0].startswith("BODY"):
            break
        seen.add(found[0].split(".")[1].split(" ")[0])
        assert found[1] != "none", found
        assert found[2] >= 2, found
    assert {"rv-canvas", "rv-weights-canvas", "rv-play", "rv-pass", "rv-range", "rv-bit"} <= seen


def test_controls_have_names_for_screen_readers(sample: Opened) -> None:
    page = sample.goto("pass=6&at=13&cell=2.2&weight=1.0.0")
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, select, input, canvas, textarea, [tabindex]')]"
        ".filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim())).length"
    )
    assert nameless == 0
    assert "row 2, column x2" in page.get_attribute(".rv-canvas", "aria-label")


#: The contrast of every visible text with what is behind it; texts of disabled controls are exempt.
CONTRASTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => { const linear = parts(colour).slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]; };
  const behind = (element) => { for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (parts(colour).length < 4 || parts(colour)[3] === 1) return colour; } return "rgb(255, 255, 255)"; };
  const found = [];
  for (const element of document.querySelectorAll(".rv *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    if (element.closest(":disabled, .rv-hidden, .rv-ignored") || !element.checkVisibility()) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))].sort((x, y) => y - x);
    found.push([(a + 0.05) / (b + 0.05), element.className, element.textContent.slice(0, 30)]);
  }
  return found; }"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_legible(browser: Any, tmp_path: Path, scheme: str) -> None:
    page = opened(browser, tmp_path, content(), color_scheme=scheme)
    for address in (
        "pass=6&at=13&cell=3.3&unit=0.20&weight=1.0.20",
        "pass=2&at=999",
        "pass=6&at=19&damage=2_0_0_2",
        "pass=6&at=13&cell=3.3&data=0111.1101.1010.1110.000&base=0111.1101.1010.1110.100",
    ):
        tab = page.goto(address)
        if "cell" in address:
            tab.click(".rv-chart >> text=itself")
        tab.evaluate(
            "document.querySelectorAll('details').forEach((each) => { each.open = true; })"
        )
        found = tab.evaluate(CONTRASTS)
        assert len(found) > 80
        assert [each for each in found if each[0] < 4.5] == []
    page.close()


def test_the_address_holds_the_state(sample: Opened) -> None:
    page = sample.goto("pass=2&at=7&cell=2.3")
    page.click("[data-bit='0.1']")
    page.wait_for_timeout(400)
    address = page.evaluate("location.hash").removeprefix("#")
    before = page.evaluate(f"JSON.stringify({STATE})")
    again = sample.goto(address)
    assert again.evaluate(f"JSON.stringify({STATE})") == before
    assert again.evaluate(f"{STATE}.data.examples[0][1]") == 0


@pytest.mark.parametrize(
    "address",
    [
        "pass=99&at=-5&cell=77.1&unit=5.5&weight=9.9.9",
        "data=0101.11&damage=1_2.3&lesson=none.7&level=<b>",
        "%%%&damage=0_999_0_1",
    ],
)
def test_a_wrong_address_does_no_harm(sample: Opened, address: str) -> None:
    page = sample.goto(address)
    assert text(page, ".rv-now-title")
    page.keyboard.press("ArrowRight")


def test_names_from_files_are_text(browser: Any, tmp_path: Path) -> None:
    evil = "<script>window.evil = 1</script>"
    table = tmp_path / "evil.csv"
    rows = ["0,1,</script><b>", "1,0,x", "1,1,x", "0,0,</script><b>", "1,0,x"]
    table.write_text("\n".join([f"{evil},<img src=x onerror=window.evil=2>,y", *rows]))
    out = tmp_path / "page.html"
    assert main(["view", "--data", str(table), "--examples", "2", "-o", str(out)]) == 0
    page = Opened(browser, out)
    tab = page.goto("pass=3&at=5&cell=1.1")
    assert evil in tab.inner_text(".rv-data thead")
    assert tab.evaluate("window.evil") is None
    assert tab.locator("main img, main b b").count() == 0
    page.close()


def test_the_policy_forbids_requests(sample: Opened) -> None:
    page = sample.goto()
    refused = page.evaluate(
        "fetch('https://example.org/').then(() => 'sent', (error) => error.constructor.name)"
    )
    assert refused == "TypeError"
    assert any("Content Security Policy" in problem for problem in sample.problems)
    sample.problems.clear()
    assert page.evaluate("performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("size", [(1280, 720), (390, 844), (1920, 1080)])
def test_nothing_is_wider_than_the_window(
    browser: Any, tmp_path: Path, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page = opened(browser, tmp_path, content(), viewport=viewport)
    tab = page.goto("pass=6&at=13&cell=3.3")
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert tab.evaluate("document.documentElement.scrollHeight") <= size[1] + 1
    assert tab.locator(".rv-play").is_visible()
    assert tab.locator(".rv-canvas").bounding_box()["width"] >= 200
    page.close()


def test_sixty_frames_a_second_at_64_by_64(browser: Any, tmp_path: Path) -> None:
    """A layer a frame: half of the frames come within two sixtieths, for others use this machine too."""
    out = tmp_path / "page.html"
    assert main(["view", "--examples", "63", "--features", "62", "-o", str(out)]) == 0
    page = Opened(browser, out)
    tab = page.goto("pass=65&at=70")
    times = tab.evaluate(
        """() => new Promise((done) => { const { model } = document.getElementById('view').rcnn;
        const times = []; let last = performance.now(); const frame = (now) => {
          times.push(now - last); last = now; model.advance();
          if (times.length < 60) requestAnimationFrame(frame); else done(times.sort((a, b) => a - b)); };
        requestAnimationFrame(frame); })"""
    )
    assert times[len(times) // 2] < 34
    assert tab.locator(".rv-events li").count() <= 5  # of 62 waves
    page.close()
