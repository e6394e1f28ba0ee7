//! Native fields that objects of modules' types have for low-level Python (`obj.$field`): where, and what is there. A module tells when it is made.

use hotpy_isa::fields;
pub use hotpy_isa::fields::Field;
use hotpy_objects::*;
use std::sync::OnceLock;

/// What a field is.
#[derive(Clone, Copy)]
pub enum Holds {
    /// A reference at this offset; empty reads as None.
    Object(usize),
    /// The same; None empties it.
    Maybe(usize),
    /// Whether there is a reference at this offset; False empties it.
    Filled(usize),
    /// What functions make of the object.
    Made(fn(&PyObject) -> PyResult),
    Told(fn(&PyObject, &PyObject)),
    MadeAndTold(fn(&PyObject) -> PyResult, fn(&PyObject, &PyObject)),
}

/// A field of the instances of some types.
pub struct Place {
    pub types: &'static [&'static PyTypeObject],
    pub holds: Holds,
}

const COUNT: usize = fields::NAMES.len();
static PLACES: [OnceLock<Place>; COUNT] = [const { OnceLock::new() }; COUNT];

/// Tells where a field is.
pub fn provide(field: Field, types: &'static [&'static PyTypeObject], holds: Holds) {
    let _ = PLACES[field.number() as usize].set(Place { types, holds });
}

/// The field with this number, if a module has it.
#[inline]
pub fn place(number: usize) -> Option<&'static Place> {
    PLACES.get(number)?.get()
}

impl Place {
    /// Whether the object has the field.
    #[inline]
    pub fn is_of(&self, object: &PyObject) -> bool {
        let ty = object.ty();
        self.types.iter().any(|t| ty.is(*t))
            || self.types.iter().any(|t| typeobject::is_subtype(ty, t))
    }

    /// The slot at an offset that the object has.
    unsafe fn slot<'a>(&self, object: &'a PyObject, at: usize) -> &'a Slot<PyObject> {
        // SAFETY: the caller has seen to the object's type, whose instances have a reference there.
        unsafe { &*object.as_ptr().byte_add(at).cast::<Slot<PyObject>>() }
    }

    /// What is there. `None`: the object is of another type.
    pub fn load(&self, object: &PyObject) -> Option<PyResult> {
        if !self.is_of(object) {
            return None;
        }
        // SAFETY: just checked.
        Some(unsafe {
            match self.holds {
                Holds::Object(at) | Holds::Maybe(at) => Ok(self
                    .slot(object, at)
                    .cloned()
                    .unwrap_or_else(singletons::none)),
                Holds::Filled(at) => Ok(boolean::from(self.slot(object, at).get().is_some())),
                Holds::Made(make) | Holds::MadeAndTold(make, _) => make(object),
                Holds::Told(_) => return None,
            }
        })
    }

    /// Sets it. `None`: that cannot be set, or the object is of another type.
    pub fn store(&self, object: &PyObject, value: Ref) -> Option<()> {
        if !self.is_of(object) {
            return None;
        }
        // SAFETY: just checked.
        unsafe {
            match self.holds {
                Holds::Object(at) => self.slot(object, at).set(Some(value)),
                Holds::Maybe(at) => {
                    let value = Some(value).filter(|v| !singletons::is_none(v));
                    self.slot(object, at).set(value);
                }
                Holds::Filled(at) => self.slot(object, at).set(None),
                Holds::Told(tell) | Holds::MadeAndTold(_, tell) => tell(object, &value),
                Holds::Made(_) => return None,
            }
        }
        Some(())
    }
}
