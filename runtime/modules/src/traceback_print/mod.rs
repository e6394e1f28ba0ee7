//! Printing of exceptions that nobody caught: to a Python file object, as CPython's `sys.excepthook` does.
//!
//! - here: chains (`__cause__`, `__context__`) and exception groups with their margins
//! - `entries`: traceback entries with source lines and carets
//! - `message`: the last lines: type, text, notes, the place of a SyntaxError
//! - `suggest`: "Did you mean"

mod entries;
mod message;
mod suggest;

pub use suggest::edit_cost;

use hotpy_objects::growing::Growing;
use hotpy_objects::*;

/// Groups deeper or wider than this are cut.
const MAX_GROUP_DEPTH: usize = 10;
const MAX_GROUP_WIDTH: usize = 15;

const CAUSE: &str = "The above exception was the direct cause of the following exception:\n";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:\n";

/// Text in the making (WTF-8), with the margin of the exception group that is being printed.
#[derive(Default)]
struct Printer {
    out: Growing<u8>,
    depth: usize,
    need_close: bool,
    /// Exceptions printed already: chains may be circular.
    seen: Vec<*mut PyObject>,
    sources: entries::Sources,
}

impl Printer {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn str(&mut self, text: &Str) {
        match text.to_wtf8() {
            Ok(text) => self.out.extend_from_slice(&text),
            Err(Raised) => {
                errors::clear();
                self.out.fail();
            }
        }
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n(b' ', 2 * self.depth));
    }

    /// Starts a line: indentation and, inside a group, `| `.
    fn margin(&mut self) {
        self.margin_with('|');
    }

    fn margin_with(&mut self, mark: char) {
        if self.depth > 0 {
            self.indent();
            self.out.push(mark as u8);
            self.out.push(b' ');
        }
    }

    fn line(&mut self, text: &str) {
        self.margin();
        self.text(text);
    }

    /// One exception with what it is chained to.
    fn exception(&mut self, exception: &PyObject) {
        let Ok(_guard) = errors::enter_native(" in print_exception") else {
            errors::clear();
            return;
        };
        self.seen.push(exception.as_ptr());
        if let Some(base) = errors::as_exception(exception) {
            let chained = match (base.cause.cloned(), base.context.cloned()) {
                (Some(cause), _) => Some((cause, CAUSE)),
                (None, Some(context)) if base.suppress_context.get() == 0 => {
                    Some((context, CONTEXT))
                }
                _ => None,
            };
            if let Some((other, message)) = chained {
                if !self.seen.contains(&other.as_ptr()) {
                    let need_close = std::mem::replace(&mut self.need_close, false);
                    self.exception(&other);
                    self.need_close |= need_close;
                    self.line("\n");
                    self.line(message);
                    self.line("\n");
                }
            }
        }
        match exception.downcast::<PyBaseExceptionGroupObject>() {
            Some(_) if self.depth > MAX_GROUP_DEPTH => {
                self.line(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"));
            }
            Some(group) => self.group(exception, group),
            None => self.plain(exception, "Traceback (most recent call last):\n", '|'),
        }
    }

    /// Traceback and message.
    fn plain(&mut self, exception: &PyObject, header: &str, mark: char) {
        let traceback = errors::as_exception(exception)
            .and_then(|e| e.traceback.cloned())
            .filter(|_| entries::limit() > 0);
        if let Some(tb) = traceback
            .as_deref()
            .and_then(|t| t.downcast::<PyTracebackObject>())
        {
            self.margin_with(mark);
            self.text(header);
            self.traceback(tb);
        } else if mark == '+' {
            // A group without a traceback starts with its message.
        }
        self.message(exception);
        self.notes(exception);
    }

    fn group(&mut self, exception: &PyObject, group: &PyBaseExceptionGroupObject) {
        let top = self.depth == 0;
        if top {
            self.depth = 1;
        }
        let mark = if top { '+' } else { '|' };
        self.plain(
            exception,
            "Exception Group Traceback (most recent call last):\n",
            mark,
        );
        let members = group.excs.cloned();
        let members = members
            .as_deref()
            .and_then(|m| m.downcast::<PyTupleObject>());
        let members: Vec<Ref> =
            members.map_or_else(Vec::new, |m| m.items().iter().map(|i| i.to_ref()).collect());
        let shown = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for (i, member) in members.iter().enumerate().take(shown) {
            let last = i == shown - 1;
            if last {
                self.need_close = true;
            }
            let cut = i >= MAX_GROUP_WIDTH;
            let title = if cut {
                "...".to_owned()
            } else {
                (i + 1).to_string()
            };
            self.indent();
            self.text(if i == 0 { "+-" } else { "  " });
            self.text(&format!("+---------------- {title} ----------------\n"));
            self.depth += 1;
            if cut {
                let rest = members.len() - MAX_GROUP_WIDTH;
                let plural = if rest > 1 { "s" } else { "" };
                self.line(&format!("and {rest} more exception{plural}\n"));
            } else {
                self.exception(member);
            }
            if last && self.need_close {
                self.indent();
                self.text("+------------------------------------\n");
                self.need_close = false;
            }
            self.depth -= 1;
        }
        if top {
            self.depth = 0;
        }
    }
}

/// The text that [`print_exception`] writes.
fn render(exception: &PyObject) -> PyResult<Ref<Str>> {
    let mut printer = Printer::default();
    printer.exception(exception);
    printer.out.check()?;
    str_::from_wtf8(&printer.out)
}

/// A traceback's header and entries, as text.
pub fn render_traceback(traceback: &PyObject) -> PyResult<String> {
    let mut printer = Printer::default();
    if let Some(tb) = traceback.downcast::<PyTracebackObject>() {
        printer.text("Traceback (most recent call last):\n");
        printer.traceback(tb);
    }
    Ok(String::from_utf8_lossy(&printer.out).into_owned())
}

/// Prints an exception with its traceback, causes, contexts, notes and groups. Raises nothing.
pub fn print_exception(exception: &PyObject, file: &PyObject) {
    let printed = task::run(async {
        printed(exception, file).await;
        Ok(())
    });
    debug_assert!(printed.is_ok());
}

/// The same within a task: what it asks runs in frames.
pub async fn printed(exception: &PyObject, file: &PyObject) {
    const RENDER: task::Native = |a| render(a[0]).map(|text| Some(text.into_object()));
    let written = match task::attempt(RENDER, &[exception]).await {
        Ok(text) => task::method(file, "write", text.into_iter().collect()).await,
        Err(raised) => Err(raised),
    };
    if written.is_err() {
        errors::clear();
        crate::fatal::lost_stderr(exception);
        return;
    }
    if task::method(file, "flush", Vec::new()).await.is_err() {
        errors::clear();
    }
}
