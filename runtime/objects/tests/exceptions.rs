//! Exceptions against CPython: instances, texts, chaining, groups, native recursion.

mod support;

use hotpy_objects::exceptions::*;
use hotpy_objects::*;
use support::{compare, shown, with_objects};

/// An argument as Python writes it and as an object.
fn argument(text: &str) -> PyResult {
    if let Ok(n) = text.parse::<i64>() {
        return Ok(int::from_i64(n)?.into_object());
    }
    if text == "None" {
        return Ok(singletons::none());
    }
    if let Some(bytes) = text.strip_prefix("b'") {
        return Ok(bytes::new(bytes.trim_end_matches('\'').as_bytes())?.into_object());
    }
    if let Some(items) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        let items = items.split(',').map(str::trim).filter(|t| !t.is_empty());
        let items = items.map(argument).collect::<PyResult<Vec<_>>>()?;
        return Ok(tuple::from_owned(items)?.into_object());
    }
    Ok(str_::new(text.trim_matches('\''))?.into_object())
}

#[test]
fn instances() {
    let cases: &[(&PyTypeObject, &[&str])] = &[
        (&ValueError, &[]),
        (&ValueError, &["'text'"]),
        (&ValueError, &["1", "'b'"]),
        (&KeyError, &["''"]),
        (&KeyError, &["1", "2"]),
        (&OSError, &["2", "'gone'"]),
        (&OSError, &["2", "'gone'", "'file'"]),
        (&OSError, &["13", "'no'", "'file'", "None", "'other'"]),
        (&OSError, &["1", "2", "3", "4", "5", "6"]),
        (&OSError, &["11", "'again'", "7"]),
        (&FileNotFoundError, &["11", "'kept'"]),
        (&ImportError, &["'no module'"]),
        (&StopIteration, &["(1, 2)"]),
        (&SystemExit, &["3"]),
        (&SyntaxError, &["'bad'", "('a/b.py', 3, 4, 'text')"]),
        (&SyntaxError, &["'bad'", "('a/b.py', 3)"]),
        (&SyntaxError, &["'bad'", "('b.py', 3, 4, 'text', 5)"]),
        (&SyntaxError, &[]),
        (&TabError, &["'bad'", "(None, 3, 4, 'text')"]),
        (
            &UnicodeDecodeError,
            &["'utf-8'", "b'abc'", "1", "2", "'why'"],
        ),
        (
            &UnicodeDecodeError,
            &["'utf-8'", "b'abc'", "0", "2", "'why'"],
        ),
        (
            &UnicodeDecodeError,
            &["'utf-8'", "'abc'", "0", "2", "'why'"],
        ),
        (
            &UnicodeEncodeError,
            &["'ascii'", "'\u{e9}\u{20ac}'", "0", "1", "'why'"],
        ),
        (
            &UnicodeEncodeError,
            &["'ascii'", "'\u{e9}\u{20ac}'", "1", "2", "'why'"],
        ),
        (&UnicodeTranslateError, &["'a\u{1f600}'", "1", "2", "'why'"]),
        (&UnicodeTranslateError, &["1", "1", "2", "'why'"]),
        (&BaseExceptionGroup, &["'m'", "()"]),
        (&BaseExceptionGroup, &["'m'", "(1)"]),
        (&BaseExceptionGroup, &["'m'", "1"]),
        (&BaseExceptionGroup, &["1", "()"]),
    ];
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    with_objects(|| {
        for (class, args) in cases {
            let list: String = args.iter().map(|a| format!("{a},")).collect();
            let list = list.replace("(1)", "(1,)");
            questions.push(format!("{}({list})", class.name()));
            let args = args
                .iter()
                .map(|a| argument(a))
                .collect::<PyResult<Vec<_>>>()?;
            let made = call::call_ex(class, &*tuple::from_owned(args)?, None);
            ours.push(match made {
                Ok(e) => {
                    let text = protocol::str(&e)?.into_object();
                    let args = protocol::getattr(&e, &names::args)?;
                    format!("{} {} {}", shown(Ok(e)), shown(Ok(text)), shown(Ok(args)))
                }
                Err(raised) => shown(Err(raised)),
            });
        }
        Ok(())
    });
    compare(
        "def answer(line):\n    e = eval(line)\n    return f'{e!r} {str(e)!r} {e.args!r}'",
        questions,
        ours,
    );
}

#[test]
fn raising_chains_the_exception_being_handled() {
    with_objects(|| {
        let first = new_instance(&ValueError, &tuple::empty())?;
        let item = &tstate().exc_state.exc_value;
        item.set(Some(first.clone().into_object()));
        raise!(TypeError, "second");
        let second = errors::fetch_instance().expect("an exception");
        let context = |e: &PyObject| errors::as_exception(e).and_then(|e| e.context.cloned());
        assert!(context(&second).is_some_and(|c| c.is(&*first)));
        // Raising the first while the second is handled must not make a circle.
        item.set(Some(second.clone()));
        errors::raise_instance(&first);
        errors::clear();
        assert!(context(&first).is_some_and(|c| c.is(&*second)));
        assert!(context(&second).is_none());
        item.set(None);
        assert!(errors::occurred().is_none());
        Ok(())
    });
}

#[test]
fn long_chains_die_without_native_recursion() {
    with_objects(|| {
        let mut last = new_instance(&ValueError, &tuple::empty())?;
        for _ in 0..200_000 {
            let next = new_instance(&ValueError, &tuple::empty())?;
            next.context.set(Some(last.into_object()));
            last = next;
        }
        Ok(())
    });
}

#[test]
fn native_recursion_ends_in_an_exception() {
    fn deep(n: usize) -> PyResult<usize> {
        let _guard = errors::enter_native(" in a test")?;
        deep(std::hint::black_box(n + 1))
    }
    with_objects(|| {
        for limit in [1000, i32::MAX] {
            let state = tstate();
            let before = state.recursion_remaining.replace(limit);
            assert!(deep(0).is_err());
            assert_eq!(
                shown(Err(Raised)),
                "RecursionError: maximum recursion depth exceeded in a test"
            );
            assert_eq!(state.recursion_remaining.replace(before), limit);
        }
        Ok(())
    });
}

#[test]
fn groups_split() {
    with_objects(|| {
        let leaf = |ty| Ok::<Ref, Raised>(new_instance(ty, &tuple::empty())?.into_object());
        let group = |items: Vec<Ref>| -> PyResult {
            let args = vec![
                str_::new("g")?.into_object(),
                list::from_owned(items)?.into_object(),
            ];
            Ok(new_instance(&BaseExceptionGroup, &*tuple::from_owned(args)?)?.into_object())
        };
        let inner = group(vec![leaf(&TypeError)?, leaf(&ValueError)?])?;
        let outer = group(vec![leaf(&ValueError)?, inner])?;
        assert_eq!(outer.ty().name(), "ExceptionGroup");
        let text = shown(call::call_method(
            &outer,
            &*str_::new("split")?,
            &[&ValueError],
        ));
        assert_eq!(
            text,
            "(ExceptionGroup('g', [ValueError(), ExceptionGroup('g', [ValueError()])]), ExceptionGroup('g', [ExceptionGroup('g', [TypeError()])]))"
        );
        let (matching, rest) = task::run(match_group(&outer, &TypeError))?;
        assert!(matching.is_some() && rest.is_some());
        let raised = list::from_owned(vec![rest.expect("a rest")])?;
        let again = task::run(prep_reraise_star(&outer, &raised))?;
        assert_eq!(
            shown(again.ok_or(Raised)),
            "ExceptionGroup('g', [ValueError(), ExceptionGroup('g', [ValueError()])])"
        );
        Ok(())
    });
}
