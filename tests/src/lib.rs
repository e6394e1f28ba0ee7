//! What the differential tests share: finding the two interpreters, finding the programs, running a
//! process within limits, remembering what the oracle said, and the list of expected failures.
//!
//! The oracle is the machine's `python3.11`. Both interpreters get the same arguments, the same working directory
//! and the same (nearly empty) environment, so their output is compared byte for byte. The one thing replaced is the
//! path of the executable itself, which usage messages contain.

pub mod discover;
pub mod expect;
pub mod interpreter;
pub mod oracle;
pub mod process;
pub mod report;
pub mod suite;
pub mod trials;
