//! "Did you mean": the known name nearest to a misspelt one.
//!
//! Distance: weighted Levenshtein, 2 for an insertion, deletion or substitution, 1 for a change of case only; a
//! candidate counts if its distance is at most a third of both names' lengths together (plus 3), in those units.

use hotpy_objects::*;

const MOVE: usize = 2;
const CASE: usize = 1;
const MAX_NAME: usize = 40;
const MAX_CANDIDATES: usize = 750;

fn substitution(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE
    } else {
        MOVE
    }
}

/// What it costs to make one text the other, or something above `max` if it costs more.
pub fn edit_cost(a: &str, b: &str, max: usize) -> usize {
    distance(a.as_bytes(), b.as_bytes(), max)
}

/// The distance, or something above `max` if it is above that.
fn distance<'a>(mut a: &'a [u8], mut b: &'a [u8], max: usize) -> usize {
    if a == b {
        return 0;
    }
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[same..], &b[same..]);
    let same = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE;
    }
    if a.len() > MAX_NAME || b.len() > MAX_NAME {
        return max + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE > max {
        return max + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (j, &y) in b.iter().enumerate() {
        let mut diagonal = j * MOVE;
        result = diagonal;
        let mut lowest = usize::MAX;
        for (i, &x) in a.iter().enumerate() {
            let substituted = diagonal + substitution(x, y);
            diagonal = row[i];
            let moved = result.min(diagonal) + MOVE;
            result = substituted.min(moved);
            row[i] = result;
            lowest = lowest.min(result);
        }
        if lowest > max {
            return max + 1;
        }
    }
    result
}

/// The nearest of the candidates.
fn nearest(name: &[u8], candidates: &[Ref]) -> Option<Ref> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(usize, Ref)> = None;
    for candidate in candidates {
        let Ok(item) = candidate.downcast::<Str>()?.to_wtf8() else {
            errors::clear();
            return None;
        };
        if item == name {
            continue;
        }
        let mut max = (name.len() + item.len() + 3) * MOVE / 6;
        if let Some((found, _)) = &best {
            max = max.min(found - 1);
        }
        let current = distance(name, &item, max);
        if current <= max && best.as_ref().is_none_or(|(found, _)| current < *found) {
            best = Some((current, candidate.clone()));
        }
    }
    best.map(|(_, name)| name)
}

fn for_attribute(exception: &PyObject) -> PyResult<Option<Ref>> {
    // SAFETY: AttributeError's instances have its layout.
    let error: &PyAttributeErrorObject = unsafe { exception.cast() };
    let (Some(obj), Some(name)) = (error.obj.cloned(), error.name.cloned()) else {
        return Ok(None);
    };
    let Some(name) = name.downcast::<Str>().map(Str::to_wtf8).transpose()? else {
        return Ok(None);
    };
    let all: Vec<Ref> = protocol::dir(&obj)?
        .items()
        .iter()
        .map(|i| i.to_ref())
        .collect();
    Ok(nearest(&name, &all))
}

fn for_name(exception: &PyObject) -> PyResult<Option<Ref>> {
    // SAFETY: NameError's instances have its layout.
    let error: &PyNameErrorObject = unsafe { exception.cast() };
    let Some(name) = error.name.cloned() else {
        return Ok(None);
    };
    let Some(name) = name.downcast::<Str>().map(Str::to_wtf8).transpose()? else {
        return Ok(None);
    };
    let traceback = errors::as_exception(exception).and_then(|e| e.traceback.cloned());
    let Some(mut tb) = traceback
        .as_deref()
        .and_then(|t| t.downcast::<PyTracebackObject>())
    else {
        return Ok(None);
    };
    while let Some(next) = tb.tb_next.get() {
        tb = next;
    }
    let Some(frame) = tb.tb_frame.get().and_then(|f| f.frame()) else {
        return Ok(None);
    };
    let code = frame.code();
    let locals: Vec<Ref> = code
        .localsplusnames()
        .items()
        .iter()
        .zip(code.localspluskinds())
        .filter(|(_, k)| **k & hotpy_code::object::kind::LOCAL != 0)
        .map(|(n, _)| n.to_ref())
        .collect();
    if let Some(found) = nearest(&name, &locals) {
        return Ok(Some(found));
    }
    for namespace in [frame.f_globals.cloned(), frame.f_builtins.cloned()]
        .into_iter()
        .flatten()
    {
        if let Some(found) = nearest(&name, &protocol::collect(&namespace)?) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The `repr` of the name that was probably meant by an AttributeError's or NameError's name.
pub fn suggestion(exception: &PyObject) -> Option<String> {
    let found = if exception.ty().is(&exceptions::AttributeError) {
        for_attribute(exception)
    } else if exception.ty().is(&exceptions::NameError) {
        for_name(exception)
    } else {
        return None;
    };
    let text = found.and_then(|f| {
        f.map(|f| Ok(protocol::repr(&f)?.to_string_lossy()))
            .transpose()
    });
    text.unwrap_or_else(|_| {
        errors::clear();
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "a", 2),
            ("a", "A", 1),
            ("Apple", "Aple", 2),
            ("ABA", "AAB", 4),
        ] {
            assert_eq!(
                distance(a.as_bytes(), b.as_bytes(), 100),
                expected,
                "{a} {b}"
            );
        }
    }
}
