//! Damaged sources give diagnostics or code, never a panic; and what compiles is always verified.

use hotpy_dialect::compile_file;

const SOURCES: [&str; 3] = [
    include_str!("slides/type_call.lpy"),
    include_str!("slides/load_special.lpy"),
    "@replaces('BINARY_OP +', 'slot type.__call__')\n@effects(any)\n@recursion(1)\ndef f(a: Type, b) -> Bool:\n    \
     while True:\n        found, v = $class_attr(a, 'x')\n        if found and v.$__name__ is not None:\n            \
     try:\n                b = v$index(b[0], (1, 'é'))\n            except (TypeError, KeyError) as e:\n                \
     e.$__cause__ = None\n                raise\n        elif $is_subtype(a, int):\n            return b is a\n",
];

/// Pieces that get into a damaged source.
const PIECES: [&str; 24] = [
    "$",
    "(",
    ")",
    ":",
    "\n",
    "    ",
    "'",
    "\"\"\"",
    "é",
    ".$",
    "x",
    "not ",
    "$type(",
    ", ",
    "return ",
    "*",
    "\\",
    "#",
    "if ",
    "found, v = ",
    "lambda: ",
    "\t",
    "[0]",
    "f'",
];

/// The sources here, and those that ship.
fn sources() -> Vec<String> {
    let mut all = SOURCES.map(str::to_owned).to_vec();
    let dir = format!("{}/../../surrogates", env!("CARGO_MANIFEST_DIR"));
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "lpy") {
            all.push(std::fs::read_to_string(path).unwrap());
        }
    }
    assert!(all.len() > 6);
    all
}

#[test]
fn no_panic() {
    let mut state = 12345u64;
    let mut random = move |n: usize| {
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) as usize % n
    };
    let mut fine = 0;
    let sources = sources();
    for round in 0..6000 {
        let mut text: Vec<char> = sources[round % sources.len()].chars().collect();
        for _ in 0..1 + random(4) {
            let at = random(text.len());
            match random(3) {
                0 => drop(text.drain(at..(at + 1 + random(6)).min(text.len()))),
                1 => {
                    let piece: Vec<char> = PIECES[random(PIECES.len())].chars().collect();
                    text.splice(at..at, piece);
                }
                _ => {
                    let (from, len) = (random(text.len()), 1 + random(20));
                    let copy: Vec<char> = text[from..(from + len).min(text.len())].to_vec();
                    text.splice(at..at, copy);
                }
            }
            if text.is_empty() {
                break;
            }
        }
        let text: String = text.into_iter().collect();
        match compile_file("t.lpy", &text) {
            Ok(_) => fine += 1,
            Err(e) => assert!(!e.is_empty()),
        }
    }
    assert!(fine > 100, "only {fine} compile");
}

#[test]
fn deep_nesting() {
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("-", ""),
        ("[", "]"),
        ("$type(", ")"),
    ] {
        for n in [100, 900, 20_000] {
            let source = format!(
                "def f(x):\n    return {}x{}\n",
                open.repeat(n),
                close.repeat(n)
            );
            let _ = compile_file("t.lpy", &source);
        }
    }
}

/// Every function that a damaged source still has may be damaged in the same way twice; diagnostics stay finite and placed.
#[test]
fn diagnostics_have_places() {
    for source in SOURCES {
        let lines: Vec<&str> = source.lines().collect();
        for at in 0..lines.len() {
            // Without one line, with one line twice, with a line's end cut off.
            let cut = lines[at].len() / 2;
            let cut = (0..=cut).rev().find(|&n| lines[at].is_char_boundary(n));
            for middle in [
                String::new(),
                format!("{0}\n{0}\n", lines[at]),
                format!("{}\n", &lines[at][..cut.unwrap_or(0)]),
            ] {
                let text = format!(
                    "{}\n{middle}{}\n",
                    lines[..at].join("\n"),
                    lines[at + 1..].join("\n")
                );
                for d in compile_file("t.lpy", &text).err().unwrap_or_default() {
                    assert!(d.line as usize <= lines.len() + 2, "{d}");
                    let width = d.text.chars().count() as u32;
                    assert!(d.line == 0 || d.col <= width + 1, "{d}");
                }
            }
        }
    }
}

/// Any bytes at all.
#[test]
fn noise() {
    let mut state = 777u64;
    for _ in 0..2000 {
        let mut text = String::new();
        for _ in 0..40 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(99);
            let n = (state >> 40) as usize;
            match n % 4 {
                0 => text.push(char::from((n >> 2 & 127) as u8)),
                1 => text.push(char::from_u32((n >> 2 & 0xffff) as u32).unwrap_or('$')),
                _ => text.push_str(PIECES[n / 4 % PIECES.len()]),
            }
        }
        let _ = compile_file("t.lpy", &text);
        let _ = compile_file("t.lpy", &format!("def f(x):\n    {text}\n"));
    }
}
