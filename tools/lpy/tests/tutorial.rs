//! The tutorial of `surrogates/README.md` works: its files are written, its commands run, their outputs compared with those shown.
//!
//! "```python file=NAME" blocks are files; in "```console" blocks a line after `$ ` is a command, and what follows it its standard output
//! and standard error. A line `...` stands for any number of lines, and `...` within a line for any text. HOTPY_BLESS=1 writes the outputs
//! anew (read the diff). Needs a built hotpy, found as by the tests of `tests/`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use hotpy_tests::interpreter::Interpreter;

struct Place {
    folder: PathBuf,
    path: String,
    hotpy: PathBuf,
}

impl Place {
    /// An empty folder, and beside it one with `lpy` and `hotpy` by these names.
    fn new() -> Place {
        let tmp = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tutorial");
        let _ = fs::remove_dir_all(&tmp);
        let (folder, bin) = (tmp.join("work"), tmp.join("bin"));
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(&bin).unwrap();
        let oracle = Interpreter::oracle().unwrap();
        let hotpy = Interpreter::hotpy(&oracle).unwrap().path;
        let link = |to: &Path, name: &str| {
            std::os::unix::fs::symlink(to, bin.join(name)).unwrap();
        };
        link(Path::new(env!("CARGO_BIN_EXE_lpy")), "lpy");
        link(&hotpy, "hotpy");
        let library = oracle.path.parent().unwrap().display().to_string();
        Place {
            folder,
            path: format!("{}:{library}:/usr/bin:/bin", bin.display()),
            hotpy,
        }
    }

    fn run(&self, command: &str) -> String {
        let out = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {command}")])
            .current_dir(&self.folder)
            .env("PATH", &self.path)
            .env("HOTPY", &self.hotpy)
            .output()
            .unwrap();
        String::from_utf8(out.stdout).unwrap()
    }
}

/// Whether `text` is `shown`, in which `...` stands for anything.
fn like(shown: &str, text: &str) -> bool {
    match shown.split_once("...") {
        None => shown == text,
        Some((head, rest)) => {
            let Some(text) = text.strip_prefix(head) else {
                return false;
            };
            // A line of its own may stand for no line at all.
            let rest = match head.is_empty() || head.ends_with('\n') {
                true => rest.strip_prefix('\n').unwrap_or(rest),
                false => rest,
            };
            (0..=text.len())
                .filter(|&n| text.is_char_boundary(n))
                .any(|n| like(rest, &text[n..]))
        }
    }
}

#[test]
fn tutorial_works() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../surrogates/README.md");
    let text = fs::read_to_string(&readme).unwrap();
    let bless = env::var_os("HOTPY_BLESS").is_some();
    let place = Place::new();
    let (mut now, mut failures) = (String::new(), Vec::new());
    let (mut files, mut commands) = (0, 0);
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        now.push_str(line);
        now.push('\n');
        if let Some(name) = line.strip_prefix("```python file=") {
            let mut content = String::new();
            while let Some(line) = lines.next_if(|l| *l != "```") {
                content.push_str(line);
                content.push('\n');
            }
            now.push_str(&content);
            fs::write(place.folder.join(name), content).unwrap();
            files += 1;
        }
        if line != "```console" {
            continue;
        }
        while let Some(command) = lines.next_if(|l| l.starts_with("$ ")) {
            let mut shown = String::new();
            while let Some(line) = lines.next_if(|l| *l != "```" && !l.starts_with("$ ")) {
                shown.push_str(line);
                shown.push('\n');
            }
            let got = place.run(&command[2..]);
            commands += 1;
            now.push_str(command);
            now.push('\n');
            if bless && !like(&shown, &got) {
                shown = got.clone();
            }
            now.push_str(&shown);
            if !like(&shown, &got) {
                failures.push(format!("{command}\nshown:\n{shown}but it is:\n{got}"));
            }
        }
    }
    if bless {
        fs::write(readme, now).unwrap();
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(
        files >= 6 && commands >= 14,
        "{files} files, {commands} commands"
    );
}
