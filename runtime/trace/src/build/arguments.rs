//! Arguments as parameters: positions and names, defaults, `*rest` and `**rest`.

use super::*;
use crate::helpers::Helper;
use hotpy_code::object::flags::{VARARGS, VARKEYWORDS};
use hotpy_vm::surrogates::{self, Known};

/// Arguments that are not on the stack any more.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub positional: Vec<Slot>,
    /// What is passed by name.
    pub named: Vec<(&'a PyObject, Slot)>,
    /// The dict for `**rest`, made by [`Builder::rest_dict`].
    pub rest: Option<Slot>,
}

impl Given<'_> {
    pub fn at(positional: Vec<Slot>) -> Self {
        Given {
            positional,
            ..Given::default()
        }
    }
}

/// The parameter of a name: its local.
fn parameter(code: &PyCodeObject, name: &PyObject) -> Option<usize> {
    let first = code.co_posonlyargcount.get() as usize;
    let count = code.co_argcount.get() as usize + code.co_kwonlyargcount.get() as usize;
    (first..count).find(|&p| {
        // SAFETY: names of keywords are strings.
        code.local_name(p).equals(unsafe { name.cast::<Str>() })
    })
}

impl Builder<'_> {
    /// For a callee with `**rest`: the dict with the arguments by name that are no parameters', their values being the topmost operands.
    /// Made while the state is that before the call.
    pub(super) fn rest_dict(
        &mut self,
        code: &PyCodeObject,
        names: &[&PyObject],
    ) -> Result<Option<Slot>, Abort> {
        if !code.has_flag(VARKEYWORDS) {
            return Ok(None);
        }
        self.dict_of(names, &|name| parameter(code, name).is_none())
            .map(Some)
    }

    /// A dict with the arguments by name that are wanted.
    fn dict_of(
        &mut self,
        names: &[&PyObject],
        wanted: &dyn Fn(&PyObject) -> bool,
    ) -> Result<Slot, Abort> {
        let mut pairs = Vec::new();
        for (n, name) in names.iter().enumerate() {
            if wanted(name) {
                let k = self.constant(*name);
                let index = self.at_top(names.len() - n);
                let value = self.object_at(index)?;
                pairs.extend([self.const_obj(k), value]);
            }
        }
        let snap = self.new_snapshot(0, false);
        let made = self.m.push_inst(Inst {
            imm: Helper::BuildMap as u64,
            snap,
            ..Inst::new(TraceOp::Call)
        });
        self.m.args.push((made, pairs));
        self.set_class(made, &raw const dict::PyDict_Type);
        Ok(Slot::owned(made))
    }

    /// Arguments as the callee's parameters, in the order of its locals; what is left over and not wanted.
    pub(super) fn bind(
        &mut self,
        function: Option<*const PyFunctionObject>,
        code: &PyCodeObject,
        given: Given<'_>,
    ) -> Result<(Vec<Slot>, Vec<Slot>), Abort> {
        let argcount = code.co_argcount.get() as usize;
        let by_name = code.co_kwonlyargcount.get() as usize;
        let mut args = given.positional;
        let rest = args.split_off(args.len().min(argcount));
        let mut bound: Vec<Option<Slot>> = args.into_iter().map(Some).collect();
        bound.resize(argcount + by_name, None);
        let mut unwanted = Vec::new();
        for (name, value) in given.named {
            match parameter(code, name) {
                Some(place) => {
                    if bound[place].replace(value).is_some() {
                        return Err(Abort::Arguments);
                    }
                }
                None if given.rest.is_some() => unwanted.push(value),
                None => return Err(Abort::Arguments),
            }
        }
        let mut args = Vec::with_capacity(bound.len() + 2);
        for (place, slot) in bound.into_iter().enumerate() {
            args.push(match slot {
                Some(slot) => slot,
                None if place < argcount => self.default(function, argcount, place)?,
                None => self.default_by_name(function, code, place)?,
            });
        }
        if code.has_flag(VARARGS) {
            args.push(if rest.is_empty() {
                let k = self.constant(tuple::empty().as_ptr().cast());
                Slot::free(Sym::Const(k))
            } else {
                Slot::free(Sym::Made(Maker::Tuple, rest))
            });
        } else if !rest.is_empty() {
            return Err(Abort::Arguments);
        }
        match (code.has_flag(VARKEYWORDS), given.rest) {
            (true, Some(rest)) => args.push(rest),
            (false, None) => {}
            _ => return Err(Abort::Arguments),
        }
        Ok((args, unwanted))
    }

    fn default(
        &mut self,
        function: Option<*const PyFunctionObject>,
        argcount: usize,
        place: usize,
    ) -> Result<Slot, Abort> {
        let function = function.ok_or(Abort::Arguments)?;
        // SAFETY: the recording keeps the function alive.
        let defaults = unsafe { (*function).func_defaults.get() }
            .and_then(|d| d.exact::<PyTupleObject>())
            .ok_or(Abort::Arguments)?;
        let first = argcount - defaults.len().min(argcount);
        let value = place
            .checked_sub(first)
            .and_then(|n| defaults.items().get(n).copied())
            .ok_or(Abort::Arguments)?;
        let k = self.constant(value);
        Ok(Slot::free(Sym::Const(k)))
    }

    /// The default of a parameter that is passed by name only. It is in a dict, which is watched.
    fn default_by_name(
        &mut self,
        function: Option<*const PyFunctionObject>,
        code: &PyCodeObject,
        place: usize,
    ) -> Result<Slot, Abort> {
        let function = function.ok_or(Abort::Arguments)?;
        // SAFETY: the recording keeps the function alive.
        let defaults = unsafe { (*function).func_kwdefaults.get() }
            .and_then(|d| d.exact::<PyDictObject>())
            .ok_or(Abort::Arguments)?;
        let name = code.local_name(place);
        let value = defaults.get_str_borrowed(name).ok_or(Abort::Arguments)?;
        self.deps.globals.push((defaults, name, value.as_ptr()));
        self.constant(defaults.as_ptr());
        self.constant(name.as_ptr());
        let k = self.constant(value);
        Ok(Slot::free(Sym::Const(k)))
    }
}

/// Arguments that are put together for CALL_FUNCTION_EX.
impl Builder<'_> {
    /// Whether BUILD_LIST begins the arguments of `f(a, *rest)`, `rest` being a tuple that is not made: then neither is the list.
    pub(super) fn gathers_arguments(&self, step: &Step) -> bool {
        use Op::{LIST_EXTEND, LIST_TO_TUPLE, LOAD_FAST};
        if !crate::config::defer() {
            return false;
        }
        self.follows(step, [LOAD_FAST, LIST_EXTEND, LIST_TO_TUPLE])
            .is_some_and(|[load, extend, _]| {
                let local = &self.frames[self.frames.len() - 1].locals[load.oparg()];
                extend.oparg() == 1 && matches!(local.sym, Sym::Made(Maker::Tuple, _))
            })
    }

    /// Whether BUILD_MAP begins the names of `f(**names)`, there being none.
    pub(super) fn gathers_no_names(&self, step: &Step) -> bool {
        use Op::{CALL_FUNCTION_EX, DICT_MERGE, LOAD_FAST};
        step.oparg() == 0
            && self
                .follows(step, [LOAD_FAST, DICT_MERGE, CALL_FUNCTION_EX])
                .is_some_and(|[load, ..]| {
                    let local = &self.frames[self.frames.len() - 1].locals[load.oparg()];
                    matches!((&local.sym, self.no_names), (Sym::Const(a), Some(b)) if *a == b)
                })
    }

    /// The steps after this one, if they have these ops.
    fn follows<const N: usize>(&self, step: &Step, ops: [Op; N]) -> Option<[&Step; N]> {
        let at = self.steps.iter().position(|s| std::ptr::eq(s, step))?;
        let next = self.steps.get(at + 1..=at + N)?;
        let same = next
            .iter()
            .zip(ops)
            .all(|(s, op)| s.op == op && s.depth == step.depth && !s.landed);
        same.then(|| std::array::from_fn(|n| &next[n]))
    }

    /// LIST_EXTEND of a list that is not made by a tuple that is not made.
    pub(super) fn gather(&mut self) -> Done {
        let more = self.pop()?;
        let list = self.pop()?;
        let (Sym::Made(_, mut items), Sym::Made(_, more)) = (list.sym, more.sym) else {
            return Err(Abort::Internal);
        };
        items.extend(more);
        self.push(Slot::free(Sym::Made(Maker::Tuple, items)));
        Ok(())
    }

    /// Whether operand `n` is the empty dict of a call without names.
    pub(super) fn is_no_names(&self, n: usize) -> bool {
        matches!((&self.peek(n).sym, self.no_names), (Sym::Const(a), Some(b)) if *a == b)
    }

    /// Whether DICT_MERGE merges that with itself.
    pub(super) fn merges_nothing(&self) -> bool {
        self.is_no_names(1) && self.is_no_names(2)
    }

    /// Whether step `i` enters `type.__call__`.
    pub(super) fn enters_type_call(&self, i: usize) -> bool {
        let entry = self.steps.get(i + 1).and_then(Step::entry);
        let own = surrogates::known(Known::TypeCall);
        entry.is_some_and(|e| own.is_ok_and(|f| std::ptr::eq(&*f, e.func)))
    }

    /// A class is called by way of `type.__call__`: its frame gets the class, a tuple that is not made, and no names.
    pub(super) fn enter_type_call(
        &mut self,
        i: usize,
        step: &Step,
        count: usize,
        names: &[&PyObject],
        class: *mut PyObject,
    ) -> Done {
        let next = self.steps.get(i + 1).ok_or(Abort::Surrogate)?;
        let entry = next.entry().ok_or(Abort::Surrogate)?;
        if entry.return_to != PUSH || !crate::config::defer() {
            return Err(Abort::Arguments);
        }
        let named = match names {
            [] => None,
            _ => Some(self.dict_of(names, &|_| true)?),
        };
        // SAFETY: a constant that is a class.
        self.watch(unsafe { &*class.cast() })?;
        let no_names = match self.no_names {
            Some(k) => k,
            None => {
                let d = dict::new().map_err(|_| {
                    errors::clear();
                    Abort::Arguments
                })?;
                let k = self.constant(d.as_ptr().cast());
                self.no_names = Some(k);
                k
            }
        };
        let mut args = Vec::with_capacity(count);
        for _ in 0..count {
            let slot = self.pop()?;
            args.push(match slot.sym {
                Sym::Made(..) => self.materialise(slot),
                _ => self.own(slot),
            });
        }
        args.reverse();
        // They are in the dict.
        let values = args.split_off(count - names.len());
        let callee = self.pop()?;
        let empty = self.pop()?;
        let class = self.constant(class);
        let constant = |k| Slot::free(Sym::Const(k));
        let args = match args.is_empty() {
            true => constant(self.constant(tuple::empty().as_ptr().cast())),
            false => Slot::free(Sym::Made(Maker::Tuple, args)),
        };
        let func = self.constant(entry.func.cast());
        // SAFETY: the recording keeps functions.
        let code = unsafe { (*entry.func).code() };
        let names = named.unwrap_or_else(|| constant(no_names));
        let locals = vec![constant(class), args, names];
        self.enter_with(step, constant(func), Some(entry.func), code, locals, PUSH)?;
        let mut dropped = vec![callee, empty];
        dropped.extend(values);
        self.drop_in_callee(dropped);
        Ok(())
    }

    /// Whether the builtin is `object.__new__`, called for a class that has nothing but what `object` gives it, natively.
    pub(super) fn makes_plainly(&mut self, callee: &PyObject) -> Result<bool, Abort> {
        let new = typeobject::lookup(&object::PyBaseObject_Type, &names::__new__);
        let Sym::Const(k) = self.peek(1).sym else {
            return Ok(false);
        };
        // SAFETY: a constant of the trace.
        let class: &'static PyObject = unsafe { &*self.const_ptr(k) };
        let Some(class) = class.downcast::<PyTypeObject>() else {
            return Ok(false);
        };
        let mut base = class;
        while base.is_heap_type() {
            let Some(next) = base.tp_base.get() else {
                return Ok(false);
            };
            base = next;
        }
        let plainly = new.is_some_and(|n| n.is(callee))
            && base.is(&object::PyBaseObject_Type)
            && class.tp_flags.get() & flags::tp::IS_ABSTRACT == 0
            && class.is_heap_type();
        if plainly {
            self.watch(class)?;
        }
        Ok(plainly)
    }

    /// Whether hashing and comparing the value, of a class made from `int` or `str`, is left to these; the class is watched then.
    pub(super) fn is_native_key(&mut self, obs: crate::record::Obs) -> Result<bool, Abort> {
        // SAFETY: the recording keeps classes alive.
        let ty: &'static PyTypeObject = unsafe { &*obs.ty };
        let as_int = same_slot!(ty, int::PyLong_Type, tp_hash)
            && same_slot!(ty, int::PyLong_Type, tp_richcompare);
        let as_str = same_slot!(ty, str_::PyUnicode_Type, tp_hash)
            && same_slot!(ty, str_::PyUnicode_Type, tp_richcompare);
        if as_int || as_str {
            self.watch(ty)?;
        }
        Ok(as_int || as_str)
    }
}

/// `ReturnTo::Push` of the VM.
const PUSH: u8 = 0;
