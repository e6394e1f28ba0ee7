"""A Dhrystone in Python.

Written from the published structure of the Dhrystone benchmark (R. P. Weicker, 1984; version 2.1): eight procedures, three
functions, a pair of records linked by a pointer, two global arrays, and assignments, branches, calls and loops in the
proportions of that statistic. One pass of the main loop is one "pystone".

Run it as `python -m test.pystone [LOOPS]`. It prints how long the loops took and the pystones per second; the state
left behind by the loops is checked against what Dhrystone prescribes.
"""

from time import perf_counter

LOOPS = 150_000

IDENT_1, IDENT_2, IDENT_3, IDENT_4, IDENT_5 = range(1, 6)

int_glob = 0
bool_glob = False
char_1_glob = "\0"
char_2_glob = "\0"
array_1_glob = [0] * 51
array_2_glob = [[0] * 51 for _ in range(51)]
ptr_glob = None
ptr_glob_next = None


class Record:
    """Dhrystone's record: a pointer to the next one, a discriminant, and the fields of the first variant."""

    def __init__(self, ptr_comp=None, discr=0, enum_comp=0, int_comp=0, string_comp=""):
        self.ptr_comp = ptr_comp
        self.discr = discr
        self.enum_comp = enum_comp
        self.int_comp = int_comp
        self.string_comp = string_comp

    def copy(self):
        return Record(self.ptr_comp, self.discr, self.enum_comp, self.int_comp, self.string_comp)


def proc_0(loops):
    """The main program. Returns the seconds that the loops took."""
    global array_1_glob, array_2_glob, bool_glob, char_1_glob, char_2_glob, int_glob, ptr_glob, ptr_glob_next

    start = perf_counter()
    for _ in range(loops):
        pass
    empty_loop = perf_counter() - start

    ptr_glob_next = Record()
    ptr_glob = Record(ptr_glob_next, IDENT_1, IDENT_3, 40, "DHRYSTONE PROGRAM, SOME STRING")
    string_1 = "DHRYSTONE PROGRAM, 1'ST STRING"
    array_2_glob[8][7] = 10

    start = perf_counter()
    for i in range(loops):
        proc_5()
        proc_4()
        int_1 = 2
        int_2 = 3
        string_2 = "DHRYSTONE PROGRAM, 2'ND STRING"
        enum_loc = IDENT_2
        bool_glob = not func_2(string_1, string_2)
        while int_1 < int_2:
            int_3 = 5 * int_1 - int_2
            int_3 = proc_7(int_1, int_2)
            int_1 = int_1 + 1
        proc_8(array_1_glob, array_2_glob, int_1, int_3)
        ptr_glob = proc_1(ptr_glob)
        char_index = "A"
        while char_index <= char_2_glob:
            if enum_loc == func_1(char_index, "C"):
                enum_loc = proc_6(IDENT_1)
                string_2 = "DHRYSTONE PROGRAM, 3'RD STRING"
                int_2 = i
                int_glob = i
            char_index = chr(ord(char_index) + 1)
        int_2 = int_2 * int_1
        int_1 = int_2 // int_3
        int_2 = 7 * (int_2 - int_3) - int_1
        int_1 = proc_2(int_1)
    seconds = perf_counter() - start - empty_loop

    check(loops, int_1, int_2, int_3, enum_loc, string_1, string_2)
    return seconds


def proc_1(ptr_par):
    """Works on a record and on the one it points to."""
    next_record = ptr_glob.copy()
    ptr_par.ptr_comp = next_record
    ptr_par.int_comp = 5
    next_record.int_comp = ptr_par.int_comp
    next_record.ptr_comp = ptr_par.ptr_comp
    next_record.ptr_comp = proc_3(next_record.ptr_comp)
    if next_record.discr == IDENT_1:
        next_record.int_comp = 6
        next_record.enum_comp = proc_6(ptr_par.enum_comp)
        next_record.ptr_comp = ptr_glob.ptr_comp
        next_record.int_comp = proc_7(next_record.int_comp, 10)
    else:
        ptr_par = next_record.copy()
    next_record.ptr_comp = None
    return ptr_par


def proc_2(int_par):
    """A loop that ends by a condition set inside it."""
    int_loc = int_par + 10
    while True:
        if char_1_glob == "A":
            int_loc = int_loc - 1
            int_par = int_loc - int_glob
            enum_loc = IDENT_1
        if enum_loc == IDENT_1:
            break
    return int_par


def proc_3(ptr_par):
    global int_glob
    if ptr_glob is not None:
        ptr_par = ptr_glob.ptr_comp
    else:
        int_glob = 100
    ptr_glob.int_comp = proc_7(10, int_glob)
    return ptr_par


def proc_4():
    global bool_glob, char_2_glob
    bool_loc = char_1_glob == "A"
    bool_glob = bool_loc or bool_glob
    char_2_glob = "B"


def proc_5():
    global bool_glob, char_1_glob
    char_1_glob = "A"
    bool_glob = False


def proc_6(enum_par):
    """A case distinction over an enumeration."""
    enum_out = enum_par
    if not func_3(enum_par):
        enum_out = IDENT_4
    if enum_par == IDENT_1:
        enum_out = IDENT_1
    elif enum_par == IDENT_2:
        enum_out = IDENT_1 if int_glob > 100 else IDENT_4
    elif enum_par == IDENT_3:
        enum_out = IDENT_2
    elif enum_par == IDENT_4:
        pass
    elif enum_par == IDENT_5:
        enum_out = IDENT_3
    return enum_out


def proc_7(int_par_1, int_par_2):
    int_loc = int_par_1 + 2
    return int_par_2 + int_loc


def proc_8(array_1, array_2, int_par_1, int_par_2):
    """Works on a vector and a matrix."""
    global int_glob
    int_loc = int_par_1 + 5
    array_1[int_loc] = int_par_2
    array_1[int_loc + 1] = array_1[int_loc]
    array_1[int_loc + 30] = int_loc
    for int_index in range(int_loc, int_loc + 2):
        array_2[int_loc][int_index] = int_loc
    array_2[int_loc][int_loc - 1] = array_2[int_loc][int_loc - 1] + 1
    array_2[int_loc + 20][int_loc] = array_1[int_loc]
    int_glob = 5


def func_1(char_par_1, char_par_2):
    char_loc_1 = char_par_1
    char_loc_2 = char_loc_1
    if char_loc_2 != char_par_2:
        return IDENT_1
    return IDENT_2


def func_2(string_par_1, string_par_2):
    """Compares strings, and characters inside them."""
    int_loc = 1
    while int_loc <= 1:
        if func_1(string_par_1[int_loc], string_par_2[int_loc + 1]) == IDENT_1:
            char_loc = "A"
            int_loc = int_loc + 1
    if "W" <= char_loc <= "Z":
        int_loc = 7
    if char_loc == "X":
        return True
    if string_par_1 > string_par_2:
        int_loc = int_loc + 7
        return True
    return False


def func_3(enum_par):
    enum_loc = enum_par
    return enum_loc == IDENT_3


def check(loops, int_1, int_2, int_3, enum_loc, string_1, string_2):
    """Dhrystone prescribes the values left in its variables."""
    expected = [
        (int_glob, 5), (bool_glob, True), (char_1_glob, "A"), (char_2_glob, "B"), (array_1_glob[8], 7),
        (array_2_glob[8][7], loops + 10), (ptr_glob.discr, IDENT_1), (ptr_glob.enum_comp, IDENT_3),
        (ptr_glob.int_comp, 17), (ptr_glob.string_comp, "DHRYSTONE PROGRAM, SOME STRING"), (int_1, 5), (int_2, 13),
        (int_3, 7), (enum_loc, IDENT_2), (string_1, "DHRYSTONE PROGRAM, 1'ST STRING"),
        (string_2, "DHRYSTONE PROGRAM, 2'ND STRING"),
    ]
    for number, (found, wanted) in enumerate(expected):
        if found != wanted:
            raise AssertionError(f"value {number} is {found!r}, should be {wanted!r}")


def main(loops=LOOPS):
    seconds = proc_0(loops)
    print(f"Pystone: {loops} passes took {seconds:.3f} s")
    print(f"This machine does {loops / seconds:.0f} pystones/second")


if __name__ == "__main__":
    import sys

    if len(sys.argv) > 2:
        raise SystemExit("usage: pystone [LOOPS]")
    main(int(sys.argv[1]) if len(sys.argv) == 2 else LOOPS)
