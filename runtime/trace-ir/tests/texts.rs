//! Traces as text: what is in `tests/traces/*.txt` is parsed, verified, and the instructions that are needed are listed. The expected
//! answer follows the line `----`. `BLESS=1` writes it anew.

use hotpy_trace_ir::{dce, text, verify};
use std::fmt::Write;
use std::path::Path;

fn answer(input: &str) -> String {
    let trace = match text::parse(input) {
        Ok(trace) => trace,
        Err(why) => return format!("cannot be parsed: {why}\n"),
    };
    if let Err(why) = verify::verify(&trace) {
        return format!("is wrong: {why}\n");
    }
    let again = text::parse(&trace.to_string()).expect("what is printed can be parsed");
    assert_eq!(again, trace, "printing and parsing changes nothing");
    let mut out = String::new();
    for (at, needed) in dce::needed(&trace).into_iter().enumerate() {
        if needed {
            let _ = writeln!(out, "{}", text::inst(&trace, at as u32));
        }
    }
    out
}

#[test]
fn texts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces");
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        let whole = std::fs::read_to_string(&path).expect("a text");
        let (input, expected) = whole.split_once("----\n").unwrap_or((&whole, ""));
        let got = answer(input);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, format!("{input}----\n{got}")).expect("can be written");
        } else {
            assert_eq!(got, expected, "{}", path.display());
        }
        count += 1;
    }
    assert!(count >= 5, "the texts are found");
}
