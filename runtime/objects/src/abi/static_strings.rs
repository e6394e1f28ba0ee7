//! Strings that compiled modules find in `_PyRuntime` by address: CPython's own literals and identifiers, in its order.
//!
//! Each takes a 48-byte header, the characters and a null, rounded up to 8 bytes; so the order is the layout.

/// Literals.
#[rustfmt::skip]
pub const LITERALS: [&str; 21] = [
    "<dictcomp>", "<genexpr>", "<lambda>", "<listcomp>", "<module>", "<setcomp>", "<string>", "<unknown>", "}", ", ", "}}",
    "{{", "%%", ".", ".<locals>", "", "list index out of range", "
", "{", "%", "utf-8",
];

/// Identifiers.
#[rustfmt::skip]
pub const IDENTIFIERS: [&str; 304] = [
    "False", "Py_Repr", "TextIOWrapper", "True", "WarningMessage", "_", "__IOBase_closed", "__abc_tpflags__", "__abs__",
    "__abstractmethods__", "__add__", "__aenter__", "__aexit__", "__aiter__", "__all__", "__and__", "__anext__",
    "__annotations__", "__args__", "__await__", "__bases__", "__bool__", "__build_class__", "__builtins__", "__bytes__",
    "__call__", "__cantrace__", "__class__", "__class_getitem__", "__classcell__", "__complex__", "__contains__", "__copy__",
    "__del__", "__delattr__", "__delete__", "__delitem__", "__dict__", "__dir__", "__divmod__", "__doc__", "__enter__",
    "__eq__", "__exit__", "__file__", "__float__", "__floordiv__", "__format__", "__fspath__", "__ge__", "__get__",
    "__getattr__", "__getattribute__", "__getinitargs__", "__getitem__", "__getnewargs__", "__getnewargs_ex__", "__getstate__",
    "__gt__", "__hash__", "__iadd__", "__iand__", "__ifloordiv__", "__ilshift__", "__imatmul__", "__imod__", "__import__",
    "__imul__", "__index__", "__init__", "__init_subclass__", "__instancecheck__", "__int__", "__invert__", "__ior__",
    "__ipow__", "__irshift__", "__isabstractmethod__", "__isub__", "__iter__", "__itruediv__", "__ixor__", "__le__", "__len__",
    "__length_hint__", "__lltrace__", "__loader__", "__lshift__", "__lt__", "__main__", "__matmul__", "__missing__", "__mod__",
    "__module__", "__mro_entries__", "__mul__", "__name__", "__ne__", "__neg__", "__new__", "__newobj__", "__newobj_ex__",
    "__next__", "__notes__", "__or__", "__orig_class__", "__origin__", "__package__", "__parameters__", "__path__", "__pos__",
    "__pow__", "__prepare__", "__qualname__", "__radd__", "__rand__", "__rdivmod__", "__reduce__", "__reduce_ex__", "__repr__",
    "__reversed__", "__rfloordiv__", "__rlshift__", "__rmatmul__", "__rmod__", "__rmul__", "__ror__", "__round__", "__rpow__",
    "__rrshift__", "__rshift__", "__rsub__", "__rtruediv__", "__rxor__", "__set__", "__set_name__", "__setattr__",
    "__setitem__", "__setstate__", "__sizeof__", "__slotnames__", "__slots__", "__spec__", "__str__", "__sub__",
    "__subclasscheck__", "__subclasshook__", "__truediv__", "__trunc__", "__typing_is_unpacked_typevartuple__",
    "__typing_prepare_subst__", "__typing_subst__", "__typing_unpacked_tuple_args__", "__warningregistry__", "__weakref__",
    "__xor__", "_abc_impl", "_annotation", "_blksize", "_bootstrap", "_dealloc_warn", "_finalizing", "_find_and_load",
    "_fix_up_module", "_get_sourcefile", "_handle_fromlist", "_initializing", "_is_text_encoding", "_lock_unlock_module",
    "_showwarnmsg", "_shutdown", "_slotnames", "_strptime_time", "_uninitialized_submodules", "_warn_unawaited_coroutine",
    "_xoptions", "add", "append", "big", "buffer", "builtins", "c_call", "c_exception", "c_return", "call", "clear", "close",
    "closed", "code", "copy", "copyreg", "decode", "default", "defaultaction", "dictcomp", "difference_update",
    "dispatch_table", "displayhook", "enable", "encode", "encoding", "end_lineno", "end_offset", "errors", "excepthook",
    "exception", "extend", "filename", "fileno", "fillvalue", "filters", "find_class", "flush", "genexpr", "get", "get_source",
    "getattr", "getstate", "ignore", "importlib", "inf", "intersection", "isatty", "isinstance", "items", "iter", "join",
    "keys", "lambda", "last_traceback", "last_type", "last_value", "latin1", "len", "line", "lineno", "listcomp", "little",
    "locale", "match", "metaclass", "mode", "modules", "mro", "msg", "n_fields", "n_sequence_fields", "n_unnamed_fields",
    "name", "newlines", "next", "obj", "offset", "onceregistry", "opcode", "open", "parent", "partial", "path", "peek",
    "persistent_id", "persistent_load", "print_file_and_line", "ps1", "ps2", "raw", "read", "read1", "readable", "readall",
    "readinto", "readinto1", "readline", "reducer_override", "reload", "replace", "reset", "return", "reversed", "seek",
    "seekable", "send", "setcomp", "setstate", "sort", "stderr", "stdin", "stdout", "strict", "symmetric_difference_update",
    "tell", "text", "threading", "throw", "top", "truncate", "unraisablehook", "values", "version", "warnings", "warnoptions",
    "writable", "write", "zipimporter",
];
