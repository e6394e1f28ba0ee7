//! `funcobject.h`, `methodobject.h`, `classobject.h`, `descrobject.h`, `cellobject.h`, `genobject.h`, `code.h`, `frameobject.h`,
//! `traceback.h`, `context.h`, `picklebufobject.h`, `genericaliasobject.h`, `namespaceobject.h`.

use crate::support::*;
use hotpy_objects::{context, pickle_buffer};

/// SystemError if it is no function.
fn as_function(o: &PyObject) -> PyResult<&PyFunctionObject> {
    o.downcast::<PyFunctionObject>()
        .ok_or_else(bad_internal_call)
}

export! {
    // ---- builtins, methods, functions ----

    fn PyCFunction_NewEx(def: &'static PyMethodDef, this: Option<&PyObject>, module: Option<&PyObject>) -> PyResult<Ref<PyCFunctionObject>> { cfunction::new(def, this, module) }
    fn PyCFunction_New(def: &'static PyMethodDef, this: Option<&PyObject>) -> PyResult<Ref<PyCFunctionObject>> { cfunction::new(def, this, None) }
    fn PyCMethod_New(def: &'static PyMethodDef, this: Option<&PyObject>, module: Option<&PyObject>, class: Option<&PyTypeObject>) -> PyResult<Ref<PyCFunctionObject>> {
        let is_method = def.ml_flags.get() & flags::meth::METHOD != 0;
        match (is_method, class, this) {
            (true, Some(class), Some(this)) => {
                let new = cfunction::new_in_class(def, this, class)?;
                new.m_module.set(module.map(PyObject::to_ref));
                Ok(new)
            }
            (true, ..) => Err(raise!(SystemError, "attempting to create PyCMethod with a METH_METHOD flag but no class")),
            (false, Some(_), _) => Err(raise!(SystemError, "attempting to create PyCFunction with class but no METH_METHOD flag")),
            _ => cfunction::new(def, this, module),
        }
    }
    fn PyCFunction_GetFunction(o: &PyObject) -> Option<PyCFunction> {
        match o.downcast::<PyCFunctionObject>() {
            Some(f) => f.def().ml_meth.get(),
            None => { bad_internal_call(); None }
        }
    }
    fn PyCFunction_GetSelf(o: &PyObject) -> *mut PyObject {
        match o.downcast::<PyCFunctionObject>() {
            Some(f) if f.def().ml_flags.get() & flags::meth::STATIC == 0 => f.m_self.as_ptr(),
            Some(_) => ptr::null_mut(),
            None => { bad_internal_call(); ptr::null_mut() }
        }
    }
    fn PyCFunction_GetFlags(o: &PyObject) -> c_int {
        match o.downcast::<PyCFunctionObject>() {
            Some(f) => f.def().ml_flags.get() & 0xffff,
            None => { bad_internal_call(); -1 }
        }
    }
    fn PyMethod_New(f: &PyObject, this: Option<&PyObject>) -> PyResult<Ref<PyMethodObject>> {
        match this {
            Some(this) => method::new(f, this),
            None => Err(bad_internal_call()),
        }
    }
    fn PyMethod_Function(m: &PyMethodObject) -> *mut PyObject { m.im_func.as_ptr() }
    fn PyMethod_Self(m: &PyMethodObject) -> *mut PyObject { m.im_self.as_ptr() }
    fn PyInstanceMethod_New(f: &PyObject) -> PyResult<Ref<PyInstanceMethodObject>> { method::new_instance_method(f) }
    fn PyInstanceMethod_Function(m: &PyInstanceMethodObject) -> *mut PyObject { m.func.as_ptr() }
    fn PyClassMethod_New(f: &PyObject) -> PyResult { classmethod::new_class(f) }
    fn PyStaticMethod_New(f: &PyObject) -> PyResult { classmethod::new_static(f) }
    fn PyFunction_New(code: &PyCodeObject, globals: &PyDictObject) -> PyResult<Ref<PyFunctionObject>> { function::new(code, globals, None) }
    fn PyFunction_NewWithQualName(code: &PyCodeObject, globals: &PyDictObject, qualname: Option<&PyObject>) -> PyResult<Ref<PyFunctionObject>> {
        let f = function::new(code, globals, None)?;
        if let Some(qualname) = qualname {
            f.func_qualname.set(Some(qualname.to_ref()));
        }
        Ok(f)
    }
    fn PyFunction_GetCode(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_code.as_ptr().cast()) }
    fn PyFunction_GetGlobals(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_globals.as_ptr().cast()) }
    fn PyFunction_GetModule(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_module.as_ptr().cast()) }
    fn PyFunction_GetDefaults(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_defaults.as_ptr().cast()) }
    fn PyFunction_GetKwDefaults(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_kwdefaults.as_ptr().cast()) }
    fn PyFunction_GetClosure(f: &PyObject) -> *mut PyObject { as_function(f).map_or(ptr::null_mut(), |f| f.func_closure.as_ptr().cast()) }
    fn PyFunction_GetAnnotations(f: &PyObject) -> *mut PyObject {
        as_function(f).and_then(function::annotations).map_or(ptr::null_mut(), |a| borrowed(Some(a)))
    }
    fn _PyFunction_Vectorcall(f: &PyObject, args: Args<'_>, count: usize, kwnames: Option<&PyTupleObject>) -> PyResult {
        hotpy_vm::eval::function_vectorcall(f, args, count, kwnames)
    }
    fn PyFunction_SetClosure(f: &PyFunctionObject, closure: &PyObject) -> c_int {
        if singletons::is_none(closure) {
            f.func_closure.set(None);
        } else if closure.is_instance::<PyTupleObject>() {
            f.func_closure.set(Some(closure.to_ref()));
        } else {
            raise!(SystemError, "expected tuple for closure, got '{}'", closure.ty().name());
            return -1;
        }
        0
    }
    fn PyFunction_SetDefaults(f: &PyObject, value: Option<&PyObject>) -> c_int { status(protocol::setattr(f, &names::__defaults__, value)) }
    fn PyFunction_SetKwDefaults(f: &PyObject, value: Option<&PyObject>) -> c_int { status(protocol::setattr(f, &names::__kwdefaults__, value)) }
    fn PyFunction_SetAnnotations(f: &PyObject, value: Option<&PyObject>) -> c_int { status(protocol::setattr(f, &names::__annotations__, value)) }

    // ---- descriptors ----

    fn PyDescr_NewMethod(ty: &PyTypeObject, def: &'static PyMethodDef) -> PyResult<Ref<PyMethodDescrObject>> { descr::new_method(ty, def) }
    fn PyDescr_NewClassMethod(ty: &PyTypeObject, def: &'static PyMethodDef) -> PyResult<Ref<PyMethodDescrObject>> { descr::new_class_method(ty, def) }
    fn PyDescr_NewMember(ty: &PyTypeObject, def: &PyMemberDef) -> PyResult<Ref<PyMemberDescrObject>> { descr::new_member(ty, def) }
    fn PyDescr_NewGetSet(ty: &PyTypeObject, def: &PyGetSetDef) -> PyResult<Ref<PyGetSetDescrObject>> { descr::new_getset(ty, def) }
    fn PyDescr_IsData(o: &PyObject) -> c_int { o.ty().tp_descr_set.get().is_some() as c_int }
    fn PyMember_GetOne(o: *const c_char, def: &PyMemberDef) -> PyResult {
        // SAFETY: the address of an object (C1).
        descr::read_member(unsafe { &*o.cast::<PyObject>() }, def)
    }
    fn PyMember_SetOne(o: *mut c_char, def: &PyMemberDef, value: Option<&PyObject>) -> c_int {
        // SAFETY: the address of an object (C1).
        status(descr::write_member(unsafe { &*o.cast::<PyObject>() }, def, value))
    }
    fn PyWrapper_New(descr: &PyObject, this: &PyObject) -> PyResult {
        match descr.ty().tp_descr_get.get() {
            Some(get) => get(descr, Some(this), Some(this.ty())),
            None => Err(bad_internal_call()),
        }
    }

    // ---- cells, generators, coroutines ----

    fn PyCell_New(content: Option<&PyObject>) -> PyResult<Ref<PyCellObject>> { cell::new(content.map(PyObject::to_ref)) }
    fn PyCell_Get(c: &PyCellObject) -> Option<Ref> { c.ob_ref.cloned() }
    fn PyCell_Set(c: &PyCellObject, value: Option<&PyObject>) -> c_int { c.ob_ref.set(value.map(PyObject::to_ref)); 0 }
    fn PyAsyncGen_New(_frame: *mut c_void, _name: *mut PyObject, _qualname: *mut PyObject) -> PyResult { Err(bad_internal_call()) }
    fn _PyGen_Finalize(g: &PyGenObject) { generator::finalize(g) }
    /// The value of the StopIteration that is set, or None if nothing is.
    fn _PyGen_FetchStopIterationValue(to: *mut *mut PyObject) -> c_int {
        match generator::stop_iteration_value() {
            Ok(value) => { put(to, Some(value)); 0 }
            Err(Raised) => -1,
        }
    }
    fn _PyGen_SetStopIterationValue(value: Option<&PyObject>) -> c_int {
        let value = value.map_or_else(singletons::none, PyObject::to_ref);
        let make = || -> PyResult<()> {
            let e = exceptions::new_instance(&exceptions::StopIteration, &*tuple::from_borrowed(&[&*value])?)?;
            errors::raise_value(&exceptions::StopIteration, Some(&e));
            Ok(())
        };
        status(make())
    }

    // ---- code, frames, tracebacks ----

    fn PyFrame_GetCode(f: &PyFrameObject) -> Option<Ref<PyCodeObject>> {
        f.frame().map(|frame| Ref::new(frame.code()))
    }
    fn PyFrame_GetLineNumber(f: &PyFrameObject) -> c_int { f.line().unwrap_or(0) }
    fn PyFrame_GetBack(f: &PyObject) -> Option<Ref> { attribute(f, "f_back").filter(|o| !singletons::is_none(o)) }
    fn PyFrame_GetLocals(f: &PyObject) -> PyResult { protocol::getattr(f, &*str_::intern("f_locals")?) }
    fn PyFrame_GetGlobals(f: &PyObject) -> PyResult { protocol::getattr(f, &*str_::intern("f_globals")?) }
    fn PyFrame_GetBuiltins(f: &PyObject) -> PyResult { protocol::getattr(f, &*str_::intern("f_builtins")?) }
    /// Null if the frame is no generator's, or is over.
    fn PyFrame_GetGenerator(f: &PyFrameObject) -> Option<Ref> { f.frame().and_then(generator::of_frame).map(Ref::into_object) }
    fn PyFrame_GetLasti(f: &PyObject) -> c_int {
        attribute(f, "f_lasti").map_or(-1, |n| crate::long::_PyLong_AsInt(Some(&n)))
    }
    fn PyFrame_FastToLocalsWithError(f: &PyObject) -> c_int { status(PyFrame_GetLocals(f).map(drop)) }
    fn PyFrame_FastToLocals(f: &PyObject) { if PyFrame_GetLocals(f).is_err() { errors::clear() } }
    fn PyFrame_LocalsToFast(_f: &PyObject, _clear: c_int) {}
    fn PyCode_GetCode(c: &PyObject) -> PyResult { protocol::getattr(c, &*str_::intern("co_code")?) }
    fn PyCode_GetVarnames(c: &PyObject) -> PyResult { protocol::getattr(c, &*str_::intern("co_varnames")?) }
    fn PyCode_GetCellvars(c: &PyObject) -> PyResult { protocol::getattr(c, &*str_::intern("co_cellvars")?) }
    fn PyCode_GetFreevars(c: &PyObject) -> PyResult { protocol::getattr(c, &*str_::intern("co_freevars")?) }
    fn PyCode_Addr2Line(c: &PyCodeObject, offset: c_int) -> c_int {
        if offset < 0 { c.co_firstlineno.get() } else { code::line_at(c, offset as usize / 2).unwrap_or(-1) }
    }
    fn PyTraceBack_Print(tb: &PyObject, file: &PyObject) -> c_int {
        hotpy_modules::sys::write_text(file, "Traceback (most recent call last):\n");
        status(hotpy_modules::support::imported("traceback", "print_tb").and_then(|f| call::call(&f, &[tb, &singletons::_Py_NoneStruct, file])).map(drop))
    }

    // ---- contexts ----

    fn PyContext_New() -> PyResult<Ref<PyContext>> { context::new() }
    fn _PyContext_NewHamtForTests() -> PyResult<Ref<hamt::Hamt>> { hamt::new() }
    fn PyContext_Copy(c: &PyContext) -> PyResult<Ref<PyContext>> { context::copy(c) }
    fn PyContext_CopyCurrent() -> PyResult<Ref<PyContext>> { context::copy(&*context::current()?) }
    fn PyContext_Enter(c: &PyObject) -> c_int { status(as_context(c).and_then(context::enter)) }
    fn PyContext_Exit(c: &PyObject) -> c_int { status(as_context(c).and_then(context::exit)) }
    fn PyContextVar_New(name: *const c_char, default: Option<&PyObject>) -> PyResult<Ref<PyContextVar>> { context::new_var(&*str_of(name)?, default) }
    fn PyContextVar_Get(var: &PyObject, default: Option<&PyObject>, to: *mut *mut PyObject) -> c_int {
        let value = as_var(var).and_then(|var| context::get(var, default));
        match value {
            Ok(value) => { put(to, value); 0 }
            Err(Raised) => { put(to, None); -1 }
        }
    }
    fn PyContextVar_Set(var: &PyObject, value: &PyObject) -> PyResult<Ref<PyContextToken>> { context::set(as_var(var)?, value) }
    fn PyContextVar_Reset(var: &PyObject, token: &PyObject) -> c_int {
        let reset = || {
            let token = token.downcast::<PyContextToken>().ok_or_else(|| raise!(TypeError, "an instance of Token was expected"))?;
            context::reset(as_var(var)?, token)
        };
        status(reset())
    }

    // ---- others ----

    fn PyPickleBuffer_FromObject(o: &PyObject) -> PyResult<Ref<pickle_buffer::PyPickleBufferObject>> { pickle_buffer::new(o) }
    fn PyPickleBuffer_GetBuffer(o: &PyObject) -> *const Py_buffer {
        match o.downcast::<pickle_buffer::PyPickleBufferObject>() {
            Some(b) => pickle_buffer::view(b).map_or(ptr::null(), |v| v as *const Py_buffer),
            None => { raise!(TypeError, "expected PickleBuffer, {} found", o.ty().name()); ptr::null() }
        }
    }
    fn PyPickleBuffer_Release(o: &PyObject) -> c_int {
        match o.downcast::<pickle_buffer::PyPickleBufferObject>() {
            Some(b) => { memoryview::release(&b.view); 0 }
            None => { raise!(TypeError, "expected PickleBuffer, {} found", o.ty().name()); -1 }
        }
    }
    fn Py_GenericAlias(origin: &PyObject, args: &PyObject) -> PyResult { generic_alias::new(origin, args) }
    fn _PyNamespace_New(attributes: &PyDictObject) -> PyResult { namespace::new(Some(attributes)) }
    fn PyCompile_OpcodeStackEffect(opcode: c_int, argument: c_int) -> c_int { crate::opcodes::stack_effect(opcode, argument, -1) }
    fn PyCompile_OpcodeStackEffectWithJump(opcode: c_int, argument: c_int, jump: c_int) -> c_int { crate::opcodes::stack_effect(opcode, argument, jump) }
}

fn attribute(o: &PyObject, name: &str) -> Option<Ref> {
    protocol::getattr(o, &*str_::intern(name).ok()?).ok()
}

fn as_context(o: &PyObject) -> PyResult<&PyContext> {
    o.downcast::<PyContext>()
        .ok_or_else(|| raise!(TypeError, "an instance of Context was expected"))
}

fn as_var(o: &PyObject) -> PyResult<&PyContextVar> {
    o.downcast::<PyContextVar>()
        .ok_or_else(|| raise!(TypeError, "an instance of ContextVar was expected"))
}
