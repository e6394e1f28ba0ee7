//! The library's own name, by which programs ask for it; in a release, the order of its functions, which is the executable's.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libpython3.11.so.1.0");
    let order = "../../tools/hotpy/order.ld";
    println!("cargo:rerun-if-changed={order}");
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        let folder = std::env::var("CARGO_MANIFEST_DIR").expect("CARGO_MANIFEST_DIR");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-T,{folder}/{order}");
    }
}
