//! `lpy`: the tool for authors of surrogates. Lists what low-level Python offers; checks, compiles, disassembles and runs
//! files of surrogates without building the runtime anew.
//!
//! A file is compiled against the baked surrogates that this tool carries: it may call them by name, and may define them
//! anew. `run` hands the compiled file to the `hotpy` beside this executable as an additional blob.

mod list;
mod show;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, process};

use clap::{Parser, Subcommand};
use hotpy_code::blob::{self, Blob};
use hotpy_dialect::{File, compile, render, signature};

#[derive(Parser)]
#[command(
    name = "lpy",
    version,
    about = "Checks, compiles, disassembles and runs surrogates written in low-level Python"
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List all $ops, or tell everything about one op (of Python's too)
    Ops { name: Option<String> },
    /// List the native fields that `obj.$field` reads and writes
    Fields,
    /// List the constants of the runtime that a surrogate may name
    Constants,
    /// Check files, together
    Check {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Compile files, together, into one blob
    Compile {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where to write the blob
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Disassemble the surrogates of a file, or baked ones, with their source lines
    Dis {
        /// Baked surrogates instead of a file's
        #[arg(long)]
        baked: bool,
        /// FILE [NAME], or [NAME] with --baked
        #[arg(value_name = "FILE|NAME")]
        what: Vec<String>,
    },
    /// Run one surrogate of a file in the `hotpy` beside this tool, and print what it answers
    Run {
        file: PathBuf,
        name: String,
        /// Python expressions
        #[arg(allow_hyphen_values = true)]
        args: Vec<String>,
        /// Another `hotpy` than the one beside this tool
        #[arg(long)]
        hotpy: Option<PathBuf>,
    },
}

/// What went wrong, as text for standard error.
type Failure = String;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(text) => {
            eprintln!("{}", text.trim_end());
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode, Failure> {
    match task {
        Task::Ops { name: None } => show::page(&list::ops()),
        Task::Ops { name: Some(name) } => show::page(&list::op(&name)?),
        Task::Fields => show::page(&list::fields()),
        Task::Constants => show::page(&list::constants()),
        Task::Check { files } => {
            let blob = compiled(&files)?.1;
            show::page(&format!("{}: fine\n", counted(blob.surrogates.len())));
        }
        Task::Compile { files, output } => {
            let blob = compiled(&files)?.1;
            fs::write(&output, blob::write(&blob)).map_err(|e| failed(&output, e))?;
        }
        Task::Dis { baked, what } => show::page(&disassemble(baked, &what)?),
        Task::Run {
            file,
            name,
            args,
            hotpy,
        } => return execute(&file, &name, &args, hotpy),
    }
    Ok(ExitCode::SUCCESS)
}

fn counted(n: usize) -> String {
    format!("{n} surrogate{}", if n == 1 { "" } else { "s" })
}

fn failed(path: &Path, e: std::io::Error) -> Failure {
    format!("lpy: {}: {e}", path.display())
}

/// The surrogates that this tool was built with.
fn baked() -> Result<Blob, Failure> {
    blob::read(hotpy_surrogates::BLOB).map_err(|e| format!("lpy: {e}"))
}

/// Compiles files together, against the baked surrogates.
fn compiled(paths: &[PathBuf]) -> Result<(Vec<File>, Blob), Failure> {
    let mut files = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|e| failed(path, e))?;
        let text =
            String::from_utf8(bytes).map_err(|_| format!("lpy: {}: not UTF-8", path.display()))?;
        files.push(File::new(path.display().to_string(), text));
    }
    let elsewhere: Vec<_> = baked()?.surrogates.iter().map(signature).collect();
    match compile(&files, &elsewhere) {
        Ok(blob) => Ok((files, blob)),
        Err(errors) => {
            let n = errors.len();
            let end = format!("\n{n} error{}\n", if n == 1 { "" } else { "s" });
            Err(render(&errors) + &end)
        }
    }
}

fn disassemble(baked_ones: bool, what: &[String]) -> Result<String, Failure> {
    let (sources, blob, name) = if baked_ones {
        let owned = |(p, s): &(&str, &str)| (p.to_string(), s.to_string());
        let sources = hotpy_surrogates::SOURCES.iter().map(owned).collect();
        (sources, baked()?, what.first())
    } else {
        let Some(file) = what.first() else {
            return Err("lpy: which file? (or --baked)".into());
        };
        let (files, blob) = compiled(&[PathBuf::from(file)])?;
        let sources = files.into_iter().map(|f| (f.path, f.source)).collect();
        (sources, blob, what.get(1))
    };
    if what.len() > 1 + usize::from(!baked_ones) {
        return Err("lpy: one name at most".into());
    }
    show::listing(&blob, &sources, name.map(String::as_str))
}

fn execute(
    file: &Path,
    name: &str,
    args: &[String],
    hotpy: Option<PathBuf>,
) -> Result<ExitCode, Failure> {
    let (_, blob) = compiled(&[file.to_path_buf()])?;
    let surrogate = show::find(&blob, name)?;
    let wanted = surrogate.code.argcount as usize;
    if args.len() != wanted {
        return Err(format!(
            "lpy: {name} takes {wanted} arguments, not {}",
            args.len()
        ));
    }
    let hotpy = match hotpy {
        Some(path) => path,
        None => env::current_exe()
            .map_err(|e| failed(Path::new("lpy"), e))?
            .with_file_name(format!("hotpy{}", env::consts::EXE_SUFFIX)),
    };
    let path = env::temp_dir().join(format!("lpy-{}.blob", process::id()));
    fs::write(&path, blob::write(&blob)).map_err(|e| failed(&path, e))?;
    // Each argument keeps to its own parentheses, whatever it is.
    let list: String = args.iter().map(|a| format!("({a}\n), ")).collect();
    let status = Command::new(&hotpy)
        .arg("-X")
        .arg(format!("surrogates-blob={}", path.display()))
        .args(["-S", "-c"])
        .arg(format!(
            "import _hotpy\nprint(repr(_hotpy.surrogate('{name}')({list})))"
        ))
        .status();
    // Whether it ran or not, the blob is not needed any more.
    let _ = fs::remove_file(&path);
    let status = status.map_err(|e| failed(&hotpy, e))?;
    Ok(status
        .code()
        .map_or(ExitCode::FAILURE, |c| ExitCode::from(c as u8)))
}
