//! Operations that every object answers, for native callers; the interpreter uses surrogates where Python code may be called.
//!
//! One file per protocol: `attributes`, `text` (repr, str, format, hash), `compare`, `iterate`, `items`, `instance_checks`.

pub mod attributes;
pub mod compare;
pub mod instance_checks;
pub mod items;
pub mod iterate;
pub mod text;

pub use attributes::*;
pub use compare::*;
pub use instance_checks::*;
pub use items::*;
pub use iterate::*;
pub use text::*;
