//! `code`: Python code objects, with CPython 3.11's layout; bytecode lies at the end of the object and is quickened in place.
//!
//! [`Fields`] is what a code object is made from, whoever makes it (compiler, marshal, `code.replace`); [`new`] checks it.

mod attributes;
mod compiled;
pub mod extra;
mod positions;

use crate::*;
use hotpy_code::object::flags::{VARARGS, VARKEYWORDS};
use hotpy_isa::{CACHES, Op};
use std::borrow::Cow;

pub use attributes::{LineIterator_Type, PositionsIterator_Type, PyCode_Type};
pub use compiled::{constant, from_compiled, from_compiled_file, from_compiled_tree};
pub use positions::{
    Position, are_on_one_line, leave_columns_out, line_at, position_at, spread_lines,
};

/// Private bits of `co_flags`; never shown to Python.
pub mod private {
    /// Code of a surrogate: its frames are hidden.
    pub const HIDDEN: i32 = hotpy_code::object::flags::SURROGATE as i32;
    /// Neither `*args`, `**kwargs` nor keyword-only parameters: positional arguments can be copied into the frame.
    pub const SIMPLE_ARGS: i32 = 0x2000_0000;
    /// Calls do not count for the recursion limit.
    pub const UNCHARGED: i32 = 0x1000_0000;
    pub const ALL: i32 = HIDDEN | SIMPLE_ARGS | UNCHARGED;
}

/// What a code object is made from; units are those of the attributes of the same names.
pub struct Fields<'a> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub firstlineno: i32,
    pub code: Cow<'a, [u8]>,
    pub consts: Ref<PyTupleObject>,
    pub names: Ref<PyTupleObject>,
    pub localsplusnames: Ref<PyTupleObject>,
    pub localspluskinds: Ref<PyBytesObject>,
    pub filename: Ref<Str>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    pub linetable: Ref<PyBytesObject>,
    pub exceptiontable: Ref<PyBytesObject>,
}

/// The cells of a tuple's items.
fn item_cells(tuple: &PyTupleObject) -> &[Cell<*mut PyObject>] {
    // SAFETY: a tuple's items follow each other from `ob_item` on.
    unsafe { std::slice::from_raw_parts(tuple.ob_item.as_ptr(), tuple.len()) }
}

/// Puts the interned string of that text in the place of a string.
fn intern_cell(cell: &Cell<*mut PyObject>) {
    // SAFETY: the cell owns an exact string, which is replaced by an equal one.
    unsafe {
        let mut text: Ref<Str> = Ref::from_owned(cell.get().cast());
        str_::intern_in_place(&mut text);
        cell.set(text.into_raw().cast());
    }
}

/// Interns every name in a tuple of names, in place: the tuple is new and nobody else's.
fn intern_names(names: &PyTupleObject) {
    for cell in item_cells(names) {
        // SAFETY: the cell owns a live object.
        let name = unsafe { &*cell.get() };
        if name.exact::<Str>().is_some_and(|n| !str_::is_interned(n)) {
            intern_cell(cell);
        }
    }
}

/// Interns the string constants that look like names, as CPython does, also in nested tuples and frozensets.
fn intern_constants(consts: &PyTupleObject) {
    for cell in item_cells(consts) {
        // SAFETY: the cell owns a live object, which is looked at until another one takes its place.
        let item = unsafe { &*cell.get() };
        if let Some(text) = item.exact::<Str>() {
            let looks_like_name = |text: &Str| match text.units() {
                str_::Units::One(u) => {
                    text.is_ascii() && u.iter().all(|&c| c.is_ascii_alphanumeric() || c == b'_')
                }
                _ => false,
            };
            if !str_::is_interned(text) && looks_like_name(text) {
                intern_cell(cell);
            }
        } else if let Some(tuple) = item.exact::<PyTupleObject>() {
            intern_constants(tuple);
        } else if item.ty().is(&*set::PyFrozenSet_Type)
            // SAFETY: the type was checked.
            && let Some(replaced) = interned_set(unsafe { item.cast() })
        {
            // SAFETY: the cell owns the set, whose place another one takes.
            drop(unsafe { Ref::from_owned(cell.replace(replaced.into_raw().cast())) });
        }
    }
}

/// The frozenset with its members interned; nothing if they are already.
fn interned_set(set: &PySetObject) -> Option<Ref<PySetObject>> {
    let members = set.items().ok()?;
    let tuple = tuple::from_borrowed(&members.iter().map(|m| &**m).collect::<Vec<_>>()).ok()?;
    intern_constants(&tuple);
    let changed = members
        .iter()
        .zip(tuple.items())
        .any(|(old, new)| !old.is(*new));
    if !changed {
        return None;
    }
    let members: Vec<Ref> = tuple.items().iter().map(|m| m.to_ref()).collect();
    match set::new_frozen(&members) {
        Ok(set) => Some(set),
        Err(Raised) => {
            errors::clear();
            None
        }
    }
}

/// CPython's words for fields that no caller should have given.
fn bad_argument() -> Raised {
    raise!(
        SystemError,
        "Objects/codeobject.c:250: bad argument to internal function"
    )
}

/// How many variables of each kind there are.
struct Counts {
    nlocals: i32,
    ncells: i32,
    nfrees: i32,
    plain_cells: i32,
}

/// ValueError or SystemError for fields that do not fit together.
fn check(fields: &Fields<'_>) -> PyResult<Counts> {
    let nlocalsplus = fields.localsplusnames.len();
    if fields.argcount < fields.posonlyargcount
        || fields.posonlyargcount < 0
        || fields.kwonlyargcount < 0
        || fields.stacksize < 0
        || fields.flags < 0
    {
        return Err(bad_argument());
    }
    let kinds = fields.localspluskinds.as_slice();
    if fields.code.len() % 2 != 0 || kinds.len() != nlocalsplus {
        return Err(raise!(ValueError, "code: co_code is malformed"));
    }
    let (mut nlocals, mut ncells, mut nfrees, mut plain_cells) = (0, 0, 0, 0);
    for &kind in kinds {
        use hotpy_code::object::kind::{CELL, FREE, LOCAL};
        if kind & LOCAL != 0 {
            nlocals += 1;
        }
        if kind & CELL != 0 {
            ncells += 1;
            if kind & LOCAL == 0 {
                plain_cells += 1;
            }
        }
        if kind & FREE != 0 {
            nfrees += 1;
        }
    }
    let star = (fields.flags as u32 & VARARGS != 0) as i32
        + (fields.flags as u32 & VARKEYWORDS != 0) as i32;
    if fields.argcount as i64 + fields.kwonlyargcount as i64 + star as i64 > nlocals as i64 {
        return Err(raise!(ValueError, "code: co_varnames is too small"));
    }
    Ok(Counts {
        nlocals,
        ncells,
        nfrees,
        plain_cells,
    })
}

/// A new code object. Fields are checked.
pub fn new(fields: Fields<'_>) -> PyResult<Ref<PyCodeObject>> {
    let counts = check(&fields)?;
    let mut names = fields
        .names
        .items()
        .iter()
        .chain(fields.localsplusnames.items());
    if !names.all(|n| n.is_exact::<Str>()) {
        return Err(raise!(SystemError, "non-string found in code slot"));
    }
    let nlocalsplus = fields.localsplusnames.len();
    let star = fields.flags as u32 & (VARARGS | VARKEYWORDS);
    intern_names(&fields.names);
    intern_names(&fields.localsplusnames);
    intern_constants(&fields.consts);
    let linetable = positions::wanted(fields.linetable, fields.firstlineno)?;
    let (filename, name, qualname) = (fields.filename, fields.name, fields.qualname);
    let mut flags = fields.flags & !(private::SIMPLE_ARGS | private::UNCHARGED);
    if star == 0 && fields.kwonlyargcount == 0 {
        flags |= private::SIMPLE_ARGS;
    }
    let units = fields.code.len() / 2;
    // Whoever runs code without instructions finds one that raises.
    let trap = [Op::RAISE_VARARGS as u8, 0];
    let stored = if units == 0 { &trap[..] } else { &fields.code };
    let size = CODE_OFFSET + stored.len();
    let block = mem::alloc(size).cast::<PyCodeObject>();
    if block.is_null() {
        return Err(errors::no_memory());
    }
    // SAFETY: the block has room for the fixed part and the code; everything is written before it is published.
    unsafe {
        std::ptr::write_bytes(block.cast::<u8>(), 0, CODE_OFFSET);
        let code = &*block;
        std::ptr::write(&raw mut (*block).ob_base.ob_base, mem::header(&PyCode_Type));
        code.ob_base.ob_size.set(units as isize);
        code.co_consts.set_ptr(fields.consts.into_raw().cast());
        code.co_names.set_ptr(fields.names.into_raw().cast());
        code.co_exceptiontable
            .set_ptr(fields.exceptiontable.into_raw().cast());
        code.co_flags.set(flags);
        code.co_argcount.set(fields.argcount);
        code.co_posonlyargcount.set(fields.posonlyargcount);
        code.co_kwonlyargcount.set(fields.kwonlyargcount);
        code.co_stacksize.set(fields.stacksize);
        code.co_firstlineno.set(fields.firstlineno);
        code.co_nlocalsplus.set(nlocalsplus as i32);
        code.co_nlocals.set(counts.nlocals);
        code.co_nplaincellvars.set(counts.plain_cells);
        code.co_ncellvars.set(counts.ncells);
        code.co_nfreevars.set(counts.nfrees);
        code.co_localsplusnames
            .set_ptr(fields.localsplusnames.into_raw().cast());
        code.co_localspluskinds
            .set_ptr(fields.localspluskinds.into_raw().cast());
        code.co_filename.set_ptr(filename.into_raw().cast());
        code.co_name.set_ptr(name.into_raw().cast());
        code.co_qualname.set_ptr(qualname.into_raw().cast());
        code.co_linetable.set_ptr(linetable.into_raw().cast());
        std::ptr::copy_nonoverlapping(
            stored.as_ptr(),
            block.cast::<u8>().add(CODE_OFFSET),
            stored.len(),
        );
        let object = Ref::from_owned(block);
        object.fuse_pairs();
        object._co_firsttraceable.set(object.first_resume() as i32);
        Ok(object)
    }
}

/// Offset of the bytecode.
pub const CODE_OFFSET: usize = std::mem::offset_of!(PyCodeObject, co_code_adaptive);

impl PyCodeObject {
    /// First code unit.
    #[inline(always)]
    pub fn first_instr(&self) -> *mut u16 {
        self.co_code_adaptive.as_ptr() as *mut u16
    }

    /// Length in code units.
    #[inline(always)]
    pub fn units(&self) -> usize {
        self.ob_base.ob_size.get() as usize
    }

    #[inline(always)]
    pub fn is_hidden(&self) -> bool {
        self.co_flags.get() & private::HIDDEN != 0
    }

    /// `co_flags` as Python sees it.
    pub fn public_flags(&self) -> i32 {
        self.co_flags.get() & !private::ALL
    }

    #[inline(always)]
    pub fn has_flag(&self, flag: u32) -> bool {
        self.co_flags.get() as u32 & flag != 0
    }

    /// Constant `index`, borrowed.
    #[inline(always)]
    pub fn const_at(&self, index: usize) -> &PyObject {
        self.consts().items()[index]
    }

    #[inline(always)]
    pub fn consts(&self) -> &PyTupleObject {
        // SAFETY: set at creation, a tuple, never changed.
        unsafe { &*self.co_consts.as_ptr().cast() }
    }

    #[inline(always)]
    pub fn names(&self) -> &PyTupleObject {
        // SAFETY: set at creation, a tuple, never changed.
        unsafe { &*self.co_names.as_ptr().cast() }
    }

    /// Name `index`, borrowed.
    #[inline(always)]
    pub fn name_at(&self, index: usize) -> &Str {
        // SAFETY: names are strings; the compiler and `new` saw to that.
        unsafe { self.names().items().get_unchecked(index).cast() }
    }

    pub fn localsplusnames(&self) -> &PyTupleObject {
        // SAFETY: set at creation, a tuple, never changed.
        unsafe { &*self.co_localsplusnames.as_ptr().cast() }
    }

    /// Kind bits of each local, cell and free variable.
    pub fn localspluskinds(&self) -> &[u8] {
        // SAFETY: set at creation, a bytes object, never changed.
        unsafe { (*self.co_localspluskinds.as_ptr().cast::<PyBytesObject>()).as_slice() }
    }

    pub fn local_name(&self, index: usize) -> &Str {
        // SAFETY: names are strings.
        unsafe { self.localsplusnames().items()[index].cast() }
    }

    pub fn name(&self) -> &Str {
        // SAFETY: set at creation, a string.
        unsafe { &*self.co_name.as_ptr().cast() }
    }

    pub fn qualname(&self) -> &Str {
        // SAFETY: set at creation, a string.
        unsafe { &*self.co_qualname.as_ptr().cast() }
    }

    pub fn filename(&self) -> &Str {
        // SAFETY: set at creation, a string.
        unsafe { &*self.co_filename.as_ptr().cast() }
    }

    pub fn linetable(&self) -> &[u8] {
        // SAFETY: set at creation, a bytes object.
        unsafe { (*self.co_linetable.as_ptr().cast::<PyBytesObject>()).as_slice() }
    }

    pub fn exception_table(&self) -> &[u8] {
        // SAFETY: set at creation, a bytes object.
        unsafe { (*self.co_exceptiontable.as_ptr().cast::<PyBytesObject>()).as_slice() }
    }

    /// The bytecode as compiled: quickened forms put back, caches zeroed.
    pub fn plain_code(&self) -> Vec<u8> {
        let units = self.units();
        let mut out = Vec::with_capacity(units * 2);
        let mut i = 0;
        while i < units {
            // SAFETY: `i` is within the code.
            let unit = unsafe { self.first_instr().add(i).read() };
            let op = Op::from_u8(unit as u8).map_or(Op::NOP, Op::base);
            out.push(op as u8);
            out.push((unit >> 8) as u8);
            let caches = op.caches();
            out.resize(out.len() + 2 * caches, 0);
            i += 1 + caches;
        }
        out
    }

    /// Rewrites frequent pairs of instructions to forms that do both in one dispatch. The second keeps its unit, so a jump to it works.
    fn fuse_pairs(&self) {
        let units = self.units();
        let (mut at, mut first) = (0, Op::CACHE as u8);
        let mut i = 0;
        while i < units {
            // SAFETY: `i` and `at` are within the code.
            unsafe {
                let op = self.first_instr().add(i).read() as u8;
                if let Some(fused) = fused(first, op) {
                    *self.first_instr().add(at).cast::<u8>() = fused as u8;
                    first = Op::CACHE as u8;
                } else {
                    (at, first) = (i, op);
                }
                i += 1 + CACHES[op as usize] as usize;
            }
        }
    }

    /// Index of the first RESUME: what lies before it builds the frame and has no line of its own.
    fn first_resume(&self) -> usize {
        (0..self.units())
            // SAFETY: `i` is within the code.
            .find(|&i| unsafe { self.first_instr().add(i).read() as u8 } == Op::RESUME as u8)
            .unwrap_or(self.units())
    }
}

/// The form that does the instructions `first` and `second` in one dispatch.
fn fused(first: u8, second: u8) -> Option<Op> {
    const LOAD_FAST: u8 = Op::LOAD_FAST as u8;
    const STORE_FAST: u8 = Op::STORE_FAST as u8;
    const LOAD_CONST: u8 = Op::LOAD_CONST as u8;
    match (first, second) {
        (LOAD_FAST, LOAD_FAST) => Some(Op::LOAD_FAST__LOAD_FAST),
        (LOAD_FAST, LOAD_CONST) => Some(Op::LOAD_FAST__LOAD_CONST),
        (STORE_FAST, LOAD_FAST) => Some(Op::STORE_FAST__LOAD_FAST),
        (STORE_FAST, STORE_FAST) => Some(Op::STORE_FAST__STORE_FAST),
        (LOAD_CONST, LOAD_FAST) => Some(Op::LOAD_CONST__LOAD_FAST),
        _ => None,
    }
}
