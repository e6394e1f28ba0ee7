//! `_ast`: the node classes of Python's abstract syntax, and the conversions between their objects and the compiler's tree.
//!
//! `table` describes the classes, and all else is derived from it; `write` makes objects of a tree, `read` a tree of objects. The classes are
//! made when they are first needed, and live for ever.

mod read;
mod table;
mod write;

pub use read::{Wanted, read};
pub use write::{too_deep, write, write_function_type};

use crate::config::Protected;
use crate::support::*;
use hotpy_objects::def::{Downcast, getset, noargs, slot};
use hotpy_objects::*;
use std::mem::offset_of;
use table::{Class, FAMILIES, Family, Kind, Located};

/// A node: its fields are in its `__dict__`.
#[repr(C)]
pub struct Node {
    ob_base: PyObject,
    dict: Slot<PyObject>,
}

// SAFETY: U2, repr(C) with the header first.
unsafe impl Object for Node {}
// SAFETY: U1.
unsafe impl Sync for Node {}

builtin!(Node = AstType);

/// `ast.AST`.
static AstType: PyTypeObject = PyTypeObject {
    tp_dealloc: Cell::new(Some(dealloc)),
    tp_getattro: Cell::new(Some(protocol::PyObject_GenericGetAttr)),
    tp_setattro: Cell::new(Some(protocol::PyObject_GenericSetAttr)),
    tp_flags: BASE_FLAGS,
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::inquiry(clear),
    tp_methods: methods(METHODS),
    tp_getset: getsets(GETSET),
    tp_dictoffset: Cell::new(offset_of!(Node, dict) as isize),
    tp_init: Cell::new(Some(init_node)),
    tp_new: Cell::new(Some(new_node)),
    tp_alloc: Cell::new(Some(mem::generic_alloc)),
    tp_free: Cell::new(Some(mem::tp_free_gc)),
    ..PyTypeObject::new::<Node>(c"ast.AST")
};

/// # Safety
/// U3, and the count has just become zero.
unsafe extern "C" fn dealloc(this: *mut PyObject) {
    // SAFETY: the object is complete; nothing refers to it any more.
    unsafe {
        gc::untrack(&*this);
        (*this.cast::<Node>()).dict.take();
        mem::free_instance(this);
    }
}

extern "C" fn traverse(this: &Node, visit: visitproc, arg: *mut c_void) -> c_int {
    this.dict.get().map_or(0, |d| visit(d, arg))
}

extern "C" fn clear(this: &Node) -> c_int {
    this.dict.take();
    0
}

extern "C" fn new_node(
    ty: &PyTypeObject,
    _args: &PyObject,
    _kwargs: Option<&PyObject>,
) -> PyResult {
    ty.tp_alloc.get().unwrap_or(mem::generic_alloc)(ty, 0)
}

/// `AST(*fields, **attributes)`: positional arguments are the class's `_fields` in order.
extern "C" fn init_node(this: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> c_int {
    let init = || -> PyResult<()> {
        let names = match attr_opt(this.ty(), "_fields")? {
            Some(names) => {
                let count = protocol::len(&names)?;
                (0..count)
                    .map(|i| protocol::sequence_item(&names, i as isize))
                    .collect::<PyResult<Vec<_>>>()?
            }
            None => Vec::new(),
        };
        let given = args_tuple(args).items();
        if given.len() > names.len() {
            return Err(raise!(
                TypeError,
                "{} constructor takes at most {} positional argument{}",
                this.ty().short_name(),
                names.len(),
                if names.len() == 1 { "" } else { "s" }
            ));
        }
        for (name, value) in names.iter().zip(given) {
            protocol::setattr(this, protocol::attribute_name(name)?, Some(value))?;
        }
        let Some(kwargs) = kwargs.and_then(|k| k.downcast::<PyDictObject>()) else {
            return Ok(());
        };
        let mut at = 0;
        while let Some((name, value, _)) = kwargs.next_entry(&mut at) {
            for taken in &names[..given.len()] {
                if protocol::eq(taken, &name)? {
                    return Err(raise!(
                        TypeError,
                        "{} got multiple values for argument '{}'",
                        this.ty().short_name(),
                        protocol::str(&name)?.to_string_lossy()
                    ));
                }
            }
            protocol::setattr(this, protocol::attribute_name(&name)?, Some(&value))?;
        }
        Ok(())
    };
    def::status(init())
}

extern "C" fn reduce(this: &PyObject) -> PyResult {
    let class = Ref::new(this.ty()).into_object();
    let empty = tuple(Vec::new())?;
    match protocol::getattr_opt(this, &names::__dict__)? {
        Some(dict) => tuple(vec![class, empty, dict]),
        None => tuple(vec![class, empty]),
    }
}

static_table! {
static METHODS: [PyMethodDef] = [
    noargs::<PyObject>(c"__reduce__", reduce, c""),
    PyMethodDef::END,
];
}

static_table! {
static GETSET: [PyGetSetDef] = [
    getset(c"__dict__", object::get_instance_dict, Some(object::set_generic_dict), c""),
    PyGetSetDef::END,
];
}

/// What is known of a class at run time.
struct Info {
    ty: Ref<PyTypeObject>,
    /// Names of its fields, in order; whether each may be left out.
    fields: Vec<(Ref<Str>, bool)>,
    /// The one instance that trees use, of a class without fields that has no position.
    singleton: Option<Ref>,
}

/// All classes, and the names of position attributes.
struct Classes {
    families: Vec<Info>,
    members: Vec<Info>,
    lineno: Ref<Str>,
    col_offset: Ref<Str>,
    end_lineno: Ref<Str>,
    end_col_offset: Ref<Str>,
}

static CLASSES: Protected<Option<&'static Classes>> = Protected::new(None);

const POSITIONS: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The classes; made on the first call.
fn classes() -> PyResult<&'static Classes> {
    if let Some(classes) = CLASSES.get() {
        return Ok(classes);
    }
    typeobject::ready(&AstType)?;
    let empty = tuple(Vec::new())?;
    for name in ["_fields", "__match_args__", "_attributes"] {
        AstType.dict().set_text(name, &empty)?;
    }
    typeobject::modified(&AstType);
    let mut families = Vec::with_capacity(FAMILIES.len());
    let mut members = Vec::with_capacity(Class::ALL.len());
    for family in FAMILIES {
        let base = make(
            &AstType,
            family.name,
            family.fields,
            &family.doc(),
            Some(family),
        )?;
        for class in family.members {
            let (name, fields) = (class.name(), class.fields());
            let doc = match fields {
                "" => name.to_owned(),
                _ => format!("{name}({fields})"),
            };
            let mut info = make(&base.ty, name, fields, &doc, None)?;
            if fields.is_empty() && family.located == Located::No {
                info.singleton = Some(call::call0(&info.ty)?);
            }
            members.push(info);
        }
        families.push(base);
    }
    let classes = Box::leak(Box::new(Classes {
        families,
        members,
        lineno: str_::intern(POSITIONS[0])?,
        col_offset: str_::intern(POSITIONS[1])?,
        end_lineno: str_::intern(POSITIONS[2])?,
        end_col_offset: str_::intern(POSITIONS[3])?,
    }));
    CLASSES.set(Some(classes));
    Ok(classes)
}

/// Makes a class; `family` if it is one.
fn make(
    base: &PyTypeObject,
    name: &str,
    description: &'static str,
    doc: &str,
    family: Option<&Family>,
) -> PyResult<Info> {
    let mut fields = Vec::new();
    let mut optional = Vec::new();
    for field in table::fields(description) {
        fields.push((str_::intern(field.name)?, field.optional));
        if field.optional {
            optional.push(field.name);
        }
    }
    let names = tuple(
        fields
            .iter()
            .map(|(f, _)| f.clone().into_object())
            .collect(),
    )?;
    let namespace = dict::new()?;
    namespace.set_text("_fields", &names)?;
    namespace.set_text("__module__", &*str_::intern("ast")?)?;
    namespace.set_text("__doc__", &*text(doc)?)?;
    namespace.set_text("__match_args__", &names)?;
    let bases = tuple::from_borrowed(&[base])?;
    let name = str_::intern(name)?;
    let ty = typeobject::new_type(&typeobject::PyType_Type, &name, &bases, &namespace, None)?;
    let set = |name: &str, value: &PyObject| -> PyResult<()> {
        protocol::setattr(&ty, &*str_::intern(name)?, Some(value))
    };
    if let Some(family) = family {
        let positions = match family.located {
            Located::No => &[][..],
            _ => &POSITIONS[..],
        };
        let positions = positions.iter().map(|p| Ok(str_::intern(p)?.into_object()));
        set("_attributes", &*tuple(positions.collect::<PyResult<_>>()?)?)?;
    }
    for name in optional {
        set(name, &singletons::_Py_NoneStruct)?;
    }
    if family.is_some_and(|f| f.located == Located::Yes) {
        for name in &POSITIONS[2..] {
            set(name, &singletons::_Py_NoneStruct)?;
        }
    }
    Ok(Info {
        ty,
        fields,
        singleton: None,
    })
}

impl Classes {
    fn of(&self, class: Class) -> &Info {
        &self.members[class as usize]
    }

    fn family(&self, kind: Kind) -> &Info {
        &self.families[kind as usize]
    }
}

/// Whether an object is a node.
pub fn is_node(o: &PyObject) -> PyResult<bool> {
    classes()?;
    protocol::is_instance(o, &*AstType)
}

/// Creates the module.
pub fn init() -> PyResult<Ref<PyModuleObject>> {
    let classes = classes()?;
    let module = module::with_methods("_ast", "", NO_METHODS)?;
    module.add("__doc__", &singletons::_Py_NoneStruct)?;
    module.add("AST", &*AstType)?;
    add_int(&module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000)?;
    add_int(&module, "PyCF_ONLY_AST", 0x400)?;
    add_int(&module, "PyCF_TYPE_COMMENTS", 0x1000)?;
    for (family, info) in FAMILIES.iter().zip(&classes.families) {
        module.add(family.name, &*info.ty)?;
        for class in family.members {
            module.add(class.name(), &*classes.of(*class).ty)?;
        }
    }
    Ok(module)
}

static_table! {
static NO_METHODS: [PyMethodDef] = [PyMethodDef::END];
}
