"""The head = the certificate's readout: value and slope at every code that a cell can hold."""

from __future__ import annotations

from proofs_check.certificate import Certificate
from proofs_check.statement import Found, about_networks
from proofs_check.subject import Subject
from proofs_check.verdict import RefutedError
from proofs_check.weights.head import HeadTable


@about_networks(
    "Lemma 1, head = readout",
    "the head is the readout: values and slopes at every code",
    "all sizes, exact",
)
def head_is_readout(subject: Subject) -> Found:
    """The head = the certificate's readout, at every code."""
    return Found(f"{compare_head(subject.head, subject.certificate)} codes, values and slopes")


def compare_head(head: HeadTable, certificate: Certificate) -> int:
    """The number of codes compared; raises :class:`~proofs_check.verdict.RefutedError` at the first that differs."""
    for code in head.codes:
        index = code - head.lowest
        if head.kinks[index]:
            raise RefutedError(f"a unit of the head stands at its kink on code {code}")
        for what, table, entries in (
            ("value", head.values, certificate.readout),
            ("slope by the pixel", head.slopes, certificate.readout_slopes),
        ):
            expected = entries.get(code, 0) * head.scale
            if int(table[index]) != expected:
                raise RefutedError(
                    f"the head's {what} at code {code} is {int(table[index])}/{head.scale}; the "
                    f"certificate says {entries.get(code, 0)}"
                )
    return len(head.codes)
