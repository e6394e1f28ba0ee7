//! Interned names that the runtime itself uses: `names::__init__` derefs to the interned `str` object.

use crate::*;
use std::ops::Deref;

/// One interned name; empty until [`init`].
pub struct Name {
    object: Cell<*mut Str>,
    pub text: &'static str,
}

// SAFETY: U1.
unsafe impl Sync for Name {}

impl Deref for Name {
    type Target = Str;
    #[inline(always)]
    fn deref(&self) -> &Str {
        debug_assert!(!self.object.get().is_null());
        // SAFETY: filled by `init` before any use, never freed.
        unsafe { &*self.object.get() }
    }
}

macro_rules! text {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $text:literal) => {
        $text
    };
}

/// What is no name in Rust is told its text.
macro_rules! names {
    ($($name:ident $(= $text:literal)?)*) => {
        $(pub static $name: Name = Name { object: Cell::new(std::ptr::null_mut()), text: text!($name $($text)?) };)*
        /// Interns all names. Raises MemoryError.
        pub fn init() -> PyResult<()> {
            str_::init();
            for each in [$(&$name),*] {
                each.object.set(str_::intern(each.text)?.into_raw());
            }
            Ok(())
        }
    };
}

names! {
    __abs__ __add__ __aenter__ __aexit__ __aiter__ __all__ __and__ __anext__ __annotations__ __args__ __await__ __bases__
    __bool__ __build_class__ __builtins__ __bytes__ __call__ __cause__ __ceil__ __class__ __class_getitem__ __classcell__ __closure__
    __code__ __complex__ __contains__ __context__ __copy__ __debug__ __deepcopy__ __defaults__ __del__ __delattr__ __delete__ __delitem__
    __dict__ __dir__ __divmod__ __doc__ __enter__ __eq__ __exit__ __file__ __float__ __floor__ __floordiv__ __format__ __fspath__ __func__
    __ge__ __get__ __getattr__ __getattribute__ __getitem__ __getnewargs__ __getnewargs_ex__ __getstate__ __globals__ __gt__ __hash__ __iadd__ __iand__
    __ifloordiv__ __ilshift__ __imatmul__ __imod__ __import__ __imul__ __index__ __init__ __init_subclass__ __instancecheck__
    __int__ __invert__ __ior__ __ipow__ __irshift__ __isabstractmethod__ __isub__ __iter__ __itruediv__ __ixor__ __kwdefaults__ __le__
    __len__ __length_hint__ __loader__ __lshift__ __lt__ __main__ __match_args__ __matmul__ __missing__ __mod__ __module__
    __mro__ __mro_entries__ __mul__ __name__ __ne__ __neg__ __new__ __newobj__ __newobj_ex__ __next__ __notes__ __or__ __orig_class__ __origin__ __package__ __parameters__
    __path__ __pos__ __pow__ __prepare__ __qualname__ __radd__ __rand__ __rdivmod__ __reduce__ __reduce_ex__ __repr__
    __reversed__ __rfloordiv__ __rlshift__ __rmatmul__ __rmod__ __rmul__ __ror__ __round__ __rpow__ __rrshift__ __rshift__
    __rsub__ __rtruediv__ __rxor__ __self__ __set__ __set_name__ __setattr__ __setitem__ __setstate__ __sizeof__ __slots__ __spec__ __str__
    __sub__ __subclasscheck__ __subclasshook__ __subclasses__ __suppress_context__ __text_signature__ __traceback__ __truediv__ __trunc__ __typing_subst__ __typing_prepare_subst__ __typing_unpacked_tuple_args__
    __unpacked__ __weakref__ __wrapped__ __xor__ __abstractmethods__ __objclass__ __thisclass__ __self_class__ __cached__
    add append args bases builtins cast_ char clear close closed closefd code copy data decode default dict difference_update dumps encode encoding end errors
    excepthook exec extend f_back file filename fileno flush format fromlist get getstate_ globals imag importlib_ index int intersection isatty items iter
    join key keys last_type last_value last_traceback line lineno locals metaclass method_ mode msg mro name n_fields n_sequence_fields n_unnamed_fields names_ newline obj object_ offset open
    path path_importer_cache pop print_file_and_line read readable readinto readline real reload reversed_ seek seekable send sep setdefault
    sort start stderr stdin stdout step stop strict text_ throw type_ update utf_8_ value values warn warnings writable write
    call c_call c_exception c_return exception opcode return_ = "return"
    exceptions message code_ tell truncate buffer raw _initializing _uninitialized_submodules modules meta_path ps1 ps2 displayhook unraisablehook
}
