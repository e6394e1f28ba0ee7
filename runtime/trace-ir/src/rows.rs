//! What recipes share: rows of slots, which one snapshot after the other has, and the objects that recipes make.

use crate::{Const, FrameRecipe, Making, Recipe, Val};

/// Slots of a frame, its locals or its stack: a part of [`Recipes`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Row {
    at: u32,
    len: u32,
}

impl Row {
    pub fn len(self) -> usize {
        self.len as usize
    }
    pub fn is_empty(self) -> bool {
        self.len == 0
    }
}

/// The rows of all snapshots of a trace, and what their recipes make.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Recipes {
    slots: Vec<Recipe>,
    classes: Vec<Const>,
    /// Objects that recipes make.
    pub made: Vec<Making>,
}

impl Recipes {
    /// A row of these slots, each with the class that it is known to have, or `NONE`; `before`, if that is the same.
    pub fn row(&mut self, before: Row, items: impl Iterator<Item = (Recipe, Const)>) -> Row {
        let at = self.slots.len();
        for (slot, class) in items {
            self.slots.push(slot);
            self.classes.push(class);
        }
        let new = Row {
            at: at as u32,
            len: (self.slots.len() - at) as u32,
        };
        if self.slots(new) != self.slots(before) || self.classes(new) != self.classes(before) {
            return new;
        }
        self.slots.truncate(at);
        self.classes.truncate(at);
        before
    }

    pub fn slots(&self, row: Row) -> &[Recipe] {
        &self.slots[row.at as usize..][..row.len()]
    }

    /// What is known of the classes of slots that are registers with objects.
    pub fn classes(&self, row: Row) -> &[Const] {
        &self.classes[row.at as usize..][..row.len()]
    }

    /// The slots of a frame: locals, then the stack.
    pub fn slots_of(&self, frame: &FrameRecipe) -> impl Iterator<Item = &Recipe> {
        let [locals, stack] = [frame.locals, frame.stack].map(|row| self.slots(row));
        locals.iter().chain(stack)
    }

    /// The classes of a frame's slots.
    pub fn classes_of(&self, frame: &FrameRecipe) -> impl Iterator<Item = Const> + use<'_> {
        let [locals, stack] = [frame.locals, frame.stack].map(|row| self.classes(row));
        locals.iter().chain(stack).copied()
    }

    /// Calls `f` with each slot of each row.
    pub fn each_slot(&mut self, f: &mut dyn FnMut(&mut Recipe)) {
        self.slots.iter_mut().for_each(f);
    }

    /// Calls `f` with each value that a recipe uses.
    pub fn each_value(&self, recipe: &Recipe, f: &mut dyn FnMut(Val)) {
        match recipe {
            Recipe::Null | Recipe::Kept | Recipe::Const(_) => {}
            Recipe::Owned(v)
            | Recipe::Borrowed(v)
            | Recipe::Int(v)
            | Recipe::Float(v)
            | Recipe::Bool(v) => f(*v),
            Recipe::Made(number) => {
                let items = &self.made[*number as usize].items;
                items.iter().for_each(|i| self.each_value(i, f));
            }
        }
    }
}
