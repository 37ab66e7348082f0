/** The page's modules without a browser: bounds, addresses, damage, row reduction on paper. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { dataText, readData, textData } from "../../construction/viewer/page/dataset.js";
import { largestInteger, Network, NetworkError } from "../../construction/viewer/page/network.js";
import { rowReduction, waveAt, waveState } from "../../construction/viewer/page/paper.js";
import { forward, PatchCache } from "../../construction/viewer/page/passes.js";
import { damagedNetwork, firstDifference } from "../../construction/viewer/page/session.js";
import { decode, encode, History } from "../../construction/viewer/page/state.js";
import { runOn } from "../../construction/viewer/page/training.js";
import { ADDING } from "./adding.js";

test("a bound on every integer", () => {
  assert.equal(largestInteger(ADDING), 318);
  assert.throws(
    () => new Network(damagedNetwork(ADDING, [{ layer: 1, unit: 0, input: 0, value: 2 ** 50 }])),
    NetworkError,
  );
});

test("units add up, and the Jacobian follows the hinges that are on", () => {
  const network = new Network(ADDING);
  const patch = [-1, -1, -1, 1, 2, -1, -1, -1, -1];
  assert.equal(network.next(patch), 7 + 3);
  assert.deepEqual(network.jacobian(patch), [0, 0, 0, 4, 4, 0, 0, 0, 0]);
  assert.deepEqual(network.reads.map(Number), [0, 0, 0, 1, 1, 0, 0, 0, 0]);
});

test("a unit at its kink has no slope", () => {
  const kink = damagedNetwork(ADDING, [{ layer: 0, unit: 0, input: -1, value: -4 }]);
  assert.throws(() => new Network(kink).jacobian([-1, -1, -1, 0, 1, -1, -1, -1, -1]), /kink/);
});

test("a run that leaves the codes says where", () => {
  const run = forward(new PatchCache(new Network(ADDING)), [1, 2, 3], 1, 3, 9);
  assert.deepEqual(run.failure, {
    layer: 2,
    row: 0,
    column: 1,
    reason: "the cell would become 50, which is no code",
  });
});

test("patches that look alike are told apart", () => {
  const cache = new PatchCache(new Network(ADDING));
  const keys = new Set();
  for (let west = -1; west <= 40; west++)
    for (let own = -1; own <= 40; own++) keys.add(cache.key([0, 0, 0, west, own, 0, 0, 0, 0]));
  assert.equal(keys.size, 42 * 42);
});

test("the first difference of two runs", () => {
  const sound = runOn(new Network(ADDING), [[0, 0, 1]], 3);
  assert.equal(firstDifference(sound, sound), null);
  const other = runOn(
    new Network(damagedNetwork(ADDING, [{ layer: 2, unit: 0, input: -1, value: 1 }])),
    [[0, 0, 1]],
    1,
  );
  assert.deepEqual(firstDifference(sound, other), { pass: 0, layer: 1, count: 3, cell: [0, 0] });
});

test("addresses", () => {
  const data = {
    examples: [
      [0, 1],
      [1, 1],
    ],
    labels: [1, 0],
    test: [1, 0],
  };
  /** @type {import("../../construction/viewer/page/state.js").State} */
  const state = {
    data,
    base: { ...data, test: [0, 0] },
    damage: [{ layer: 1, unit: 2, input: -1, value: -7 }],
    pass: 2,
    at: 5,
    cell: [1, 2],
    unit: [0, 4],
    weight: [1, 2, -1],
    lesson: "break-it",
    step: 1,
    level: "weights",
  };
  assert.deepEqual(decode(`#${encode(state, "")}`), state);
  assert.equal(dataText(/** @type {any} */ (state.data)), "011.110.10");
  for (const wrong of ["", "01.1x.1", "01..1", "011.01.1"]) assert.equal(textData(wrong), null);
  assert.deepEqual(decode("#cell=1&damage=1_2&pass=x&unit=1.2.3"), {});
});

test("undo and redo", () => {
  const history = new History();
  const [a, b] = /** @type {any[]} */ ([{ at: 1 }, { at: 2 }]);
  history.record(a);
  assert.equal(history.undo(b), a);
  assert.equal(history.redo(a), b);
  assert.equal(history.redo(b), undefined);
});

test("pasted data", () => {
  assert.deepEqual(readData("1, 0 | 1\n0 1;1\n\n1 1", 40), {
    examples: [
      [1, 0],
      [0, 1],
    ],
    labels: [1, 1],
    test: [1, 1],
  });
  assert.match(String(readData("1 0 1\n1 a", 40)), /Line 2 holds “a”/);
  assert.match(String(readData("1 0\n1 1", 40)), /Line 1 has 2 bits; it should have 3/);
  assert.match(String(readData("\n", 40)), /no line/);
  assert.match(String(readData("0 0 0\n0 0 1\n1 1", 1)), /too many/);
});

test("row reduction on paper", () => {
  const paper = rowReduction({
    examples: [
      [0, 1],
      [1, 0],
      [1, 1],
    ],
    labels: [1, 1, 0],
    test: [1, 1],
  });
  assert.deepEqual(
    paper.steps.map(({ pivot, added }) => [pivot, added]),
    [
      [1, [2, 3]],
      [0, [2, 3]],
    ],
  );
  assert.equal(paper.answer, 0);
  // The last row, the test example, is never a pivot.
  assert.equal(rowReduction({ examples: [[0]], labels: [1], test: [1] }).steps[0].pivot, -1);
});

test("waves: the first begins when the top-left bit is there, the next two layers later", () => {
  assert.equal(waveAt(9, 0, 0, 4, 3), 0);
  assert.equal(waveAt(11, 0, 1, 4, 3), 1);
  assert.equal(waveState(0, 8, 4, 3), "waiting");
  assert.equal(waveState(0, 9, 4, 3), "running");
  assert.equal(waveState(2, 18, 4, 3), "running");
  assert.equal(waveState(2, 19, 4, 3), "done");
});
