//! The type system on its own, without a VM: start-up, class creation, attribute look-up and its cache, descriptors, slots, MRO,
//! garbage, and the texts of its errors (as `python3.11` words them).

use hotpy_objects::*;
use std::time::Instant;

/// A thread state and all types, once for the process; the tests run one after another in one function, on one thread.
fn start() {
    // SAFETY: every field is a cell for which all zero bits are valid.
    let ts: &'static PyThreadState =
        unsafe { &*Box::into_raw(Box::new(std::mem::zeroed::<PyThreadState>())) };
    ts.interp.set(_PyRuntime.main_interpreter.as_ptr());
    ts.recursion_limit.set(1000);
    ts.recursion_remaining.set(1000);
    ts.exc_info
        .set(&raw const ts.exc_state as *mut _PyErr_StackItem);
    ts.cframe.set(&raw const ts.root_cframe as *mut _PyCFrame);
    _PyRuntime
        .tstate_current
        .set(ts as *const PyThreadState as *mut PyThreadState);
    errors::set_stack_limit();
    let begin = Instant::now();
    typeobject::init().expect("start-up");
    println!("typeobject::init: {:?}", begin.elapsed());
}

fn s(text: &str) -> Ref<Str> {
    str_::intern(text).expect("intern")
}

/// The exception that is set, as `Type: text`.
fn error() -> String {
    let e = errors::fetch_instance().expect("an exception");
    let text = protocol::str(&e).expect("its text").to_string_lossy();
    format!("{}: {text}", e.ty().name())
}

fn fails<T>(result: PyResult<T>) -> String {
    match result {
        Ok(_) => panic!("expected an exception"),
        Err(Raised) => error(),
    }
}

#[track_caller]
fn ok<T>(result: PyResult<T>) -> T {
    match result {
        Ok(value) => value,
        Err(Raised) => panic!("{}", error()),
    }
}

fn text(o: &PyObject) -> String {
    ok(protocol::repr(o)).to_string_lossy()
}

fn class(
    name: &str,
    bases: &[&PyTypeObject],
    attributes: &[(&str, &PyObject)],
) -> PyResult<Ref<PyTypeObject>> {
    let d = dict::new()?;
    for (name, value) in attributes {
        d.set_item(&s(name), value)?;
    }
    d.set_item(&names::__module__, &s("m"))?;
    let bases: Vec<&PyObject> = bases.iter().map(|b| &***b).collect();
    let bases = tuple::from_borrowed(&bases)?;
    typeobject::new_type(&typeobject::PyType_Type, &s(name), &bases, &d, None)
}

fn int(n: i64) -> Ref {
    ok(int::from_i64(n)).into_object()
}

fn strings(items: &[&str]) -> Ref {
    let items = items.iter().map(|i| s(i).into_object()).collect();
    ok(tuple::from_owned(items)).into_object()
}

#[test]
fn type_system() {
    start();
    builtin_types();
    calls_of_builtins();
    plain_class();
    slots_and_layout();
    inheritance();
    special_methods();
    changes_are_seen();
    functions_and_descriptors();
    errors_of_classes();
    weak_references();
    garbage();
    speed();
}

fn builtin_types() {
    for ty in [&*list::PyList_Type, &*dict::PyDict_Type, &*int::PyLong_Type] {
        assert_eq!(
            text(ty),
            format!("<class '{}'>", unsafe { ty.cast::<PyTypeObject>() }.name())
        );
    }
    assert_eq!(text(&typeobject::PyType_Type), "<class 'type'>");
    assert_eq!(
        text(&descr::PyMethodDescr_Type),
        "<class 'method_descriptor'>"
    );
    let mro: Vec<&str> = boolean::PyBool_Type
        .mro()
        .iter()
        .map(|t| t.name())
        .collect();
    assert_eq!(mro, ["bool", "int", "object"]);
    let append = ok(protocol::getattr(&list::PyList_Type, &s("append")));
    assert_eq!(text(&append), "<method 'append' of 'list' objects>");
    let add = ok(protocol::getattr(&int::PyLong_Type, &names::__add__));
    assert_eq!(text(&add), "<slot wrapper '__add__' of 'int' objects>");
    assert_eq!(
        text(&*ok(protocol::getattr(
            &list::PyList_Type,
            &names::__hash__
        ))),
        "None"
    );
    assert_eq!(
        text(&*ok(protocol::getattr(&add, &names::__text_signature__))),
        "'($self, value, /)'"
    );
    assert_eq!(
        text(&*ok(protocol::getattr(&add, &names::__qualname__))),
        "'int.__add__'"
    );
    let subclasses = ok(call::call_method(
        &int::PyLong_Type,
        &names::__subclasses__,
        &[],
    ));
    assert!(text(&subclasses).contains("<class 'bool'>"));
    // What CPython shows in every class's dict.
    let names = ok(protocol::dir(&object::PyBaseObject_Type));
    assert_eq!(
        text(&names),
        "['__class__', '__delattr__', '__dir__', '__doc__', '__eq__', '__format__', '__ge__', '__getattribute__', '__getstate__', '__gt__', '__hash__', '__init__', '__init_subclass__', '__le__', '__lt__', '__ne__', '__new__', '__reduce__', '__reduce_ex__', '__repr__', '__setattr__', '__sizeof__', '__str__', '__subclasshook__']"
    );
}

fn calls_of_builtins() {
    let append = ok(protocol::getattr(&list::PyList_Type, &s("append")));
    let l = ok(list::new());
    ok(call::call(&append, &[&l, &int(1)]));
    assert_eq!(text(&l), "[1]");
    assert_eq!(
        fails(call::call(&append, &[])),
        "TypeError: unbound method list.append() needs an argument"
    );
    assert_eq!(
        fails(call::call(&append, &[&int(1), &l])),
        "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'int' object"
    );
    assert_eq!(
        fails(call::call(&append, &[&l])),
        "TypeError: list.append() takes exactly one argument (0 given)"
    );
    let add = ok(protocol::getattr(&int::PyLong_Type, &names::__add__));
    assert_eq!(text(&*ok(call::call(&add, &[&int(1), &int(2)]))), "3");
    assert_eq!(
        fails(call::call(&add, &[&int(1)])),
        "TypeError: expected 1 argument, got 0"
    );
    assert_eq!(
        fails(call::call(&add, &[&s("x"), &int(1)])),
        "TypeError: descriptor '__add__' requires a 'int' object but received a 'str'"
    );
    let bound = ok(protocol::getattr(&int(5), &names::__add__));
    assert!(text(&bound).starts_with("<method-wrapper '__add__' of int object at 0x"));
    assert_eq!(text(&*ok(call::call1(&bound, &int(6)))), "11");
    // type(x), type calls, checks of __new__
    assert!(ok(call::call1(&typeobject::PyType_Type, &int(1))).is(&int::PyLong_Type));
    assert_eq!(text(&*ok(call::call1(&int::PyLong_Type, &s("42")))), "42");
    assert_eq!(
        fails(call::call(&typeobject::PyType_Type, &[&int(1), &int(2)])),
        "TypeError: type() takes 1 or 3 arguments"
    );
    assert_eq!(
        fails(call::call1(&object::PyBaseObject_Type, &int(1))),
        "TypeError: object() takes no arguments"
    );
    let new = ok(protocol::getattr(
        &object::PyBaseObject_Type,
        &names::__new__,
    ));
    assert_eq!(
        fails(call::call1(&new, &int::PyLong_Type)),
        "TypeError: object.__new__(int) is not safe, use int.__new__()"
    );
    assert_eq!(
        fails(call::call0(&new)),
        "TypeError: object.__new__(): not enough arguments"
    );
    assert_eq!(
        fails(call::call1(&new, &int(1))),
        "TypeError: object.__new__(X): X is not a type object (int)"
    );
}

fn plain_class() {
    let a = ok(class("A", &[], &[("x", &int(1))]));
    assert_eq!(text(&a), "<class 'm.A'>");
    assert_eq!(
        (
            a.tp_basicsize.get(),
            a.tp_dictoffset.get(),
            a.tp_weaklistoffset.get()
        ),
        (24, -48, 16)
    );
    let o = ok(call::call0(&a));
    assert!(text(&o).starts_with("<m.A object at 0x"));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("x")))), "1");
    ok(protocol::setattr(&o, &s("x"), Some(&int(2))));
    ok(protocol::setattr(&o, &s("y"), Some(&int(3))));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("x")))), "2");
    assert_eq!(
        text(&*ok(protocol::getattr(&o, &names::__dict__))),
        "{'x': 2, 'y': 3}"
    );
    ok(protocol::setattr(&o, &s("x"), None));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("x")))), "1");
    assert_eq!(
        fails(protocol::getattr(&o, &s("z"))),
        "AttributeError: 'A' object has no attribute 'z'"
    );
    assert_eq!(
        fails(protocol::setattr(&o, &s("q"), None)),
        "AttributeError: 'A' object has no attribute 'q'"
    );
    assert_eq!(
        fails(protocol::getattr(&a, &s("z"))),
        "AttributeError: type object 'A' has no attribute 'z'"
    );
    assert_eq!(
        fails(protocol::setattr(&int(1), &s("x"), Some(&o))),
        "AttributeError: 'int' object has no attribute 'x'"
    );
    assert_eq!(
        fails(protocol::setattr(&int(1), &s("bit_length"), Some(&o))),
        "AttributeError: 'int' object attribute 'bit_length' is read-only"
    );
    assert_eq!(
        fails(protocol::setattr(&int::PyLong_Type, &s("x"), Some(&o))),
        "TypeError: cannot set 'x' attribute of immutable type 'int'"
    );
    assert_eq!(
        fails(call::call1(&a, &int(1))),
        "TypeError: A() takes no arguments"
    );
    assert_eq!(
        ok(protocol::getattr(&o, &names::__class__)).as_ptr(),
        (*a).as_ptr()
    );
    ok(protocol::setattr(
        &o,
        &names::__dict__,
        Some(&*ok(dict::new())),
    ));
    assert_eq!(
        fails(protocol::getattr(&o, &s("y"))),
        "AttributeError: 'A' object has no attribute 'y'"
    );
    assert_eq!(
        fails(protocol::setattr(&o, &names::__dict__, Some(&int(1)))),
        "TypeError: __dict__ must be set to a dictionary, not a 'int'"
    );
    assert_eq!(
        fails(protocol::setattr(&o, &names::__class__, Some(&int(1)))),
        "TypeError: __class__ must be set to a class, not 'int' object"
    );
    let b = ok(class("B", &[], &[("x", &int(7))]));
    ok(protocol::setattr(&o, &s("own"), Some(&int(8))));
    ok(protocol::setattr(&o, &names::__class__, Some(&b)));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("x")))), "7");
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("own")))), "8");
}

fn slots_and_layout() {
    let c = ok(class("S", &[], &[("__slots__", &strings(&["b", "a"]))]));
    assert_eq!(
        (
            c.tp_basicsize.get(),
            c.tp_dictoffset.get(),
            c.tp_weaklistoffset.get()
        ),
        (32, 0, 0)
    );
    let o = ok(call::call0(&c));
    assert_eq!(
        fails(protocol::getattr(&o, &s("a"))),
        "AttributeError: 'S' object has no attribute 'a'"
    );
    ok(protocol::setattr(&o, &s("a"), Some(&int(1))));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("a")))), "1");
    assert_eq!(
        fails(protocol::setattr(&o, &s("z"), Some(&int(1)))),
        "AttributeError: 'S' object has no attribute 'z'"
    );
    assert_eq!(
        fails(protocol::setattr(&o, &s("b"), None)),
        "AttributeError: b"
    );
    let a = ok(protocol::getattr(&c, &s("a")));
    assert_eq!(text(&a), "<member 'a' of 'S' objects>");
    assert_eq!(descr::kind(&a), descr::Kind::Member);
    let t = ok(class("T", &[&tuple::PyTuple_Type], &[]));
    assert_eq!(
        (
            t.tp_basicsize.get(),
            t.tp_dictoffset.get(),
            t.tp_weaklistoffset.get()
        ),
        (32, -8, 0)
    );
    let o = ok(call::call1(&t, &strings(&["p"])));
    ok(protocol::setattr(&o, &s("k"), Some(&int(9))));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("k")))), "9");
    assert_eq!(text(&o), "('p',)");
    let l = ok(class("L", &[&list::PyList_Type], &[]));
    assert_eq!(
        (
            l.tp_basicsize.get(),
            l.tp_dictoffset.get(),
            l.tp_weaklistoffset.get()
        ),
        (48, -72, 40)
    );
    let o = ok(call::call1(&l, &strings(&["p"])));
    ok(protocol::setattr(&o, &s("k"), Some(&int(9))));
    assert_eq!(text(&o), "['p']");
    assert_eq!(
        text(&*ok(protocol::getattr(&o, &names::__dict__))),
        "{'k': 9}"
    );
    let e = ok(class("E", &[&exceptions::Exception], &[]));
    let o = ok(call::call1(&e, &s("p")));
    ok(protocol::setattr(&o, &s("k"), Some(&int(9))));
    assert_eq!(text(&o), "E('p')");
    assert_eq!(
        text(&*ok(protocol::getattr(&o, &names::__dict__))),
        "{'k': 9}"
    );
    let bad = |slots: Ref, bases: &[&PyTypeObject], more: &[(&str, &PyObject)]| {
        let mut attributes: Vec<(&str, &PyObject)> = vec![("__slots__", &*slots)];
        attributes.extend_from_slice(more);
        fails(class("X", bases, &attributes))
    };
    assert_eq!(
        bad(s("a b").into_object(), &[], &[]),
        "TypeError: __slots__ must be identifiers"
    );
    assert_eq!(
        bad(ok(tuple::from_owned(vec![int(1)])).into_object(), &[], &[]),
        "TypeError: __slots__ items must be strings, not 'int'"
    );
    assert_eq!(
        bad(strings(&["a"]), &[&int::PyLong_Type], &[]),
        "TypeError: nonempty __slots__ not supported for subtype of 'int'"
    );
    assert_eq!(
        bad(strings(&["a"]), &[], &[("a", &int(1))]),
        "ValueError: 'a' in __slots__ conflicts with class variable"
    );
    let plain = ok(class("P", &[], &[]));
    assert_eq!(
        bad(strings(&["__dict__"]), &[&plain], &[]),
        "TypeError: __dict__ slot disallowed: we already got one"
    );
    assert_eq!(
        bad(strings(&["__weakref__"]), &[&plain], &[]),
        "TypeError: __weakref__ slot disallowed: either we already got one, or __itemsize__ != 0"
    );
}

fn inheritance() {
    let a = ok(class("A", &[], &[("f", &s("A.f"))]));
    let b = ok(class("B", &[&a], &[]));
    let c = ok(class("C", &[&a], &[("f", &s("C.f"))]));
    let d = ok(class("D", &[&b, &c], &[]));
    let order: Vec<&str> = d.mro().iter().map(|t| t.name()).collect();
    assert_eq!(order, ["D", "B", "C", "A", "object"]);
    assert_eq!(text(&*ok(protocol::getattr(&d, &s("f")))), "'C.f'");
    assert!(typeobject::is_subtype(&d, &a));
    assert!(ok(protocol::is_instance(&*ok(call::call0(&d)), &a)));
    assert_eq!(
        fails(class("X", &[&a, &b], &[])),
        "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases A, B"
    );
    assert_eq!(
        fails(class("X", &[&a, &a], &[])),
        "TypeError: duplicate base class A"
    );
    assert_eq!(
        fails(class("X", &[&int::PyLong_Type, &str_::PyUnicode_Type], &[])),
        "TypeError: multiple bases have instance lay-out conflict"
    );
    assert_eq!(
        fails(class("X", &[&boolean::PyBool_Type], &[])),
        "TypeError: type 'bool' is not an acceptable base type"
    );
    // __bases__
    let e = ok(class("E", &[], &[("g", &s("E.g"))]));
    assert_eq!(
        fails(protocol::getattr(&d, &s("g"))),
        "AttributeError: type object 'D' has no attribute 'g'"
    );
    let bases = ok(tuple::from_borrowed(&[&**e, &**a]));
    ok(protocol::setattr(&b, &names::__bases__, Some(&bases)));
    assert_eq!(text(&*ok(protocol::getattr(&d, &s("g")))), "'E.g'");
    let order: Vec<&str> = d.mro().iter().map(|t| t.name()).collect();
    assert_eq!(order, ["D", "B", "E", "C", "A", "object"]);
    let bases = ok(tuple::from_borrowed(&[&**d]));
    assert_eq!(
        fails(protocol::setattr(&a, &names::__bases__, Some(&bases))),
        "TypeError: a __bases__ item causes an inheritance cycle"
    );
    let bases = ok(tuple::from_borrowed(&[&*int::PyLong_Type]));
    assert_eq!(
        fails(protocol::setattr(&a, &names::__bases__, Some(&bases))),
        "TypeError: __bases__ assignment: 'int' object layout differs from 'object'"
    );
    assert_eq!(
        fails(protocol::setattr(
            &a,
            &names::__bases__,
            Some(&*tuple::empty())
        )),
        "TypeError: can only assign non-empty tuple to A.__bases__, not ()"
    );
}

/// A builtin that answers its last argument.
extern "C" fn last(_this: &PyObject, args: Args<'_>, count: isize) -> PyResult {
    Ok(args
        .slice(count)
        .last()
        .map_or_else(singletons::none, |o| o.to_ref()))
}
extern "C" fn forty_two(_this: &PyObject) -> PyResult {
    Ok(int(42))
}
extern "C" fn not_implemented(_this: &PyObject, _args: Args<'_>, _count: isize) -> PyResult {
    Ok(singletons::not_implemented())
}
static LAST: PyMethodDef = def::fast::<PyObject>(c"last", last, c"");
static FORTY_TWO: PyMethodDef = def::noargs::<PyObject>(c"forty_two", forty_two, c"");
static NOT_IMPLEMENTED: PyMethodDef = def::fast::<PyObject>(c"nope", not_implemented, c"");

fn builtin(def: &'static PyMethodDef) -> Ref {
    ok(cfunction::new(def, None, None)).into_object()
}

fn special_methods() {
    // Builtins do not bind, so the special methods get their arguments without self.
    let c = ok(class(
        "C",
        &[],
        &[
            ("__add__", &builtin(&LAST)),
            ("__len__", &builtin(&FORTY_TWO)),
            ("__hash__", &builtin(&FORTY_TWO)),
            ("__getitem__", &builtin(&LAST)),
            ("__getattr__", &builtin(&LAST)),
            ("__index__", &builtin(&FORTY_TWO)),
        ],
    ));
    let o = ok(call::call0(&c));
    assert_eq!(
        text(&*ok(number::binary(number::BinaryOp::Add, &o, &int(5)))),
        "5"
    );
    assert_eq!(ok(protocol::len(&o)), 42);
    assert_eq!(ok(protocol::hash(&o)), 42);
    assert!(ok(protocol::truth(&o)));
    assert_eq!(text(&*ok(protocol::getitem(&o, &s("k")))), "'k'");
    assert_eq!(
        text(&*ok(protocol::getattr(&o, &s("missing")))),
        "'missing'"
    );
    assert_eq!(ok(number::index_isize(&o, None)), 42);
    assert!(typeobject::is_python_slot_getattro(&c));
    assert!(typeobject::is_python_slot_len(&c));
    assert!(!typeobject::is_python_slot_iter(&c));
    assert_eq!(
        fails(number::binary(number::BinaryOp::Subtract, &o, &int(5))),
        "TypeError: unsupported operand type(s) for -: 'C' and 'int'"
    );
    // Inherited and reflected.
    let sub = ok(class("Sub", &[&c], &[("__radd__", &builtin(&FORTY_TWO))]));
    let r = ok(call::call0(&sub));
    assert_eq!(
        text(&*ok(number::binary(number::BinaryOp::Add, &r, &int(5)))),
        "5"
    );
    let n = ok(class(
        "N",
        &[],
        &[
            ("__add__", &builtin(&NOT_IMPLEMENTED)),
            ("__eq__", &builtin(&NOT_IMPLEMENTED)),
        ],
    ));
    let n = ok(call::call0(&n));
    assert_eq!(
        fails(number::binary(number::BinaryOp::Add, &n, &int(5))),
        "TypeError: unsupported operand type(s) for +: 'N' and 'int'"
    );
    assert_eq!(fails(protocol::hash(&n)), "TypeError: unhashable type: 'N'");
    assert!(ok(protocol::eq(&n, &n)));
    assert!(!ok(protocol::eq(&n, &o)));
    assert_eq!(
        fails(protocol::compare(&n, &o, flags::cmp::LT)),
        "TypeError: '<' not supported between instances of 'N' and 'C'"
    );
    assert_eq!(
        fails(protocol::iter(&n)),
        "TypeError: 'N' object is not iterable"
    );
    assert_eq!(
        fails(call::call0(&n)),
        "TypeError: 'N' object is not callable"
    );
    assert_eq!(
        fails(protocol::len(&n)),
        "TypeError: object of type 'N' has no len()"
    );
    assert_eq!(
        fails(protocol::getitem(&n, &n)),
        "TypeError: 'N' object is not subscriptable"
    );
    assert_eq!(
        fails(protocol::setitem(&n, &n, &n)),
        "TypeError: 'N' object does not support item assignment"
    );
    assert_eq!(
        fails(protocol::contains(&n, &n)),
        "TypeError: argument of type 'N' is not iterable"
    );
}

fn changes_are_seen() {
    let a = ok(class("A", &[], &[]));
    let b = ok(class("B", &[&a], &[]));
    let o = ok(call::call0(&b));
    let x = s("x");
    assert!(typeobject::lookup(&b, &x).is_none());
    let version = typeobject::version_tag(&b);
    assert!(version != 0 && version == typeobject::version_tag(&b));
    ok(protocol::setattr(&a, &x, Some(&int(1))));
    assert_ne!(version, typeobject::version_tag(&b));
    assert_eq!(text(&*ok(protocol::getattr(&o, &x))), "1");
    // A slot appears and goes again, in the subclass too.
    assert_eq!(
        fails(protocol::len(&o)),
        "TypeError: object of type 'B' has no len()"
    );
    ok(protocol::setattr(
        &a,
        &names::__len__,
        Some(&builtin(&FORTY_TWO)),
    ));
    assert_eq!(ok(protocol::len(&o)), 42);
    ok(protocol::setattr(&a, &names::__len__, None));
    assert_eq!(
        fails(protocol::len(&o)),
        "TypeError: object of type 'B' has no len()"
    );
    // Native slots are taken over as they are.
    let l = ok(class("L", &[&list::PyList_Type], &[]));
    assert!(!typeobject::is_python_slot_len(&l));
    ok(protocol::setattr(
        &l,
        &names::__len__,
        Some(&builtin(&FORTY_TWO)),
    ));
    assert!(typeobject::is_python_slot_len(&l));
    ok(protocol::setattr(&l, &names::__len__, None));
    assert!(!typeobject::is_python_slot_len(&l));
    let i = ok(class("I", &[&int::PyLong_Type], &[]));
    assert!(protocol::same_function(
        i.tp_hash.get(),
        int::PyLong_Type.tp_hash.get()
    ));
    let m = ok(class("M", &[&a, &int::PyLong_Type], &[]));
    let five = ok(call::call1(&m, &int(5)));
    assert_eq!(
        text(&*ok(number::binary(number::BinaryOp::Add, &five, &int(5)))),
        "10"
    );
    assert_eq!(text(&five), "5");
}

fn functions_and_descriptors() {
    let c = ok(classmethod::new_class(&builtin(&LAST)));
    let st = ok(classmethod::new_static(&builtin(&LAST)));
    let p = ok(call::call1(&property::PyProperty_Type, &builtin(&LAST)));
    let a = ok(class("A", &[], &[("c", &c), ("st", &st), ("p", &p)]));
    let o = ok(call::call0(&a));
    assert!(ok(call::call0(&*ok(protocol::getattr(&o, &s("c"))))).is(&*a));
    assert_eq!(
        text(&*ok(call::call1(
            &*ok(protocol::getattr(&o, &s("st"))),
            &int(3)
        ))),
        "3"
    );
    assert!(ok(protocol::getattr(&o, &s("p"))).is(&*o));
    assert_eq!(
        fails(protocol::setattr(&o, &s("p"), Some(&int(1)))),
        "AttributeError: property 'p' of 'A' object has no setter"
    );
    assert_eq!(descr::kind(&p), descr::Kind::Property);
    assert_eq!(descr::kind(&c), descr::Kind::ClassMethod);
    let m = ok(method::new(&builtin(&LAST), &o));
    assert_eq!(text(&*ok(call::call1(&m, &int(4)))), "4");
    assert!(ok(call::call0(&m)).is(&*o));
    let sup = ok(call::call(&super_::PySuper_Type, &[&a, &o]));
    assert!(ok(protocol::getattr(&sup, &names::__repr__)).is_exact::<descr::wrapperobject>());
    assert_eq!(
        fails(protocol::getattr(&sup, &s("p"))),
        "AttributeError: 'super' object has no attribute 'p'"
    );
    assert_eq!(text(&sup), "<super: <class 'A'>, <A object>>");
    assert_eq!(
        fails(call::call(&super_::PySuper_Type, &[&a, &int(1)])),
        "TypeError: super(type, obj): obj must be an instance or subtype of type"
    );
    let u = ok(union_::type_or(
        &int::PyLong_Type,
        &singletons::_Py_NoneStruct,
    ));
    assert_eq!(text(&u), "int | None");
    assert!(ok(protocol::is_instance(&singletons::none(), &u)));
    let g = ok(protocol::getitem(&list::PyList_Type, &int::PyLong_Type));
    assert_eq!(text(&g), "list[int]");
    assert_eq!(
        fails(protocol::is_instance(&o, &g)),
        "TypeError: isinstance() argument 2 cannot be a parameterized generic"
    );
    let module = ok(module::new("mod"));
    ok(module.add("x", &int(1)));
    assert_eq!(text(&*ok(protocol::getattr(&module, &s("x")))), "1");
    assert_eq!(text(&module), "<module 'mod'>");
    assert_eq!(
        fails(protocol::getattr(&module, &s("y"))),
        "AttributeError: module 'mod' has no attribute 'y'"
    );
    let d = ok(protocol::getattr(&a, &names::__dict__));
    assert!(
        text(&d).starts_with("mappingproxy({'c': <classmethod("),
        "{}",
        text(&d)
    );
    let n = ok(dict::new());
    ok(n.set_item(&s("a"), &int(1)));
    let n = ok(namespace::new(Some(&n)));
    assert_eq!(text(&n), "namespace(a=1)");
    let cell = ok(cell::new(None));
    assert_eq!(
        fails(protocol::getattr(&cell, &s("cell_contents"))),
        "ValueError: Cell is empty"
    );
}

fn errors_of_classes() {
    let a = ok(class("A", &[], &[]));
    let set = |name: &str, value: Option<&PyObject>| fails(protocol::setattr(&a, &s(name), value));
    assert_eq!(
        set("__name__", Some(&int(1))),
        "TypeError: can only assign string to A.__name__, not 'int'"
    );
    assert_eq!(
        set("__name__", None),
        "TypeError: cannot delete '__name__' attribute of immutable type 'A'"
    );
    assert_eq!(
        set("__mro__", Some(&int(1))),
        "AttributeError: readonly attribute"
    );
    assert_eq!(
        set("__dict__", Some(&int(1))),
        "AttributeError: attribute '__dict__' of 'type' objects is not writable"
    );
    assert_eq!(
        fails(protocol::getattr(&a, &names::__abstractmethods__)),
        "AttributeError: __abstractmethods__"
    );
    assert_eq!(
        fails(class("X", &[], &[("__qualname__", &int(1))])),
        "TypeError: type __qualname__ must be a str, not int"
    );
    assert_eq!(
        fails(class("X", &[], &[("__classcell__", &int(1))])),
        "TypeError: __classcell__ must be a nonlocal cell, not <class 'int'>"
    );
    let d = ok(dict::new());
    let call = |args: &[&PyObject]| fails(call::call(&typeobject::PyType_Type, args));
    assert_eq!(
        call(&[&int(1), &tuple::empty(), &d]),
        "TypeError: type.__new__() argument 1 must be str, not int"
    );
    assert_eq!(
        call(&[&s("x"), &int(1), &d]),
        "TypeError: type.__new__() argument 2 must be tuple, not int"
    );
    assert_eq!(
        call(&[&s("x\0"), &tuple::empty(), &d]),
        "ValueError: type name must not contain null characters"
    );
    let abstract_names = ok(set::new());
    ok(abstract_names.add(&s("g")));
    ok(abstract_names.add(&s("f")));
    ok(protocol::setattr(
        &a,
        &names::__abstractmethods__,
        Some(&abstract_names),
    ));
    assert_eq!(
        fails(call::call0(&a)),
        "TypeError: Can't instantiate abstract class A with abstract methods f, g"
    );
    ok(protocol::setattr(&a, &names::__name__, Some(&s("Renamed"))));
    assert_eq!(a.name(), "Renamed");
    let meta = ok(class("M1", &[&typeobject::PyType_Type], &[]));
    let other = ok(class("M2", &[&typeobject::PyType_Type], &[]));
    let x = ok(call::call(&meta, &[&s("x"), &tuple::empty(), &d]));
    let y = ok(call::call(&other, &[&s("y"), &tuple::empty(), &d]));
    assert!(x.ty().is(&*meta));
    assert_eq!(
        call(&[&s("z"), &*ok(tuple::from_borrowed(&[&*x, &*y])), &d]),
        "TypeError: metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
    );
}

fn weak_references() {
    let a = ok(class("A", &[], &[]));
    let o = ok(call::call0(&a));
    let r = ok(weakref::new_ref(&o, None));
    assert_eq!(ok(weakref::new_ref(&o, None)).as_ptr(), r.as_ptr());
    let calls = ok(list::new());
    let append = ok(protocol::getattr(&calls, &s("append")));
    let with_callback = ok(weakref::new_ref(&o, Some(&append)));
    assert_eq!(weakref::count(&o), 2);
    assert!(ok(call::call0(&r)).is(&*o));
    let proxy = ok(weakref::new_proxy(&o, None));
    ok(protocol::setattr(&proxy, &s("x"), Some(&int(1))));
    assert_eq!(text(&*ok(protocol::getattr(&o, &s("x")))), "1");
    drop(o);
    assert!(singletons::is_none(&*ok(call::call0(&r))));
    assert_eq!(calls.len(), 1);
    assert!(calls.items()[0].is(&*with_callback));
    assert_eq!(
        fails(protocol::getattr(&proxy, &s("x"))),
        "ReferenceError: weakly-referenced object no longer exists"
    );
    assert_eq!(
        fails(weakref::new_ref(&int(1), None)),
        "TypeError: cannot create weak reference to 'int' object"
    );
}

fn garbage() {
    ok(gc::collect(2));
    let before = mem::blocks_in_use();
    for _ in 0..50 {
        let a = ok(class("A", &[], &[("x", &int(1000))]));
        let b = ok(class("B", &[&a], &[("__slots__", &strings(&["s"]))]));
        let o = ok(call::call0(&b));
        ok(protocol::setattr(&o, &s("me"), Some(&o)));
        ok(protocol::setattr(&o, &s("s"), Some(&b)));
    }
    ok(gc::collect(2));
    typeobject::cache::clear();
    let after = mem::blocks_in_use();
    assert!(
        after - before < 60,
        "blocks: {before} before, {after} after"
    );
}

fn speed() {
    let a = ok(class("A", &[], &[("x", &int(1))]));
    let b = ok(class("B", &[&a], &[]));
    let o = ok(call::call0(&b));
    let (x, y) = (s("x"), s("y"));
    ok(protocol::setattr(&o, &y, Some(&int(1))));
    let time = |what: &str, f: &dyn Fn()| {
        const N: u32 = 200_000;
        let begin = Instant::now();
        for _ in 0..N {
            f();
        }
        println!("{what}: {:?}", begin.elapsed() / N);
    };
    time("lookup", &|| {
        std::hint::black_box(typeobject::lookup(&b, &x));
    });
    time("getattr class", &|| drop(ok(protocol::getattr(&o, &x))));
    time("getattr instance", &|| drop(ok(protocol::getattr(&o, &y))));
    time("call class", &|| drop(ok(call::call0(&b))));
    time("bind method", &|| drop(ok(method::new(&x, &o))));
    let begin = Instant::now();
    for _ in 0..1000 {
        drop(ok(class("X", &[&a], &[("f", &int(1)), ("g", &int(2))])));
    }
    println!("create class: {:?}", begin.elapsed() / 1000);
}
