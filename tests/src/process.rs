//! Running one child process within limits of time and memory, with its output captured.
//!
//! One thread feeds stdin and drains stdout and stderr through `poll`, so a child can never block on a full pipe.
//! The child leads its own process group; past the deadline the whole group is killed.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How a process ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Exit(i32),
    Signal(i32),
    Timeout,
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Status::Exit(code) => write!(f, "exit status {code}"),
            Status::Signal(signal) => write!(f, "killed by signal {signal}"),
            Status::Timeout => write!(f, "timed out"),
        }
    }
}

/// Everything observable about a finished process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    pub status: Status,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// A command to run, with its limits.
#[derive(Clone, Debug)]
pub struct Job {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub cwd: PathBuf,
    pub stdin: Vec<u8>,
    /// PATH of the otherwise fixed environment.
    pub path: OsString,
    /// What else is in the environment.
    pub env: Vec<(OsString, OsString)>,
    pub timeout: Duration,
    /// `RLIMIT_AS` in bytes.
    pub memory: Option<u64>,
    /// `RLIMIT_STACK` in bytes.
    pub stack: Option<u64>,
    /// Output beyond this many bytes of each stream is read but dropped.
    pub keep: usize,
}

/// How many times longer than usual a command may take: `HOTPY_PATIENCE`, for machines that have other work.
fn patience() -> u32 {
    let told = std::env::var("HOTPY_PATIENCE").ok();
    told.and_then(|times| times.parse().ok()).unwrap_or(1)
}

impl Job {
    pub fn new(program: impl Into<PathBuf>, cwd: impl Into<PathBuf>) -> Job {
        Job {
            program: program.into(),
            args: Vec::new(),
            cwd: cwd.into(),
            stdin: Vec::new(),
            path: "/usr/bin:/bin".into(),
            env: Vec::new(),
            timeout: Duration::from_secs(20),
            memory: None,
            stack: None,
            keep: 16 << 20,
        }
    }

    pub fn arg(mut self, arg: impl Into<OsString>) -> Job {
        self.args.push(arg.into());
        self
    }

    pub fn args<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Job {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Runs the command to its end, or to its deadline.
    pub fn run(&self) -> io::Result<Outcome> {
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .current_dir(&self.cwd)
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", "/nonexistent")
            .env("LC_ALL", "C.UTF-8")
            .envs(self.env.iter().map(|(k, v)| (k, v)))
            .stdin(if self.stdin.is_empty() {
                Stdio::null()
            } else {
                Stdio::piped()
            })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let (memory, stack) = (self.memory, self.stack);
        // SAFETY: the closure only makes async-signal-safe system calls between fork and exec.
        unsafe {
            command.pre_exec(move || {
                // Started in the background, a test run has SIGINT ignored; Python must see the default.
                libc::signal(libc::SIGINT, libc::SIG_DFL);
                let none = libc::rlimit {
                    rlim_cur: 0,
                    rlim_max: 0,
                };
                libc::setrlimit(libc::RLIMIT_CORE, &none);
                for (resource, limit) in [(libc::RLIMIT_AS, memory), (libc::RLIMIT_STACK, stack)] {
                    if let Some(bytes) = limit {
                        let limit = libc::rlimit {
                            rlim_cur: bytes,
                            rlim_max: bytes,
                        };
                        libc::setrlimit(resource, &limit);
                    }
                }
                Ok(())
            });
        }
        let deadline = Instant::now() + self.timeout * patience();
        let mut child = command.spawn()?;
        let pid = child.id() as libc::pid_t;
        let mut stdin = child.stdin.take();
        let mut sent = 0;
        let mut streams = [
            (
                child.stdout.take().map(|s| Box::new(s) as Box<dyn Stream>),
                Vec::new(),
            ),
            (
                child.stderr.take().map(|s| Box::new(s) as Box<dyn Stream>),
                Vec::new(),
            ),
        ];
        let nonblocking = stdin.iter().map(|s| s.as_raw_fd());
        for fd in nonblocking.chain(
            streams
                .iter()
                .filter_map(|(s, _)| s.as_ref().map(|s| s.as_raw_fd())),
        ) {
            // SAFETY: the descriptors are open and ours.
            unsafe {
                libc::fcntl(
                    fd,
                    libc::F_SETFL,
                    libc::fcntl(fd, libc::F_GETFL) | libc::O_NONBLOCK,
                );
            }
        }
        let mut buffer = vec![0; 1 << 16];
        let mut timed_out = false;
        while streams.iter().any(|(stream, _)| stream.is_some()) {
            let mut fds: Vec<libc::pollfd> = Vec::with_capacity(3);
            if let Some(stream) = &stdin {
                fds.push(libc::pollfd {
                    fd: stream.as_raw_fd(),
                    events: libc::POLLOUT,
                    revents: 0,
                });
            }
            for (stream, _) in &streams {
                if let Some(stream) = stream {
                    fds.push(libc::pollfd {
                        fd: stream.as_raw_fd(),
                        events: libc::POLLIN,
                        revents: 0,
                    });
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                timed_out = true;
                break;
            }
            // SAFETY: `fds` is a live array of that length.
            unsafe {
                libc::poll(
                    fds.as_mut_ptr(),
                    fds.len() as libc::nfds_t,
                    left.as_millis() as i32 + 1,
                )
            };
            if let Some(stream) = &mut stdin {
                match stream.write(&self.stdin[sent..]) {
                    Ok(n) => sent += n,
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => sent = self.stdin.len(),
                }
                if sent == self.stdin.len() {
                    stdin = None;
                }
            }
            for (slot, text) in &mut streams {
                let Some(stream) = slot else { continue };
                match stream.read(&mut buffer) {
                    Ok(0) => *slot = None,
                    Ok(n) => {
                        let room = self.keep.saturating_sub(text.len()).min(n);
                        text.extend_from_slice(&buffer[..room]);
                    }
                    Err(e)
                        if e.kind() == io::ErrorKind::WouldBlock
                            || e.kind() == io::ErrorKind::Interrupted => {}
                    Err(_) => *slot = None,
                }
            }
        }
        let mut pause = Duration::from_micros(100);
        let status = loop {
            if !timed_out && let Some(status) = child.try_wait()? {
                use std::os::unix::process::ExitStatusExt;
                break match (status.code(), status.signal()) {
                    (Some(code), _) => Status::Exit(code),
                    (None, signal) => Status::Signal(signal.unwrap_or(0)),
                };
            }
            if timed_out || Instant::now() > deadline {
                // SAFETY: the group is the one this child leads; it has not been reaped.
                unsafe { libc::kill(-pid, libc::SIGKILL) };
                child.wait()?;
                break Status::Timeout;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(10));
        };
        let [(_, stdout), (_, stderr)] = streams;
        Ok(Outcome {
            status,
            stdout,
            stderr,
        })
    }
}

trait Stream: Read + AsRawFd {}
impl<T: Read + AsRawFd> Stream for T {}
