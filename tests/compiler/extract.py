"""Invalid programs out of the tests of the installed CPython.

None of them is kept: they are collected each time, from what `compile`, `exec` and `eval` are given while the test modules run,
from their doctests, and from every string they hold.

    extract.py              writes the programs, pickled, as a set of (mode, source)
"""

import ast
import builtins
import doctest
import importlib
import io
import os
import pickle
import sys
import unittest
import warnings

MODULES = """
    test_syntax test_exceptions test_fstring test_eof test_unicode_identifiers test_named_expressions test_patma
    test_positional_only_arg test_keywordonlyarg test_type_comments test_future test_global test_grammar test_string_literals
    test_source_encoding test_generators test_genexps test_coroutines test_unpack_ex test_dictcomps test_listcomps test_setcomps test_compile
    test_ast test_exception_group test_except_star test_scope test_augassign test_with test_codeop test_tokenize test_peg_generator
    test_parser test_decorators test_opcodes test_complex test_float test_int test_long test_bytes test_unicode test_dis test_code
    test_contextlib test_asyncgen test_yield_from test_type_annotations test_typing test_cmd_line_script test_traceback test_builtin
    test_flufl test_errors test_symtable test_extcall test_unpack test_tuple test_print test_pep646_syntax test_metaclass
    test_super test_class test_funcattrs test_lambda test_binop test_bool test_raise test_tabnanny test_pyclbr test_super
    test_global test_baseexception test_atexit test_contains test_compare test_slice test_string test_doctest test_code_module
    test_eval test_exec test_inspect test_textwrap test_lib2to3 test_unparse test_py_compile test_compileall test_import test_cmd_line
""".split()

found = set()
real = {name: getattr(builtins, name) for name in ("compile", "exec", "eval")}


def note(source, mode):
    if isinstance(source, (bytearray, memoryview)):
        source = bytes(source)
    if not isinstance(source, (str, bytes)) or mode not in ("exec", "eval", "single") or len(source) > 100_000:
        return
    if (mode, source) in found:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            real["compile"](source, "<source>", mode, dont_inherit=True)
    except SyntaxError:
        found.add((mode, source))
    except Exception:
        pass


def watched_compile(source, filename, mode, *args, **kwargs):
    note(source, mode)
    return real["compile"](source, filename, mode, *args, **kwargs)


def watched(name, mode):
    def run(source, *spaces, **kwargs):
        note(source.lstrip(" \t") if mode == "eval" and isinstance(source, str) else source, mode)
        if not spaces:
            frame = sys._getframe(1)
            spaces = frame.f_globals, frame.f_locals
        return real[name](source, *spaces, **kwargs)
    return run


def main():
    sys.setrecursionlimit(2000)
    out, sys.stdout, sys.stderr = sys.stdout.buffer, io.StringIO(), io.StringIO()
    os.environ["PYTHONWARNINGS"] = "ignore"
    seen = set()
    for name in MODULES:
        if name in seen:
            continue
        seen.add(name)
        try:
            module = importlib.import_module(f"test.{name}")
        except BaseException:
            continue
        path = getattr(module, "__file__", None)
        if path and path.endswith(".py"):
            with open(path, "rb") as file:
                strings = [n.value for n in ast.walk(ast.parse(file.read())) if isinstance(n, ast.Constant)]
            for value in strings:
                if isinstance(value, (str, bytes)):
                    note(value, "exec")
                    if isinstance(value, str) and "\n" not in value:
                        note(value, "eval")
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            for example in test.examples:
                note(example.source, "exec")
                note(example.source, "single")
        if name not in ("test_cmd_line", "test_import", "test_compileall", "test_py_compile", "test_lib2to3", "test_inspect",
                        "test_doctest", "test_tokenize", "test_peg_generator", "test_code_module", "test_unparse", "test_typing",
                        "test_long", "test_float", "test_unicode", "test_bytes", "test_traceback", "test_cmd_line_script", "test_builtin"):
            builtins.compile = watched_compile
            builtins.exec, builtins.eval = watched("exec", "exec"), watched("eval", "eval")
            try:
                suite = unittest.defaultTestLoader.loadTestsFromModule(module)
                unittest.TextTestRunner(stream=io.StringIO(), verbosity=0).run(suite)
            except BaseException:
                pass
            for key, value in real.items():
                setattr(builtins, key, value)
    pickle.dump(sorted(found, key=repr), out)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
