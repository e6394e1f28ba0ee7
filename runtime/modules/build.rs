//! Stamps the build with its date, for `sys.version`, and with a standard library's prefix if one was configured.

use std::process::Command;

fn main() {
    let date = Command::new("git")
        .args([
            "log",
            "-1",
            "--date=format:%b %e %Y, %H:%M:%S",
            "--format=%cd",
        ])
        .output()
        .ok()
        .and_then(|o| String::from_utf8(o.stdout).ok())
        .map(|s| s.trim().to_owned())
        .filter(|s| !s.is_empty())
        .unwrap_or_else(|| "Jan  1 2026, 00:00:00".to_owned());
    println!("cargo:rustc-env=HOTPY_BUILD_DATE={date}");
    println!("cargo:rerun-if-env-changed=HOTPY_PREFIX");
    println!("cargo:rerun-if-changed=build.rs");
}
