//! The compiler against CPython's over real sources, through the built hotpy: code and marshalled bytes (`compiler/compare.py`), trees
//! (`compiler/trees.py`), and `.pyc` files that each interpreter writes and the other runs.
//!
//! Filters work as with any `cargo test`.

use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::trials::run_with;
use libtest_mimic::{Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

struct Pair {
    python: PathBuf,
    hotpy: PathBuf,
}

fn main() {
    // Each comparison keeps two processes busy.
    run_with(
        |arguments| _ = arguments.test_threads.get_or_insert(2),
        trials,
    )
}

fn trials() -> Result<Vec<Trial>, String> {
    let python = Interpreter::oracle()?;
    let pair = Arc::new(Pair {
        hotpy: Interpreter::hotpy(&python)?.path,
        python: python.path,
    });
    let trial = |name: &str, run: fn(&Pair) -> Result<(), Failed>| {
        let pair = Arc::clone(&pair);
        Trial::test(name.to_owned(), move || run(&pair))
    };
    Ok(vec![
        trial("compiler/code_O0", |p| compare(p, "0")),
        trial("compiler/code_O1", |p| compare(p, "1")),
        trial("compiler/code_O2", |p| compare(p, "2")),
        trial("compiler/trees", |p| {
            python_script(p, "trees.py", &["--sample", "500"])
        }),
        trial("compiler/trees_type_comments", |p| {
            python_script(p, "trees.py", &["--sample", "300", "--type-comments"])
        }),
        trial("compiler/pyc", pyc),
    ])
}

/// Code and bytes, of all of the library proper and 1,500 other files.
fn compare(pair: &Pair, level: &str) -> Result<(), Failed> {
    python_script(pair, "compare.py", &["--sample", "1500", "-O", level])
}

fn python_script(pair: &Pair, script: &str, options: &[&str]) -> Result<(), Failed> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("compiler")
        .join(script);
    let out = Command::new(&pair.python)
        .arg(path)
        .arg("--hotpy")
        .arg(&pair.hotpy)
        .args(options)
        .output()?;
    passed(&out)
}

fn passed(out: &Output) -> Result<(), Failed> {
    if out.status.success() {
        return Ok(());
    }
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Err(format!("{}{}", text(&out.stdout), text(&out.stderr)).into())
}

const MODULE: &str = "def f(x): return x in {'p', 'q'}, [i for i in x], 1.5\nclass C:\n    def m(self): return f'{self!r:>5}'\nVALUE = 'old'\n";

/// Both write the same bytes; each runs what the other wrote; both agree on when a file is stale.
fn pyc(pair: &Pair) -> Result<(), Failed> {
    let folder = std::env::temp_dir().join(format!("hotpy-pyc-{}", std::process::id()));
    let cache = folder.join("__pycache__");
    std::fs::create_dir_all(&folder)?;
    let source = folder.join("subject.py");
    let stored = cache.join("subject.cpython-311.pyc");
    let run = |interpreter: &Path, options: &[&str], code: &str| -> Result<String, Failed> {
        let out = Command::new(interpreter)
            .args(["-E", "-s"])
            .args(options)
            .args(["-c", code])
            .current_dir(&folder)
            .output()?;
        passed(&out)?;
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    };
    let show = "import subject; print(subject.VALUE, subject.__cached__, subject.f('p'))";
    let both = [&pair.python, &pair.hotpy];
    let mut written = Vec::new();
    for interpreter in both {
        let _ = std::fs::remove_dir_all(&cache);
        std::fs::write(&source, MODULE)?;
        let stamp = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
        std::fs::File::options()
            .write(true)
            .open(&source)?
            .set_modified(stamp)?;
        run(interpreter, &[], show)?;
        let left: Vec<_> = std::fs::read_dir(&cache)?.collect();
        if left.len() != 1 {
            return Err(format!("{} leaves {left:?}", interpreter.display()).into());
        }
        written.push(std::fs::read(&stored)?);
    }
    if written[0] != written[1] {
        return Err("the two write different bytes".into());
    }
    // The cache is trusted as its flags and the command line say: the source has changed.
    for mode in ["TIMESTAMP", "CHECKED_HASH", "UNCHECKED_HASH"] {
        for check in ["default", "always", "never"] {
            let mut answers = Vec::new();
            for writer in both {
                for reader in both {
                    std::fs::write(&source, MODULE)?;
                    let _ = std::fs::remove_dir_all(&cache);
                    run(
                        writer,
                        &[],
                        &format!(
                            "import py_compile as p; p.compile('subject.py', invalidation_mode=p.PycInvalidationMode.{mode})"
                        ),
                    )?;
                    std::fs::write(&source, MODULE.replace("old", "newer"))?;
                    let options = ["--check-hash-based-pycs", check];
                    let shown = run(reader, &options, show)?;
                    answers.push((shown, std::fs::read(&stored)?[..8].to_vec()));
                }
            }
            if answers.iter().any(|a| *a != answers[0]) {
                return Err(format!("{mode}, {check}: {answers:?}").into());
            }
        }
    }
    for interpreter in both {
        let direct = Command::new(interpreter).arg(&stored).output()?;
        passed(&direct)?;
        let all = Command::new(interpreter)
            .args(["-m", "compileall", "-q", "-f", "."])
            .current_dir(&folder)
            .output()?;
        passed(&all)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
