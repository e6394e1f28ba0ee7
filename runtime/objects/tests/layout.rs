//! The structures that compiled extensions see have CPython 3.11's layout: size and every field's offset, against the installed headers.
//!
//! The table below names every field once; from it come Rust's offsets (`offset_of!`) and a C program that prints the headers'
//! (`offsetof`). A second test reads the sources, so that no structure and no field can be left out of the table. Structures that
//! CPython keeps in its `.c` files are compared with offsets measured in its debug information, and with its own `__basicsize__`.

use hotpy_objects::range::{longrangeiterobject, rangeiterobject, rangeobject};
use hotpy_objects::*;
use std::collections::BTreeMap;
use std::mem::{offset_of, size_of};
use std::process::Command;

struct Layout {
    name: &'static str,
    size: usize,
    fields: Vec<(&'static str, usize)>,
}

macro_rules! layouts {
    ($($name:ident { $($field:ident),* })*) => {
        fn table() -> Vec<Layout> {
            vec![$(Layout {
                name: stringify!($name),
                size: size_of::<$name>(),
                fields: vec![$((stringify!($field), offset_of!($name, $field))),*],
            }),*]
        }
    };
}

#[rustfmt::skip]
layouts! {
    // abi/containers.rs
    PyListObject { ob_base, ob_item, allocated }
    PyTupleObject { ob_base, ob_item }
    PyDictKeysObject {
        dk_refcnt, dk_log2_size, dk_log2_index_bytes, dk_kind, dk_version, dk_usable, dk_nentries,
        dk_indices
    }
    PyDictUnicodeEntry { me_key, me_value }
    PyDictKeyEntry { me_hash, me_key, me_value }
    PyDictValues { values }
    PyDictObject { ob_base, ma_used, ma_version_tag, ma_keys, ma_values }
    setentry { key, hash }
    PySetObject { ob_base, fill, used, mask, table, hash, finger, smalltable, weakreflist }
    PySliceObject { ob_base, start, stop, step }
    PyODictObject {
        od_dict, od_first, od_last, od_fast_nodes, od_fast_nodes_size, od_resize_sentinel, od_state,
        od_inst_dict, od_weakreflist
    }
    enumobject { ob_base, en_index, en_sit, en_result, en_longindex, one }
    // exceptions.rs
    PyBaseExceptionObject {
        ob_base, dict, args, notes, traceback, context, cause, suppress_context
    }
    PyBaseExceptionGroupObject { base, msg, excs }
    PySyntaxErrorObject {
        base, msg, filename, lineno, offset, end_lineno, end_offset, text, print_file_and_line
    }
    PyImportErrorObject { base, msg, name, path }
    PyUnicodeErrorObject { base, encoding, object, start, end, reason }
    PySystemExitObject { base, code }
    PyOSErrorObject { base, myerrno, strerror, filename, filename2, written }
    PyStopIterationObject { base, value }
    PyNameErrorObject { base, name }
    PyAttributeErrorObject { base, obj, name }
    // frames.rs
    PyCodeObject {
        ob_base, co_consts, co_names, co_exceptiontable, co_flags, co_warmup,
        _co_linearray_entry_size, co_argcount, co_posonlyargcount, co_kwonlyargcount, co_stacksize,
        co_firstlineno, co_nlocalsplus, co_nlocals, co_nplaincellvars, co_ncellvars, co_nfreevars,
        co_localsplusnames, co_localspluskinds, co_filename, co_name, co_qualname, co_linetable,
        co_weakreflist, _co_code, _co_linearray, _co_firsttraceable, co_extra, co_code_adaptive
    }
    _PyInterpreterFrame {
        f_func, f_globals, f_builtins, f_locals, f_code, frame_obj, previous, prev_instr, stacktop,
        is_entry, owner, return_to, frame_flags, localsplus
    }
    PyFrameObject {
        ob_base, f_back, f_frame, f_trace, f_lineno, f_trace_lines, f_trace_opcodes,
        f_fast_as_locals, _f_frame_data
    }
    PyTracebackObject { ob_base, tb_next, tb_frame, tb_lasti, tb_lineno }
    PyGenObject {
        ob_base, gi_code, gi_weakreflist, gi_name, gi_qualname, gi_exc_state,
        gi_origin_or_finalizer, gi_hooks_inited, gi_closed, gi_running_async, gi_frame_state,
        gi_outer, gi_iframe
    }
    PyCoroObject {
        ob_base, cr_code, cr_weakreflist, cr_name, cr_qualname, cr_exc_state,
        cr_origin_or_finalizer, cr_hooks_inited, cr_closed, cr_running_async, cr_frame_state,
        cr_iframe
    }
    PyAsyncGenObject {
        ob_base, ag_code, ag_weakreflist, ag_name, ag_qualname, ag_exc_state,
        ag_origin_or_finalizer, ag_hooks_inited, ag_closed, ag_running_async, ag_frame_state,
        ag_iframe
    }
    // functions.rs
    PyFunctionObject {
        ob_base, func_globals, func_builtins, func_name, func_qualname, func_code, func_defaults,
        func_kwdefaults, func_closure, func_doc, func_dict, func_weakreflist, func_module,
        func_annotations, vectorcall, func_version
    }
    PyMethodObject { ob_base, im_func, im_self, im_weakreflist, vectorcall }
    PyInstanceMethodObject { ob_base, func }
    PyCFunctionObject { ob_base, m_ml, m_self, m_module, m_weakreflist, vectorcall }
    PyCMethodObject { func, mm_class }
    PyDescrObject { ob_base, d_type, d_name, d_qualname }
    PyMethodDescrObject { d_common, d_method, vectorcall }
    PyGetSetDescrObject { d_common, d_getset }
    PyMemberDescrObject { d_common, d_member }
    wrapperbase { name, offset, function, wrapper, doc, flags, name_strobj }
    PyWrapperDescrObject { d_common, d_base, d_wrapped }
    PyCellObject { ob_base, ob_ref }
    gaobject { ob_base, origin, args, parameters, weakreflist, starred, vectorcall }
    PyCapsule { ob_base, pointer, name, context, destructor }
    // modules.rs
    PyModuleObject { ob_base, md_dict, md_def, md_state, md_weaklist, md_name }
    PyModuleDef_Base { ob_base, m_init, m_index, m_copy }
    PyModuleDef { m_base, m_name, m_doc, m_size, m_methods, m_slots, m_traverse, m_clear, m_free }
    PyModuleDef_Slot { slot, value }
    PyStructSequence_Field { name, doc }
    PyStructSequence_Desc { name, doc, fields, n_in_sequence }
    // numbers.rs
    PyLongObject { ob_base, ob_digit }
    PyFloatObject { ob_base, ob_fval }
    Py_complex { real, imag }
    PyComplexObject { ob_base, cval }
    // object.rs
    PyObject { ob_refcnt, ob_type }
    PyVarObject { ob_base, ob_size }
    PyTypeObject {
        ob_base, tp_name, tp_basicsize, tp_itemsize, tp_dealloc, tp_vectorcall_offset, tp_getattr,
        tp_setattr, tp_as_async, tp_repr, tp_as_number, tp_as_sequence, tp_as_mapping, tp_hash,
        tp_call, tp_str, tp_getattro, tp_setattro, tp_as_buffer, tp_flags, tp_doc, tp_traverse,
        tp_clear, tp_richcompare, tp_weaklistoffset, tp_iter, tp_iternext, tp_methods, tp_members,
        tp_getset, tp_base, tp_dict, tp_descr_get, tp_descr_set, tp_dictoffset, tp_init, tp_alloc,
        tp_new, tp_free, tp_is_gc, tp_bases, tp_mro, tp_cache, tp_subclasses, tp_weaklist, tp_del,
        tp_version_tag, tp_finalize, tp_vectorcall
    }
    PyHeapTypeObject {
        ht_type, as_async, as_number, as_mapping, as_sequence, as_buffer, ht_name, ht_slots,
        ht_qualname, ht_cached_keys, ht_module, _ht_tpname, _spec_cache
    }
    PyNumberMethods {
        nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative,
        nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift, nb_rshift, nb_and, nb_xor, nb_or,
        nb_int, nb_reserved, nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply,
        nb_inplace_remainder, nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift,
        nb_inplace_and, nb_inplace_xor, nb_inplace_or, nb_floor_divide, nb_true_divide,
        nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply,
        nb_inplace_matrix_multiply
    }
    PySequenceMethods {
        sq_length, sq_concat, sq_repeat, sq_item, was_sq_slice, sq_ass_item, was_sq_ass_slice,
        sq_contains, sq_inplace_concat, sq_inplace_repeat
    }
    PyMappingMethods { mp_length, mp_subscript, mp_ass_subscript }
    PyAsyncMethods { am_await, am_aiter, am_anext, am_send }
    PyBufferProcs { bf_getbuffer, bf_releasebuffer }
    PyMethodDef { ml_name, ml_meth, ml_flags, ml_doc }
    PyGetSetDef { name, get, set, doc, closure }
    PyMemberDef { name, type_, offset, flags, doc }
    PyType_Slot { slot, pfunc }
    PyType_Spec { name, basicsize, itemsize, flags, slots }
    PyGC_Head { _gc_next, _gc_prev }
    PyWeakReference { ob_base, wr_object, wr_callback, hash, wr_prev, wr_next, vectorcall }
    // interpreter.rs
    PyInterpreterState {
        next, threads_head, threads_count, threads_stacksize, id, id_refcount, requires_idref,
        finalizing, recursion_limit, modules_by_index, importlib, override_frozen_modules, codec_search_path,
        codec_search_cache, codec_error_registry, config, config_isolated_interpreter, dlopenflags,
        dict, builtins_copy, eval_frame, before_forkers, after_forkers_parent, after_forkers_child, warnings_filters,
        warnings_once_registry, warnings_default_action, warnings_filters_version, atexit,
        audit_hooks, sys, builtins
    }
    // runtime.rs
    _PyRuntimeState {
        core_initialized, initialized, _finalizing, tstate_current, small_ints, bytes_empty, bytes_characters, strings, ascii, latin1,
        tuple_empty, main_interpreter
    }
    // state.rs
    _PyErr_StackItem { exc_value, previous_item }
    _PyCFrame { use_tracing, current_frame, previous }
    _PyStackChunk { previous, size, top, data }
    PyThreadState {
        prev, next, interp, _initialized, _static, recursion_remaining, recursion_limit,
        recursion_headroom, tracing, tracing_what, cframe, c_profilefunc, c_tracefunc, c_profileobj,
        c_traceobj, curexc_type, curexc_value, curexc_traceback, exc_info, dict, gilstate_counter,
        async_exc, thread_id, native_thread_id, trash_delete_nesting, trash_delete_later, on_delete,
        on_delete_data, coroutine_origin_tracking_depth, async_gen_firstiter, async_gen_finalizer,
        context, context_ver, id, trace_info, datastack_chunk, datastack_top, datastack_limit,
        exc_state, root_cframe
    }
    PyContext { ob_base, ctx_prev, ctx_vars, ctx_weakreflist, ctx_entered }
    PyContextVar {
        ob_base, var_name, var_default, var_cached, var_cached_tsid, var_cached_tsver, var_hash
    }
    PyContextToken { ob_base, tok_ctx, tok_var, tok_oldval, tok_used }
    // text.rs
    PyASCIIObject { ob_base, length, hash, state, wstr }
    PyCompactUnicodeObject { _base, utf8_length, utf8, wstr_length }
    PyUnicodeObject { _base, data }
    PyBytesObject { ob_base, ob_shash, ob_sval }
    PyByteArrayObject { ob_base, ob_alloc, ob_bytes, ob_start, ob_exports }
    Py_buffer {
        buf, obj, len, itemsize, readonly, ndim, format, shape, strides, suboffsets, internal
    }
    _PyManagedBufferObject { ob_base, flags, exports, master }
    PyMemoryViewObject { ob_base, mbuf, hash, flags, exports, view, weakreflist, ob_array }
    // range.rs
    rangeobject { ob_base, start, stop, step, length }
    rangeiterobject { ob_base, index, start, step, len }
    longrangeiterobject { ob_base, index, start, step, len }
}

/// What a field is called in C, where it is not called the same; `None` if it is HotPy's own, in CPython's padding.
fn c_name<'a>(name: &str, field: &'a str) -> Option<&'a str> {
    Some(match (name, field) {
        // CPython repeats the base's fields by a macro.
        (_, "base") => "ob_base",
        ("_PyInterpreterFrame", "return_to" | "frame_flags") => return None,
        ("PyGenObject", "gi_outer") => return None,
        ("PyInterpreterState", "sys" | "builtins") => return None,
        ("PyMemberDef", "type_") => "type",
        ("PyInterpreterState", "threads_head") => "threads.head",
        ("PyInterpreterState", "threads_count") => "threads.count",
        ("PyInterpreterState", "threads_stacksize") => "threads.stacksize",
        ("PyInterpreterState", "recursion_limit") => "ceval.recursion_limit",
        ("PyInterpreterState", "config_isolated_interpreter") => "config._isolated_interpreter",
        ("PyInterpreterState", "warnings_filters") => "warnings.filters",
        ("PyInterpreterState", "warnings_once_registry") => "warnings.once_registry",
        ("PyInterpreterState", "warnings_default_action") => "warnings.default_action",
        ("PyInterpreterState", "warnings_filters_version") => "warnings.filters_version",
        ("_PyRuntimeState", "tstate_current") => "gilstate.tstate_current",
        ("_PyRuntimeState", "small_ints") => "global_objects.singletons.small_ints",
        ("_PyRuntimeState", "bytes_empty") => "global_objects.singletons.bytes_empty",
        ("_PyRuntimeState", "bytes_characters") => "global_objects.singletons.bytes_characters",
        ("_PyRuntimeState", "strings") => "global_objects.singletons.strings",
        ("_PyRuntimeState", "ascii") => "global_objects.singletons.strings.ascii",
        ("_PyRuntimeState", "latin1") => "global_objects.singletons.strings.latin1",
        ("_PyRuntimeState", "tuple_empty") => "global_objects.singletons.tuple_empty",
        ("_PyRuntimeState", "main_interpreter") => "_main_interpreter",
        (_, field) => field,
    })
}

/// Structures that no header declares: offsets of their fields, and an expression for a type whose instances they are.
const PRIVATE: &[(&str, &[usize], &str)] = &[
    (
        "PyODictObject",
        &[0, 48, 56, 64, 72, 80, 88, 96, 104],
        "__import__('collections').OrderedDict",
    ),
    ("enumobject", &[0, 16, 24, 32, 40, 48], "enumerate"),
    ("gaobject", &[0, 16, 24, 32, 40, 48, 56], "type(list[int])"),
    (
        "PyCapsule",
        &[0, 16, 24, 32, 40],
        "type(__import__('datetime').datetime_CAPI)",
    ),
    ("rangeobject", &[0, 16, 24, 32, 40], "range"),
    (
        "rangeiterobject",
        &[0, 16, 24, 32, 40],
        "type(iter(range(1)))",
    ),
    (
        "longrangeiterobject",
        &[0, 16, 24, 32, 40],
        "type(iter(range(1 << 99)))",
    ),
];

fn is_private(name: &str) -> bool {
    PRIVATE.iter().any(|(private, ..)| *private == name)
}

fn python(code: &str) -> String {
    let output = Command::new("python3.11").args(["-c", code]).output();
    let output = output.expect("python3.11 runs");
    assert!(output.status.success(), "{code}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Sizes ("PyObject") and offsets ("PyObject.ob_type") as the headers have them.
fn measure(table: &[Layout]) -> BTreeMap<String, usize> {
    let mut program = String::from(
        r#"
#define Py_BUILD_CORE 1
#include <Python.h>
#include <structmember.h>
#include <stddef.h>
#include <stdio.h>
#include "internal/pycore_interp.h"
#include "internal/pycore_runtime.h"
#include "internal/pycore_context.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_frame.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_moduleobject.h"
typedef struct wrapperbase wrapperbase;
#define SIZE(T) printf("%s %zu\n", #T, sizeof(T));
#define AT(T, name, path) printf("%s.%s %zu\n", #T, name, offsetof(T, path));
int main(void) {
"#,
    );
    for layout in table.iter().filter(|l| !is_private(l.name)) {
        let ty = layout.name;
        program += &format!("SIZE({ty})\n");
        for (field, _) in &layout.fields {
            if let Some(path) = c_name(ty, field) {
                program += &format!("AT({ty}, \"{field}\", {path})\n");
            }
        }
    }
    program += "return 0; }\n";

    let folder = std::env::temp_dir().join(format!("hotpy-layout-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the C program");
    let (source, binary) = (folder.join("layout.c"), folder.join("layout"));
    std::fs::write(&source, program).expect("the C program is written");
    let include = python("import sysconfig; print(sysconfig.get_path('include'))");
    let compiled = Command::new("cc")
        .arg(format!("-I{include}"))
        .arg(format!("-I{include}/internal"))
        .arg("-o")
        .args([&binary, &source])
        .output()
        .expect("cc runs");
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let output = Command::new(&binary).output().expect("the C program runs");
    let _ = std::fs::remove_dir_all(&folder);
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(what, number)| (what.to_owned(), number.parse().expect("a number")))
        .collect()
}

#[test]
fn layouts_are_those_of_the_headers() {
    let table = table();
    let expected = measure(&table);
    let mut wrong = Vec::new();
    let mut checked = 0;
    let mut check = |what: String, ours: usize| {
        checked += 1;
        match expected.get(&what) {
            Some(&theirs) if theirs == ours => {}
            theirs => wrong.push(format!("{what}: {ours} here, {theirs:?} there")),
        }
    };
    for layout in table.iter().filter(|l| !is_private(l.name)) {
        check(layout.name.to_owned(), layout.size);
        for (field, offset) in &layout.fields {
            if c_name(layout.name, field).is_some() {
                check(format!("{}.{field}", layout.name), *offset);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(checked, expected.len());
}

#[test]
fn private_layouts_are_those_measured() {
    let table = table();
    for (name, offsets, ty) in PRIVATE {
        let layout = table.iter().find(|l| l.name == *name);
        let layout = layout.unwrap_or_else(|| panic!("{name} is not in the table"));
        let ours: Vec<usize> = layout.fields.iter().map(|(_, offset)| *offset).collect();
        assert_eq!(&ours, offsets, "{name}");
        // `range` and its like say so themselves.
        let size = python(&format!("print(({ty}).__basicsize__)"));
        assert_eq!(size, layout.size.to_string(), "{name}");
    }
}

/// HotPy's own fields lie where CPython has padding, before the next field.
#[test]
fn own_fields_lie_in_padding() {
    let table = table();
    let frame = table.iter().find(|l| l.name == "_PyInterpreterFrame");
    let fields: BTreeMap<_, _> = frame
        .map(|l| l.fields.iter().copied().collect())
        .unwrap_or_default();
    for own in ["return_to", "frame_flags"] {
        assert!(
            fields["owner"] < fields[own] && fields[own] < fields["localsplus"],
            "{own}"
        );
    }
}

/// Every `repr(C)` structure of the sources, with its public fields, is in the table.
#[test]
fn the_table_is_complete() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut files = vec![format!("{sources}/range.rs")];
    for entry in std::fs::read_dir(format!("{sources}/abi")).expect("the folder exists") {
        files.push(entry.expect("an entry").path().display().to_string());
    }
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the file is read");
        for part in text.split("#[repr(C)]\n").skip(1) {
            let end = part
                .find("\n}")
                .unwrap_or(part.len())
                .min(part.find(");\n").unwrap_or(part.len()));
            let mut words = part.split_whitespace();
            let name = words
                .nth(2)
                .unwrap_or("")
                .split(['(', '{'])
                .next()
                .unwrap_or("");
            let fields: Vec<String> = part[..end]
                .lines()
                .filter_map(|line| line.strip_prefix("    pub ")?.split_once(':'))
                .map(|(field, _)| field.to_owned())
                .collect();
            found.push((name.to_owned(), fields));
        }
    }
    let mut listed: Vec<(String, Vec<String>)> = table()
        .into_iter()
        .map(|l| {
            let fields = l
                .fields
                .iter()
                .map(|(field, _)| field.to_string())
                .collect();
            (l.name.to_owned(), fields)
        })
        .collect();
    found.sort();
    listed.sort();
    for (listed, found) in listed.iter().zip(&found) {
        assert_eq!(listed, found);
    }
    assert_eq!(listed.len(), found.len());
}
