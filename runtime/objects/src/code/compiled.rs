//! The compiler's code objects become the runtime's. Equal constants, names and tables of one program become one object, those and only those
//! that CPython merges: identity shows in `is`, in memory, and in marshalled bytes.

use super::{Fields, new};
use crate::*;
use hotpy_code::{CodeObject, Const, PyStr};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The runtime's object for a compiler's constant.
pub fn constant(value: &Const) -> PyResult {
    Maker::default().value(value)
}

/// The code object for what the compiler made, nested code included.
pub fn from_compiled(code: &CodeObject) -> PyResult<Ref<PyCodeObject>> {
    Maker::default().code(code)
}

/// The same, with the caller's object as the file's name.
pub fn from_compiled_file(code: &CodeObject, filename: &Str) -> PyResult<Ref<PyCodeObject>> {
    from_compiled_tree(code, filename, Vec::new())
}

/// The same, with the caller's objects as the constants that they are.
pub fn from_compiled_tree(
    code: &CodeObject,
    filename: &Str,
    constants: Vec<(Const, Ref)>,
) -> PyResult<Ref<PyCodeObject>> {
    let mut maker = Maker::default();
    for (constant, object) in constants {
        maker.values.entry(constant).or_insert(object);
    }
    maker
        .names
        .insert(code.filename.clone(), Ref::new(filename));
    maker.code(code)
}

/// Names of scopes without a name. There is one object for each, for ever.
const NAMELESS: [&str; 6] = [
    "<module>",
    "<lambda>",
    "<listcomp>",
    "<setcomp>",
    "<dictcomp>",
    "<genexpr>",
];

struct Nameless([Cell<*mut Str>; NAMELESS.len()]);

// SAFETY: U1.
unsafe impl Sync for Nameless {}

static NAMELESS_OBJECTS: Nameless =
    Nameless([const { Cell::new(std::ptr::null_mut()) }; NAMELESS.len()]);

fn nameless(index: usize) -> PyResult<Ref<Str>> {
    let held = &NAMELESS_OBJECTS.0[index];
    if held.get().is_null() {
        held.set(str_::new(NAMELESS[index])?.into_raw());
    }
    // SAFETY: the cell keeps a reference that is never given up.
    Ok(Ref::new(unsafe { &*held.get() }))
}

/// Makes the objects of one program.
#[derive(Default)]
struct Maker {
    values: HashMap<Const, Ref, ahash::RandomState>,
    /// Names of scopes that no program could give (`<lambda>`), and the file's.
    names: HashMap<PyStr, Ref<Str>, ahash::RandomState>,
    /// Qualified names of classes whose bodies hold them as a constant.
    classes: HashSet<PyStr, ahash::RandomState>,
}

impl Maker {
    fn value(&mut self, value: &Const) -> PyResult {
        Ok(match value {
            Const::None => singletons::none(),
            Const::Ellipsis => singletons::ellipsis(),
            Const::Bool(b) => boolean::from(*b),
            _ if value.holds_nan() => self.make(value)?,
            _ => {
                if let Some(known) = self.values.get(value) {
                    return Ok(known.clone());
                }
                let made = self.make(value)?;
                self.values.insert(value.clone(), made.clone());
                made
            }
        })
    }

    fn make(&mut self, value: &Const) -> PyResult {
        Ok(match value {
            Const::None | Const::Ellipsis | Const::Bool(_) => self.value(value)?,
            Const::Int(i) => int::from_bigint(i)?.into_object(),
            Const::Float(f) => float::from_f64(*f)?.into_object(),
            Const::Complex { re, im } => complex::from_parts(*re, *im)?.into_object(),
            Const::Str(s) => str_::from_wtf8(&s.0)?.into_object(),
            Const::Bytes(b) => bytes::new(b)?.into_object(),
            Const::Tuple(items) => self.items(items)?.into_object(),
            Const::FrozenSet(items) => {
                let items = items.iter().map(|i| self.value(i));
                set::new_frozen(&items.collect::<PyResult<Vec<_>>>()?)?.into_object()
            }
            Const::Code(code) => self.code(code)?.into_object(),
        })
    }

    fn items(&mut self, values: &[Const]) -> PyResult<Ref<PyTupleObject>> {
        let items = values.iter().map(|v| self.value(v));
        tuple::from_owned(items.collect::<PyResult<Vec<_>>>()?)
    }

    /// A tuple that equal ones share.
    fn shared_items(
        &mut self,
        key: Const,
        make: impl FnOnce(&mut Self) -> PyResult<Ref<PyTupleObject>>,
    ) -> PyResult<Ref<PyTupleObject>> {
        if let Some(known) = self.values.get(&key) {
            // SAFETY: a tuple was made for this key.
            return Ok(unsafe { known.clone().cast() });
        }
        let made = make(self)?;
        self.values.insert(key, made.clone().into_object());
        Ok(made)
    }

    fn identifiers(&mut self, names: &[PyStr]) -> PyResult<Ref<PyTupleObject>> {
        let key: Rc<[Const]> = names.iter().cloned().map(Const::Str).collect();
        self.shared_items(Const::Tuple(key), |_| {
            let names = names.iter().map(|n| Ok(identifier(n)?.into_object()));
            tuple::from_owned(names.collect::<PyResult<Vec<_>>>()?)
        })
    }

    fn table(&mut self, bytes: &[u8]) -> PyResult<Ref<PyBytesObject>> {
        let table = self.value(&Const::Bytes(bytes.into()))?;
        // SAFETY: the object for a bytes constant.
        Ok(unsafe { table.cast() })
    }

    /// The name of a scope or file: interned if it is a name.
    fn name(&mut self, name: &PyStr, interned: bool) -> PyResult<Ref<Str>> {
        if interned {
            return identifier(name);
        }
        if let Some(known) = self.names.get(name) {
            return Ok(known.clone());
        }
        let made = match NAMELESS.iter().position(|n| n.as_bytes() == &*name.0) {
            Some(index) => nameless(index)?,
            None => str_::from_wtf8(&name.0)?,
        };
        self.names.insert(name.clone(), made.clone());
        Ok(made)
    }

    fn qualname(&mut self, code: &CodeObject, name: &Ref<Str>) -> PyResult<Ref<Str>> {
        if code.qualname == code.name {
            return Ok(name.clone());
        }
        if code.is_class() && self.classes.insert(code.qualname.clone()) {
            let own = self.value(&Const::Str(code.qualname.clone()))?;
            // SAFETY: the object for a string constant.
            return Ok(unsafe { own.cast() });
        }
        str_::from_wtf8(&code.qualname.0)
    }

    fn code(&mut self, code: &CodeObject) -> PyResult<Ref<PyCodeObject>> {
        let consts = self.shared_items(Const::Tuple(code.consts.as_slice().into()), |m| {
            m.items(&code.consts)
        })?;
        let name = self.name(&code.name, code.name.0.first() != Some(&b'<'))?;
        new(Fields {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags as i32,
            firstlineno: code.firstlineno as i32,
            code: code.code.as_slice().into(),
            consts,
            names: self.identifiers(&code.names)?,
            localsplusnames: self.identifiers(&code.localsplusnames)?,
            localspluskinds: bytes::new_apart(&code.localspluskinds)?,
            filename: self.name(&code.filename, false)?,
            qualname: self.qualname(code, &name)?,
            name,
            linetable: self.table(&code.linetable)?,
            exceptiontable: self.table(&code.exceptiontable)?,
        })
    }
}

/// An interned name.
fn identifier(name: &PyStr) -> PyResult<Ref<Str>> {
    match name.to_str() {
        Some(text) => str_::intern(text),
        None => {
            let mut text = str_::from_wtf8(&name.0)?;
            str_::intern_in_place(&mut text);
            Ok(text)
        }
    }
}
