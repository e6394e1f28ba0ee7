//! Functions that are exported, so that loading a module never fails, but not implemented yet: a call raises SystemError with the
//! function's name. The list shrinks; `tests/exports.rs` pins its length.

use crate::support::*;

#[cold]
fn missing(name: &str) -> Raised {
    if _PyRuntime.tstate_current.get().is_null() {
        // Nobody to raise for: the answer alone says that it failed.
        return Raised;
    }
    raise!(SystemError, "{name} is not implemented in HotPy")
}

macro_rules! missing {
    ($answer:expr => $ret:ty: $($name:ident)*) => { $(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> $ret {
            missing(stringify!($name));
            $answer
        }
    )* };
}

missing! {
    ptr::null_mut() => *mut c_void:
    PySymtable_Lookup
    _PyAST_Compile _PyArena_Malloc _PyArena_New _PyBytes_DecodeEscape _PyBytes_FormatEx _PyCode_ConstantKey _PyCode_New
    _PyErr_TrySetFromCause
    _PyLong_FormatBytesWriter _PyUnicode_DecodeUnicodeEscapeInternal _PyUnicode_FormatLong
    _PyUnicode_TransformDecimalAndSpaceToASCII
    _Py_EncodeLocaleRaw _Py_GetConfigsAsDict _Py_Get_Getpath_CodeObject _Py_SourceAsString
    _Py_UniversalNewlineFgetsWithSize _Py_VaBuildStack _Py_VaBuildStack_SizeT _Py_dg_dtoa
    _Py_string_to_number_with_underscores
}

missing! {
    -1 => isize:
    Py_FrozenMain _PyArena_AddPyObject _PyArgv_AsWstrList _PyCode_CheckLineNumber
    _PyCode_Validate _PyConfig_FromDict _PyFloat_FormatAdvancedWriter _PyImport_FixupBuiltin
    _PyImport_FixupExtensionObject _PyInterpreterState_Enable
    _PyInterpreterState_SetConfig _PyLong_FormatAdvancedWriter _PyLong_FormatWriter
    _PyRuntimeState_Init _PyRuntime_Initialize
    _PyStructSequence_InitType _PyTraceBack_Print_Indented _PyUnicode_FormatAdvancedWriter _PyUnicode_InsertThousandsGrouping
    _Py_CoerceLegacyLocale _Py_DecodeUTF8Ex _Py_DisplaySourceLine _Py_EncodeUTF8Ex _Py_GetLocaleconvNumeric
    _Py_HandleSystemExit _Py_InitializeMain _Py_PreInitializeFromConfig
    _Py_PreInitializeFromPyArgv _Py_Sigset_Converter _Py_dg_strtod
}

missing! {
    () => ():
    _PyArena_Free _PyErr_ChainStackItem
    _PyObject_AssertFailed _PyPathConfig_ClearGlobal
    _PyRuntimeState_Fini _PyRuntime_Finalize _PyThreadState_DeleteExcept _PyThreadState_Init _PyThreadState_SetCurrent
    _Py_ClearArgcArgv _Py_ClearStandardStreamEncoding
    _Py_SetProgramFullPath _Py_dg_freedtoa
}
