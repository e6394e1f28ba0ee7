//! The collection itself.

use super::*;

pub fn collect_due() {
    STATE.due.set(false);
}
/// x
pub fn collect(_generation: usize) -> PyResult<usize> {
    Ok(0)
}
/// x
pub fn referents(_: &[&PyObject]) -> Vec<Ref> {
    Vec::new()
}
/// x
pub fn referrers(_: &[&PyObject]) -> Vec<Ref> {
    Vec::new()
}
