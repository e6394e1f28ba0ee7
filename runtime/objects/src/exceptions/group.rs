//! `BaseExceptionGroup` and `ExceptionGroup`: nesting rules, `split`, `subgroup`, `derive`, and what `except*` needs.
//!
//! A split walks the tree of groups. A group of which only a part matches is rebuilt from that part by the group's own
//! `derive`, and keeps traceback, context, cause and notes, so that what is raised again still tells where it came from.

use super::{args_of, base};
use crate::task::{self, Begun, Fills, Native};
use crate::*;
use std::mem::offset_of;

pub(super) static MEMBERS: [PyMemberDef; 3] = [
    def::member(
        c"message",
        flags::member::OBJECT,
        offset_of!(PyBaseExceptionGroupObject, msg),
        flags::member::READONLY,
        c"The message.",
    ),
    def::member(
        c"exceptions",
        flags::member::OBJECT,
        offset_of!(PyBaseExceptionGroupObject, excs),
        flags::member::READONLY,
        c"The exceptions in the group.",
    ),
    PyMemberDef::END,
];

pub(super) static METHODS: [PyMethodDef; 5] = [
    def::class_method(def::one(
        c"__class_getitem__",
        class_getitem,
        c"The class with type arguments (PEP 585).",
    )),
    def::bare_name(def::fast(
        c"derive",
        derive,
        c"A group of the given exceptions with this group's message.",
    )),
    def::bare_name(def::fast(
        c"split",
        split,
        c"The part that matches a class, classes or a predicate, and the rest.",
    )),
    def::bare_name(def::fast(
        c"subgroup",
        subgroup,
        c"The part that matches a class, classes or a predicate.",
    )),
    PyMethodDef::END,
];

extern "C" fn class_getitem(class: &PyTypeObject, args: &PyObject) -> PyResult {
    generic_alias::class_getitem(class, args)
}

type Group = PyBaseExceptionGroupObject;

pub(super) extern "C" fn new(
    ty: &PyTypeObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> PyResult {
    task::run(made(ty, args, kwargs))
}

async fn made(ty: &PyTypeObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult {
    let &[message, exceptions] = args_of(args).items() else {
        return Err(raise!(
            TypeError,
            "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
            args_of(args).len()
        ));
    };
    if !message.is_instance::<Str>() {
        return Err(raise!(
            TypeError,
            "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
            str_::args::type_text(message)
        ));
    }
    if !protocol::is_sequence(exceptions) {
        return Err(raise!(
            TypeError,
            "second argument (exceptions) must be a sequence"
        ));
    }
    let exceptions = base::collected(exceptions).await?;
    if exceptions.len() == 0 {
        return Err(raise!(
            ValueError,
            "second argument (exceptions) must be a non-empty sequence"
        ));
    }
    let mut has_base = false;
    for (i, e) in exceptions.items().iter().enumerate() {
        if !errors::is_exception_instance(e) {
            return Err(raise!(
                ValueError,
                "Item {i} of second argument (exceptions) is not an exception"
            ));
        }
        has_base |= !protocol::is_instance(e, &super::Exception)?;
    }
    let plain = super::exception_group_type();
    let mut ty = ty;
    if std::ptr::eq(ty, &super::BaseExceptionGroup) {
        if !has_base {
            ty = plain;
        }
    } else if has_base {
        if std::ptr::eq(ty, plain) {
            return Err(raise!(
                TypeError,
                "Cannot nest BaseExceptions in an ExceptionGroup"
            ));
        }
        if typeobject::is_subtype(ty, &super::Exception) {
            return Err(raise!(
                TypeError,
                "Cannot nest BaseExceptions in '{}'",
                ty.name()
            ));
        }
    }
    let this = base::new(ty, args, kwargs)?;
    // SAFETY: the type derives from BaseExceptionGroup.
    let group: &Group = unsafe { PyObject::cast(&this) };
    group.msg.set(Some(message.to_ref()));
    group.excs.set(Some(exceptions.into_object()));
    Ok(this)
}

pub(super) extern "C" fn init(
    this: &PyObject,
    args: &PyObject,
    kwargs: Option<&PyObject>,
) -> c_int {
    def::status(base::set_args(this, args_of(args), kwargs))
}

fn members(group: &Group) -> Ref<PyTupleObject> {
    match group
        .excs
        .get()
        .and_then(|excs| excs.downcast::<PyTupleObject>())
    {
        Some(excs) => Ref::new(excs),
        None => tuple::empty(),
    }
}

pub(super) extern "C" fn str(this: &PyObject) -> PyResult {
    // SAFETY: U3.
    let group: &Group = unsafe { this.cast() };
    let count = members(group).len();
    let mut out = str_::Builder::default();
    if let Some(message) = group.msg.cloned() {
        out.push_str(&*protocol::str(&message)?);
    }
    let plural = if count > 1 { "s" } else { "" };
    out.push_text(&format!(" ({count} sub-exception{plural})"));
    Ok(out.finish()?.into_object())
}

extern "C" fn derive(this: &Group, args: Args<'_>, count: isize) -> PyResult {
    if count != 1 {
        return Err(raise!(
            TypeError,
            "function takes exactly 1 argument ({count} given)"
        ));
    }
    let message = this.msg.cloned().unwrap_or_else(singletons::none);
    create(&message, args.slice(1)[0])
}

/// `BaseExceptionGroup(message, exceptions)`.
fn create(message: &PyObject, exceptions: &PyObject) -> PyResult {
    let args = tuple::from_borrowed(&[message, exceptions])?;
    Ok(super::new_instance(&super::BaseExceptionGroup, &args)?.into_object())
}

/// What a split looks for.
enum Matcher {
    Class(Ref),
    Predicate(Ref),
    /// Leaves that are among these.
    Leaves(Vec<*mut PyObject>),
}

impl Matcher {
    fn of(value: &PyObject) -> PyResult<Matcher> {
        if value.is_instance::<PyFunctionObject>() {
            return Ok(Matcher::Predicate(value.to_ref()));
        }
        let classes = value.downcast::<PyTupleObject>();
        if errors::is_exception_class(value)
            || classes.is_some_and(|c| c.items().iter().all(|c| errors::is_exception_class(c)))
        {
            return Ok(Matcher::Class(value.to_ref()));
        }
        Err(raise!(
            TypeError,
            "expected a function, exception type or tuple of exception types"
        ))
    }

    async fn accepts(&self, exception: &PyObject) -> PyResult<bool> {
        match self {
            Matcher::Class(class) => Ok(errors::given_matches(exception, class)),
            Matcher::Predicate(f) => {
                let answer = task::call(f, vec![exception.to_ref()]).await?;
                task::truth(&answer).await
            }
            Matcher::Leaves(leaves) => {
                Ok(as_group(exception).is_none() && leaves.contains(&exception.as_ptr()))
            }
        }
    }
}

fn as_group(exception: &PyObject) -> Option<&Group> {
    exception.downcast::<Group>()
}

pub type Parts = (Option<Ref>, Option<Ref>);

/// A group that is being split, and what its members have come to.
struct Level {
    group: Ref,
    members: Ref<PyTupleObject>,
    next: usize,
    matching: Vec<Ref>,
    rest: Vec<Ref>,
}

/// (part that matches, rest); the rest is only built if wanted.
async fn split_tree(exception: &PyObject, matcher: &Matcher, want_rest: bool) -> PyResult<Parts> {
    let mut levels: Vec<Level> = Vec::new();
    let mut current = exception.to_ref();
    loop {
        let mut parts: Parts = if matcher.accepts(&current).await? {
            (Some(current), None)
        } else if let Some(group) = as_group(&current) {
            errors::check_levels(levels.len(), " in exceptiongroup_split_recursive")?;
            let members = members(group);
            if members.len() > 0 {
                let first = members.items()[0].to_ref();
                levels.push(Level {
                    group: current,
                    members,
                    next: 1,
                    matching: Vec::new(),
                    rest: Vec::new(),
                });
                current = first;
                continue;
            }
            (None, None)
        } else {
            (None, want_rest.then_some(current))
        };
        // What the exception has come to is a part of what its group comes to.
        loop {
            let Some(level) = levels.last_mut() else {
                return Ok(parts);
            };
            level.matching.extend(parts.0.take());
            level.rest.extend(parts.1.take());
            if let Some(&member) = level.members.items().get(level.next) {
                level.next += 1;
                current = member.to_ref();
                break;
            }
            if let Some(done) = levels.pop() {
                parts.0 = subset(&done.group, done.matching).await?;
                parts.1 = subset(&done.group, done.rest).await?;
            }
        }
    }
}

/// The job `[group, derived]`.
const COPY_NOTES: Native = |a| {
    if let Some(notes) = protocol::getattr_opt(a[0], &names::__notes__)?
        && protocol::is_sequence(&notes)
    {
        let copy = list::from_owned(protocol::collect(&notes)?)?;
        protocol::setattr(a[1], &names::__notes__, Some(&copy))?;
    }
    Ok(None)
};

/// A group like `group` of some of its exceptions; nothing of none.
async fn subset(group: &PyObject, exceptions: Vec<Ref>) -> PyResult<Option<Ref>> {
    if exceptions.is_empty() {
        return Ok(None);
    }
    let exceptions = list::from_owned(exceptions)?.into_object();
    let derived = task::method(group, "derive", vec![exceptions]).await?;
    let (Some(new), Some(old)) = (as_group(&derived), as_group(group)) else {
        return Err(raise!(
            TypeError,
            "derive must return an instance of BaseExceptionGroup"
        ));
    };
    frame::force();
    if let Some(traceback) = old.base.traceback.cloned() {
        new.base.traceback.set(Some(traceback));
    }
    new.base.context.set(old.base.context.cloned());
    new.base.cause.set(old.base.cause.cloned());
    new.base.suppress_context.set(1);
    task::attempt(COPY_NOTES, &[group, &derived]).await?;
    Ok(Some(derived))
}

fn or_none(object: Option<Ref>) -> Ref {
    object.unwrap_or_else(singletons::none)
}

extern "C" fn split(this: &Group, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("split", count as usize, 1, 1)?;
    task::run(split_by(this, &Matcher::of(args.slice(1)[0])?, true))
}

extern "C" fn subgroup(this: &Group, args: Args<'_>, count: isize) -> PyResult {
    cfunction::check_count("subgroup", count as usize, 1, 1)?;
    task::run(split_by(this, &Matcher::of(args.slice(1)[0])?, false))
}

/// What `split` answers, or `subgroup`, which wants no rest.
async fn split_by(this: &PyObject, matcher: &Matcher, want_rest: bool) -> PyResult {
    let (matching, rest) = split_tree(this, matcher, want_rest).await?;
    if !want_rest {
        return Ok(or_none(matching));
    }
    Ok(tuple::from_array([or_none(matching), or_none(rest)])?.into_object())
}

/// The methods from bytecode.
fn begin_split<const WANT_REST: bool>(
    this: &PyObject,
    args: &[&PyObject],
    names: Option<&PyTupleObject>,
) -> Option<Begun> {
    let ([wanted], None) = (args, names) else {
        return None;
    };
    let (this, matcher) = match Matcher::of(wanted) {
        Ok(matcher) => (this.to_ref(), matcher),
        Err(raised) => return Some(Begun::Done(Err(raised))),
    };
    Some(Begun::Task(Box::pin(async move {
        split_by(&this, &matcher, WANT_REST).await.map(Some)
    })))
}

/// Calls from bytecode are tasks.
pub(crate) fn init_tasks() -> PyResult<()> {
    let ty = &super::BaseExceptionGroup;
    task::register_named(ty, "derive", |this, args, names| {
        let ([exceptions], None) = (args, names) else {
            return None;
        };
        // SAFETY: it is a method of groups.
        let this: &Group = unsafe { this.cast() };
        let message = this.msg.cloned().unwrap_or_else(singletons::none);
        let class = Ref::new(&*super::BaseExceptionGroup).into_object();
        Some(match tuple::from_borrowed(&[&message, exceptions]) {
            Ok(args) => Begun::Call(class, args, None),
            Err(raised) => Begun::Done(Err(raised)),
        })
    })?;
    task::register_named(ty, "split", begin_split::<true>)?;
    task::register_named(ty, "subgroup", begin_split::<false>)?;
    let making = Fills {
        asks: base::second_asks,
        begin: |class, args, kwargs| {
            let class = Ref::new(class.downcast::<PyTypeObject>()?);
            Some(Box::pin(async move {
                let kwargs: Option<&PyObject> = kwargs.as_deref().map(|k| &**k);
                made(&class, &args, kwargs).await.map(Some)
            }))
        },
    };
    for ty in [ty, super::exception_group_type()] {
        task::register_new(ty, making);
    }
    super::syntax_error::init_tasks();
    // It asks a third argument for its number before there is an exception.
    let flags = &super::BlockingIOError.tp_flags;
    flags.set(flags.get() | flags::tp::ASKS_FIRST);
    Ok(())
}

/// `except* classes`: (what the handler gets, what is left). A naked exception that matches is wrapped in a group.
/// The caller has checked the classes.
pub async fn match_group(exception: &PyObject, classes: &PyObject) -> PyResult<Parts> {
    if singletons::is_none(exception) {
        return Ok((None, None));
    }
    if errors::given_matches(exception, classes) {
        if as_group(exception).is_some() {
            return Ok((Some(exception.to_ref()), None));
        }
        let one = tuple::from_borrowed(&[exception])?;
        return Ok((Some(create(&*str_::empty(), &one)?), None));
    }
    if as_group(exception).is_none() {
        return Ok((None, Some(exception.to_ref())));
    }
    // Through the attribute: a subclass may override it.
    let pair = task::method(exception, "split", vec![classes.to_ref()]).await?;
    let parts = pair.downcast::<PyTupleObject>().map(PyTupleObject::items);
    let Some(&[matching, rest, ..]) = parts else {
        return Err(raise!(
            TypeError,
            "{}.split must return a tuple, not {}",
            exception.ty().name(),
            pair.ty().name()
        ));
    };
    let some = |o: &PyObject| (!singletons::is_none(o)).then(|| o.to_ref());
    Ok((some(matching), some(rest)))
}

/// The end of a `try` with `except*`: what is to be raised of the exceptions that the handlers raised or left (`raised`, with
/// Nones), given the original one. None if nothing is.
pub async fn prep_reraise_star(
    original: &PyObject,
    raised: &PyListObject,
) -> PyResult<Option<Ref>> {
    let all: Vec<Ref> = raised.items().iter().map(|e| e.to_ref()).collect();
    if as_group(original).is_none() {
        // A naked exception: one handler ran at most.
        return Ok(all.into_iter().next().filter(|e| !singletons::is_none(e)));
    }
    let (mut new, mut again) = (Vec::new(), Vec::new());
    for e in all {
        if singletons::is_none(&e) {
            continue;
        }
        if same_metadata(&e, original) {
            again.push(e);
        } else {
            new.push(e);
        }
    }
    let mut leaves = Vec::new();
    for e in &again {
        collect_leaves(e, &mut leaves)?;
    }
    let matcher = Matcher::Leaves(leaves);
    let projected = split_tree(original, &matcher, false).await?.0;
    if new.is_empty() {
        return Ok(projected);
    }
    new.extend(projected);
    if new.len() == 1 {
        return Ok(new.pop());
    }
    Ok(Some(create(&*str_::empty(), &*list::from_owned(new)?)?))
}

/// Whether a part was split off the original and raised again (rather than raised anew).
fn same_metadata(a: &PyObject, b: &PyObject) -> bool {
    let (Some(a), Some(b)) = (errors::as_exception(a), errors::as_exception(b)) else {
        return false;
    };
    a.notes.as_ptr() == b.notes.as_ptr()
        && a.traceback.as_ptr() == b.traceback.as_ptr()
        && a.cause.as_ptr() == b.cause.as_ptr()
        && a.context.as_ptr() == b.context.as_ptr()
}

fn collect_leaves(exception: &PyObject, leaves: &mut Vec<*mut PyObject>) -> PyResult<()> {
    match as_group(exception) {
        None => leaves.push(exception.as_ptr()),
        Some(group) => {
            let _guard = errors::enter_native(" in collect_exception_group_leaves")?;
            for e in members(group).items() {
                collect_leaves(e, leaves)?;
            }
        }
    }
    Ok(())
}
