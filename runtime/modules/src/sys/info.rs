//! `sys`'s descriptions of the interpreter: version, flags, number formats, hashes, threads.

use crate::config;
use crate::support::*;
use hotpy_objects::*;

pub const MAJOR: i64 = 3;
pub const MINOR: i64 = 11;
pub const MICRO: i64 = 7;
pub const HEX_VERSION: i64 = (MAJOR << 24) | (MINOR << 16) | (MICRO << 8) | 0xf0;

/// `3.11.7`.
pub fn short_version() -> String {
    format!("{MAJOR}.{MINOR}.{MICRO}")
}

/// `sys.version`: in the form that `platform` takes apart.
pub fn version() -> String {
    format!(
        "{} (main, {}) [HotPy {}]",
        short_version(),
        env!("HOTPY_BUILD_DATE"),
        env!("CARGO_PKG_VERSION")
    )
}

static FLAGS: TypeCell = TypeCell::EMPTY;

type Fields = &'static [(&'static str, &'static str)];

fn instance(
    module: &PyModuleObject,
    ty: Ref<PyTypeObject>,
    attribute: &str,
    values: Vec<Ref>,
) -> PyResult<Ref> {
    let object = structseq::new(&ty, values)?;
    module.add(attribute, &object)?;
    Ok(object)
}

const VERSION_FIELDS: Fields = &[
    ("major", "Major release number"),
    ("minor", "Minor release number"),
    ("micro", "Patch release number"),
    ("releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
    ("serial", "Serial release number"),
];

const FLAG_FIELDS: Fields = &[
    ("debug", "-d"),
    ("inspect", "-i"),
    ("interactive", "-i"),
    ("optimize", "-O or -OO"),
    ("dont_write_bytecode", "-B"),
    ("no_user_site", "-s"),
    ("no_site", "-S"),
    ("ignore_environment", "-E"),
    ("verbose", "-v"),
    ("bytes_warning", "-b"),
    ("quiet", "-q"),
    ("hash_randomization", "-R"),
    ("isolated", "-I"),
    ("dev_mode", "-X dev"),
    ("utf8_mode", "-X utf8"),
    ("warn_default_encoding", "-X warn_default_encoding"),
    ("safe_path", "-P"),
    ("int_max_str_digits", "-X int_max_str_digits"),
];

const FLOAT_FIELDS: Fields = &[
    ("max", "the largest finite float"),
    ("max_exp", "the largest e with 2**(e-1) finite"),
    ("max_10_exp", "the largest e with 10**e finite"),
    ("min", "the smallest positive normal float"),
    ("min_exp", "the smallest e with 2**(e-1) normal"),
    ("min_10_exp", "the smallest e with 10**e normal"),
    ("dig", "decimal digits that survive a round trip"),
    ("mant_dig", "bits of the mantissa"),
    ("epsilon", "distance of 1 to the next float"),
    ("radix", "base of the exponent"),
    ("rounds", "rounding mode of arithmetic"),
];

const INT_FIELDS: Fields = &[
    ("bits_per_digit", "bits of a digit"),
    ("sizeof_digit", "bytes of a digit"),
    (
        "default_max_str_digits",
        "default limit of decimal conversions",
    ),
    (
        "str_digits_check_threshold",
        "smallest limit that can be set",
    ),
];

const HASH_FIELDS: Fields = &[
    ("width", "bits of a hash"),
    ("modulus", "prime of numeric hashes"),
    ("inf", "hash of infinity"),
    ("nan", "not used any more"),
    ("imag", "multiplier of a complex number's imaginary part"),
    ("algorithm", "algorithm for str and bytes"),
    ("hash_bits", "its internal width"),
    ("seed_bits", "bits of its seed"),
    ("cutoff", "up to which length another algorithm is used"),
];

const THREAD_FIELDS: Fields = &[
    ("name", "name of the thread implementation"),
    ("lock", "name of the lock implementation"),
    ("version", "name and version of the thread library"),
];

/// Programs cannot make further instances.
fn seal(ty: &PyTypeObject) -> PyResult<()> {
    if ty.tp_flags.get() & hotpy_objects::flags::tp::DISALLOW_INSTANTIATION != 0 {
        // Another interpreter has.
        return Ok(());
    }
    ty.tp_new.set(None);
    ty.tp_flags
        .set(ty.tp_flags.get() | hotpy_objects::flags::tp::DISALLOW_INSTANTIATION);
    ty.dict().del_item(&names::__new__)?;
    typeobject::modified(ty);
    Ok(())
}

/// `sys.flags` for the current settings.
pub fn flags() -> PyResult {
    // Places of the two flags that are true booleans.
    const DEV: i64 = i64::MIN;
    const SAFE: i64 = i64::MIN + 1;
    let digits = config::with(|c| c.int_max_str_digits);
    let values = config::with(|c| {
        [
            c.debug as i64,
            c.inspect as i64,
            c.interactive as i64,
            c.optimize as i64,
            c.dont_write_bytecode as i64,
            c.no_user_site as i64,
            c.no_site as i64,
            c.ignore_environment as i64,
            c.verbose as i64,
            c.bytes_warning as i64,
            c.quiet as i64,
            c.hash_randomization as i64,
            c.isolated as i64,
            DEV,
            c.utf8_mode as i64,
            c.warn_default_encoding as i64,
            SAFE,
            digits as i64,
        ]
    });
    let (dev, safe) = config::with(|c| (c.dev_mode, c.safe_path));
    let values = values
        .iter()
        .map(|&v| match v {
            DEV => boolean(dev),
            SAFE => boolean(safe),
            v => int(v),
        })
        .collect::<PyResult<_>>()?;
    structseq::new(FLAGS.get(), values)
}

/// Adds all descriptions to the module.
pub fn init(module: &PyModuleObject) -> PyResult<()> {
    module.add("version", &*text(&version())?)?;
    add_int(module, "hexversion", HEX_VERSION)?;
    add_int(module, "api_version", 1013)?;
    module.add(
        "copyright",
        &*text("Copyright (c) HotPy's authors. Licence: MIT or Apache-2.0, at your choice.")?,
    )?;
    let ty = structseq::new_type(
        "sys.version_info",
        "The version as five items.",
        VERSION_FIELDS,
        5,
    )?;
    seal(&ty)?;
    let version_info = instance(
        module,
        ty,
        "version_info",
        vec![
            int(MAJOR)?,
            int(MINOR)?,
            int(MICRO)?,
            text("final")?,
            int(0)?,
        ],
    )?;
    let ty = structseq::new_type(
        "sys.flags",
        "Settings of the command line.",
        FLAG_FIELDS,
        FLAG_FIELDS.len(),
    )?;
    seal(&ty)?;
    FLAGS.set(ty);
    module.add("flags", &*flags()?)?;
    let ty = structseq::new_type(
        "sys.float_info",
        "The float format.",
        FLOAT_FIELDS,
        FLOAT_FIELDS.len(),
    )?;
    instance(
        module,
        ty,
        "float_info",
        vec![
            float(f64::MAX)?,
            int(f64::MAX_EXP as i64)?,
            int(f64::MAX_10_EXP as i64)?,
            float(f64::MIN_POSITIVE)?,
            int(f64::MIN_EXP as i64)?,
            int(f64::MIN_10_EXP as i64)?,
            int(f64::DIGITS as i64)?,
            int(f64::MANTISSA_DIGITS as i64)?,
            float(f64::EPSILON)?,
            int(f64::RADIX as i64)?,
            int(1)?,
        ],
    )?;
    let ty = structseq::new_type(
        "sys.int_info",
        "The int format.",
        INT_FIELDS,
        INT_FIELDS.len(),
    )?;
    instance(
        module,
        ty,
        "int_info",
        vec![int(30)?, int(4)?, int(4300)?, int(640)?],
    )?;
    let ty = structseq::new_type(
        "sys.hash_info",
        "How hashes are made.",
        HASH_FIELDS,
        HASH_FIELDS.len(),
    )?;
    instance(
        module,
        ty,
        "hash_info",
        vec![
            int(64)?,
            int((1 << 61) - 1)?,
            int(314159)?,
            int(0)?,
            int(1000003)?,
            text("siphash13")?,
            int(64)?,
            int(128)?,
            int(0)?,
        ],
    )?;
    let ty = structseq::new_type(
        "sys.thread_info",
        "The thread library.",
        THREAD_FIELDS,
        THREAD_FIELDS.len(),
    )?;
    // SAFETY: the library's version is a C string.
    let libc_version = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    let thread_library = format!("NPTL {}", libc_version.to_string_lossy());
    instance(
        module,
        ty,
        "thread_info",
        vec![text("pthread")?, text("semaphore")?, text(&thread_library)?],
    )?;
    let implementation = dict::new()?;
    implementation.set_text("name", &*text("cpython")?)?;
    implementation.set_text("cache_tag", &*text("cpython-311")?)?;
    implementation.set_text("version", &version_info)?;
    implementation.set_text("hexversion", &*int(HEX_VERSION)?)?;
    implementation.set_text("_multiarch", &*text("x86_64-linux-gnu")?)?;
    module.add("implementation", &*namespace::new(Some(&implementation))?)
}
