"""Lemma 1 for one network and its certificate: the checks, one method for each row of the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from construction.network.definition5 import five_layer_form
from construction.network.rcnn import RCNN
from construction.rules.patch import POSITIONS
from proofs_check import (
    machine_steps,
    memorisation,
    precision,
    row_reduction,
    small_sizes,
    waves,
)
from proofs_check.cells import contents
from proofs_check.certificate import Certificate, read_certificate
from proofs_check.damage import check_damage
from proofs_check.equality import compare
from proofs_check.head import HeadTable, compare_head, head_table
from proofs_check.machine_steps import MachineTable, read_machine
from proofs_check.patterns import Pattern, Points, all_points, patterns, schedule_space
from proofs_check.sampling import check_probability
from proofs_check.schedule import (
    ANSWER,
    DECIDED,
    FINAL,
    LAST_ROW,
    LAYER,
    SHIFTS,
    STORED,
    WORK,
    Schedule,
    part_of,
    reached,
    read_schedule,
    read_storing,
    since,
    value,
)
from proofs_check.sharing import check_sharing
from proofs_check.unit_tables import CENTRE, Integers, UnitTables, unit_tables
from proofs_check.verdict import Found, RefutedError
from proofs_check.waves import Step
from proofs_check.weight_set import check_definition5, check_weights

SAMPLED = 50_000  #: patches on which floats are run
RANDOM_PATCHES = 20_000

#: Sizes (m, d) on which programs are run on every data set.
SMALL_SIZES = tuple((m, d) for m in range(1, 7) for d in range(1, 7) if m * (d + 1) + d <= 11)


class Lemma1:
    """One network and its certificate."""

    def __init__(self, network: RCNN, certificate: Mapping[str, Any]) -> None:
        self.network = network
        self._certificate = certificate

    @cached_property
    def certificate(self) -> Certificate:
        certificate = read_certificate(self._certificate)
        if certificate.padding != self.network.padding:
            raise RefutedError(
                f"the certificate says that the padding is {certificate.padding}; the network's is "
                f"{self.network.padding}"
            )
        return certificate

    @cached_property
    def tables(self) -> UnitTables:
        return unit_tables(self.network)

    @cached_property
    def head(self) -> HeadTable:
        return head_table(self.network)

    @cached_property
    def schedule(self) -> Schedule:
        schedule = read_schedule(self.certificate.schedule)
        unknown = schedule.all_codes() - set(self.head.codes)
        if unknown:
            raise RefutedError(f"the schedule uses {min(unknown)}, which is no code of a cell")
        return schedule

    @cached_property
    def storing(self) -> Schedule:
        """The schedule of the cells while memory is written."""
        if self.scheduled("unmasking"):
            return self.schedule
        return read_storing(self.certificate.schedule)

    @cached_property
    def machine(self) -> MachineTable | None:
        if not self.scheduled("machine"):
            return None
        return read_machine(part_of(self.certificate.schedule, "machine"))

    @cached_property
    def points(self) -> Points:
        """Grids that show every pattern of the schedule."""
        space = schedule_space(self.schedule, self.tables.positions, self.network.work_columns)
        return all_points(space)

    def steps(self, wanted: Callable[[Pattern], bool] = lambda _: True) -> Iterator[Step]:
        """Every wanted pattern of the schedule, with its cases."""
        found = patterns(
            self.schedule, self.points.points, self.tables.positions, self.network.work_columns
        )
        start = (0, 0) if self.machine is None else self.machine.start_codes
        yield from waves.steps(filter(wanted, found), self.schedule, self.tables, start)

    def network_is_rule(self) -> Found:
        """The convolution = the certificate's rule, on every patch."""
        equality = compare(self.tables, self.certificate)
        scale = self.network.convolution[1].scale
        positions = " ".join(POSITIONS[p] for p in self.tables.positions)
        return Found(
            f"{equality.always_on} unit always on, {equality.gates} gates, "
            f"{equality.combinations} combinations, all {len(self.tables.codes)} codes at each position",
            {
                "positions read": positions,
                "least distance of a unit to its kink": f"{equality.margin / scale:g}",
            },
        )

    def head_is_readout(self) -> Found:
        """The head = the certificate's readout, at every code."""
        return Found(f"{compare_head(self.head, self.certificate)} codes, values and slopes")

    def memorisation(self) -> Found:
        """Step ``i`` of SGD writes row ``i``."""
        found = memorisation.check_memorisation(
            self.storing, self.tables, self.head, self.network.work_columns
        )
        bound = max(box.bound for box in found.boxes)
        return Found(
            f"{found.patterns} patterns with {found.patches} cases, values and derivatives",
            {"every pattern occurs with sizes up to": str(bound)},
        )

    def unmasking(self) -> Found:
        """Both waves, from the memory layer to every bit unmasked and, with a machine, a head born."""
        self._check_first_layer()
        if self.machine is not None:
            return self._check_steps(lambda pattern: True)
        return self._check_steps(lambda pattern: not self._of_waves(pattern))

    def invariant(self) -> Found:
        """Every cell and layer of the row-reducing waves holds what row reduction says."""
        assert self.schedule.row_reduction is not None
        self.schedule.row_reduction.check_times()
        return self._check_steps(self._of_waves)

    def _of_waves(self, pattern: Pattern) -> bool:
        """Whether the centre is passed by a wave of row reduction in the next layer, or was."""
        return pattern.after % LAST_ROW > self.schedule.bit_stage

    def _check_steps(self, wanted: Callable[[Pattern], bool]) -> Found:
        count = cases = 0
        for step in self.steps(wanted):
            cases += waves.check_step(step, self.tables)
            count += 1
        box = self.points.box
        return Found(
            f"{count} patterns with {cases} cases of signs and bits",
            {
                "every pattern occurs with sizes up to": str(box.bound),
                "inequality systems without solution": str(box.systems),
            },
        )

    def _check_first_layer(self) -> None:
        """Layer 0 is what the memory layer gives: stored signs, and work columns."""
        points = self.points.points
        first = points[:, points[LAYER] == 0]
        kinds = self._kinds(first)
        wrong = ~np.isin(kinds, (STORED, WORK))
        if wrong.any():
            place = Pattern({}, 0, tuple(first[:, int(np.flatnonzero(wrong)[0])].tolist())).place()
            raise RefutedError(f"the schedule does not start with the stored memory ({place})")

    def machine_steps(self) -> Found:
        """A layer = a step of the machine."""
        assert self.machine is not None
        if self.schedule.row_reduction is not None:
            raise RefutedError("the certificate has both a machine and waves of row reduction")
        codes = machine_steps.check_codes(self.machine, self.schedule.bits, self.head)
        patches = machine_steps.check_steps(self.machine, self.tables.positions, self.tables)
        return Found(
            f"{len(self.machine.transitions)} transitions, {codes} codes, {patches} patches with at "
            f"most one head",
            {"states": str(len(self.machine.states)), "symbols": str(len(self.machine.symbols))},
        )

    def depth(self) -> Found:
        """From the depth formula on, the output is the answer."""
        points = self.points.points
        if self.machine is not None:
            if self.schedule.depth != self.schedule.start or self.schedule.steps != 1:
                raise RefutedError("the depth should be the start of the machine and its steps")
            lost, runs = self._runs_to_left_out_pairs()
            left_out = f"; on small sizes {lost} of {runs} runs come to a pair that it leaves out"
            return Found(
                "the steps of the machine count from the layer in which its head is born"
                + (left_out if lost else ""),
                {"L": _shown(self.certificate.schedule["depth"])},
            )
        if self.schedule.steps:
            raise RefutedError("there is no machine whose steps the depth could count")
        m_part, d_part, constant = (
            self.certificate.schedule["depth"].get(name, 0) for name in ("m", "d", "1")
        )
        self.check_claimed_depths(lambda m, d: m_part * m + d_part * d + constant)
        late = points[:, reached(points, self.schedule.depth)]
        kinds = self._kinds(late)
        corner = (late[1] == 0) & (late[3] == 0)
        allowed = np.where(corner, kinds == ANSWER, np.isin(kinds, (DECIDED, FINAL, WORK)))
        before = points[:, value(points, since(self.schedule.depth)) == -1]
        early = (self._kinds(before) == ANSWER).any()
        if early or not allowed.all():
            wrong = late[:, int(np.argmin(allowed))] if not allowed.all() else before[:, 0]
            place = Pattern({}, 0, tuple(wrong.tolist())).place()
            raise RefutedError(f"the answer does not first stand in the corner then ({place})")
        self._check_outputs(np.unique(kinds).tolist())
        return Found(
            f"{late.shape[1]} points at or after that layer",
            {"L": _shown(self.certificate.schedule["depth"])},
        )

    def _runs_to_left_out_pairs(self) -> tuple[int, int]:
        """How many of the runs on small data sets come to a pair that the machine does not have.

        Raises :class:`~proofs_check.verdict.RefutedError` if all do: nothing is proved of such a machine.
        """
        assert self.machine is not None
        lost = runs = 0
        for m, d in SMALL_SIZES:
            for rows in row_reduction.data_sets(m, d):
                runs += 1
                lost += row_reduction.comes_to_a_left_out_pair(
                    self.machine, rows, self.network.work_columns
                )
        if lost == runs:
            raise RefutedError(
                "every run of the machine on small data sets comes to a pair that it leaves out, so "
                "nothing is said of its output"
            )
        return lost, runs

    def check_claimed_depths(self, formula: Callable[[int, int], int]) -> None:
        """The depths that are claimed for small sizes are what the formula gives.

        Raises :class:`~proofs_check.verdict.RefutedError` when they are not, or when one is missing.
        """
        for m, d, layers in small_sizes.claimed(self._certificate.get("claims"), SMALL_SIZES):
            if layers != formula(m, d):
                raise RefutedError(
                    f"the certificate claims the depth {layers} for m = {m}, d = {d}; its schedule "
                    f"says {formula(m, d)}"
                )

    def _check_outputs(self, kinds: list[int]) -> None:
        """The head gives the answer its sign, and everything else that is left 0."""
        for kind in kinds:
            held = contents(kind, self.schedule, self.network.padding, (0, 0))
            for code, bit in zip(held.code.tolist(), held.bit.tolist(), strict=True):
                output = (1 - 2 * bit) if kind == ANSWER else 0
                if int(self.head.values[code - self.head.lowest]) != output * self.head.scale:
                    raise RefutedError(f"the head gives code {code} another output than {output}")

    def _kinds(self, points: Integers) -> Integers:
        kinds = self.schedule.kinds(points, SHIFTS[CENTRE], 0, self.network.work_columns)
        return kinds % LAST_ROW

    def scheduled(self, part: str) -> bool:
        """Whether the certificate's schedule has a part of this name."""
        schedule = self._certificate.get("schedule")
        return isinstance(schedule, Mapping) and part in schedule

    @property
    def complete(self) -> bool:
        """Whether every layer of the program is covered, for all sizes."""
        return self.scheduled("machine") or self.scheduled("row reduction")

    @property
    def computes(self) -> object:
        """What the certificate says that the program computes."""
        claims = self._certificate.get("claims")
        return claims.get("computes") if isinstance(claims, Mapping) else None

    def computes_on_small_sizes(self) -> Found:
        """The output on every data set of small sizes, from the claimed depth on."""
        if str(self.computes) not in small_sizes.DEFINITIONS:
            known = ", ".join(sorted(["row reduction", *small_sizes.DEFINITIONS]))
            raise RefutedError(
                f"the certificate says that the program computes {self.computes!r}; it should be one "
                f"of {known}"
            )
        parts = (self.tables, self.head, self.network.work_columns)
        sizes = small_sizes.claimed(self._certificate["claims"], SMALL_SIZES)
        what = str(self.computes)
        count = sum(small_sizes.check_predictions(*parts, *each, what) for each in sizes)
        return Found(f"every data set with m x d = {_sizes(sizes)}: {count}")

    def computes_row_reduction(self) -> Found:
        """On every data set of small sizes.

        The waves hold the variables of :func:`~proofs_check.row_reduction.reduce_rows` by the invariant,
        so for them only its meaning is left to check; a machine is run.
        """
        if not self.complete:
            raise RefutedError(
                "the certificate has no schedule of waves or of a machine that would tie what is "
                "said to be row reduction to the network"
            )
        explained, total = row_reduction.check_parities(SMALL_SIZES)
        sizes = ", ".join(f"{m}x{d}" for m, d in SMALL_SIZES)
        covered = f"every data set with m x d = {sizes}: {total}, {explained} of them explained by a parity"
        if self.machine is None:
            return Found(covered)
        most = 0
        for m, d, layers in small_sizes.claimed(self._certificate["claims"], SMALL_SIZES):
            # The claimed depth is m + d + 2 and the steps.
            limit = layers - m - d - 2
            for rows in row_reduction.data_sets(m, d):
                output, steps = row_reduction.run_machine(
                    self.machine, rows, self.network.work_columns, limit
                )
                if output != 1 - 2 * row_reduction.reduce_rows(rows):
                    raise RefutedError(f"the machine halts with {output} on the data set {rows}")
                most = max(most, steps)
        return Found(f"{covered}; the machine run on all", {"most steps": str(most)})

    def bounded(self) -> Found:
        """Definition 1: the states, and the steps on every data set of small sizes, within ``t``."""
        assert self.machine is not None
        attained = total = 0
        for m, d, layers in small_sizes.claimed(self._certificate["claims"], SMALL_SIZES):
            limit = layers - m - d - 2
            most = max(
                row_reduction.run_machine(self.machine, rows, self.network.work_columns, limit)[1]
                for rows in row_reduction.data_sets(m, d)
            )
            attained += most == limit
            total += 1
        return Found(
            f"every data set of {total} sizes; t is attained for {attained} of them",
            {"s": str(len(self.machine.states)), "symbols": str(len(self.machine.symbols))},
        )

    @cached_property
    def patches(self) -> Integers:
        """Every patch of the patterns, once; if they do not cover the program, random ones as well."""
        found = [whole for _, whole, _ in self.all_cases()]
        if not self.complete:
            rng = np.random.default_rng(0)
            random = [rng.choice(self.tables.at(p), RANDOM_PATCHES) for p in range(9)]
            found.append(np.stack(random, axis=1))
        return np.unique(np.concatenate(found), axis=0)

    def all_cases(self) -> Iterator[tuple[str, Integers, Integers]]:
        """What the patterns cover: the kind, the patches, and the codes that follow."""
        if self.scheduled("unmasking") or self.scheduled("storing"):
            for _, whole, expected in memorisation.all_cases(
                self.storing, self.tables, self.network.work_columns
            ):
                yield "memorisation", whole, expected
        if self.complete:
            for step in self.steps():
                yield "computation", step.patches, step.expected
        if self.machine is not None:
            for whole, expected in machine_steps.patches(
                self.machine, self.tables.positions, self.tables
            ):
                yield "computation", whole, expected

    @property
    def states(self) -> int | None:
        """The states of the machine, if there is one."""
        return None if self.machine is None else len(self.machine.states)

    def sample(self) -> Integers:
        """At most ``SAMPLED`` of the patches, evenly spaced, for runs in floats."""
        return self.patches[:: -(-len(self.patches) // SAMPLED)]

    def bits(self) -> Found:
        """The bits that each number needs, and bit-identical runs in floats."""
        return precision.check_bits(self.network, self.sample(), self.tables)

    def margin(self) -> Found:
        """Noise below the margin changes nothing; no patch of the computation passes it on."""
        for kind, whole, _ in self.all_cases():
            if kind == "computation" and not precision.is_quiet(self.tables, whole).all():
                raise RefutedError("a patch of the computation has a code that passes noise on")
        return precision.check_margin(self.network, self.tables, self.head, self.sample())

    def weights(self) -> Found:
        """All weights lie in ``U_s``."""
        return check_weights(self.network, self.states)

    def definition5(self) -> Found:
        """The five-layer form has Definition 5's shapes, and does the same."""
        five = five_layer_form(self.network)
        compare(unit_tables(five), self.certificate)
        return check_definition5(self.network, five, self.states)

    def probability(self) -> Found:
        """Theorem 1's probability under four models of sampling."""
        assert self.machine is not None
        return check_probability(self.network, len(self.machine.states), len(self.machine.symbols))

    def damage(self) -> Found:
        """The checker rejects every damaged weight, or proves the damage harmless."""
        return check_damage(self.network, self.certificate)

    def sharing(self) -> Found:
        """The remark on weight sharing."""
        return check_sharing(self.network)


def _sizes(claims: list[small_sizes.Size]) -> str:
    return ", ".join(f"{m}x{d}" for m, d, _ in claims)


def _shown(form: Mapping[str, int]) -> str:
    """A linear form in words, whatever the order in which its terms came."""
    terms = []
    for name in sorted(form, key="tmdab1".index):
        number = "" if form[name] == 1 and name != "1" else f"{form[name]} "
        terms.append((number + ("" if name == "1" else name)).strip())
    return " + ".join(terms)
