//! The baked surrogates: every `*.lpy` of this folder, compiled and verified when this crate was built.

#![forbid(unsafe_code)]

/// To be read with `hotpy_code::blob::read_baked`.
pub static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/surrogates.blob"));

/// The files they were compiled from, as path (the `co_filename` of their code) and text; for tools.
pub static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

#[cfg(test)]
mod tests {
    use hotpy_code::blob;
    use hotpy_isa::{Op, encoding};

    #[test]
    fn baked_blob_is_sound() {
        let blob = blob::read(super::BLOB).expect("the blob is verified");
        assert!(
            blob.imports.is_empty(),
            "calls what is not there: {:?}",
            blob.imports
        );
        assert!(blob.surrogates.iter().any(|s| s.name == "load_special"));
        for s in &blob.surrogates {
            let path = s.code.filename.to_str().unwrap_or("");
            assert!(super::SOURCES.iter().any(|(p, _)| *p == path), "{path}");
        }
    }

    /// Ops that only others than the surrogates here need, and who.
    const ELSEWHERE: [(&str, &str); 1] = [("get_class_attr", "the slides' surrogate_load_special")];

    #[test]
    fn every_op_is_used() {
        let blob = blob::read(super::BLOB).expect("the blob is verified");
        let mut used = std::collections::HashSet::new();
        for s in &blob.surrogates {
            used.extend(encoding::instructions(&s.code.code).flatten().map(|d| d.op));
        }
        for row in Op::all() {
            let Some(d) = row.dollar else { continue };
            let listed = ELSEWHERE.iter().any(|(name, _)| *name == d.name);
            assert!(
                used.contains(&row.op) != listed,
                "${}: no surrogate uses it, so take it out of the table (or it is listed in ELSEWHERE, and used)",
                d.name
            );
        }
    }
}
