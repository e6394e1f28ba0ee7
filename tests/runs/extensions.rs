//! Extensions in C: `tests/extensions/*.c` are compiled against the installed headers, the programs beside them run under both
//! interpreters with the folder of the shared objects as their argument. And the table of exported symbols.

use hotpy_tests::discover::{self, Program, root};
use hotpy_tests::interpreter::{Interpreter, MODES};
use hotpy_tests::oracle::Oracle;
use hotpy_tests::report::difference;
use hotpy_tests::trials::run;
use libtest_mimic::{Failed, Trial};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Functions that only raise SystemError so far (`capi/src/missing.rs`). It may only shrink.
const MISSING: usize = 65;

struct Setup {
    oracle: Oracle,
    hotpy: Interpreter,
}

fn main() {
    run(trials)
}

fn trials() -> Result<Vec<Trial>, String> {
    let oracle = Oracle::new()?;
    let hotpy = Interpreter::hotpy(&oracle.python)?;
    let folder = compile(&oracle.python.path)?;
    let setup = Arc::new(Setup { oracle, hotpy });
    let mut trials = Vec::new();
    for program in discover::sources("extensions")? {
        for (mode, options) in MODES {
            let (setup, mut program) = (setup.clone(), program.clone());
            program.runs[0].args.push(folder.display().to_string());
            trials.push(Trial::test(
                format!("{}::{mode}", program.name),
                move || same_as_oracle(&setup, &program, options).map_err(Failed::from),
            ));
        }
    }
    let path = setup.hotpy.path.clone();
    let python = setup.oracle.python.path.clone();
    trials.push(Trial::test("exports", move || {
        exports(&path, &python).map_err(Failed::from)
    }));
    trials.push(Trial::test("missing", || missing().map_err(Failed::from)));
    Ok(trials)
}

fn same_as_oracle(setup: &Setup, program: &Program, options: &[&str]) -> Result<(), String> {
    let hotpy = setup.hotpy.with(options);
    let run = &program.runs[0];
    let expected = setup.oracle.outcome(program, run, options);
    let job = hotpy.job(&program.cwd).args(&run.args);
    match difference(&expected, &hotpy.run(&job)) {
        Some(text) => Err(text),
        None => Ok(()),
    }
}

/// What a command prints.
fn output(command: &mut Command) -> Result<String, String> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|e| format!("{shown}: {e}"))?;
    if !output.status.success() {
        return Err(format!(
            "{shown}\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Compiles the C files; the folder with the shared objects.
fn compile(python: &Path) -> Result<PathBuf, String> {
    let include = output(Command::new(python).args([
        "-c",
        "import sysconfig; print(sysconfig.get_paths()['include'], end='')",
    ]))?;
    let target = std::env::current_exe().map_err(|e| e.to_string())?;
    let Some(target) = target.ancestors().nth(2) else {
        return Err("the test runs outside a target directory".to_owned());
    };
    let folder = target.join("extensions");
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    for file in discover::entries(&root().join("extensions"))? {
        if file.extension().is_none_or(|e| e != "c") {
            continue;
        }
        let name = file.with_extension("so");
        let object = folder.join(name.file_name().unwrap_or_default());
        output(
            Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-w", "-I", &include, "-o"])
                .arg(object)
                .arg(file),
        )?;
    }
    Ok(folder)
}

/// The dynamic symbols that a file defines, with sizes.
fn symbols(file: &Path) -> Result<HashMap<String, u64>, String> {
    let text = output(
        Command::new("nm")
            .args(["-D", "--defined-only", "-S"])
            .arg(file),
    )?;
    Ok(text
        .lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            match fields[..] {
                [_, size, _, name] => Some((name.to_owned(), u64::from_str_radix(size, 16).ok()?)),
                [_, _, name] => Some((name.to_owned(), 0)),
                _ => None,
            }
        })
        .collect())
}

/// Every name of `capi/exports.txt` is exported, data with CPython's sizes where its library is on the machine.
fn exports(hotpy: &Path, python: &Path) -> Result<(), String> {
    let ours = symbols(hotpy)?;
    let list = root().join("../capi/exports.txt");
    let list = std::fs::read_to_string(list).map_err(|e| e.to_string())?;
    let mut wrong: Vec<String> = list
        .lines()
        .filter(|name| !ours.contains_key(*name))
        .map(|name| format!("{name} is not exported"))
        .collect();
    let library = output(Command::new(python).args([
        "-c",
        "import sysconfig as s; print(s.get_config_var('LIBDIR') + '/' + s.get_config_var('INSTSONAME'), end='')",
    ]))?;
    if let Ok(text) = output(Command::new("nm").args(["-D", "--defined-only", "-S", &library])) {
        for line in text.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [_, size, kind, name] = fields[..] else {
                continue;
            };
            let size = u64::from_str_radix(size, 16).unwrap_or(0);
            if "BDRV".contains(kind) && ours.get(name).is_some_and(|own| *own != size) {
                wrong.push(format!("{name} has {} bytes, not {size}", ours[name]));
            }
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// The number of functions that are not implemented.
fn missing() -> Result<(), String> {
    let file = root().join("../capi/src/missing.rs");
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    let count = text
        .lines()
        .filter(|line| line.starts_with("    ") && !line.contains(['!', '$', '(', ')', '{', '}']))
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with("Py") || word.starts_with("_Py"))
        .count();
    println!("{count} functions are exported but not implemented");
    if count == MISSING {
        Ok(())
    } else {
        Err(format!(
            "{count} functions are not implemented, the test says {MISSING}"
        ))
    }
}
