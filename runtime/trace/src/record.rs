//! The recorder: looks at each instruction before the interpreter executes it, and writes down what is there: which instruction, in
//! which frame, what types the operands have. It changes nothing and decides nothing; [`crate::build`] makes a trace of it.

use crate::abort::Abort;
use crate::cache;
use hotpy_isa::Op;
use hotpy_objects::frame::Frame;
use hotpy_objects::*;
use hotpy_vm::frames::ReturnTo;
use hotpy_vm::interp::Event;
use smallvec::SmallVec;
use std::cell::Cell;

/// What was seen of an operand.
#[derive(Clone, Copy, Debug)]
pub struct Obs {
    /// The object's address; it is alive only if it is one of those that [`Recording`] keeps: classes, functions, modules, texts given to calls.
    /// In the place of functions made meanwhile others are seen, which are never found again.
    pub ptr: *mut PyObject,
    /// Null for an empty slot.
    pub ty: *const PyTypeObject,
    /// The value of an int or bool that a machine integer holds; `NOT_SMALL` for everything else.
    small: i64,
}

const NOT_SMALL: i64 = i64::MIN;

impl Obs {
    /// The value of an int or bool, if a machine integer holds it.
    pub fn small(&self) -> Option<i64> {
        (self.small != NOT_SMALL).then_some(self.small)
    }

    pub fn is_exact<T: Builtin>(&self) -> bool {
        std::ptr::eq(self.ty, T::type_object())
    }
}

/// One instruction, as it was about to be executed. There are thousands of them: what few have is in [`More`].
#[derive(Clone, Debug)]
pub struct Step {
    /// Index of the frame, the outermost one of the trace being 0.
    pub depth: usize,
    pub code: *const PyCodeObject,
    /// Code units: where the instruction starts (with EXTENDED_ARG), where its own unit is, where the next one starts.
    pub ip: u32,
    pub at: u32,
    pub next: u32,
    /// The base op.
    pub op: Op,
    /// It is the first of a handler: the step before it raised.
    pub landed: bool,
    oparg: u32,
    /// The operands, the top of the stack last.
    pub obs: Box<[Obs]>,
    more: Option<Box<More>>,
}

/// What few instructions have.
#[derive(Clone, Default, Debug)]
struct More {
    /// KW_NAMES: the constant's index.
    kwnames: Option<usize>,
    /// The frame is new: how it was entered.
    entry: Option<Entry>,
    /// FOR_ITER, SEND: the frame of a generator that is going to be resumed.
    generator: Option<GeneratorFrame>,
    /// FOR_ITER, `$next` of a `map`: its function and its one iterator.
    mapped: Option<[Obs; 2]>,
    /// FOR_ITER of a `zip` or `enumerate` whose pairs need not be made.
    paired: bool,
    /// CALL_FUNCTION_EX; and CALL of a bound method with keywords.
    spread: Option<Spread>,
    /// The names that CALL_FUNCTION_EX passes on in a dict.
    names: Box<[Obs]>,
    /// CALL of `super()`: its arguments, or the class that the method is defined in, and the method's first argument.
    super_of: Option<[Obs; 2]>,
    /// An attribute of an instance whose attributes are in a dict: whether that has the name.
    in_dict: Option<bool>,
    /// `$load_field` of a reference: whether there is one.
    filled: bool,
}

/// What CALL_FUNCTION_EX calls with the items of a list or tuple.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The callable; if that is a bound method, its function.
    pub function: Obs,
    pub count: usize,
}

impl Step {
    pub fn oparg(&self) -> usize {
        self.oparg as usize
    }
    /// What a CALL calls: what lies below the arguments, or the method's function below the object.
    pub fn callee(&self) -> Obs {
        self.obs[usize::from(self.obs[0].ty.is_null())]
    }
    /// The names of a call's keyword arguments: the constant's index.
    pub fn kwnames(&self) -> Option<usize> {
        self.more.as_ref()?.kwnames
    }
    /// How its frame was entered, if it is new.
    pub fn entry(&self) -> Option<&Entry> {
        self.more.as_ref()?.entry.as_ref()
    }
    /// The frame of a generator that it resumes.
    pub fn generator(&self) -> Option<&GeneratorFrame> {
        self.more.as_ref()?.generator.as_ref()
    }
    /// Function and iterator of the `map` that it asks for the next item.
    pub fn mapped(&self) -> Option<[Obs; 2]> {
        self.more.as_ref()?.mapped
    }
    /// Whether it asks for the next pair of something that traces take apart.
    pub fn is_paired(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.paired)
    }
    /// Whether the field that it reads has a reference.
    pub fn is_filled(&self) -> bool {
        self.more.as_ref().is_some_and(|more| more.filled)
    }
    /// Where the instance's attributes are in a dict: whether that has the instruction's name.
    pub fn in_dict(&self) -> Option<bool> {
        self.more.as_ref()?.in_dict
    }
    /// The names that it passes on in a dict.
    pub fn passed_names(&self) -> &[Obs] {
        self.more.as_ref().map_or(&[], |more| &more.names)
    }
    /// A call of `super()`: the class that the method is defined in, and the method's first argument.
    pub fn super_of(&self) -> Option<[Obs; 2]> {
        self.more.as_ref()?.super_of
    }
    /// What it calls with the items of a list or tuple.
    pub fn spread(&self) -> Option<Spread> {
        self.more.as_ref()?.spread
    }
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }
}

/// How a frame was entered by an instruction of its caller.
#[derive(Clone, Debug)]
pub struct Entry {
    pub func: *const PyFunctionObject,
    /// What its return does to its caller (`ReturnTo` of the VM).
    pub return_to: u8,
    pub locals: Vec<Origin>,
}

/// Where a new frame's local comes from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    Empty,
    /// An operand of the instruction.
    Operand(usize),
    /// An object that the instruction always passes.
    Constant(*mut PyObject),
    Unknown,
}

/// A suspended generator's frame.
#[derive(Clone, Debug)]
pub struct GeneratorFrame {
    pub code: *const PyCodeObject,
    pub globals: *const PyDictObject,
    pub builtins: *const PyObject,
    /// Where it goes on.
    pub ip: u32,
    /// It has not been resumed yet.
    pub is_new: bool,
    /// How many slots it has, and a bit for each that is not empty.
    pub slots: usize,
    pub filled: u64,
}

/// What is to be known of a generator for a trace to run its frame.
unsafe fn generator_frame(generator: &PyGenObject) -> Option<GeneratorFrame> {
    // SAFETY: a suspended generator's frame is at rest and complete.
    unsafe {
        let state = generator.state();
        if !matches!(
            state,
            flags::frame_state::SUSPENDED | flags::frame_state::CREATED
        ) || generator
            .gi_exc_state
            .exc_value
            .get()
            .is_some_and(|e| !singletons::is_none(e))
        {
            return None;
        }
        let frame = generator.frame();
        let slots = frame.stacktop.get() as usize;
        if slots > 32 || !frame.frame_obj.is_null() {
            return None;
        }
        let mut filled = 0;
        for n in 0..slots {
            if !(*frame.local_ptr(n)).is_null() {
                filled |= 1 << n;
            }
        }
        Some(GeneratorFrame {
            code: frame.code(),
            globals: frame.f_globals.as_ptr().cast_const().cast(),
            builtins: frame.f_builtins.as_ptr(),
            ip: (frame.lasti() + 1) as u32,
            is_new: state == flags::frame_state::CREATED,
            slots,
            filled,
        })
    }
}

/// Whether the dict that an instance's attributes are in has the name; nothing if they are not in a dict, or only Python may know.
unsafe fn in_dict(object: &PyObject, name: &Str) -> Option<bool> {
    let managed = object.ty().tp_flags.get() & flags::tp::MANAGED_DICT != 0;
    let offset = match managed {
        true => 0,
        false => u64::try_from(object.ty().tp_dictoffset.get())
            .ok()
            .filter(|o| *o > 0)?,
    };
    // SAFETY: the type was checked.
    let dict = unsafe { crate::helpers::dict_at(object, offset)? };
    if !dict.is_exact::<PyDictObject>() {
        return None;
    }
    let found = dict.get_quietly(name, str_::hash(name))?;
    Some(found.is_some())
}

/// Why the recorder wants no more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finish {
    /// Back at the start of the loop.
    Loop,
    /// At the head of the trace's own tree (a side trace).
    Link,
    /// The outermost frame is about to return.
    Return,
    /// This instruction is not to be recorded.
    Stop(Abort),
}

/// Whether an instruction that passes this object on always passes the same one: operators pass their number and their methods' names.
fn is_fixed(object: &PyObject, by: Op) -> bool {
    let operator = matches!(
        by,
        Op::BINARY_OP | Op::COMPARE_OP | Op::UNARY_NEGATIVE | Op::UNARY_POSITIVE | Op::UNARY_INVERT
    );
    singletons::is_none(object)
        || boolean::is_true(object)
        || boolean::is_false(object)
        || operator && (object.is_exact::<Str>() || object.is_exact::<PyLongObject>())
        // What a builtin fills a container by.
        || by == Op::CALL
            && (object.is_exact::<PyMethodDescrObject>()
                || object.is_exact::<PyCFunctionObject>())
}

/// Whether a function, or bound builtin method, is to a trace what another one is.
fn are_alike(object: &PyObject, other: &PyObject) -> bool {
    if let (Some(a), Some(b)) = (
        object.exact::<PyFunctionObject>(),
        other.exact::<PyFunctionObject>(),
    ) {
        return std::ptr::eq(a.code(), b.code())
            && a.func_globals.as_ptr() == b.func_globals.as_ptr();
    }
    match (
        object.exact::<PyCFunctionObject>(),
        other.exact::<PyCFunctionObject>(),
    ) {
        (Some(a), Some(b)) => a.m_ml.get() == b.m_ml.get(),
        _ => false,
    }
}

/// An object that is like a function, or bound builtin method, and holds nothing that could be missed. MemoryError.
fn stand_in_for(object: &PyObject) -> PyResult<Option<Ref>> {
    if let Some(f) = object.exact::<PyFunctionObject>() {
        // SAFETY: a function always has namespaces.
        let (globals, builtins) =
            unsafe { (&*f.func_globals.as_ptr(), &*f.func_builtins.as_ptr()) };
        let Some(globals) = globals.downcast::<PyDictObject>() else {
            return Ok(None);
        };
        let new = function::new_with_builtins(f.code(), globals, builtins, None)?;
        gc::untrack(&*new);
        return Ok(Some(new.into_object()));
    }
    let Some(f) = object.exact::<PyCFunctionObject>() else {
        return Ok(None);
    };
    let lasts = |this: &PyObject| {
        this.is_instance::<PyModuleObject>() || this.is_instance::<PyTypeObject>()
    };
    if f.m_self.get().is_none_or(lasts) {
        return Ok(None);
    }
    // SAFETY: definitions of methods outlive what is made of them.
    let def = unsafe { &*f.m_ml.get() };
    let new = cfunction::new(def, None, None)?;
    gc::untrack(&*new);
    Ok(Some(new.into_object()))
}

/// A recording.
pub struct Recording {
    pub steps: Vec<Step>,
    pub finish: Finish,
    /// Where it ended: depth, and the instruction that was not executed any more.
    pub end: (usize, u32),
    /// There is a handler: the last step raised.
    pub end_landed: bool,
    /// Objects and types that must stay alive until the trace is made.
    pub keep: Vec<Ref>,
    /// Functions and bound builtin methods made meanwhile, and what is seen in the place of each: it must be free to die as if nobody looked.
    made: Vec<(*mut PyObject, *mut PyObject)>,
    /// Globals and builtins of the frames that were there at the start.
    pub namespaces: Vec<(*const PyDictObject, *const PyObject)>,
    frames: SmallVec<[*const Frame; 8]>,
    /// How often each inner loop has gone round.
    rounds: SmallVec<[(*mut u16, u32); 8]>,
    /// The loop's head: a root recording is done when it is back there.
    head: *mut u16,
    is_side: bool,
    /// A root recording that need not come back to its start.
    pub is_linear: bool,
    /// An exception has been raised: frames are left, until this one.
    landing: Option<usize>,
    /// An iterator has ended: the frame that goes on.
    ended: Option<usize>,
}

thread_local! {
    /// The thread's current recording: several threads may be at one, each at its own.
    static CURRENT: Cell<*mut Recording> = const { Cell::new(std::ptr::null_mut()) };
}

const MAX_STEPS: usize = 4000;
/// Rounds of an inner loop that are followed.
const MAX_ROUNDS: u32 = 12;
const MAX_DEPTH: usize = 16;
/// Frames of one function.
const MAX_RECURSION: usize = 2;
/// Generators of one function that delegate to each other.
const MAX_DELEGATION: usize = 12;

impl Recording {
    /// A recording that starts in the innermost of these frames.
    pub fn new(frames: &[*const Frame], head: *mut u16, is_side: bool) -> Recording {
        Recording {
            steps: Vec::new(),
            finish: Finish::Stop(Abort::Raised),
            end: (0, 0),
            end_landed: false,
            keep: Vec::new(),
            made: Vec::new(),
            namespaces: frames
                .iter()
                // SAFETY: the caller's frames are live.
                .map(|f| unsafe {
                    (
                        (**f).f_globals.as_ptr().cast_const().cast(),
                        (**f).f_builtins.as_ptr().cast_const(),
                    )
                })
                .collect(),
            frames: frames.iter().copied().collect(),
            rounds: SmallVec::new(),
            head,
            is_side,
            is_linear: false,
            landing: None,
            ended: None,
        }
    }

    /// Runs `f` while this recording is the current one.
    pub fn during<R>(&mut self, f: impl FnOnce() -> R) -> R {
        let outer = CURRENT.replace(self);
        let result = f();
        CURRENT.set(outer);
        result
    }

    fn stop(&mut self, finish: Finish, depth: usize, ip: u32) -> bool {
        self.finish = finish;
        self.end = (depth, ip);
        false
    }

    /// Whether an exception that the frame's instruction has raised is followed: to a handler in the trace's frames.
    unsafe fn raised(&mut self, frame: &'static Frame, event: Event) -> bool {
        // SAFETY: frames below the running one are live, each at an instruction of its code.
        unsafe {
            let Some(mut depth) = self.depth_of(frame).filter(|_| event == Event::Error) else {
                return false;
            };
            let (mut frame, mut first) = (frame, true);
            loop {
                let place = frame.prev_instr.get();
                if let Some(handler) = hotpy_vm::interp::find_handler(frame, place) {
                    let target = frame.code().first_instr().add(handler.target as usize);
                    self.landing = Some(depth);
                    return *target as u8 == Op::PUSH_EXC_INFO as u8;
                }
                let asked = matches!(
                    ReturnTo::of(frame),
                    ReturnTo::Next | ReturnTo::Found | ReturnTo::SendNext
                );
                let is_plain = frame.owner.get() == flags::owner::THREAD && !frame.is_entry.get();
                if asked && depth > 0 && is_plain {
                    // The end of an iterator, which is told by low-level Python, or by `raise StopIteration`; nothing was left before.
                    let tells = match frame.code().is_hidden() {
                        true => errors::matches(&exceptions::StopIteration),
                        false => self.raises_stop(depth),
                    };
                    let ends = first && tells;
                    self.ended = ends.then(|| depth - 1);
                    return ends;
                }
                if depth == 0 || asked || !is_plain {
                    return false;
                }
                first = false;
                depth -= 1;
                frame = &*frame.previous.get();
            }
        }
    }

    /// Whether the frame at `depth` is at a `raise StopIteration`.
    fn raises_stop(&self, depth: usize) -> bool {
        let stop: *const PyObject = exceptions::StopIteration.as_ptr();
        self.steps.last().is_some_and(|step| {
            step.depth == depth
                && step.op == Op::RAISE_VARARGS
                && step.oparg() == 1
                && std::ptr::eq(step.obs[0].ptr, stop)
        })
    }

    /// The frame's index, following calls and returns.
    fn depth_of(&mut self, frame: &'static Frame) -> Option<usize> {
        let top = *self.frames.last()?;
        if std::ptr::eq(top, frame) {
            return Some(self.frames.len() - 1);
        }
        if std::ptr::eq(frame.previous.get(), top) {
            self.frames.push(frame);
            return Some(self.frames.len() - 1);
        }
        let below = self.frames.len().checked_sub(2)?;
        if std::ptr::eq(self.frames[below], frame) {
            self.frames.pop();
            return Some(below);
        }
        None
    }

    /// Keeps an object; the same ones come again and again.
    fn keep(&mut self, object: Ref) {
        let recent = self.keep.len().saturating_sub(8);
        if !self.keep[recent..]
            .iter()
            .any(|k| k.as_ptr() == object.as_ptr())
        {
            self.keep.push(object);
        }
    }

    /// What is seen in the place of an object.
    fn seen_as(&self, object: &PyObject) -> *mut PyObject {
        let found = self
            .made
            .iter()
            .find(|(made, _)| std::ptr::eq(*made, object));
        match found {
            // SAFETY: the recording keeps what stands for others. At the address of one that has died there may be another by now.
            Some((_, stand_in)) if are_alike(object, unsafe { &**stand_in }) => *stand_in,
            _ => object.as_ptr(),
        }
    }

    /// The last instruction has made an object that may die soon.
    fn has_made(&mut self, object: &PyObject) {
        let known = self.made.iter().map(|(_, stand_in)| *stand_in);
        // SAFETY: as in `seen_as`.
        let mut like = known.filter(|stand_in| are_alike(object, unsafe { &**stand_in }));
        let stand_in = match like.next() {
            Some(stand_in) => stand_in,
            None => match stand_in_for(object) {
                Ok(Some(new)) => {
                    let stand_in = new.as_ptr();
                    self.keep.push(new);
                    stand_in
                }
                Ok(None) => return,
                Err(Raised) => return errors::clear(),
            },
        };
        self.made.retain(|(made, _)| !std::ptr::eq(*made, object));
        self.made.push((object.as_ptr(), stand_in));
    }

    unsafe fn observe(&mut self, slot: *mut *mut PyObject) -> Obs {
        // SAFETY: slots below the stack's end are empty or own live objects.
        unsafe {
            let ptr = *slot;
            if ptr.is_null() {
                return Obs {
                    ptr,
                    ty: std::ptr::null(),
                    small: NOT_SMALL,
                };
            }
            let ty = (*ptr).ty();
            if ty.is_heap_type() {
                self.keep(ty.to_ref());
            }
            let stand_in = self.seen_as(&*ptr);
            if stand_in != ptr {
                return Obs {
                    ptr: stand_in,
                    ty,
                    small: NOT_SMALL,
                };
            }
            let kept = [
                &raw const function::PyFunction_Type,
                &raw const cfunction::PyCFunction_Type,
                &raw const descr::PyMethodDescr_Type,
                &raw const module::PyModule_Type,
            ];
            if kept.iter().any(|k| std::ptr::eq(*k, ty)) || (*ptr).is_instance::<PyTypeObject>() {
                self.keep((*ptr).to_ref());
            }
            if let Some(method) = (*ptr).exact::<PyMethodObject>() {
                if let Some(f) = method.im_func.get()
                    && self.seen_as(f) == f.as_ptr()
                {
                    self.keep(f.to_ref());
                }
            }
            let small = int::of(&*ptr).and_then(|n| n.to_i64());
            let small = small.unwrap_or(NOT_SMALL);
            Obs { ptr, ty, small }
        }
    }

    /// What a call of `callable` with the items of `given` is, if these are a list or tuple.
    unsafe fn spread(&mut self, callable: &PyObject, given: &PyObject) -> Option<Spread> {
        let count = match (
            given.exact::<PyListObject>(),
            given.downcast::<PyTupleObject>(),
        ) {
            (Some(list), _) => list.len(),
            (_, Some(tuple)) => tuple.len(),
            _ => return None,
        };
        let method = callable.exact::<PyMethodObject>();
        let function = method.and_then(|m| m.im_func.get()).unwrap_or(callable);
        // SAFETY: the slot is a live object.
        let function = unsafe { self.observe(&mut function.as_ptr()) };
        Some(Spread { function, count })
    }

    /// The dict with which a call passes on arguments by name, if all names are strings; there are few of them.
    unsafe fn passed_names(&mut self, given: &PyObject) -> Option<Box<[Obs]>> {
        let d = given.exact::<PyDictObject>().filter(|d| d.len() <= 8)?;
        let mut names: SmallVec<[Obs; 8]> = SmallVec::new();
        for (key, _) in d.pairs() {
            if !key.is_exact::<Str>() {
                return None;
            }
            // SAFETY: the slot is a live object.
            names.push(unsafe { self.observe(&mut key.as_ptr()) });
            self.keep(key);
        }
        Some(names.as_slice().into())
    }

    /// What `super()` without arguments finds in its caller's frame.
    unsafe fn super_of(&mut self, frame: &'static Frame) -> Option<[Obs; 2]> {
        let index = crate::build::class_cell(frame.code())?;
        // SAFETY: locals are empty or own live objects.
        unsafe {
            let cell = (*frame.local_ptr(index))
                .as_ref()?
                .exact::<PyCellObject>()?;
            let class = cell.ob_ref.get()?;
            let this = (*frame.local_ptr(0)).as_ref()?;
            if this.is_exact::<PyCellObject>() || frame.code().co_argcount.get() == 0 {
                return None;
            }
            Some([
                self.observe(&mut class.as_ptr()),
                self.observe(&mut this.as_ptr()),
            ])
        }
    }

    /// How the frame, which is at its first instruction, was entered by the last step.
    unsafe fn entry(&mut self, frame: &'static Frame) -> Option<Entry> {
        let operands: SmallVec<[*mut PyObject; 8]> =
            self.steps.last()?.obs.iter().map(|o| o.ptr).collect();
        let by = self.steps.last()?.op;
        let mut used: SmallVec<[bool; 8]> = SmallVec::from_elem(false, operands.len());
        let count = frame.code().co_nlocalsplus.get() as usize;
        let mut locals = Vec::with_capacity(count);
        for n in 0..count {
            // SAFETY: locals are empty or own live objects.
            let local = unsafe { (*frame.local_ptr(n)).as_ref() };
            let Some(local) = local else {
                locals.push(Origin::Empty);
                continue;
            };
            let seen = self.seen_as(local);
            let operand =
                (0..operands.len()).find(|&k| !used[k] && std::ptr::eq(operands[k], seen));
            locals.push(match operand {
                Some(k) => {
                    used[k] = true;
                    Origin::Operand(k)
                }
                None if is_fixed(local, by) => {
                    self.keep.push(local.to_ref());
                    Origin::Constant(local.as_ptr())
                }
                None => Origin::Unknown,
            });
        }
        // SAFETY: the frame keeps its function; what stands for it is one too.
        let func = unsafe { &*self.seen_as(&*frame.f_func.as_ptr().cast()) };
        self.keep.push(func.to_ref());
        Some(Entry {
            func: func.as_ptr().cast(),
            return_to: frame.return_to.get(),
            locals,
        })
    }

    unsafe fn step(&mut self, frame: &'static Frame, ip: *mut u16, sp: *mut *mut PyObject) -> bool {
        // SAFETY: `ip` is an instruction of the frame's code.
        unsafe {
            let code = frame.code();
            let first = code.first_instr();
            let unit_of = |p: *mut u16| p.offset_from(first) as u32;
            let start = unit_of(ip);
            let landing = self.landing.take();
            self.end_landed = landing.is_some();
            if let Some(depth) = landing.or(self.ended.take()) {
                self.frames.truncate(depth + 1);
            }
            let before = self.frames.len();
            let Some(depth) = self.depth_of(frame) else {
                return self.stop(Finish::Stop(Abort::FrameChange), 0, start);
            };
            // SAFETY: frames below the running one are live.
            let same = |f: &&*const Frame| std::ptr::eq((***f).code(), code);
            let is_generator = frame.owner.get() == flags::owner::GENERATOR;
            let most = if is_generator {
                MAX_DELEGATION
            } else {
                MAX_RECURSION
            };
            // A frame is whole, and may be the start of another trace, at its RESUME.
            if depth > 0
                && *ip as u8 == Op::RESUME as u8
                && !code.is_hidden()
                && self.frames.iter().filter(same).count() > most
            {
                return self.stop(Finish::Stop(Abort::Recursion), depth, start);
            }
            if depth >= MAX_DEPTH {
                return self.stop(Finish::Stop(Abort::TooDeep), depth, start);
            }
            if !self.steps.is_empty() {
                if ip == self.head && depth == 0 {
                    let finish = if self.is_side {
                        Finish::Link
                    } else {
                        Finish::Loop
                    };
                    return self.stop(finish, depth, start);
                }
                // An inner loop with few rounds is followed, even if it has a trace of its own.
                let ends = |t: &cache::Tree| {
                    t.rounds() > 10 * t.root.entries.get()
                        || self.is_linear && depth == 0 && t.root.is_loop()
                };
                if cache::tree(ip).is_some_and(ends) {
                    return self.stop(Finish::Stop(Abort::OtherTrace), depth, start);
                }
            }
            if self.steps.len() >= MAX_STEPS {
                return self.stop(Finish::Stop(Abort::TooLong), depth, start);
            }
            if matches!(
                self.steps.last().map(|s| s.op),
                Some(Op::MAKE_FUNCTION | Op::LOAD_ATTR)
            ) && let Some(top) = (*sp.sub(1)).as_ref()
                && top.ob_refcnt.get() == 1
            {
                self.has_made(top);
            }
            let mut at = ip;
            let mut oparg = 0usize;
            let mut unit = *at;
            while unit as u8 == Op::EXTENDED_ARG as u8 {
                oparg = oparg << 8 | (unit >> 8) as usize;
                at = at.add(1);
                unit = *at;
            }
            oparg = oparg << 8 | (unit >> 8) as usize;
            let raw = Op::from_u8(unit as u8).unwrap_or(Op::NOP);
            let op = raw.base();
            let mut step = Step {
                depth,
                code,
                ip: start,
                at: unit_of(at),
                next: unit_of(at) + 1 + op.caches() as u32,
                op,
                oparg: oparg as u32,
                obs: Box::default(),
                more: None,
                landed: landing.is_some(),
            };
            if self.frames.len() > before {
                step.more().entry = self.entry(frame);
            }
            // Two instructions in one dispatch.
            let second = match raw {
                Op::LOAD_FAST__LOAD_FAST
                | Op::STORE_FAST__LOAD_FAST
                | Op::LOAD_CONST__LOAD_FAST => Some(Op::LOAD_FAST),
                Op::LOAD_FAST__LOAD_CONST => Some(Op::LOAD_CONST),
                Op::STORE_FAST__STORE_FAST => Some(Op::STORE_FAST),
                _ => None,
            };
            if let Some(second) = second {
                let unit = *at.add(1);
                let follows = Step {
                    ip: start + 1,
                    at: step.at + 1,
                    next: step.at + 2,
                    op: second,
                    oparg: u32::from(unit >> 8),
                    ..step.clone()
                };
                self.steps.push(step);
                self.steps.push(follows);
                return true;
            }
            if op == Op::KW_NAMES {
                // With the PRECALL and CALL that follow, as the interpreter does it.
                step.more().kwnames = Some(oparg);
                let mut p = at.add(1);
                let mut arg = 0usize;
                loop {
                    let unit = *p;
                    arg = arg << 8 | (unit >> 8) as usize;
                    match Op::from_u8(unit as u8).map(Op::base) {
                        Some(Op::EXTENDED_ARG) => p = p.add(1),
                        Some(Op::PRECALL) => {
                            p = p.add(2);
                            arg = 0;
                        }
                        _ => break,
                    }
                }
                step.at = unit_of(p);
                step.next = step.at + 5;
                step.oparg = arg as u32;
                step.op = Op::CALL;
            }
            if frame.is_entry.get()
                && matches!(
                    op,
                    Op::RETURN_VALUE | Op::YIELD_VALUE | Op::RETURN_GENERATOR
                )
            {
                return self.stop(Finish::Stop(Abort::LeavesEntry), depth, start);
            }
            if op == Op::RETURN_VALUE && depth == 0 && !is_generator {
                return self.stop(Finish::Return, depth, start);
            }
            if depth == 0
                && matches!(
                    op,
                    Op::RETURN_VALUE | Op::YIELD_VALUE | Op::RETURN_GENERATOR
                )
            {
                return self.stop(Finish::Stop(Abort::LeavesLoop), depth, start);
            }
            // Names of modules are globals; others are looked for in any mapping.
            let in_module = std::ptr::eq(frame.f_locals.as_ptr(), frame.f_globals.as_ptr());
            let other_names = matches!(op, Op::LOAD_NAME | Op::STORE_NAME) && !in_module;
            let field = match op {
                Op::S_LOAD_FIELD => crate::build::iter::Read::for_class(oparg, (**sp.sub(1)).ty()),
                _ => None,
            };
            if !crate::build::is_known(op) || other_names {
                return self.stop(Finish::Stop(Abort::Unsupported(op as u8)), depth, start);
            }
            if matches!(
                op,
                Op::JUMP_BACKWARD
                    | Op::POP_JUMP_BACKWARD_IF_FALSE
                    | Op::POP_JUMP_BACKWARD_IF_TRUE
                    | Op::POP_JUMP_BACKWARD_IF_NONE
                    | Op::POP_JUMP_BACKWARD_IF_NOT_NONE
            ) {
                let rounds = match self.rounds.iter_mut().find(|(p, _)| *p == at) {
                    Some((_, n)) => {
                        *n += 1;
                        *n
                    }
                    None => {
                        self.rounds.push((at, 1));
                        1
                    }
                };
                if rounds > MAX_ROUNDS {
                    return self.stop(Finish::Stop(Abort::InnerLoop), depth, start);
                }
            }
            let popped = match step.op {
                Op::CALL | Op::PRECALL | Op::S_TAIL_CALL => step.oparg() + 2,
                Op::LOAD_FAST | Op::LOAD_CONST | Op::STORE_FAST => 0,
                // The iterable is kept.
                Op::FOR_ITER => 1,
                Op::SEND => 2,
                Op::MATCH_SEQUENCE | Op::MATCH_MAPPING | Op::GET_LEN => 1,
                Op::UNPACK_EX | Op::BEFORE_WITH => 1,
                Op::LIST_APPEND | Op::SET_ADD => 1,
                Op::MAP_ADD => 2,
                _ => op.info().stack(step.oparg, false).0 as usize,
            };
            let mut seen: SmallVec<[Obs; 8]> = SmallVec::new();
            if op == Op::LIST_APPEND {
                seen.push(self.observe(sp.sub(step.oparg() + 1)));
            }
            if matches!(op, Op::LOAD_DEREF | Op::STORE_DEREF) {
                seen.push(self.observe(frame.local_ptr(step.oparg())));
            }
            for n in (1..=popped).rev() {
                seen.push(self.observe(sp.sub(n)));
            }
            step.obs = seen.as_slice().into();
            // Not for those that count references.
            if step.op == Op::CALL && !crate::build::is_refused(&*step.callee().ptr) {
                for obs in step.obs.iter().filter(|o| o.is_exact::<Str>()) {
                    self.keep((*obs.ptr).to_ref());
                }
            }
            if matches!(op, Op::LOAD_ATTR | Op::LOAD_METHOD | Op::STORE_ATTR) {
                if let Some(found) = in_dict(&**sp.sub(1), code.name_at(oparg)) {
                    step.more().in_dict = Some(found);
                }
            }
            if op == Op::CALL_FUNCTION_EX {
                let named = oparg & 1;
                let names = match named {
                    0 => Some(Box::default()),
                    _ => self.passed_names(&**sp.sub(1)),
                };
                if let Some(names) = names {
                    let spread = self.spread(&**sp.sub(2 + named), &**sp.sub(1 + named));
                    step.more().spread = spread;
                    step.more().names = names;
                }
            }
            if step.op == Op::CALL && step.obs[0].ty.is_null() {
                let callee = &*step.callee().ptr;
                if callee.is(&super_::PySuper_Type) && step.kwnames().is_none() {
                    let seen = match step.oparg() {
                        0 => self.super_of(frame),
                        2 => Some([step.obs[2], step.obs[3]]),
                        _ => None,
                    };
                    if seen.is_some() {
                        step.more().super_of = seen;
                    }
                }
                let method = callee.exact::<PyMethodObject>();
                if let (Some(method), Some(_)) = (method, step.kwnames()) {
                    let mut function = method.im_func.as_ptr();
                    let function = self.observe(&mut function);
                    step.more().spread = Some(Spread { function, count: 0 });
                }
            }
            if let Some(read) = field {
                step.more().filled = crate::build::iter::is_filled(&**sp.sub(1), read.offset());
            }
            let sends = matches!(op, Op::SEND | Op::S_SEND_OR_RAISE);
            if sends || matches!(op, Op::FOR_ITER | Op::S_NEXT | Op::S_NEXT_OR_RAISE) {
                let iterator = &**sp.sub(if sends { 2 } else { 1 });
                if let Some(map) = iterator.exact::<iterators::mapobject>() {
                    let source = map.iters.get().map(|i| i.items());
                    if let (Some(function), Some(&[source])) = (map.func.get(), source) {
                        let [mut f, mut s] = [function, source].map(PyObject::as_ptr);
                        step.more().mapped = Some([self.observe(&mut f), self.observe(&mut s)]);
                    }
                }
                if op == Op::FOR_ITER && crate::helpers::gives_pairs(iterator) {
                    step.more().paired = true;
                }
                if let Some(generator) = iterator.exact::<PyGenObject>() {
                    if let Some(g) = generator_frame(generator) {
                        self.keep((*g.code).to_ref().into_object());
                        step.more().generator = Some(g);
                    }
                }
            }
            self.steps.push(step);
            true
        }
    }
}

/// Whether the thread is recording.
pub fn is_recording() -> bool {
    !CURRENT.get().is_null()
}

/// Runs `f` without the current recording.
pub fn aside<R>(f: impl FnOnce() -> R) -> R {
    let outer = CURRENT.replace(std::ptr::null_mut());
    let result = f();
    CURRENT.set(outer);
    result
}

/// Shows the current recording an instruction; false ends it.
///
/// # Safety
/// The running frame's registers, between two bytecodes.
pub unsafe fn step(frame: &'static Frame, ip: *mut u16, sp: *mut *mut PyObject) -> bool {
    let recording = CURRENT.get();
    if recording.is_null() {
        return false;
    }
    // SAFETY: `during` keeps it there; nobody else has a reference meanwhile.
    unsafe { (*recording).step(frame, ip, sp) }
}

/// Tells the current recording that the running frame's instruction has raised; false ends it.
///
/// # Safety
/// As [`step`].
pub unsafe fn raised(frame: &'static Frame, event: Event) -> bool {
    let recording = CURRENT.get();
    if recording.is_null() {
        return false;
    }
    // SAFETY: as in `step`.
    unsafe { (*recording).raised(frame, event) }
}
