"""Every statement of the paper, executable, and Lemma 1 for all sizes.

The checker reads a network and the certificate that came with it, and trusts neither. It shares no
code with the compiler: what the weights do is worked out from the weights.

* :mod:`proofs_check.statements`: the rows that ``rcnn verify`` shows;
* :mod:`proofs_check.weights.tables`, :mod:`proofs_check.equality`: what the weights do on every patch;
* :mod:`proofs_check.patterns.coverage`, :mod:`proofs_check.patterns`: why finitely many patterns are enough;
* :mod:`proofs_check.unmasking`, :mod:`proofs_check.memorisation`, :mod:`proofs_check.machine_steps`,
  :mod:`proofs_check.row_reduction`: Lemma 1;
* :mod:`proofs_check.damage`: the checker, checked.
"""
