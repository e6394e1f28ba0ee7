//! `lpy`: the tool for authors of surrogates. Lists what low-level Python offers; checks, compiles, disassembles, compares and runs
//! files of surrogates without building the runtime anew; disassembles ordinary Python code too.
//!
//! A file is compiled against the baked surrogates that this tool carries: it may call them by name, and may define them
//! anew. `run` hands the compiled file to the `hotpy` beside this executable as an additional blob.
//!
//! Exit status: 0 if all is well, 1 if a file has errors or two differ, 2 if the command could not be carried out.

#![forbid(unsafe_code)]

mod changes;
mod input;
mod list;
mod python;
mod run;
mod show;
mod uses;

use std::path::PathBuf;
use std::process::ExitCode;
use std::{fs, io};

use clap::{Parser, Subcommand};
use hotpy_code::blob;

const AFTER: &str = "\
Exit status: 0 if all is well; 1 if a file has errors, or two differ; 2 if the command could not be carried out
(`run`: the status of the hotpy that ran).

The language is described in compiler/dialect/README.md, all ops in compiler/isa/OPS.md, and surrogates/README.md
leads from nothing to a working surrogate.";

#[derive(Parser)]
#[command(
    name = "lpy",
    version,
    about = "Checks, compiles, disassembles and runs surrogates written in low-level Python",
    after_help = AFTER
)]
struct Cli {
    #[command(subcommand)]
    command: Task,
}

#[derive(Subcommand)]
enum Task {
    /// List all $ops, or tell everything about one op (of Python's too)
    #[command(after_help = "Examples:\n  lpy ops\n  lpy ops class_attr\n  lpy ops BINARY_OP")]
    Ops {
        /// An op, with or without its `$`
        name: Option<String>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List the native fields that `obj.$field` reads and writes
    Fields,
    /// List the constants of the runtime that a surrogate may name
    Constants,
    /// List the ops, slots and builtins that `@replaces` may name
    Targets,
    /// Check files, together
    #[command(
        after_help = "All errors are reported, each with its place and, where there is one, a way out. Files that\n\
                      call each other's surrogates are checked together; baked surrogates are known.\n\n\
                      Example:\n  lpy check try.lpy"
    )]
    Check {
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Compile files, together, into one blob
    #[command(
        after_help = "`hotpy -X surrogates-blob=FILE` loads the blob beside the baked one.\n\n\
                      Example:\n  lpy compile try.lpy -o try.blob"
    )]
    Compile {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where to write the blob
        #[arg(short, long)]
        output: PathBuf,
    },
    /// Disassemble surrogates or ordinary Python code, with source lines, stack depths and effects
    #[command(after_help = "\
A FILE ends in .lpy (surrogates), .blob (compiled ones), .py or .pyc; NAME is a surrogate's name, or the qualified name of a
function or class of a Python file (with the code inside it).

Columns: source line, stack depth before the instruction, effects, `>>` at jump targets, offset, op, argument and its meaning.
Effects: P none, ! raises, A allocates, R reads, W writes, K writes what guards watch, C enters or leaves a frame, * whatever
Python code can do; compound: not atomic, may enter a surrogate.

Examples:
  lpy dis try.lpy length
  lpy dis --baked load_special
  lpy dis program.py Class.method
  lpy dis --plain program.py           # exactly what `python3.11 -m dis` prints
  lpy dis --json program.pyc")]
    Dis {
        /// Baked surrogates instead of a file's
        #[arg(long)]
        baked: bool,
        /// As JSON, with the field names of `dis.Instruction`
        #[arg(long, conflicts_with = "plain")]
        json: bool,
        /// In the layout of Python's `dis`, without source lines and columns of our own
        #[arg(long)]
        plain: bool,
        /// FILE [NAME], or [NAME] with --baked
        #[arg(value_name = "FILE|NAME")]
        what: Vec<String>,
    },
    /// Compare two builds of surrogates, instruction by instruction
    #[command(after_help = "\
With one file, it is compared with the baked surrogates of the same names. Offsets do not count, and a jump counts as the same
if it leads to the same instruction. `-` is the old build, `+` the new one, `>` a jump that leads elsewhere now.

Examples:
  lpy diff iteration.lpy                     # baked -> file
  lpy diff old.lpy new.lpy --name get_iter
  lpy diff old.blob new.lpy")]
    Diff {
        /// OLD NEW, or NEW alone
        #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// This surrogate alone
        #[arg(short, long)]
        name: Option<String>,
    },
    /// Show what each surrogate replaces, who calls it and what it uses; and which ops no surrogate uses
    #[command(after_help = "\
With NAME, only what concerns it: a surrogate (`get_iter`), an op (`$next`), a native field (`.$fget`) or a constant
(`TypeError`).

Examples:
  lpy uses
  lpy uses get_iter
  lpy uses '$class_attr'
  lpy uses --file try.lpy")]
    Uses {
        name: Option<String>,
        /// Surrogates of a file, besides the baked ones
        #[arg(short, long = "file", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Run one surrogate of a file in the `hotpy` beside this tool, and print what it answers
    #[command(after_help = "\
The surrogate and all others of the file go before baked ones of the same names, so a changed `get_iter` is the one that the
interpreter enters. hotpy is --hotpy, else $HOTPY, else the one beside this tool.

Examples:
  lpy run try.lpy length \"'abc'\"
  lpy run try.lpy length \"type('C', (), {'__len__': lambda self: 7})()\"")]
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

/// Why a command ends without success.
enum Failure {
    /// What was asked about is wrong.
    Wrong(String),
    /// The command could not be carried out.
    Unable(String),
}

impl Failure {
    fn unable(what: impl std::fmt::Display) -> Failure {
        Failure::Unable(format!("lpy: {what}"))
    }

    fn file(path: &std::path::Path, e: io::Error) -> Failure {
        // Without "(os error 2)".
        let text = e.to_string();
        let text = text.split(" (os error").next().unwrap_or_default();
        Failure::unable(format!("{}: {text}", path.display()))
    }
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(failure) => {
            let (text, status) = match failure {
                Failure::Wrong(text) => (text, 1),
                Failure::Unable(text) => (text, 2),
            };
            eprintln!("{}", text.trim_end());
            ExitCode::from(status)
        }
    }
}

fn run(task: Task) -> Result<ExitCode, Failure> {
    match task {
        Task::Ops { name, json } => show::page(&list::ops(name.as_deref(), json)?),
        Task::Fields => show::page(&list::fields()),
        Task::Constants => show::page(&list::constants()),
        Task::Targets => show::page(&hotpy_dialect::declare::targets()),
        Task::Check { files } => {
            let blob = input::compile_files(&files)?.blob;
            show::page(&format!("{}: fine\n", counted(blob.surrogates.len())));
        }
        Task::Compile { files, output } => {
            let blob = input::compile_files(&files)?.blob;
            fs::write(&output, blob::write(&blob)).map_err(|e| Failure::file(&output, e))?;
        }
        Task::Dis {
            baked,
            json,
            plain,
            what,
        } => show::page(&show::dis(baked, &what, show::Style { json, plain })?),
        Task::Diff { files, name } => {
            let (text, same) = changes::report(&files, name.as_deref())?;
            show::page(&text);
            if !same {
                return Ok(ExitCode::from(1));
            }
        }
        Task::Uses { name, files, json } => {
            show::page(&uses::report(name.as_deref(), &files, json)?);
        }
        Task::Run {
            file,
            name,
            args,
            hotpy,
        } => return run::execute(&file, &name, &args, hotpy),
    }
    Ok(ExitCode::SUCCESS)
}

fn counted(n: usize) -> String {
    format!("{n} surrogate{}", if n == 1 { "" } else { "s" })
}
