//! hotpy-bench: the table of HotPy against CPython.
//!
//! Each benchmark runs N times under each interpreter, in turns (CPython, hotpy, CPython, ...), so that whatever else the
//! machine does hits both alike. What counts is the median of the processor time (user and system) of the whole process;
//! `--wall` takes the wall clock instead. The ratio is CPython's time over hotpy's: above 1 hotpy is faster. The memory
//! ratio is hotpy's peak resident size over CPython's: above 1 hotpy needs more. Both outputs must be equal, except
//! pystone's, which prints times (it checks its own state).

mod measure;
mod micro;
mod passes;
mod table;

use clap::Parser;
use measure::Subject;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about = "Compares hotpy with CPython 3.11: time, peak memory, start-up")]
struct Options {
    /// Only benchmarks whose names contain one of these
    filter: Vec<String>,
    /// Runs of each benchmark under each interpreter
    #[arg(short = 'n', long, default_value_t = 5)]
    runs: usize,
    /// The CPython to compare with
    #[arg(long, default_value = "python3.11")]
    python: String,
    /// The hotpy to measure [default: target/release/hotpy]
    #[arg(long)]
    hotpy: Option<PathBuf>,
    /// Options for hotpy, as `-X` values
    #[arg(short = 'X', value_name = "OPTION")]
    x: Vec<String>,
    /// Measure the wall clock instead of processor time
    #[arg(long)]
    wall: bool,
    /// Small operations (`tests/micro`) and ways to start instead of programs; the filter names groups, or cases as GROUP.CASE
    #[arg(long)]
    micro: bool,
    /// Executed instructions by pass, of pystone (5,000 passes) or of the program and its arguments given as the filter
    #[arg(long)]
    passes: bool,
    /// With --passes: fail if what is executed with all passes is more than this, of the untraced bytecodes
    #[arg(long)]
    max_executed: Option<f64>,
    /// Print JSON instead of the table
    #[arg(long)]
    json: bool,
    /// Fail if the geometric mean of the ratios is below this
    #[arg(long)]
    min_geomean: Option<f64>,
    /// Fail if any benchmark's ratio is below this
    #[arg(long)]
    min_each: Option<f64>,
    /// Fail if start-up's ratio is below this
    #[arg(long)]
    min_startup: Option<f64>,
    /// Fail if any benchmark's memory ratio is above this
    #[arg(long)]
    max_memory: Option<f64>,
    /// Runs of the start-up measurement (0: leave it out)
    #[arg(long, default_value_t = 41)]
    startup_runs: usize,
}

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("hotpy-bench: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(options: &Options) -> Result<bool, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let python = measure::real_executable(&options.python)?;
    let hotpy = match &options.hotpy {
        Some(path) => path.clone(),
        None => measure::release_build(&root)
            .ok_or("no target/release/hotpy: cargo build --release first")?,
    };
    if options.micro {
        return micro(options, &root, python, hotpy);
    }
    if options.passes {
        return executed(options, &root, python, hotpy);
    }
    let mut benchmarks = benchmarks(&root)?;
    if !options.filter.is_empty() {
        benchmarks.retain(|b| options.filter.iter().any(|f| b.name.contains(f.as_str())));
    }
    let x = options.x.iter().flat_map(|o| ["-X".to_string(), o.clone()]);
    let isolated = ["-I", "-S", "-B"].map(String::from);
    let subjects = subjects(
        python,
        isolated.to_vec(),
        hotpy,
        isolated.iter().cloned().chain(x).collect(),
    );
    if !options.json {
        eprintln!(
            "CPython: {}\nhotpy:   {}",
            subjects[0].path.display(),
            subjects[1].path.display()
        );
    }
    let mut rows = Vec::new();
    for b in &benchmarks {
        if !options.json {
            eprint!("\r{:<20}", b.name);
        }
        rows.push(measure::compare(
            &subjects,
            &b.name,
            &[b.file.display().to_string()],
            options.runs,
            options.wall,
            b.same_output,
        )?);
    }
    let startup = match options.startup_runs {
        0 => None,
        n => Some(measure::compare(
            &subjects,
            "start-up",
            &["-c".into(), "pass".into()],
            n,
            options.wall,
            true,
        )?),
    };
    if !options.json {
        eprint!("\r{:<20}\r", "");
    }
    let summary = table::Summary::new(&rows);
    if options.json {
        println!("{}", table::json(&rows, startup.as_ref(), &summary));
    } else {
        print!(
            "{}",
            table::text(&rows, startup.as_ref(), &summary, options.wall)
        );
    }
    let mut fine = rows.iter().all(|r| r.failure.is_none());
    let mut limit = |what: &str, ok: bool| {
        if !ok {
            eprintln!("outside its limit: {what}");
            fine = false;
        }
    };
    if let Some(least) = options.min_geomean {
        limit("geometric mean", summary.geomean >= least);
    }
    if let (Some(least), Some(row)) = (options.min_startup, &startup) {
        limit("start-up", row.ratio() >= least);
    }
    for row in rows.iter().filter(|r| r.failure.is_none()) {
        if let Some(least) = options.min_each {
            limit(&format!("{}: time", row.name), row.ratio() >= least);
        }
        if let Some(most) = options.max_memory {
            limit(&format!("{}: memory", row.name), row.memory_ratio() <= most);
        }
    }
    Ok(fine)
}

/// CPython and hotpy with their options; both search the library with CPython's folder first.
fn subjects(
    python: PathBuf,
    of_python: Vec<String>,
    hotpy: PathBuf,
    of_hotpy: Vec<String>,
) -> [Subject; 2] {
    let mut search = python
        .parent()
        .unwrap_or(Path::new("/usr/bin"))
        .as_os_str()
        .to_owned();
    search.push(":/usr/bin:/bin");
    [(python, of_python), (hotpy, of_hotpy)].map(|(path, options)| Subject {
        path,
        options,
        search: search.clone(),
    })
}

/// The table of small operations. Errors: a group does not run.
fn micro(options: &Options, root: &Path, python: PathBuf, hotpy: PathBuf) -> Result<bool, String> {
    let x = options.x.iter().flat_map(|o| ["-X".to_string(), o.clone()]);
    let subjects = subjects(python, Vec::new(), hotpy, x.collect());
    let rows = micro::compare(root, &subjects, options.runs, &options.filter)?;
    let starts = match options.startup_runs {
        0 => Vec::new(),
        n => micro::starts(&subjects, n)?,
    };
    let summary = table::Summary::new(&rows);
    if options.json {
        let all: Vec<_> = rows.into_iter().chain(starts).collect();
        println!("{}", table::json(&all, None, &summary));
        return Ok(true);
    }
    print!("{}", table::micro(&rows));
    if !starts.is_empty() {
        print!(
            "{}",
            table::text(&starts, None, &table::Summary::new(&starts), false)
        );
    }
    let each = options
        .min_each
        .is_none_or(|least| rows.iter().all(|r| r.ratio() >= least));
    Ok(each
        && options
            .min_geomean
            .is_none_or(|least| summary.geomean >= least))
}

/// The table of executed instructions; whether it is within the limit.
fn executed(
    options: &Options,
    root: &Path,
    python: PathBuf,
    hotpy: PathBuf,
) -> Result<bool, String> {
    let isolated = ["-I", "-S", "-B"].map(String::from);
    let [_, hotpy] = subjects(python, Vec::new(), hotpy, isolated.to_vec());
    let pystone = || {
        let file = root.join("stdlib-patches/test/pystone.py");
        vec![file.display().to_string(), "5000".into()]
    };
    let program = match options.filter.is_empty() {
        true => pystone(),
        false => options.filter.clone(),
    };
    let (table, ratio) = passes::table(&hotpy, &program)?;
    print!("{table}");
    let most = options.max_executed.unwrap_or(f64::INFINITY);
    if ratio > most {
        eprintln!("outside its limit: {ratio:.3} of the untraced bytecodes are executed");
    }
    Ok(ratio <= most)
}

/// A program to measure.
struct Benchmark {
    name: String,
    file: PathBuf,
    same_output: bool,
}

/// pystone and everything in `tests/bench`.
fn benchmarks(root: &Path) -> Result<Vec<Benchmark>, String> {
    let pystone = root.join("stdlib-patches/test/pystone.py");
    let mut found = vec![Benchmark {
        name: "pystone".into(),
        file: pystone,
        same_output: false,
    }];
    let folder = root.join("tests/bench");
    let list = std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<PathBuf> = list.filter_map(|e| e.ok()).map(|e| e.path()).collect();
    files.sort();
    for file in files
        .into_iter()
        .filter(|f| f.extension().is_some_and(|e| e == "py"))
    {
        let name = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        found.push(Benchmark {
            name,
            file,
            same_output: true,
        });
    }
    Ok(found)
}
