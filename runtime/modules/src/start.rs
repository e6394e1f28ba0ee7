//! Start and end of the interpreter.

/// Whether the interpreter is shutting down.
pub fn is_finalizing() -> bool {
    false
}
