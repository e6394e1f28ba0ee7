//! The programs of `tests/traces` run under hotpy and look, by way of `hotpy.trace`, at what has become of their loops.

use hotpy_tests::discover;
use hotpy_tests::interpreter::Interpreter;
use hotpy_tests::process::Status;
use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let hotpy = match Interpreter::oracle().and_then(|o| Interpreter::hotpy(&o)) {
        Ok(hotpy) => hotpy,
        Err(message) => {
            eprintln!("{message}");
            std::process::exit(2);
        }
    };
    let folder = discover::root().join("traces");
    let mut trials = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("tests/traces is there") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        if !name.ends_with(".py") {
            continue;
        }
        let (hotpy, folder) = (hotpy.clone(), folder.clone());
        trials.push(Trial::test(format!("traces/{name}"), move || {
            let outcome = hotpy.run(&hotpy.job(&folder).args([&name]));
            if outcome.status == Status::Exit(0) {
                return Ok(());
            }
            let text = [outcome.stdout, outcome.stderr].concat();
            Err(String::from_utf8_lossy(&text).into_owned().into())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
