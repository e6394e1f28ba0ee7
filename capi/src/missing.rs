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
    _PyLong_FormatBytesWriter _PyLong_FromBytes _PyUnicode_DecodeUnicodeEscapeInternal _PyUnicode_FormatLong
    _PyUnicode_TransformDecimalAndSpaceToASCII _PyWideStringList_AsList _Py_DecodeUTF8_surrogateescape _Py_DumpTracebackThreads
    _Py_EncodeLocaleRaw _Py_GetConfigsAsDict _Py_Get_Getpath_CodeObject _Py_SourceAsString
    _Py_UniversalNewlineFgetsWithSize _Py_VaBuildStack _Py_VaBuildStack_SizeT _Py_dg_dtoa _Py_get_xoption _Py_normpath
    _Py_string_to_number_with_underscores _Py_wfopen _Py_wgetcwd _Py_wrealpath
}

missing! {
    -1 => isize:
    Py_FrozenMain _PyArena_AddPyObject _PyArgv_AsWstrList _PyCode_CheckLineNumber
    _PyCode_Validate _PyConfig_FromDict _PyFloat_FormatAdvancedWriter _PyImport_FixupBuiltin
    _PyImport_FixupExtensionObject _PyInterpreterState_Enable
    _PyInterpreterState_SetConfig _PyLong_FormatAdvancedWriter _PyLong_FormatWriter
    _PyRuntimeState_Init _PyRuntime_Initialize
    _PyStructSequence_InitType _PyTraceBack_Print_Indented _PyUnicode_FormatAdvancedWriter _PyUnicode_InsertThousandsGrouping
    _PyUnicode_WideCharString_Converter _PyUnicode_WideCharString_Opt_Converter _PyWideStringList_Copy _PyWideStringList_Extend
    _Py_CoerceLegacyLocale _Py_DecodeUTF8Ex _Py_DisplaySourceLine _Py_EncodeUTF8Ex _Py_GetForceASCII _Py_GetLocaleconvNumeric
    _Py_HandleSystemExit _Py_InitializeMain _Py_IsLocaleCoercionTarget _Py_LegacyLocaleDetected _Py_PreInitializeFromConfig
    _Py_PreInitializeFromPyArgv _Py_Sigset_Converter _Py_WriteIndent _Py_WriteIndentedMargin _Py_dg_strtod _Py_str_to_int _Py_wreadlink
}

missing! {
    () => ():
    _PyArena_Free _PyDebugAllocatorStats _PyErr_ChainStackItem _PyEval_SignalAsyncExc _PyEval_SignalReceived
    _PyObject_AssertFailed _PyObject_DebugTypeStats _PyPathConfig_ClearGlobal
    _PyRuntimeState_Fini _PyRuntime_Finalize _PyThreadState_DeleteExcept _PyThreadState_Init _PyThreadState_SetCurrent
    _PyWideStringList_Clear _Py_BreakPoint _Py_ClearArgcArgv _Py_ClearStandardStreamEncoding _Py_DumpExtensionModules _Py_DumpTraceback
    _Py_FatalError_TstateNULL _Py_FatalRefcountErrorFunc _Py_ResetForceASCII _Py_SetProgramFullPath _Py_dg_freedtoa
}
