"""Every statement of the paper, executable, and Lemma 1 for all sizes.

The checker reads a network and the certificate that came with it, and trusts neither. It shares no
code with the compiler: what the weights do is worked out from the weights. Its rooms follow ``docs/proof.md``:

* :mod:`proofs_check.weights`: what the units compute on every patch, and damage of single weights;
* :mod:`proofs_check.patterns`: scenes, and why finitely many patterns are enough;
* :mod:`proofs_check.lemma1`, :mod:`proofs_check.online`: what is computed, each with a recurrence of its own;
* :mod:`proofs_check.batches`: what a batch leaves behind, and when that is what single steps leave;
* :mod:`proofs_check.theorem1`, :mod:`proofs_check.optimality`: the paper's other statements;
* :mod:`proofs_check.statements`: the rows that ``rcnn verify`` shows, :mod:`proofs_check.subject`: what they
  share for one network.
"""
