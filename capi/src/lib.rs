//! Exported C functions, one file per chapter of the C API manual. See the README for what is there.
