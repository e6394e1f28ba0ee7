//! Every `wrong/*.lpy` fails to compile with exactly the diagnostics in the `.txt` beside it (HOTPY_BLESS=1 writes them),
//! each of which tells its reader what to do.

use hotpy_dialect::{compile_file, render};

#[test]
fn diagnostics() {
    let dir = format!("{}/tests/wrong", env!("CARGO_MANIFEST_DIR"));
    let bless = std::env::var_os("HOTPY_BLESS").is_some();
    let mut count = 0;
    let mut failures = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for path in files {
        if path.extension().is_none_or(|e| e != "lpy") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        let source = std::fs::read_to_string(&path).unwrap();
        let got = match compile_file(name, &source) {
            Ok(_) => {
                failures.push(format!("{name} compiles"));
                continue;
            }
            Err(e) => {
                for d in e.iter().filter(|d| d.help.is_none()) {
                    failures.push(format!("{name}: no help: {}", d.message));
                }
                render(&e)
            }
        };
        let beside = path.with_extension("txt");
        if bless {
            std::fs::write(&beside, &got).unwrap();
        }
        let expected = std::fs::read_to_string(&beside).unwrap_or_default();
        if got != expected {
            failures.push(format!("{name}: expected\n{expected}got\n{got}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 140, "{count} files");
}
