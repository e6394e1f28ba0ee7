# Pystone as a program: a few loops, and the state they leave. (hotpy -m test.pystone prints times.)
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, __file__.rpartition("/tests/")[0] + "/stdlib-patches/test")
import pystone
for loops in (1, 2, 50):
    pystone.proc_0(loops)
    print(loops, pystone.int_glob, pystone.bool_glob, pystone.char_1_glob, pystone.char_2_glob, pystone.array_1_glob[7:10], pystone.array_2_glob[8][6:10])
    for record in (pystone.ptr_glob, pystone.ptr_glob_next): print(record.discr, record.enum_comp, record.int_comp, record.string_comp, record.ptr_comp is pystone.ptr_glob_next)
