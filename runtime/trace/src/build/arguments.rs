//! Arguments as parameters: positions and names, defaults, `*rest` and `**rest`.

use super::*;
use crate::helpers::Helper;
use hotpy_code::object::flags::{VARARGS, VARKEYWORDS};

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
        let mut pairs = Vec::new();
        for (n, name) in names.iter().enumerate() {
            if parameter(code, name).is_none() {
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
        Ok(Some(Slot::owned(made)))
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
