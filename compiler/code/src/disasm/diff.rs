//! What changed between two builds of a piece of code, instruction by instruction.
//!
//! A longest common subsequence over names and meanings; offsets count nothing, and a jump's distance neither, so that
//! inserting an instruction does not make every jump over it a change. Then jumps that were matched, but lead to other
//! places among the matched instructions, are changes after all.

use super::{Instruction, Listing};

/// What became of instructions; places in the two listings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    Same(usize, usize),
    /// The same jump, to another place.
    Retargeted(usize, usize),
    Removed(usize),
    Added(usize),
}

/// A line of a comparison.
pub struct Step<'a> {
    pub change: Change,
    pub old: Option<&'a Instruction>,
    pub new: Option<&'a Instruction>,
}

fn key(i: &Instruction) -> (String, String) {
    let meaning = match (i.target, i.meaning.is_empty()) {
        (Some(_), _) => String::new(),
        (None, true) => i.arg.map_or(String::new(), |a| a.to_string()),
        (None, false) => i.meaning.clone(),
    };
    (i.name(), meaning)
}

/// Compares two listings; removals go before additions at the same place.
pub fn compare<'a>(old: &'a Listing, new: &'a Listing) -> Vec<Step<'a>> {
    let a: Vec<_> = old.instructions.iter().map(key).collect();
    let b: Vec<_> = new.instructions.iter().map(key).collect();
    let matched = common(&a, &b);
    // How many matched ones are before each place: equal for partners, and for what stands in the same gap.
    let rank = |places: Vec<usize>, len: usize| -> Vec<usize> {
        (0..=len)
            .map(|n| places.partition_point(|&p| p < n))
            .collect()
    };
    let rank_a = rank(matched.iter().map(|m| m.0).collect(), a.len());
    let rank_b = rank(matched.iter().map(|m| m.1).collect(), b.len());
    let (places_a, places_b) = (old.places(), new.places());
    let same_target = |i: usize, j: usize| {
        let to = |i: &Instruction, places: &std::collections::HashMap<usize, usize>| {
            i.target.and_then(|t| places.get(&t).copied())
        };
        match (
            to(&old.instructions[i], &places_a),
            to(&new.instructions[j], &places_b),
        ) {
            (Some(x), Some(y)) => rank_a[x] == rank_b[y],
            _ => true,
        }
    };
    let mut steps = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (x, y) in matched.into_iter().chain([(a.len(), b.len())]) {
        steps.extend((i..x).map(Change::Removed));
        steps.extend((j..y).map(Change::Added));
        if x < a.len() {
            steps.push(match same_target(x, y) {
                true => Change::Same(x, y),
                false => Change::Retargeted(x, y),
            });
        }
        (i, j) = (x + 1, y + 1);
    }
    let step = |change| {
        let (x, y) = match change {
            Change::Same(x, y) | Change::Retargeted(x, y) => (Some(x), Some(y)),
            Change::Removed(x) => (Some(x), None),
            Change::Added(y) => (None, Some(y)),
        };
        Step {
            change,
            old: x.map(|x| &old.instructions[x]),
            new: y.map(|y| &new.instructions[y]),
        }
    };
    steps.into_iter().map(step).collect()
}

/// Pairs of places of a longest common subsequence, ascending.
fn common<T: PartialEq>(a: &[T], b: &[T]) -> Vec<(usize, usize)> {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (&a[head..], &b[head..]);
    let tail = rest_a
        .iter()
        .rev()
        .zip(rest_b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (m, n) = (rest_a.len() - tail, rest_b.len() - tail);
    // best[i][j]: length of the longest one of what follows i and j.
    let mut best = vec![vec![0u32; n + 1]; m + 1];
    for i in (0..m).rev() {
        for j in (0..n).rev() {
            best[i][j] = match rest_a[i] == rest_b[j] {
                true => best[i + 1][j + 1] + 1,
                false => best[i + 1][j].max(best[i][j + 1]),
            };
        }
    }
    let mut pairs: Vec<_> = (0..head).map(|i| (i, i)).collect();
    let (mut i, mut j) = (0, 0);
    while i < m && j < n {
        if rest_a[i] == rest_b[j] {
            pairs.push((head + i, head + j));
            (i, j) = (i + 1, j + 1);
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs.extend((0..tail).map(|k| (a.len() - tail + k, b.len() - tail + k)));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsequences() {
        let chars = |s: &str| s.chars().collect::<Vec<_>>();
        let length = |a, b| common(&chars(a), &chars(b)).len();
        assert_eq!(length("", ""), 0);
        assert_eq!(length("abc", "abc"), 3);
        assert_eq!(length("abcbdab", "bdcaba"), 4);
        assert_eq!(common(&chars("xay"), &chars("xby")), [(0, 0), (2, 2)]);
    }
}
