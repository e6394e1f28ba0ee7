//! The baked surrogates: every `*.lpy` of this folder, compiled and verified when this crate was built.

#![forbid(unsafe_code)]

/// To be read with `hotpy_code::blob::read_baked`.
pub static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/surrogates.blob"));

/// The files they were compiled from, as path (the `co_filename` of their code) and text; for tools.
pub static SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sources.rs"));

#[cfg(test)]
mod tests {
    use hotpy_code::blob;

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
}
