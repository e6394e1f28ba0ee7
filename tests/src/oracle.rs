//! What CPython does with a program, remembered between runs.
//!
//! The answer lies in `target/oracle/KEY`, where KEY hashes the interpreter's version and path, the command line, stdin
//! and every file the program could read (its own folder's modules included), so an edited program is asked anew.

use crate::discover::{Invocation, Program, entries};
use crate::interpreter::{Interpreter, target_dirs};
use crate::process::{Outcome, Status};
use std::fs;
use std::path::{Path, PathBuf};

/// The oracle with its cache.
pub struct Oracle {
    pub python: Interpreter,
    cache: PathBuf,
    /// Stands for the interpreter's build: its path, size and date.
    identity: String,
}

impl Oracle {
    pub fn new() -> Result<Oracle, String> {
        let python = Interpreter::oracle()?;
        let cache = target_dirs().remove(0).join("oracle");
        fs::create_dir_all(&cache).map_err(|e| format!("{}: {e}", cache.display()))?;
        let meta = python.path.metadata().map_err(|e| e.to_string())?;
        let identity = format!(
            "{:?} {} {:?}",
            python.path,
            meta.len(),
            meta.modified().ok()
        );
        Ok(Oracle {
            python,
            cache,
            identity,
        })
    }

    /// What CPython does with this invocation of the program, given the same `options` as hotpy: it ignores `-X`
    /// options that it does not know, and programs that print their command line see the same.
    pub fn outcome(&self, program: &Program, run: &Invocation, options: &[&str]) -> Outcome {
        let python = self.python.with(options);
        let mut hash = Fnv::default();
        hash.add(self.identity.as_bytes());
        hash.add(format!("{:?}", (&python.options, &run.args, &program.name)).as_bytes());
        hash.add(&run.stdin);
        hash.add(&fs::read(&program.file).unwrap_or_default());
        hash_folders(&program.cwd, &mut hash);
        let file = self.cache.join(format!("{:032x}", hash.0));
        if let Some(outcome) = fs::read(&file).ok().and_then(|bytes| decode(&bytes)) {
            return outcome;
        }
        let mut job = python.job(&program.cwd).args(&run.args);
        job.stdin = run.stdin.clone();
        let outcome = python.run(&job);
        if let Status::Exit(_) = outcome.status {
            // Written aside and renamed: two threads may ask the same question.
            let aside = file.with_extension(format!("{}", std::process::id()));
            let _ = fs::write(&aside, encode(&outcome)).and_then(|()| fs::rename(&aside, &file));
        }
        outcome
    }

    /// An answer of another kind that was kept for this interpreter: `key` says all that it depends on.
    pub fn kept(&self, kind: &str, key: &[&[u8]]) -> Option<Vec<u8>> {
        fs::read(self.file(kind, key)).ok()
    }

    /// Keeps such an answer.
    pub fn keep(&self, kind: &str, key: &[&[u8]], answer: &[u8]) {
        let file = self.file(kind, key);
        let aside = file.with_extension(format!("{}", std::process::id()));
        let _ = fs::write(&aside, answer).and_then(|()| fs::rename(&aside, &file));
    }

    fn file(&self, kind: &str, key: &[&[u8]]) -> PathBuf {
        let mut hash = Fnv::default();
        hash.add(self.identity.as_bytes());
        key.iter().for_each(|part| hash.add(part));
        self.cache.join(format!("{kind}-{:032x}", hash.0))
    }
}

fn hash_folders(folder: &Path, hash: &mut Fnv) {
    for sub in entries(folder)
        .unwrap_or_default()
        .iter()
        .filter(|p| p.is_dir() && !p.ends_with("__pycache__"))
    {
        for file in entries(sub).unwrap_or_default() {
            hash.add(file.as_os_str().as_encoded_bytes());
            hash.add(&fs::read(&file).unwrap_or_default());
        }
        hash_folders(sub, hash);
    }
}

fn encode(outcome: &Outcome) -> Vec<u8> {
    let Status::Exit(code) = outcome.status else {
        return Vec::new();
    };
    let mut bytes =
        format!("{code} {} {}\n", outcome.stdout.len(), outcome.stderr.len()).into_bytes();
    bytes.extend_from_slice(&outcome.stdout);
    bytes.extend_from_slice(&outcome.stderr);
    bytes
}

fn decode(bytes: &[u8]) -> Option<Outcome> {
    let end = bytes.iter().position(|&b| b == b'\n')?;
    let head: Vec<&str> = std::str::from_utf8(&bytes[..end])
        .ok()?
        .split(' ')
        .collect();
    let [code, out, err] = head[..] else {
        return None;
    };
    let (out, err): (usize, usize) = (out.parse().ok()?, err.parse().ok()?);
    let body = &bytes[end + 1..];
    if body.len() != out + err {
        return None;
    }
    let status = Status::Exit(code.parse().ok()?);
    Some(Outcome {
        status,
        stdout: body[..out].to_vec(),
        stderr: body[out..].to_vec(),
    })
}

/// FNV-1a, 128 bits; each part is followed by its length, so that parts cannot run together.
struct Fnv(u128);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0x6c62272e07bb014262b821756295c58d)
    }
}

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        let length = (bytes.len() as u64).to_le_bytes();
        for &byte in bytes.iter().chain(&length) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000000001000000000000000000013B);
        }
    }
}
