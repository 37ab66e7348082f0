"""Free codes: what a gate may do with codes that its author says nothing about."""

from __future__ import annotations

from dataclasses import replace

from construction.rules.rule import Alphabet, Gate, LocalRule


def with_chosen_codes(rule: LocalRule) -> LocalRule:
    """The rule with gates that say everything, as the compiler wants them.

    Where a gate says both which codes a position must show and which it must not, the others never
    stand there when the rest of the gate holds. So it does not matter what the gate does on them, and
    they are chosen so as to need few weights.
    """
    return replace(rule, gates=tuple(chosen(each, rule.codes) for each in rule.gates))


def chosen(gate: Gate, codes: Alphabet) -> Gate:
    """The gate with only one kind of condition at each position.

    A free code gets the side of the code below it: a condition costs weights for each time that it
    changes from one code to the next.
    """
    when, unless = dict(gate.when), dict(gate.unless)
    for position in gate.when.keys() & gate.unless.keys():
        either = when[position] | unless[position]
        side = min(either) in when[position]
        taken = set()
        for code in codes.at(position):
            side = code in when[position] if code in either else side
            taken |= {code} if side else set()
        when[position] = frozenset(taken)
        del unless[position]
    return replace(gate, when=when, unless=unless)
