//! What the tests of this folder share: a started object model, results as text, and CPython's answers to the same questions.

use hotpy_objects::*;
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// One thread at a time owns the objects (U1).
static GIL: Mutex<bool> = Mutex::new(false);

/// Runs `body` with a started object model.
pub fn with_objects(body: impl FnOnce() -> PyResult<()>) {
    let mut started = GIL.lock().unwrap_or_else(|e| e.into_inner());
    if !*started {
        // SAFETY: all zero bits are valid for a thread state; it lives for ever.
        let state: &'static PyThreadState = unsafe { Box::leak(Box::new(std::mem::zeroed())) };
        state.interp.set(_PyRuntime.main_interpreter.as_ptr());
        state.recursion_remaining.set(1000);
        state.recursion_limit.set(1000);
        state
            .exc_info
            .set(&raw const state.exc_state as *mut _PyErr_StackItem);
        state
            .cframe
            .set(&raw const state.root_cframe as *mut _PyCFrame);
        _PyRuntime
            .tstate_current
            .set(state as *const PyThreadState as *mut PyThreadState);
        typeobject::init().expect("the types are made");
        *started = true;
    }
    errors::set_stack_limit();
    if body().is_err() {
        panic!("{}", shown(Err(Raised)));
    }
}

/// A result's repr, or the exception as a traceback's last line has it.
pub fn shown(result: PyResult) -> String {
    match result.and_then(|value| Ok(protocol::repr(&value)?.to_string_lossy())) {
        Ok(text) => text,
        Err(Raised) => match errors::fetch_instance() {
            Some(e) => {
                let name = e.ty().name().to_owned();
                let text = protocol::str(&e).map(|text| text.to_string_lossy());
                format!("{name}: {}", text.unwrap_or_default())
            }
            None => "error without exception".to_owned(),
        },
    }
}

/// What python3.11 prints for the lines of `input`, by a script that defines `answer(line)`.
fn oracle(script: &str, input: &[String]) -> Vec<String> {
    let program = format!(
        "import sys\n{script}\nfor line in sys.stdin:\n    line = line.rstrip('\\n')\n    try: print(answer(line))\n    except Exception as e: print(f'{{type(e).__name__}}: {{e}}')\n"
    );
    let mut child = Command::new("python3.11")
        .args(["-c", &program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3.11 runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    let text = input.join("\n") + "\n";
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("python3.11 ends");
    writer
        .join()
        .expect("no panic")
        .expect("all lines are read");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect()
}

pub fn compare(script: &str, questions: Vec<String>, ours: Vec<String>) {
    let theirs = oracle(script, &questions);
    assert_eq!(questions.len(), theirs.len());
    let wrong: Vec<String> = questions
        .iter()
        .zip(ours.iter().zip(&theirs))
        .filter(|(_, (a, b))| a != b)
        .map(|(q, (a, b))| format!("{q}\n  ours   {a:.300}\n  theirs {b:.300}"))
        .collect();
    let shown = wrong.iter().take(20).cloned().collect::<Vec<_>>();
    assert!(
        wrong.is_empty(),
        "{} of {} differ\n{}",
        wrong.len(),
        questions.len(),
        shown.join("\n")
    );
}
