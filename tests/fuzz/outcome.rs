//! What is compared: the kind of a program's end.

use hotpy_tests::process::Status;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Kind {
    Fine,
    /// An uncaught exception of this type.
    Raised(String),
    /// Another exit status: SystemExit.
    Exit(i32),
    Signal(i32),
    Timeout,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Kind::Fine => write!(f, "fine"),
            Kind::Raised(name) => write!(f, "{name}"),
            Kind::Exit(code) => write!(f, "exit status {code}"),
            Kind::Signal(signal) => write!(f, "signal {signal}"),
            Kind::Timeout => write!(f, "timeout"),
        }
    }
}

pub fn kind(status: Status, stderr: &[u8]) -> Kind {
    match status {
        Status::Exit(0) => Kind::Fine,
        Status::Exit(code) => match exception(&String::from_utf8_lossy(stderr)) {
            Some(name) if code == 1 => Kind::Raised(name),
            _ => Kind::Exit(code),
        },
        Status::Signal(signal) => Kind::Signal(signal),
        Status::Timeout => Kind::Timeout,
    }
}

/// The type named after the last frame of the traceback: the first line not indented after the last that is.
fn exception(stderr: &str) -> Option<String> {
    let mut lines: Vec<&str> = Vec::new();
    // What was ignored in a finaliser, before the end or after it, is no end.
    let mut ignored = false;
    for line in stderr.lines() {
        if line.starts_with("Exception ignored in") {
            ignored = true;
        } else if !ignored {
            lines.push(line);
        } else if !line.starts_with(' ') && !line.starts_with("Traceback") {
            ignored = false;
        }
    }
    // CPython gives up on a chain of exceptions too long to print, and dumps the error of the attempt.
    if lines.last()? == &"lost sys.stderr" {
        let name = lines
            .iter()
            .find_map(|l| l.strip_prefix("object type name: "))?;
        return Some(name.to_owned());
    }
    if lines.last()?.trim_start().starts_with("+-") {
        return Some("exception group".into());
    }
    let at = lines
        .iter()
        .rposition(|l| l.starts_with("  "))
        .map_or(0, |i| i + 1);
    let line = lines.get(at).or(lines.last())?;
    let name = line.split(':').next()?.trim();
    let name = name.rsplit('.').next()?;
    (!name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
        .then(|| name.to_string())
}

/// What the system sends for a fault of the interpreter's own.
fn is_fault(signal: i32) -> bool {
    use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
    [SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV].contains(&signal)
}

/// Why these two ends are not acceptable together, if they are not.
pub fn failure(cpython: &Kind, hotpy: &Kind) -> Option<&'static str> {
    match (cpython, hotpy) {
        // A program may send itself a signal that ends it, or end by KeyboardInterrupt.
        (Kind::Signal(a), Kind::Signal(b)) if a == b && !is_fault(*a) => None,
        (_, Kind::Signal(_)) => Some("crash"),
        // Where CPython itself crashes or runs out of memory, anything but a crash will do.
        (Kind::Signal(_), _) => None,
        (Kind::Raised(a), _) if a == "MemoryError" => None,
        (Kind::Timeout, Kind::Raised(b)) if b == "MemoryError" => None,
        (Kind::Timeout, Kind::Timeout) => None,
        (_, Kind::Timeout) => Some("hang"),
        (Kind::Timeout, _) => None,
        (a, b) if a == b => None,
        _ => Some("difference"),
    }
}
