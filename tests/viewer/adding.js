/** A small network for tests. */

/** Adds the code to the west: next = relu(4 C + 1) / 4 and so on, with one hinge for each of C and W. */
export const ADDING = {
  convolution: [
    {
      weights: [
        [0, 0, 0, 0, 4, 0, 0, 0, 0],
        [0, 0, 0, 4, 0, 0, 0, 0, 0],
      ],
      biases: [-1, -1],
      scale: 1,
      names: ["C above 0.25", "W above 0.25"],
    },
    { weights: [[1, 1]], biases: [0], scale: 1, names: ["sum"] },
    { weights: [[1]], biases: [0], scale: 1, names: ["next code"] },
  ],
  head: [
    { weights: [[4]], biases: [-1], scale: 1, names: ["above 0.25"] },
    { weights: [[1]], biases: [0], scale: 1, names: ["output"] },
  ],
  codes: [-1, 0, 1, 2, 3, 7, 40],
  padding: -1,
  workColumns: 0,
  line: false,
};
