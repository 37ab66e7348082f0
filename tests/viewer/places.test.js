/** Where things stand on the page, without a browser: pixels, weights, steps of lessons. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Layout } from "../../construction/viewer/page/layout.js";
import { lessonEdits, lessonState } from "../../construction/viewer/page/lessonsteps.js";
import { Network } from "../../construction/viewer/page/network.js";
import { describePlace, tookPart } from "../../construction/viewer/page/place.js";
import { runOn } from "../../construction/viewer/page/training.js";
import { WeightMap } from "../../construction/viewer/page/weightmap.js";
import { ADDING } from "./adding.js";

const VIEW = /** @type {any} */ ({
  network: new Network(ADDING),
  content: { network: ADDING },
});

test("a point of the canvas lies in the pixel that is drawn there", () => {
  const layout = new Layout(5, 7, { width: 300, height: 400 }, true);
  assert.equal(layout.size, Math.floor((300 - 44) / 7));
  for (let pixel = 0; pixel < 35; pixel++) {
    const [x, y] = layout.corner(pixel);
    const place = [Math.floor(pixel / 7), pixel % 7];
    assert.deepEqual(layout.cellAt(x, y), place);
    assert.deepEqual(layout.cellAt(x + layout.size - 1, y + layout.size - 1), place);
    assert.ok(x + layout.size <= layout.wide && y + layout.size <= layout.high);
  }
  for (const [x, y] of [
    [layout.left - 1, layout.top],
    [layout.left, layout.top - 1],
    [layout.left + 7 * layout.size, layout.top],
    [layout.left, layout.top + 5 * layout.size],
  ])
    assert.equal(layout.cellAt(x, y), null);
});

test("a grid is never too small to point at", () => {
  assert.equal(new Layout(64, 64, { width: 100, height: 100 }, false).size, 5);
  assert.equal(new Layout(1, 256, { width: 400, height: 400 }, false).size, 28);
});

test("arrow keys go through all weights, and begin where units add up", () => {
  const map = new WeightMap(/** @type {any} */ (null));
  map.arrange(VIEW);
  assert.deepEqual(map.beside(null, [0, 1]), [1, 0, 0]);
  assert.deepEqual(map.beside([9, 9, 9], [0, 1]), [1, 0, 0]);
  assert.deepEqual(map.beside([1, 0, 0], [0, 1]), [1, 0, 1]);
  assert.deepEqual(map.beside([1, 0, 0], [-1, 0]), [0, 0, -1]);
  assert.deepEqual(map.beside([0, 0, -1], [-1, 0]), [0, 0, 4]);
  assert.deepEqual(map.beside([2, 0, 0], [0, 1]), [2, 0, 0]);
});

test("a weight in words, and whether it took part", () => {
  assert.equal(describePlace(VIEW, [1, 0, 1]), "“W above 0.25” → “sum”: 1");
  assert.equal(describePlace(VIEW, [0, 1, 3]), "the code to the west (W) → “W above 0.25”: 4");
  assert.equal(describePlace(VIEW, [0, 1, -1]), "bias → “W above 0.25”: −1");
  const trace = VIEW.network.trace([-1, -1, -1, 0, 2, -1, -1, -1, -1]);
  assert.deepEqual([tookPart(trace, [1, 0, 0]), tookPart(trace, [1, 0, 1])], [true, false]);
});

test("a step of a lesson: its bits, its damage, its moment", () => {
  const content = /** @type {any} */ ({
    network: ADDING,
    data: { examples: [[0, 1]], labels: [1], test: [1, 1] },
  });
  const lesson = { key: "a", title: "a", data: null, steps: [] };
  const step = {
    say: "",
    at: {
      layer: 9,
      unit: "sum",
      flip: /** @type {[number, number][]} */ ([
        [1, 1],
        [1, 3],
        [2, 2],
      ]),
      damage: [
        { unit: "sum", input: "W above 0.25", value: 3 },
        { unit: "C above 0.25", input: "C", value: 1 },
        { unit: "next code", input: "bias", value: 2 },
        { unit: "no such unit", input: "bias", value: 2 },
      ],
    },
  };
  const edits = lessonEdits(content, lesson, step);
  assert.deepEqual(edits.data, { examples: [[1, 1]], labels: [0], test: [1, 0] });
  assert.deepEqual(content.data.examples, [[0, 1]]);
  assert.deepEqual(edits.damage, [
    { layer: 1, unit: 0, input: 1, value: 3 },
    { layer: 0, unit: 0, input: 4, value: 1 },
    { layer: 2, unit: 0, input: -1, value: 2 },
  ]);
  const state = lessonState(content, step, runOn(VIEW.network, [[0, 0, 1]], 2));
  assert.deepEqual([state.pass, state.at, state.unit], [0, 2, [1, 0]]);
});
