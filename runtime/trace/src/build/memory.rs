//! Items of sequences, and cells.

use super::*;
use crate::helpers::Helper;
use crate::record::Obs;

/// Whether hashing and comparing it runs no Python.
pub(super) fn is_plain_key(key: &Obs) -> bool {
    key.is_exact::<Str>() || key.is_exact::<PyLongObject>()
}

impl Builder<'_> {
    /// An item that is borrowed from its container, which is going from the stack.
    pub(super) fn push_item(&mut self, item: Val, container: &Slot, is_tuple: bool) {
        match container.own {
            Own::Owned => {
                self.emit(TraceOp::IncRef, item, NONE, 0);
                self.push(Slot::owned(item));
            }
            // A tuple keeps its items, and the local keeps the tuple.
            own @ Own::Local(..) if is_tuple => self.push(Slot {
                sym: Sym::Obj(item),
                own,
            }),
            _ => self.push(Slot::heap(item)),
        }
    }

    /// Replaces container and key by an item that is borrowed from the container.
    fn replace_by_item(&mut self, item: Val, is_tuple: bool) -> Done {
        let key = self.pop()?;
        let container = self.pop()?;
        self.push_item(item, &container, is_tuple);
        self.after = true;
        self.release(key);
        self.release(container);
        Ok(())
    }

    /// Whether it is of a class made from a tuple (a named tuple) or list that has its items as that has; the class is watched then.
    fn is_indexed_as(&mut self, base: &PyTypeObject, obs: Obs) -> Result<bool, Abort> {
        // SAFETY: the recording keeps classes alive; a tuple's and a list's tables are valid.
        let ty: &'static PyTypeObject = unsafe { &*obs.ty };
        let get = |ty: &PyTypeObject| unsafe {
            let table = ty.tp_as_mapping.get().as_ref();
            table.and_then(|t| t.mp_subscript.get()).map(|f| f as usize)
        };
        let is = ty.is_heap_type()
            && ty.is_subclass_flag(flags::tp::TUPLE_SUBCLASS | flags::tp::LIST_SUBCLASS)
            && get(ty) == get(base);
        if is {
            self.watch(ty)?;
        }
        Ok(is)
    }

    pub(super) fn subscript(&mut self, step: &Step) -> Done {
        let (container, key) = (step.obs[0], step.obs[1]);
        let top = self.at_top(1);
        let is_int = key.is_exact::<PyLongObject>() && self.is_small(1, key);
        if let (Sym::Made(Maker::Tuple, items), true) = (self.peek(2).sym.clone(), is_int) {
            let k = self.int_at(top, key)?;
            let index = self.int_constant(k).ok_or(Abort::Operand)?;
            let index = if index < 0 {
                index + items.len() as i64
            } else {
                index
            };
            let item = items.get(index as usize).ok_or(Abort::Operand)?.clone();
            self.pop()?;
            self.pop()?;
            let mut rest = items;
            rest.remove(index as usize);
            self.push(item);
            self.after = true;
            for slot in rest {
                self.release(slot);
            }
            return Ok(());
        }
        if container.is_exact::<PyBytesObject>() && is_int {
            self.guard_class_at(2, container)?;
            let c = self.object_at(top - 1)?;
            let k = self.int_at(top, key)?;
            let item = self.emit_snap(TraceOp::BytesItem, c, k, 0);
            let key = self.pop()?;
            let container = self.pop()?;
            self.push_sym(Sym::Int(item));
            self.after = true;
            self.release(key);
            self.release(container);
            return Ok(());
        }
        let (list, tuple) = (&list::PyList_Type, &tuple::PyTuple_Type);
        let op = if container.is_exact::<PyListObject>() || self.is_indexed_as(list, container)? {
            Some(TraceOp::ListItem)
        } else if container.is_exact::<PyTupleObject>() || self.is_indexed_as(tuple, container)? {
            Some(TraceOp::TupleItem)
        } else if container.is_exact::<Str>() {
            Some(TraceOp::StrItem)
        } else {
            None
        };
        if let (Some(op), true) = (op, is_int) {
            self.guard_class_at(2, container)?;
            let c = self.object_at(top - 1)?;
            let k = self.int_at(top, key)?;
            let item = self.emit_snap(op, c, k, 0);
            if op == TraceOp::StrItem {
                self.set_class(item, &raw const str_::PyUnicode_Type);
                let key = self.pop()?;
                let container = self.pop()?;
                self.push(Slot::owned(item));
                self.after = true;
                self.release(key);
                self.release(container);
                return Ok(());
            }
            return self.replace_by_item(item, op == TraceOp::TupleItem);
        }
        if let Some(parts) = self.plain_slice(step, 0)? {
            return self.get_slice(container, parts);
        }
        if container.is_exact::<PyDictObject>() && is_plain_key(&key) {
            self.guard_class_at(2, container)?;
            self.guard_class_at(1, key)?;
            let (d, key) = (self.object_at(top - 1)?, self.object_at(top)?);
            let item = self.emit_snap(TraceOp::DictItem, d, key, 0);
            return self.replace_by_item(item, false);
        }
        self.native_container(container, 2)?;
        self.guard_class_at(1, key)?;
        self.helper(Helper::GetItem, 0, 2, None)
    }

    /// Start and stop of a slice on top that is not made yet, and whether it goes backwards, if the container is of a class whose slices
    /// traces take directly. `below`: where the observations of container and slice start.
    fn plain_slice(&mut self, step: &Step, below: usize) -> Result<Option<[Val; 3]>, Abort> {
        let container = step.obs[below];
        let known = container.is_exact::<PyListObject>()
            || container.is_exact::<PyTupleObject>()
            || container.is_exact::<Str>();
        let Sym::Made(Maker::Slice, items) = self.peek(1).sym.clone() else {
            return Ok(None);
        };
        if !known {
            return Ok(None);
        }
        let none = self.constant(&*singletons::none());
        let by = match self.number(&items[2], none) {
            Some(None) => 1,
            Some(Some(v)) => match self.int_constant(v) {
                Some(n @ (1 | -1)) => n,
                _ => return Ok(None),
            },
            None => return Ok(None),
        };
        let (Some(start), Some(stop)) =
            (self.number(&items[0], none), self.number(&items[1], none))
        else {
            return Ok(None);
        };
        let (first, last) = if by < 0 {
            (i64::MAX, i64::MIN)
        } else {
            (0, i64::MAX)
        };
        let start = start.unwrap_or_else(|| self.const_int(first));
        let stop = stop.unwrap_or_else(|| self.const_int(last));
        let backwards = self.const_int(i64::from(by < 0));
        Ok(Some([start, stop, backwards]))
    }

    /// A part of a slice: nothing for None, a machine integer, or something else.
    fn number(&mut self, slot: &Slot, none: Const) -> Option<Option<Val>> {
        match slot.sym {
            Sym::Int(v) => Some(Some(v)),
            Sym::Const(k) if k == none => Some(None),
            Sym::Const(k) => match self.number_of(k) {
                Some(Sym::Int(v)) => Some(Some(v)),
                _ => None,
            },
            Sym::Obj(v) => match self.unboxed_of(v) {
                Some(n) if self.insts[n as usize].op.ty() == Ty::Int => Some(Some(n)),
                _ => None,
            },
            _ => None,
        }
    }

    fn get_slice(&mut self, container: crate::record::Obs, parts: [Val; 3]) -> Done {
        self.guard_class_at(2, container)?;
        let index = self.at_top(2);
        let v = self.object_at(index)?;
        let kind = if container.is_exact::<PyListObject>() {
            0
        } else if container.is_exact::<PyTupleObject>() {
            1
        } else {
            2
        };
        let [start, stop, backwards] = parts;
        let backwards = self.int_constant(backwards).unwrap_or(0) as u64;
        let snap = self.snapshot();
        let new = self.m.push_inst(Inst {
            a: v,
            b: start,
            c: stop,
            imm: kind | backwards << 8,
            snap,
            ..Inst::new(TraceOp::SliceGet)
        });
        self.set_class(new, container.ty);
        let key = self.pop()?;
        let container = self.pop()?;
        self.push(Slot::owned(new));
        self.after = true;
        self.release(key);
        self.release(container);
        Ok(())
    }

    /// The container at `n` must be of a builtin class.
    fn native_container(&mut self, obs: crate::record::Obs, n: usize) -> Done {
        // SAFETY: the recording keeps classes alive.
        if unsafe { (*obs.ty).is_heap_type() } {
            return Err(Abort::Operand);
        }
        self.guard_class_at(n, obs)
    }

    pub(super) fn store_subscript(&mut self, step: &Step) -> Done {
        let (container, key) = (step.obs[1], step.obs[2]);
        let top = self.at_top(1);
        if container.is_exact::<PyListObject>()
            && key.is_exact::<PyLongObject>()
            && self.is_small(1, key)
        {
            self.guard_class_at(2, container)?;
            let list = self.object_at(top - 1)?;
            let k = self.int_at(top, key)?;
            let index = self.emit_snap(TraceOp::ListIndex, list, k, 0);
            let key = self.pop()?;
            let container = self.pop()?;
            let value = self.pop()?;
            let value = self.owned_object(value);
            self.after = true;
            self.before_write();
            let snap = self.snapshot();
            self.m.push_inst(Inst {
                a: list,
                b: index,
                c: value,
                snap,
                ..Inst::new(TraceOp::ListStore)
            });
            self.unchecked = true;
            self.release(key);
            self.release(container);
            return Ok(());
        }
        if container.is_exact::<PyListObject>() && step.obs[0].is_exact::<PyListObject>() {
            if let Some([start, stop, backwards]) = self.plain_slice(step, 1)? {
                if self.int_constant(backwards) == Some(0) {
                    return self.set_slice(step, start, stop);
                }
            }
        }
        self.native_container(container, 2)?;
        self.helper(Helper::SetItem, 0, 3, None)
    }

    /// `list[start:stop] = other list`.
    fn set_slice(&mut self, step: &Step, start: Val, stop: Val) -> Done {
        self.guard_class_at(3, step.obs[0])?;
        self.guard_class_at(2, step.obs[1])?;
        let top = self.at_top(1);
        let list = self.object_at(top - 1)?;
        let value = self.object_at(top - 2)?;
        self.before_write();
        let snap = self.new_snapshot(3, false);
        let v = self.m.push_inst(Inst {
            a: list,
            b: start,
            c: stop,
            snap,
            ..Inst::new(TraceOp::SliceSet)
        });
        self.m.args.push((v, vec![value]));
        let mut dropped = Vec::with_capacity(3);
        for _ in 0..3 {
            dropped.push(self.pop()?);
        }
        self.after = true;
        self.unchecked = true;
        self.release_all(dropped);
        Ok(())
    }

    pub(super) fn cells(&mut self, step: &Step) -> Done {
        let index = step.oparg();
        let depth = self.frames.len() - 1;
        match step.op {
            Op::LOAD_CLOSURE => {
                if let Sym::Made(..) = self.m.frames[depth].locals[index].sym {
                    // Others are to have it.
                    self.disinherit(depth, index);
                    let cell =
                        std::mem::replace(&mut self.m.frames[depth].locals[index], Slot::NULL);
                    let cell = self.materialise(cell);
                    self.changed();
                    self.m.frames[depth].locals[index] = cell;
                }
                let slot = &self.m.frames[depth].locals[index];
                let copy = match slot.own {
                    Own::Owned | Own::Kept => Slot {
                        sym: slot.sym.clone(),
                        own: Own::Local(depth as u16, index as u16),
                    },
                    _ => slot.clone(),
                };
                if copy.sym == Sym::Null {
                    return Err(Abort::Internal);
                }
                self.push(copy);
                Ok(())
            }
            Op::LOAD_DEREF => {
                if let Sym::Made(Maker::Cell, held) = &self.m.frames[depth].locals[index].sym {
                    let held = Slot {
                        sym: held[0].sym.clone(),
                        own: match held[0].own {
                            Own::Owned => Own::Local(depth as u16, index as u16),
                            own => own,
                        },
                    };
                    if held.sym == Sym::Null {
                        return Err(Abort::Unbound);
                    }
                    self.push(held);
                    return Ok(());
                }
                let cell = self.cell(depth, index)?;
                let v = self.emit_snap(TraceOp::CellLoad, cell, NONE, 0);
                self.push(Slot::heap(v));
                Ok(())
            }
            Op::STORE_DEREF => {
                if let Sym::Made(Maker::Cell, _) = self.m.frames[depth].locals[index].sym {
                    let value = self.pop()?;
                    let value = match value.sym {
                        Sym::Made(..) => self.materialise(value),
                        _ => self.own(value),
                    };
                    self.before_write();
                    let held = Slot::free(Sym::Made(Maker::Cell, vec![value]));
                    let old = self.set_local(depth, index, held);
                    self.after = true;
                    self.release(old);
                    return Ok(());
                }
                let cell = self.cell(depth, index)?;
                let value = self.pop()?;
                let value = self.owned_object(value);
                self.after = true;
                self.before_write();
                self.emit_snap(TraceOp::CellStore, cell, value, 0);
                self.unchecked = true;
                Ok(())
            }
            Op::COPY_FREE_VARS => {
                let func = self.top().func.clone();
                if let Sym::Made(Maker::Function, parts) = &func.sym {
                    let nlocals = self.top().locals.len();
                    let cells = parts.get(3..).filter(|cells| cells.len() == index);
                    for (n, cell) in cells.ok_or(Abort::Internal)?.iter().enumerate() {
                        // The frame keeps them with the function.
                        let own = match cell.own {
                            Own::Owned => Own::Heap,
                            own => own,
                        };
                        let sym = cell.sym.clone();
                        self.m.frames[depth].locals[nlocals - index + n] = Slot { sym, own };
                    }
                    self.changed();
                    return Ok(());
                }
                let f = match func.sym {
                    Sym::Obj(v) => v,
                    Sym::Const(k) => self.const_obj(k),
                    _ => return Err(Abort::Internal),
                };
                let nlocals = self.top().locals.len();
                for n in 0..index {
                    let v = self.emit_snap(TraceOp::TypeAttr, f, NONE, n as u64);
                    self.changed();
                    // The frame keeps the function, which keeps its cells.
                    self.m.frames[depth].locals[nlocals - index + n] = Slot::heap(v);
                }
                Ok(())
            }
            Op::MAKE_CELL => {
                // The local's value goes into the cell; as a helper's operand it passes over the stack.
                let value = self.set_local(depth, index, Slot::NULL);
                if crate::config::defer() {
                    let value = match value.sym {
                        Sym::Made(..) => self.materialise(value),
                        _ => value,
                    };
                    let held = Slot::free(Sym::Made(Maker::Cell, vec![value]));
                    self.set_local(depth, index, held);
                    return Ok(());
                }
                let operands = usize::from(value.sym != Sym::Null);
                if operands == 1 {
                    self.push(value);
                }
                let cell = Some(&raw const cell::PyCell_Type);
                self.helper(Helper::MakeCell, 0, operands, cell)?;
                let made = self.pop()?;
                self.set_local(depth, index, made);
                Ok(())
            }
            _ => Err(Abort::Unsupported(step.op as u8)),
        }
    }

    /// The cell in a local.
    pub(super) fn cell(&mut self, depth: usize, index: usize) -> Result<Val, Abort> {
        match self.m.frames[depth].locals[index].sym {
            Sym::Obj(v) => Ok(v),
            Sym::Const(k) => Ok(self.const_obj(k)),
            _ => Err(Abort::Internal),
        }
    }
}
