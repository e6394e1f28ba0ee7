//! Running processes and measuring them with `wait4`.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// An interpreter with its options.
pub struct Subject {
    pub path: PathBuf,
    pub options: Vec<String>,
    /// The child's PATH: hotpy takes the library of the `python3.11` that it finds there.
    pub search: OsString,
}

/// What one run took.
pub struct Sample {
    pub seconds: f64,
    /// Peak resident size in KiB.
    pub peak: f64,
    pub output: Vec<u8>,
    pub ok: bool,
}

/// A benchmark's medians, under CPython and under hotpy.
pub struct Row {
    pub name: String,
    pub seconds: [f64; 2],
    pub peak: [f64; 2],
    /// The relative spread (highest to lowest) of the times of each.
    pub spread: [f64; 2],
    pub failure: Option<String>,
}

impl Row {
    pub fn ratio(&self) -> f64 {
        self.seconds[0] / self.seconds[1].max(1e-9)
    }

    pub fn memory_ratio(&self) -> f64 {
        self.peak[1] / self.peak[0].max(1e-9)
    }
}

/// Runs the subjects in turns and takes the medians.
pub fn compare(
    subjects: &[Subject; 2],
    name: &str,
    args: &[String],
    runs: usize,
    wall: bool,
    same_output: bool,
) -> Result<Row, String> {
    let mut samples: [Vec<Sample>; 2] = [Vec::new(), Vec::new()];
    let mut failure = None;
    'runs: for _ in 0..runs.max(1) {
        for (subject, list) in subjects.iter().zip(&mut samples) {
            let sample = measure(subject, args, wall)?;
            if !sample.ok {
                failure = Some(format!("{} failed", subject.path.display()));
                break 'runs;
            }
            list.push(sample);
        }
    }
    if failure.is_none()
        && same_output
        && samples
            .iter()
            .flatten()
            .any(|s| s.output != samples[0][0].output)
    {
        failure = Some("different output".into());
    }
    let pick = |f: fn(&Sample) -> f64| -> [f64; 2] {
        [0, 1].map(|i| median(samples[i].iter().map(f).collect()))
    };
    let spread = [0, 1].map(|i| {
        let times: Vec<f64> = samples[i].iter().map(|s| s.seconds).collect();
        let (low, high) = times
            .iter()
            .fold((f64::MAX, 0.0f64), |(l, h), &t| (l.min(t), h.max(t)));
        if times.is_empty() {
            0.0
        } else {
            high / low.max(1e-9) - 1.0
        }
    });
    Ok(Row {
        name: name.into(),
        seconds: pick(|s| s.seconds),
        peak: pick(|s| s.peak),
        spread,
        failure,
    })
}

fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return f64::NAN;
    }
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        (values[middle - 1] + values[middle]) / 2.0
    }
}

/// Runs a subject once. Errors: it cannot be started, or waited for.
pub fn measure(subject: &Subject, args: &[String], wall: bool) -> Result<Sample, String> {
    let start = Instant::now();
    let mut child = Command::new(&subject.path)
        .args(&subject.options)
        .args(args)
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", &subject.search)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .map_err(|e| format!("{}: {e}", subject.path.display()))?;
    let mut output = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_end(&mut output).map_err(|e| e.to_string())?;
    }
    let (mut status, mut usage) = (0, std::mem::MaybeUninit::<libc::rusage>::zeroed());
    // SAFETY: the child is ours and not yet waited for (`Child` never learns of it, and is dropped without waiting);
    // a zeroed rusage is a valid one.
    let usage = unsafe {
        while libc::wait4(
            child.id() as libc::pid_t,
            &mut status,
            0,
            usage.as_mut_ptr(),
        ) < 0
        {
            let error = std::io::Error::last_os_error();
            if error.kind() != std::io::ErrorKind::Interrupted {
                return Err(error.to_string());
            }
        }
        usage.assume_init()
    };
    let elapsed = start.elapsed().as_secs_f64();
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    Ok(Sample {
        seconds: if wall {
            elapsed
        } else {
            seconds(usage.ru_utime) + seconds(usage.ru_stime)
        },
        peak: usage.ru_maxrss as f64,
        output,
        ok: libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0,
    })
}

/// The executable behind a name: what is found on the PATH may be a script that picks one.
pub fn real_executable(name: &str) -> Result<PathBuf, String> {
    let out = Command::new(name)
        .args(["-I", "-S", "-c", "import sys; print(sys.executable)"])
        .output()
        .map_err(|e| format!("{name}: {e}"))?;
    let path = String::from_utf8_lossy(&out.stdout).trim().to_string();
    if path.is_empty() {
        Err(format!("{name} does not run"))
    } else {
        Ok(path.into())
    }
}

/// `release/hotpy` of the target directory this tool was built into, or of the workspace's default one.
pub fn release_build(root: &Path) -> Option<PathBuf> {
    let own = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.parent()?.to_path_buf()));
    let dirs = own.into_iter().chain([root.join("target")]);
    dirs.map(|dir| dir.join("release/hotpy"))
        .find(|path| path.is_file())
}
