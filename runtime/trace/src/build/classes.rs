//! Attributes of classes, and `super()`: what is found in a class is a constant, the class being watched.

use super::*;
use crate::helpers::Helper;
use crate::record::Obs;
use hotpy_objects::flags::tp;

/// What an attribute that is found in a class gives.
pub(super) enum Gives {
    Value(*mut PyObject),
    /// A function, and the class that it is bound to.
    OfClass(*mut PyObject, *mut PyObject),
    /// Something that native code gets.
    Computed,
}

/// Whether the class's look-up is `object`'s own, or that with a `__getattr__` of Python after it.
pub(super) fn looks_up_generally(ty: &PyTypeObject) -> bool {
    looks_up_as(ty, &object::PyBaseObject_Type)
}

fn looks_up_as(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    let slot = |ty: &PyTypeObject| ty.tp_getattro.get().map(|f| f as usize);
    if slot(ty) == slot(base) {
        return true;
    }
    let getattribute = |ty| typeobject::lookup(ty, &names::__getattribute__);
    typeobject::is_python_slot_getattro(ty)
        && getattribute(ty)
            .zip(getattribute(base))
            .is_some_and(|(a, b)| a.is(b))
}

/// What something found in a class gives where it is asked for on `class` itself, not on an instance.
fn given_by_class(found: &PyObject, class: &PyTypeObject) -> Result<Gives, Abort> {
    let own = found.as_ptr();
    let ty = found.ty();
    let itself = ty.tp_descr_get.get().is_none()
        || found.is_exact::<PyFunctionObject>()
        || found.is_exact::<PyMethodDescrObject>()
        || found.is_exact::<PyWrapperDescrObject>()
        || found.is_exact::<PyMemberDescrObject>()
        || found.is_exact::<property::propertyobject>();
    if itself {
        return Ok(Gives::Value(own));
    }
    if typeobject::is_python_slot_descr_get(ty) {
        return Err(Abort::Attribute);
    }
    bound_to_class(found, class)
}

/// What a static or class method gives, whoever is asked.
pub(super) fn bound_to_class(found: &PyObject, class: &PyTypeObject) -> Result<Gives, Abort> {
    let Some(callable) = classmethod::callable(found) else {
        return Ok(Gives::Computed);
    };
    if std::ptr::eq(found.ty(), &classmethod::PyStaticMethod_Type) {
        return Ok(Gives::Value(callable.as_ptr()));
    }
    if callable.is_exact::<PyFunctionObject>() {
        return Ok(Gives::OfClass(callable.as_ptr(), class.as_ptr()));
    }
    // What else there may be may be anything of Python.
    Err(Abort::Attribute)
}

impl Step {
    /// Whether it is a call of `super()`.
    pub fn called_super(&self) -> bool {
        self.super_of().is_some()
    }
}

impl Builder<'_> {
    /// An attribute of a class that is a constant; the class and its metaclass are watched from now on.
    pub(super) fn class_attribute(
        &mut self,
        class: &'static PyTypeObject,
        name: &Str,
    ) -> Result<Gives, Abort> {
        let meta: &'static PyTypeObject = class.ty();
        if !looks_up_as(meta, &typeobject::PyType_Type) || typeobject::version_tag(class) == 0 {
            return Err(Abort::Attribute);
        }
        if meta.is_heap_type() {
            self.watch(meta)?;
        }
        let of_meta = typeobject::lookup(meta, name);
        if let Some(descr) = of_meta.filter(|d| d.ty().tp_descr_set.get().is_some()) {
            let native =
                !descr.ty().is_heap_type() && !descr.is_exact::<property::propertyobject>();
            return if native {
                Ok(Gives::Computed)
            } else {
                Err(Abort::Attribute)
            };
        }
        let found = typeobject::lookup(class, name).ok_or(Abort::Attribute)?;
        if found.ty().is_heap_type() {
            // A class of Python may become a descriptor's.
            self.watch(found.ty())?;
        }
        let given = given_by_class(found, class)?;
        self.deps.types.push(class);
        self.constant(class.as_ptr());
        Ok(given)
    }

    /// Replaces the object on top by what an attribute of a constant class gives. `called`: for LOAD_METHOD.
    pub(super) fn load_class_attribute(&mut self, k: Const, name: &Str, called: bool) -> Done {
        // SAFETY: a constant of the trace.
        let class: &'static PyTypeObject = unsafe { &*self.const_ptr(k).cast() };
        let given = self.class_attribute(class, name)?;
        self.replace_by_given(given, name, called)
    }

    pub(super) fn replace_by_given(&mut self, given: Gives, name: &Str, called: bool) -> Done {
        let sym = match given {
            Gives::Value(value) => Sym::Const(self.constant(value)),
            Gives::OfClass(function, class) => {
                let parts = [function, class].map(|o| Slot::free(Sym::Const(self.constant(o))));
                Sym::Made(Maker::Method, parts.into())
            }
            Gives::Computed if called && !matches!(self.peek(1).sym, Sym::Const(_)) => {
                return Err(Abort::Attribute);
            }
            // A class method of a builtin class, bound anew.
            Gives::Computed if called => {
                let k = self.constant(name.as_ptr());
                let name = self.const_obj(k);
                self.helper_with(Helper::GetAttr, 0, 1, &[name], None)?;
                let bound = self.pop()?;
                self.push(Slot::NULL);
                self.push(bound);
                return Ok(());
            }
            Gives::Computed => {
                let k = self.constant(name.as_ptr());
                let name = self.const_obj(k);
                return self.helper_with(Helper::GetAttr, 0, 1, &[name], None);
            }
        };
        let old = self.pop()?;
        if called {
            self.push(Slot::NULL);
        }
        self.push_sym(sym);
        self.after = true;
        self.release(old);
        Ok(())
    }

    /// Whether the call is one of `super()` that is at once asked for an attribute.
    pub(super) fn is_super(&self, step: &Step) -> bool {
        step.called_super()
    }

    /// `super()`: nothing is done yet. An exit goes back to the call, until the attribute is found.
    pub(super) fn begin_super(&mut self, i: usize, step: &Step) -> Done {
        let next = self.steps.get(i + 1).ok_or(Abort::Callee)?;
        let asks = matches!(next.op, Op::LOAD_ATTR | Op::LOAD_METHOD);
        if !asks || next.depth != step.depth || self.raised(i) || self.entered(i, step) {
            return Err(Abort::Callee);
        }
        self.callee(1 + step.oparg(), step.callee())?;
        self.asked_super = Some((step.ip, step.at));
        Ok(())
    }

    /// LOAD_ATTR or LOAD_METHOD of the `super()` that the step before has called.
    pub(super) fn super_attribute(&mut self, i: usize, step: &Step, name: &Str) -> Done {
        self.asked_super = None;
        let before = self.steps[i - 1].super_of();
        let [cell, this]: [Obs; 2] = before.ok_or(Abort::Internal)?;
        if name.equals_text("__class__") || self.raised(i) {
            return Err(Abort::Attribute);
        }
        let depth = self.frames.len() - 1;
        let explicit = self.steps[i - 1].oparg() == 2;
        if explicit {
            let class = self.callee(2, cell)?;
            self.constant(class);
        } else {
            // SAFETY: the trace keeps its code.
            let code = unsafe { &*step.code };
            let index = class_cell(code).ok_or(Abort::Attribute)?;
            let holder = self.cell(depth, index)?;
            let held = self.emit_snap(TraceOp::CellLoad, holder, NONE, 0);
            self.guard_is(held, cell.ptr)?;
        }
        let is_class = |ty: *const PyTypeObject| {
            // SAFETY: the recording keeps classes alive.
            unsafe { (*ty).is_subclass_flag(tp::TYPE_SUBCLASS) }
        };
        if !is_class(cell.ty) {
            return Err(Abort::Attribute);
        }
        let own = match self.frames[depth].locals.first() {
            _ if explicit => self.peek(1).clone(),
            Some(slot) => slot.clone(),
            None => return Err(Abort::Unbound),
        };
        let (start, of_class) = match (&own.sym, is_class(this.ty)) {
            (Sym::Obj(v), false) => {
                self.guard_class(*v, this.ty)?;
                (this.ty, false)
            }
            (Sym::Obj(v), true) => {
                self.guard_is(*v, this.ptr)?;
                (this.ptr.cast_const().cast(), true)
            }
            (Sym::Const(k), true) if std::ptr::eq(self.const_ptr(*k), this.ptr) => {
                (this.ptr.cast_const().cast(), true)
            }
            _ => return Err(Abort::Attribute),
        };
        // SAFETY: the guards' constants keep both alive.
        let (start, class): (&'static PyTypeObject, &PyTypeObject) =
            unsafe { (&*start, &*cell.ptr.cast()) };
        self.watch(start)?;
        let found = super_::found_after(class, start, name).ok_or(Abort::Attribute)?;
        // SAFETY: the class that has it is watched with its heirs.
        let found = unsafe { &*found.as_ptr() };
        let called = step.op == Op::LOAD_METHOD;
        let mut dropped = Vec::new();
        let is_method = found.ty().is_subclass_flag(tp::METHOD_DESCRIPTOR);
        let (is_function, of_instance) = (found.is_exact::<PyFunctionObject>(), !of_class);
        if is_function && of_instance || called && is_method && of_instance {
            let k = self.constant(found);
            let local = Own::Local(depth as u16, 0);
            let this = match own.own {
                _ if explicit => {
                    let this = self.pop()?;
                    dropped.push(self.pop()?);
                    this
                }
                Own::Owned | Own::Kept => Slot {
                    sym: own.sym,
                    own: local,
                },
                _ => own,
            };
            self.copied(&this);
            for _ in 0..2 {
                dropped.push(self.pop()?);
            }
            if called {
                self.push_sym(Sym::Const(k));
                self.push(this);
            } else {
                let parts = vec![Slot::free(Sym::Const(k)), this];
                self.push_sym(Sym::Made(Maker::Method, parts));
            }
            self.after = true;
            self.release_all(dropped);
            return Ok(());
        }
        let given = if of_class {
            given_by_class(found, start)?
        } else if found.ty().tp_descr_get.get().is_none() {
            Gives::Value(found.as_ptr())
        } else {
            bound_to_class(found, start)?
        };
        if let Gives::Computed = given {
            return Err(Abort::Attribute);
        }
        // `super` lies above an empty slot.
        for _ in 0..if explicit { 3 } else { 1 } {
            dropped.push(self.pop()?);
        }
        self.replace_by_given(given, name, called)?;
        self.release_all(dropped);
        Ok(())
    }
}

/// The local in which a method has the class that it is defined in.
pub fn class_cell(code: &PyCodeObject) -> Option<usize> {
    let count = code.co_nlocalsplus.get() as usize;
    let first = count - code.co_nfreevars.get() as usize;
    (first..count).find(|&n| code.local_name(n).equals_text("__class__"))
}
