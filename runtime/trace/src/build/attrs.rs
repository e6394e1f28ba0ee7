//! Names and attributes: globals, instance attributes, slots, methods.

use super::classes::{self, Gives, looks_up_generally};
use super::*;
use crate::cache;
use crate::helpers::Helper;
use crate::record::Obs;
use hotpy_objects::flags::{member, tp};

/// What a look-up in a class says about an attribute of its instances.
enum Kind {
    /// At this index of the inline values.
    Value(usize),
    /// In a `__slots__` member at this offset.
    Slot(usize),
    /// In the instance's dict.
    Dict,
    /// Neither in the instance's dict nor in its class.
    Nowhere,
    /// The class has it, it is no data descriptor, and no instance has it in its inline values; whether it is a function.
    Class(*mut PyObject),
}

fn slot_offset(descr: &PyObject) -> Option<usize> {
    let member: &PyMemberDescrObject = descr.exact()?;
    // SAFETY: a member descriptor's definition is live.
    let def = unsafe { &*member.d_member.get() };
    if def.type_.get() != member::OBJECT_EX || def.flags.get() != 0 {
        return None;
    }
    usize::try_from(def.offset.get()).ok()
}

impl Builder<'_> {
    // ---- globals

    fn name(&self, step: &Step, index: usize) -> &'static Str {
        // SAFETY: the code is kept alive by the trace, and the names by the code.
        unsafe { &*((*step.code).name_at(index) as *const Str) }
    }

    /// Dict constant, entry and key version, packed for the operation.
    fn global_entry(&mut self, dict: &PyDictObject, name: &Str) -> Option<u64> {
        if !dict.is_exact::<PyDictObject>() {
            return None;
        }
        let index = dict.lookup_str_index(name, str_::hash(name))?;
        let version = dict.keys_version();
        let k = self.constant(dict.as_ptr());
        if version == 0 || index > 0xffff || k > 0xffff {
            return None;
        }
        Some(u64::from(k) | (index as u64) << 16 | u64::from(version) << 32)
    }

    pub(super) fn load_global(&mut self, step: &Step) -> Done {
        self.load_named(step, step.oparg() >> 1, step.oparg() & 1 != 0)
    }

    /// LOAD_NAME in a module's frame, whose locals are its globals.
    pub(super) fn load_name(&mut self, step: &Step) -> Done {
        self.load_named(step, step.oparg(), false)
    }

    /// A global or builtin; `with_null`: an empty slot comes before.
    fn load_named(&mut self, step: &Step, index: usize, with_null: bool) -> Done {
        let name = self.name(step, index);
        let frame = self.top();
        // SAFETY: the frame's namespaces are alive while the trace is made, and kept by the trace if it uses them.
        let (globals, builtins) = unsafe { (&*frame.globals, &*frame.builtins) };
        if !globals.is_exact::<PyDictObject>() {
            return Err(Abort::Global);
        }
        if with_null {
            self.push(Slot::NULL);
        }
        if let Some(value) = globals.get_str_borrowed(name) {
            if cache::is_volatile(globals, name) {
                let imm = self.global_entry(globals, name).ok_or(Abort::Global)?;
                if with_null {
                    self.pop()?;
                }
                let v = self.emit_snap(TraceOp::GlobalLoad, NONE, NONE, imm);
                if with_null {
                    self.push(Slot::NULL);
                }
                self.push(Slot::heap(v));
                return Ok(());
            }
            self.deps.globals.push((globals, name, value.as_ptr()));
            let k = self.watched_constant(value);
            self.constant(globals.as_ptr());
            self.constant(name.as_ptr());
            self.push_sym(Sym::Const(k));
            return Ok(());
        }
        let builtins = builtins.exact::<PyDictObject>().ok_or(Abort::Global)?;
        let value = builtins.get_str_borrowed(name).ok_or(Abort::Global)?;
        if cache::is_volatile(globals, name) || cache::is_volatile(builtins, name) {
            return Err(Abort::Global);
        }
        self.deps
            .globals
            .push((globals, name, std::ptr::null_mut()));
        self.deps.globals.push((builtins, name, value.as_ptr()));
        let k = self.watched_constant(value);
        self.constant(globals.as_ptr());
        self.constant(builtins.as_ptr());
        self.constant(name.as_ptr());
        self.push_sym(Sym::Const(k));
        Ok(())
    }

    pub(super) fn store_global(&mut self, step: &Step) -> Done {
        let name = self.name(step, step.oparg());
        let frame = self.top();
        // SAFETY: as in `load_global`.
        let globals = unsafe { &*frame.globals };
        if !cache::is_volatile(globals, name) {
            // It may have been assumed to be constant just before: next time it is not.
            cache::make_volatile(globals, name);
            return Err(Abort::Global);
        }
        let imm = self.global_entry(globals, name).ok_or(Abort::Global)?;
        self.emit_snap(TraceOp::GuardKeys, NONE, NONE, imm);
        let value = self.pop()?;
        let v = self.owned_object(value);
        self.after = true;
        self.before_write();
        self.emit_snap(TraceOp::GlobalStore, v, NONE, imm);
        self.unchecked = true;
        Ok(())
    }

    // ---- attributes

    /// What an attribute of the class's instances is. The class is watched from now on.
    fn kind_of(&mut self, ty: &'static PyTypeObject, name: &Str) -> Result<Kind, Abort> {
        if !looks_up_generally(ty) {
            return Err(Abort::Attribute);
        }
        if typeobject::version_tag(ty) == 0 {
            return Err(Abort::Attribute);
        }
        self.deps.types.push(ty);
        self.constant(ty.as_ptr());
        let descr = typeobject::lookup(ty, name);
        if let Some(offset) = descr.and_then(slot_offset) {
            return Ok(Kind::Slot(offset));
        }
        if descr.is_some_and(|d| d.ty().tp_descr_set.get().is_some()) {
            return Err(Abort::Attribute);
        }
        if let Some(d) = descr.filter(|d| d.ty().is_heap_type()) {
            // A class of Python may become a data descriptor's.
            self.deps.types.push(d.ty());
        }
        if ty.tp_flags.get() & tp::MANAGED_DICT != 0 {
            if let Some(index) = dict::shared_keys_index(ty, name) {
                return match descr {
                    None => Ok(Kind::Value(index)),
                    // Some instances may have it.
                    Some(_) => Ok(Kind::Value(index)),
                };
            }
        } else if ty.tp_dictoffset.get() < 0 {
            return Err(Abort::Attribute);
        }
        match descr {
            Some(d) => Ok(Kind::Class(d.as_ptr())),
            None => Err(Abort::Attribute),
        }
    }

    /// What an attribute of the instance is that the step is about: [`kind_of`](Self::kind_of), if its attributes are not in a dict.
    fn kind_at(
        &mut self,
        step: &Step,
        ty: &'static PyTypeObject,
        name: &Str,
    ) -> Result<Kind, Abort> {
        let descr = typeobject::lookup(ty, name);
        let is_data = descr.is_some_and(|d| d.ty().tp_descr_set.get().is_some());
        let Some(found) = step.in_dict().filter(|_| !is_data) else {
            return self.kind_of(ty, name);
        };
        if !looks_up_generally(ty) || typeobject::version_tag(ty) == 0 {
            return Err(Abort::Attribute);
        }
        self.deps.types.push(ty);
        self.constant(ty.as_ptr());
        if let Some(d) = descr.filter(|d| d.ty().is_heap_type()) {
            self.deps.types.push(d.ty());
        }
        match descr {
            _ if found => Ok(Kind::Dict),
            Some(d) => Ok(Kind::Class(d.as_ptr())),
            None => Ok(Kind::Nowhere),
        }
    }

    /// The instance's dict, which it has already.
    fn instance_dict(&mut self, v: Val, ty: &PyTypeObject) -> Val {
        let offset = match ty.tp_flags.get() & tp::MANAGED_DICT {
            0 => ty.tp_dictoffset.get() as u64,
            _ => 0,
        };
        self.emit_snap(TraceOp::AttrDict, v, NONE, offset)
    }

    /// The instance's dict, and the name as a key.
    fn dict_and_key(&mut self, v: Val, ty: &PyTypeObject, name: &Str) -> (Val, Val) {
        let d = self.instance_dict(v, ty);
        let k = self.constant(name.as_ptr());
        (d, self.const_obj(k))
    }

    /// An attribute that the instance itself has, borrowed from it.
    fn load_own(
        &mut self,
        v: Val,
        ty: &PyTypeObject,
        kind: &Kind,
        name: &Str,
    ) -> Result<Val, Abort> {
        Ok(match *kind {
            Kind::Value(index) => {
                if let Some(known) = self.field(v, index) {
                    return Ok(known);
                }
                let value = self.emit_snap(TraceOp::AttrLoad, v, NONE, index as u64);
                self.set_field(v, index, value);
                value
            }
            Kind::Slot(offset) => self.emit_snap(TraceOp::SlotLoad, v, NONE, offset as u64),
            Kind::Dict => {
                let (d, key) = self.dict_and_key(v, ty, name);
                self.emit_snap(TraceOp::DictItem, d, key, 0)
            }
            Kind::Class(_) | Kind::Nowhere => return Err(Abort::Attribute),
        })
    }

    /// The instance must not have the name. If it has inline values: its class's shared keys must not have got it since.
    fn guard_not_in_instance(
        &mut self,
        step: &Step,
        v: Val,
        ty: &PyTypeObject,
        name: &Str,
    ) -> Done {
        if step.in_dict().is_some() {
            let (d, key) = self.dict_and_key(v, ty, name);
            let found = self.emit_snap(TraceOp::DictHas, d, key, 0);
            return self.guard_truth(found, false);
        }
        if ty.tp_flags.get() & tp::MANAGED_DICT == 0 {
            if let offset @ 1.. = ty.tp_dictoffset.get() {
                self.emit_snap(TraceOp::GuardNoDict, v, NONE, offset as u64);
            }
            return Ok(());
        }
        // SAFETY: a heap type, for it has managed dicts.
        let version = unsafe {
            let keys = (*(ty as *const PyTypeObject as *const PyHeapTypeObject))
                .ht_cached_keys
                .get();
            if keys.is_null() {
                return Err(Abort::Attribute);
            }
            (*keys).version()
        };
        if version == 0 {
            return Err(Abort::Attribute);
        }
        let k = self.constant(ty.as_ptr());
        self.emit_snap(
            TraceOp::GuardNoAttr,
            v,
            NONE,
            u64::from(k) | u64::from(version) << 32,
        );
        Ok(())
    }

    fn subject(&mut self, n: usize, obs: Obs) -> Result<(Val, &'static PyTypeObject), Abort> {
        let Sym::Obj(v) = self.peek(n).sym else {
            return Err(Abort::Attribute);
        };
        self.guard_class(v, obs.ty)?;
        // SAFETY: the guard's constant keeps the class alive.
        Ok((v, unsafe { &*obs.ty }))
    }

    /// An attribute of a module that is a constant.
    fn module_attribute(&mut self, k: Const, name: &Str) -> Result<*mut PyObject, Abort> {
        // SAFETY: a live object.
        let object = unsafe { &*self.const_ptr(k) };
        if let Some(module) = object.exact::<PyModuleObject>() {
            let dict = module.dict();
            if cache::is_volatile(dict, name) {
                return Err(Abort::Global);
            }
            let value = dict
                .get_str_borrowed(name)
                .ok_or(Abort::Attribute)?
                .as_ptr();
            let dict = dict as *const PyDictObject;
            self.deps.globals.push((dict, name, value));
            self.constant(dict.cast());
            self.constant(name.as_ptr());
            return Ok(value);
        }
        Err(Abort::Attribute)
    }

    /// An attribute of a class, which must be the one that was seen, or of a constant module. Nothing if the object is neither.
    fn attribute_of_constant(
        &mut self,
        obs: Obs,
        name: &Str,
        called: bool,
    ) -> Result<Option<()>, Abort> {
        // SAFETY: the recording keeps classes alive.
        let is_class = unsafe { (*obs.ty).is_subclass_flag(tp::TYPE_SUBCLASS) };
        let k = match self.peek(1).sym {
            Sym::Const(k) => k,
            Sym::Obj(v) if is_class => match self.known_constant(v) {
                Some(k) => k,
                None => self.guard_is(v, obs.ptr)?,
            },
            _ => return Ok(None),
        };
        if is_class {
            return self.load_class_attribute(k, name, called).map(Some);
        }
        let Ok(value) = self.module_attribute(k, name) else {
            return Ok(None);
        };
        let k = self.watched_constant(value);
        let old = self.pop()?;
        if called {
            self.push(Slot::NULL);
        }
        self.push_sym(Sym::Const(k));
        self.after = true;
        self.release(old);
        Ok(Some(()))
    }

    pub(super) fn load_attr(&mut self, i: usize, step: &Step) -> Done {
        let name = self.name(step, step.oparg());
        let obs = step.obs[0];
        if self.asked_super.is_some() {
            return self.super_attribute(i, step, name);
        }
        if let Some(done) = self.attribute_of_constant(obs, name, false)? {
            return Ok(done);
        }
        // SAFETY: the recording keeps classes alive.
        let is_instance = unsafe { (*obs.ty).is_heap_type() };
        if !is_instance || !matches!(self.peek(1).sym, Sym::Obj(_)) {
            return self.native_attr(step, name);
        }
        let (v, ty) = self.subject(1, obs)?;
        let kind = match self.kind_at(step, ty, name) {
            Ok(kind) => kind,
            Err(why) => return self.property(i, step, v, ty, name, why),
        };
        match kind {
            Kind::Value(_) | Kind::Slot(_) | Kind::Dict | Kind::Nowhere => {
                let value = self.load_own(v, ty, &kind, name)?;
                self.replace_by_borrowed(value)
            }
            Kind::Class(value) => {
                self.guard_not_in_instance(step, v, ty, name)?;
                // SAFETY: the class is watched, and keeps it alive.
                let object = unsafe { &*value };
                if object.is_exact::<PyFunctionObject>() {
                    let k = self.constant(value);
                    let object = self.pop()?;
                    let parts = vec![Slot::free(Sym::Const(k)), object];
                    self.push_sym(Sym::Made(Maker::Method, parts));
                    return Ok(());
                }
                if typeobject::is_python_slot_descr_get(object.ty()) {
                    return self.get_by_python(i, step, object, ty);
                }
                if object.ty().tp_descr_get.get().is_none() {
                    return self.replace_by_given(Gives::Value(value), name, false);
                }
                let given = classes::bound_to_class(object, ty)?;
                if matches!(given, Gives::Computed) && object.ty().is_heap_type() {
                    return Err(Abort::Attribute);
                }
                self.replace_by_given(given, name, false)
            }
        }
    }

    /// An attribute of an object of a builtin type, by its native look-up.
    fn native_attr(&mut self, step: &Step, name: &Str) -> Done {
        let obs = step.obs[0];
        // SAFETY: the recording keeps classes alive.
        let ty = unsafe { &*obs.ty };
        if ty.is_heap_type() || ty.is_subclass_flag(tp::TYPE_SUBCLASS) {
            return Err(Abort::Attribute);
        }
        self.guard_class_at(1, obs)?;
        let k = self.constant(name.as_ptr());
        let name = self.const_obj(k);
        self.helper_with(Helper::GetAttr, 0, 1, &[name], None)
    }

    /// A property with a function as its getter: a call.
    fn property(
        &mut self,
        i: usize,
        step: &Step,
        v: Val,
        ty: &'static PyTypeObject,
        name: &Str,
        why: Abort,
    ) -> Done {
        let getter = typeobject::lookup(ty, name)
            .and_then(|d| d.exact::<property::propertyobject>())
            .and_then(|p| p.prop_get.get())
            .filter(|g| g.is_exact::<PyFunctionObject>());
        let Some(getter) = getter else {
            let descr = typeobject::lookup(ty, name);
            if let Some(descr) = descr.filter(|_| looks_up_generally(ty)) {
                if typeobject::is_python_slot_descr_get(descr.ty()) {
                    self.watch(ty)?;
                    return self.get_by_python(i, step, descr, ty);
                }
                let class = typeobject::lookup(&object::PyBaseObject_Type, &names::__class__);
                if class.is_some_and(|c| c.is(descr)) {
                    self.watch(ty)?;
                    return self.replace_by_given(Gives::Value(ty.as_ptr()), name, false);
                }
                let native = !descr.ty().is_heap_type()
                    && descr.downcast::<property::propertyobject>().is_none()
                    && same_slot!(ty, object::PyBaseObject_Type, tp_getattro);
                if native && descr.ty().tp_descr_set.get().is_some() {
                    self.watch(ty)?;
                    return self.replace_by_given(Gives::Computed, name, false);
                }
            }
            self.watch_exception(ty, name).map_err(|_| why)?;
            let k = self.constant(name.as_ptr());
            let name = self.const_obj(k);
            return self.helper_with(Helper::GetAttr, 0, 1, &[name], None);
        };
        // Where it raises AttributeError, a `__getattr__` would be asked.
        if typeobject::version_tag(ty) == 0
            || !same_slot!(ty, object::PyBaseObject_Type, tp_getattro)
        {
            return Err(why);
        }
        self.deps.types.push(ty);
        let getter = getter.as_ptr();
        let k = self.constant(getter);
        let _ = v;
        let object = self.pop()?;
        self.inline(
            i,
            step,
            Slot::free(Sym::Const(k)),
            getter.cast(),
            vec![object],
            0,
        )
    }

    /// What the class, which is watched, has under the name is got by a `__get__` of Python.
    fn get_by_python(
        &mut self,
        i: usize,
        step: &Step,
        descr: &'static PyObject,
        class: &'static PyTypeObject,
    ) -> Done {
        let kind: &'static PyTypeObject = descr.ty();
        let generic = same_slot!(class, object::PyBaseObject_Type, tp_getattro);
        let get = typeobject::lookup(kind, &names::__get__)
            .filter(|g| generic && g.is_exact::<PyFunctionObject>())
            .ok_or(Abort::Attribute)?
            .as_ptr();
        self.watch(kind)?;
        let [get_k, descr_k, class_k] =
            [get, descr.as_ptr(), class.as_ptr()].map(|o| self.constant(o));
        let object = self.pop()?;
        let object = match object.sym {
            Sym::Made(..) => self.materialise(object),
            _ => object,
        };
        let constant = |k| Slot::free(Sym::Const(k));
        let args = vec![constant(descr_k), object, constant(class_k)];
        self.inline(i, step, constant(get_k), get.cast(), args, 0)
    }

    /// An attribute of an exception of a Python class that no Python computes or takes: the class is watched from now on.
    fn watch_exception(&mut self, ty: &'static PyTypeObject, name: &Str) -> Done {
        let generic = |f: Option<getattrofunc>, base: Option<getattrofunc>| {
            f.map(|f| f as usize) == base.map(|f| f as usize)
        };
        let base = &exceptions::BaseException;
        let is_plain = ty.is_subclass_flag(tp::BASE_EXC_SUBCLASS)
            && generic(ty.tp_getattro.get(), base.tp_getattro.get())
            && ty.tp_setattro.get().map(|f| f as usize)
                == base.tp_setattro.get().map(|f| f as usize);
        let asks = typeobject::lookup(ty, name).is_some_and(|d| {
            d.ty().is_heap_type()
                || d.is_exact::<property::propertyobject>()
                || d.is_exact::<PyFunctionObject>()
        });
        if !is_plain || asks {
            return Err(Abort::Attribute);
        }
        self.watch(ty)
    }

    /// Replaces the top by something borrowed from it, or from what it holds.
    fn replace_by_borrowed(&mut self, value: Val) -> Done {
        let old = self.pop()?;
        if old.own == Own::Owned {
            // The owner goes: the value needs a count before.
            self.emit(TraceOp::IncRef, value, NONE, 0);
            self.push(Slot::owned(value));
        } else {
            self.push(Slot::heap(value));
        }
        self.after = true;
        self.release(old);
        Ok(())
    }

    pub(super) fn load_method(&mut self, i: usize, step: &Step) -> Done {
        let name = self.name(step, step.oparg());
        let obs = step.obs[0];
        if self.asked_super.is_some() {
            return self.super_attribute(i, step, name);
        }
        if let Some(done) = self.attribute_of_constant(obs, name, true)? {
            return Ok(done);
        }
        // SAFETY: the recording keeps classes alive.
        let ty = unsafe { &*obs.ty };
        if ty.is_subclass_flag(tp::TYPE_SUBCLASS) || obs.is_exact::<PyModuleObject>() {
            return Err(Abort::Attribute);
        }
        self.guard_class_at(1, obs)?;
        let own_class = typeobject::lookup(&object::PyBaseObject_Type, &names::__class__);
        let found = typeobject::lookup(ty, name);
        if own_class.zip(found).is_some_and(|(a, b)| a.is(b)) && looks_up_generally(ty) {
            self.watch(ty)?;
            return self.replace_by_given(Gives::Value(ty.as_ptr()), name, true);
        }
        match self.kind_at(step, ty, name)? {
            kind @ (Kind::Value(_) | Kind::Slot(_) | Kind::Dict) => {
                let Sym::Obj(v) = self.peek(1).sym else {
                    return Err(Abort::Attribute);
                };
                let value = self.load_own(v, ty, &kind, name)?;
                let old = self.pop()?;
                self.push(Slot::NULL);
                if old.own == Own::Owned {
                    self.emit(TraceOp::IncRef, value, NONE, 0);
                    self.push(Slot::owned(value));
                } else {
                    self.push(Slot::heap(value));
                }
                self.after = true;
                self.release(old);
                Ok(())
            }
            Kind::Class(method) => {
                // SAFETY: the class is watched, and keeps it alive.
                let is_method = unsafe { (*method).ty().is_subclass_flag(tp::METHOD_DESCRIPTOR) };
                if ty.tp_flags.get() & tp::MANAGED_DICT != 0 || ty.tp_dictoffset.get() != 0 {
                    let index = self.at_top(1);
                    let v = self.object_at(index)?;
                    self.guard_not_in_instance(step, v, ty, name)?;
                }
                if !is_method {
                    // SAFETY: as above.
                    let found = unsafe { &*method };
                    let given = match found.ty().tp_descr_get.get() {
                        None => Gives::Value(method),
                        Some(_) => classes::bound_to_class(found, ty)?,
                    };
                    return self.replace_by_given(given, name, true);
                }
                let k = self.constant(method);
                let object = self.pop()?;
                self.push_sym(Sym::Const(k));
                self.push(object);
                Ok(())
            }
            Kind::Nowhere => Err(Abort::Attribute),
        }
    }

    /// STORE_ATTR where the runtime finds what is to be done.
    fn store_generally(&mut self, name: &Str) -> Done {
        let k = self.constant(name.as_ptr());
        let name = self.const_obj(k);
        self.helper_with(Helper::SetAttr, 0, 2, &[name], None)
    }

    pub(super) fn store_attr(&mut self, step: &Step) -> Done {
        let name = self.name(step, step.oparg());
        let obs = step.obs[1];
        let (v, ty) = self.subject(1, obs)?;
        if ty.tp_setattro.get().map(|f| f as usize)
            != object::PyBaseObject_Type
                .tp_setattro
                .get()
                .map(|f| f as usize)
        {
            return Err(Abort::Attribute);
        }
        // New names too: what the class has is not asked if it is no data descriptor.
        let kind = match self.kind_at(step, ty, name) {
            Ok(Kind::Class(_) | Kind::Nowhere) if step.in_dict().is_some() => Kind::Dict,
            Ok(kind) => kind,
            Err(why) => {
                self.watch_exception(ty, name).map_err(|_| why)?;
                return self.store_generally(name);
            }
        };
        let (op, imm) = match kind {
            Kind::Value(index) => {
                self.emit_snap(TraceOp::GuardInline, v, NONE, 0);
                let old = self.field(v, index).and_then(|old| self.class_of(old));
                match old.is_some_and(Machine::is_plain) {
                    true => (TraceOp::AttrPut, index),
                    false => (TraceOp::AttrStore, index),
                }
            }
            Kind::Slot(offset) => (TraceOp::SlotStore, offset),
            Kind::Dict => {
                self.instance_dict(v, ty);
                return self.store_generally(name);
            }
            Kind::Class(_) | Kind::Nowhere => return Err(Abort::Attribute),
        };
        let object = self.pop()?;
        let value = self.pop()?;
        let value = self.owned_object(value);
        self.after = true;
        self.before_write();
        let snap = match op {
            TraceOp::AttrPut => NONE,
            _ => self.snapshot(),
        };
        self.m.push_inst(Inst {
            a: v,
            b: value,
            imm: imm as u64,
            snap,
            ..Inst::new(op)
        });
        if op == TraceOp::AttrPut {
            self.stored_field(v, imm, value);
        } else {
            self.unchecked = true;
        }
        self.release(object);
        Ok(())
    }
}
