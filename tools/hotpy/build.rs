//! Exports the C API from the executable: the linker is told the names, so that none is dropped and all are visible to extensions. In a
//! release it is told the order of the functions, too.

use std::fmt::Write;
use std::path::Path;

fn main() {
    let names = Path::new("../../capi/exports.txt");
    println!("cargo:rerun-if-changed={}", names.display());
    let names = std::fs::read_to_string(names).expect("capi/exports.txt");
    let mut dynamic = String::from("{\n");
    let mut undefined = String::new();
    for name in names.lines() {
        let _ = writeln!(dynamic, "{name};");
        let _ = writeln!(undefined, "--undefined={name}");
    }
    dynamic.push_str("};\n");
    let folder = std::env::var("OUT_DIR").expect("OUT_DIR");
    let folder = Path::new(&folder);
    let (list, response) = (folder.join("exports.dyn"), folder.join("undefined.rsp"));
    std::fs::write(&list, dynamic).expect("a writable OUT_DIR");
    std::fs::write(&response, undefined).expect("a writable OUT_DIR");
    println!(
        "cargo:rustc-link-arg-bins=-Wl,--dynamic-list={}",
        list.display()
    );
    println!("cargo:rustc-link-arg-bins=-Wl,@{}", response.display());
    lay_out();
}

/// What a start runs lies together (`tools/profile/order.py` writes the list), so that few pages of code are ever touched.
fn lay_out() {
    println!("cargo:rerun-if-changed=order.ld");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        let folder = std::env::var("CARGO_MANIFEST_DIR").expect("CARGO_MANIFEST_DIR");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{folder}/order.ld");
    }
}
