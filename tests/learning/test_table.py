from __future__ import annotations

from pathlib import Path
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from construction.errors import DataError
from construction.learning.data.table import read_table, read_table_like
from construction.learning.data.values import Column

GOOD = b"a,b,y\n0,yes,-1\n1,no,+1\n1,yes,-1\n"
GOOD_BITS = [[0, 1, 1], [1, 0, 0], [1, 1, 1]]


def write(folder: Path, text: bytes, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_bytes(text)
    return path


@pytest.mark.parametrize(
    ("values", "one"),
    [
        ("01", "1"),
        (("-1", "1"), "-1"),
        (("-1", "+1"), "-1"),
        (("-1.0", "1.0"), "-1.0"),
        (("false", "true"), "true"),
        (("TRUE", "false"), "TRUE"),
        (("no", "Yes"), "Yes"),
        (("a", "A"), "a"),
        (("0.0", "1.0"), "1.0"),
    ],
)
def test_which_value_is_bit_1(values: tuple[str, str], one: str) -> None:
    for order in (values, values[::-1]):
        assert Column.of("x", order).values[1] == one
        assert set(Column.of("x", order).values) == set(values)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.rstrip(),
        b"\xef\xbb\xbf" + GOOD,
        b"\n \n" + GOOD.replace(b"\n1,no", b"\n\n\n1,no") + b"\n\n",
        GOOD.replace(b"yes", b'"yes"').replace(b"a,", b'"a",'),
        GOOD.replace(b",", b" , "),
    ],
    ids=["plain", "crlf", "cr", "no last newline", "mark", "blank lines", "quotes", "spaces"],
)
def test_the_forms_of_csv(tmp_path: Path, text: bytes) -> None:
    table = read_table(write(tmp_path, text))
    assert [column.name for column in table.columns] == ["a", "b", "y"]
    assert [column.values for column in table.columns] == [("0", "1"), ("no", "yes"), ("+1", "-1")]
    assert table.bits.tolist() == GOOD_BITS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "the file is empty; it should begin with a header"),
        (b"\xef\xbb\xbf\n\n", "the file is empty"),
        (b"a,y\n", "there are no rows below the header; there should be one for each example"),
        (b"a\n0\n1\n", "line 1: the header has one column, 'a'; there should be at least one"),
        (
            b"0,1\n1,0\n0,1\n",
            "the header, 0, 1, consists of values; if the file has no header, put one above",
        ),
        (b"a,a,y\n", "line 1: columns 1 and 2 are both called 'a'; the header should give each"),
        (
            b"a;b;y\n0;0;1\n",
            "line 1: the header has one column, 'a;b;y'; there should be at least one feature and "
            "the target, with commas between them, not semicolons",
        ),
        (
            b",a,y\n0,0,1\n",
            "line 1: column 1 has no name; the header should give one; if the column numbers the "
            "rows, leave it out",
        ),
        (
            b"patient_id,y\n70,0\n90,1\n40,0\n",
            "line 4, column 'patient_id': '40' is a third value besides '70' and '90'; a column "
            "should have two values; if the column numbers the rows, leave it out",
        ),
        (b"a,,y\n", "line 1: column 2 has no name; the header should give one"),
        (b"a,y\n0,0\n1,1\n2,1\n", "line 4, column 'a': '2' is a third value besides '0' and '1'"),
        (b"a,y\n0,0\n1,1\n0,x\n", "line 4, column 'y': 'x' is a third value besides '0' and '1'"),
        (b"a,y\nx,0\nx,1\n", "column 'a': every value is 'x'; a column should have two values"),
        (b"a,y\n0,x\n1,x\n", "column 'y': every value is 'x'; a column should have two values"),
        (b"a,y\n0,x\n", "there is one row below the header, so nothing says which two values"),
        (b"a,y\nnan,0\n1,1\n0,1\n", "line 2, column 'a': 'nan' stands where a value is missing"),
        (b"a,y\n0,0\n?,1\n1,1\n", "line 3, column 'a': '?' stands where a value is missing"),
        (b"a,y\n1.0,0\n0,1\n1,1\n", "line 2, column 'a': '1.0' is the same number as '1'"),
        (
            b"0,1,0\n1,0,1\n",
            "line 1: columns 1 and 3 are both called '0'; the header should give "
            "each column its own name; if the file has no header, put one above",
        ),
        (
            b"0,1\n1,0\n2,1\n3,0\n",
            "line 4, column '0': '3' is a third value besides '1' and '2'; a "
            "column should have two values; if the column numbers the rows, leave it out",
        ),
        (
            b"id,y\n7,0\n9,1\n4,0\n",
            "line 4, column 'id': '4' is a third value besides '7' and '9'; a column should have "
            "two values; if the column numbers the rows, leave it out",
        ),
        (b"a,y\n0,0\n\n,1\n", "line 4, column 'a': the cell is empty; it should have a value"),
        (b'a,y\n0,0\n1," "\n', "line 3, column 'y': the cell is empty"),
        (b"a,y\n0,0\n1\n", "line 3: the number of cells is 1; it should be 2, as in the header"),
        (b"a,y\n0,0\n\n1,1,1\n", "line 4: the number of cells is 3; it should be 2"),
        (b'a,y\n"0\n",0\n1\n', "line 4: the number of cells is 1"),
        (b"a,y\n0,0\n\xff,1\n", "line 3: byte 0xff is not UTF-8; save it as UTF-8"),
        ("a,y\n0,1\n".encode("utf-16"), "line 1: byte 0xff is not UTF-8"),
        (b"a,y\n0,0\n\x000,1\n", "line 3: byte 0x00 is no text; it should be a CSV file"),
        (b'a,y\n0,0\n1,"1\n', "line 3: unexpected end of data; commas and quotes should be as in"),
        (b'a,y\n0,"0"1\n', "line 2: ',' expected after '\"'"),
    ],
)
def test_bad_tables(tmp_path: Path, text: bytes, words: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DataError) as error:
        read_table(path)
    assert str(error.value).startswith(f"{path}: {words}")


@pytest.mark.parametrize(
    ("name", "words"),
    [("absent.csv", "cannot be read: no such file"), (".", "cannot be read: is a directory")],
)
def test_unreadable_files(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_table(tmp_path / name)


def test_a_second_file_is_read_by_the_first_ones_columns(tmp_path: Path) -> None:
    first = read_table(write(tmp_path, GOOD))
    second = read_table_like(write(tmp_path, b"y,a,b\n-1,0,no\n", "test.csv"), first)
    assert second.columns == first.columns
    assert second.bits.tolist() == [[0, 0, 1]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"a,b\n0,yes\n", "line 1: column 'y' is missing; the columns should be those of"),
        (b"a,b,y,z\n0,yes,-1,0\n", "line 1: {first} has no column 'z'; the columns should be"),
        (b"a,b,y\n0,yes,-1\n0,maybe,-1\n", "line 3, column 'b': the value is 'maybe'; it should "),
        (b"a,b,y\n0,yes,1\n", "line 2, column 'y': the value is '1'; it should be '+1' or '-1'"),
        (b"a,b,y\n0,yes\n", "line 2: the number of cells is 2; it should be 3"),
        (b"a,b,y\n", "there are no rows below the header"),
        (b"", "the file is empty"),
    ],
)
def test_bad_second_files(tmp_path: Path, text: bytes, words: str) -> None:
    first = read_table(write(tmp_path, GOOD))
    path = write(tmp_path, text, "test.csv")
    with pytest.raises(DataError) as error:
        read_table_like(path, first)
    assert str(error.value).startswith(f"{path}: {words.format(first=first.source)}")


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=20),
    st.lists(
        st.tuples(
            *[st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=4)]
            * 2
        )
        .filter(lambda pair: pair[0] != pair[1])
        .map(lambda pair: Column.of("", pair).values),
        min_size=3,
        max_size=3,
    ),
)
def test_written_and_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[list[bool]],
    values: list[tuple[str, str]],
) -> None:
    rows = [[False] * 3, *cells, [True] * 3]  # so that both values of every column occur
    lines = ["a,b,c", *(",".join(v[x] for v, x in zip(values, row, strict=True)) for row in rows)]
    path = write(tmp_path_factory.mktemp("tables"), "\n".join(lines).encode())
    table = read_table(path)
    assert [column.values for column in table.columns] == values
    assert np.array_equal(table.bits, np.array(rows, dtype=np.uint8))


@given(st.binary(max_size=60) | st.text('a01,"\n\r ;\0\ufeff\x85', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = write(tmp_path_factory.getbasetemp(), data, "bytes.csv")
    try:
        table = read_table(path)
    except DataError:
        return
    assert table.bits.shape[1] == len(table.columns) >= 2
    assert set(np.unique(table.bits)) == {0, 1}


def test_a_cell_may_not_be_endless(tmp_path: Path) -> None:
    path = write(tmp_path, b"a,y\n0," + b"1" * 200_000 + b"\n")
    with pytest.raises(DataError, match="line 2: field larger than field limit"):
        read_table(path)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are not listed here")
def test_a_bad_table_is_closed(tmp_path: Path) -> None:
    """At once: while its error is still being handled, no frame of it holds the file open."""
    path = tmp_path / "data.csv"
    for text in (b"a,y\n0,0\n1,1\n2,1\n", b"a,y\n0,0\n0\n", b"a\n0\n", b"a,y\n0,0\n\xff,1\n"):
        path.write_bytes(text)
        with pytest.raises(DataError) as error:
            read_table(path)
        names = [link.readlink() for link in Path("/proc/self/fd").glob("*") if link.is_symlink()]
        assert path not in names, error


def test_many_columns_are_read_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    """Doubled names were looked for among all names before them: 11 seconds for 40,000 columns."""
    names = [f"x{i}" for i in range(40_000)]
    path = tmp_path / "wide.csv"
    rows = [",".join(names), ",".join("0" * len(names)), ",".join("1" * len(names))]
    path.write_text("\n".join(rows))
    began = process_time()
    table = read_table(path)
    read_table_like(path, table)
    assert process_time() - began < 4
    assert table.bits.shape == (2, 40_000)


@pytest.mark.parametrize(
    ("text", "values", "bits"),
    [
        ("a,y\n0,0\n0,1\n", ("0", "1"), [0, 0]),
        ("a,y\n1,0\n1,1\n", ("0", "1"), [1, 1]),
        ("a,y\n1,-1\n1,1\n", ("1", "-1"), [0, 0]),
        ("a,y\n-1,-1\n-1,1\n", ("1", "-1"), [1, 1]),
    ],
)
def test_a_constant_column_of_bits_or_signs_says_which_bit_it_is(
    text: str, values: tuple[str, str], bits: list[int], tmp_path: Path
) -> None:
    path = tmp_path / "constant.csv"
    path.write_text(text)
    table = read_table(path)
    assert table.columns[0] == Column("a", values)
    assert table.bits[:, 0].tolist() == bits
    other = tmp_path / "other.csv"
    other.write_text(f"a,y\n{values[1 - bits[0]]},1\n")
    assert read_table_like(other, table).bits[0, 0] == 1 - bits[0]
