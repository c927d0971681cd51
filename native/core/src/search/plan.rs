//! In which order, and how combined, the columns of `k` go into the packed operands.
//!
//! Where B is zero, a column of B' is the difference of two columns of U: an edge of a graph with `rank` vertices. An
//! edge on a cycle is a sum of the cycle's other edges, each plus or minus, so that its products can be had by adding
//! its column of A' to theirs, and one column less is multiplied. The sums at the end of each step stay what they were.

use super::cycles::{Arc, short_cycles};
use super::parallel::Parallel;

/// The two columns of U whose difference is a column of noise.
pub type Pair = (u16, u16);

/// One column of the packed operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Column `column` of A' and of B'.
    Plain {
        /// Below `k - k mod r`.
        column: u32,
    },
    /// Column `column` of B'; that of A' with column `with` of A' added or subtracted.
    Folded {
        /// Multiplied.
        column: u32,
        /// Dropped from B', since its columns of this cycle make it up.
        with: u32,
        /// Subtract.
        minus: bool,
    },
    /// Nothing: zero in B', which fills a step up to whole groups.
    Padding,
}

/// The columns of each step, padded to whole groups.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Positions in a group: the depth of the kernel's instruction.
    pub depth: usize,
    /// Groups of positions in each step.
    pub groups: Vec<u16>,
    /// All positions, step after step.
    pub positions: Vec<Position>,
}

impl Plan {
    /// Every column in its own place.
    pub fn plain(used_k: u32, rank: u32, depth: usize) -> Plan {
        Plan {
            depth,
            groups: vec![(rank as usize / depth) as u16; (used_k / rank) as usize],
            positions: (0..used_k)
                .map(|column| Position::Plain { column })
                .collect(),
        }
    }

    /// As few columns as cycles of B's noise allow, for B = 0 only. `None` when it was cancelled.
    pub fn eliminated(
        pairs: &[Pair],
        rank: u32,
        depth: usize,
        parallel: &Parallel<'_>,
    ) -> Option<Plan> {
        let rank = rank as usize;
        let mut steps = vec![Vec::new(); pairs.len() / rank];
        let work = steps.iter_mut().zip(pairs.chunks_exact(rank)).enumerate();
        let complete = parallel.for_each(work, |work| {
            for (step, (positions, pairs)) in work {
                *positions = eliminate((step * rank) as u32, pairs, depth);
            }
        });
        complete.then(|| Plan {
            depth,
            groups: steps
                .iter()
                .map(|positions| (positions.len() / depth) as u16)
                .collect(),
            positions: steps.concat(),
        })
    }

    /// Are there folded columns?
    pub fn is_folded(&self) -> bool {
        self.positions
            .iter()
            .any(|position| matches!(position, Position::Folded { .. }))
    }

    /// The part of `used_k` columns that is not multiplied.
    pub fn saved(&self, used_k: u32) -> f64 {
        1.0 - self.positions.len() as f64 / f64::from(used_k)
    }
}

/// The positions of one step, the first column of which is `first`.
fn eliminate(first: u32, pairs: &[Pair], depth: usize) -> Vec<Position> {
    let mut positions: Vec<Option<Position>> = (first..)
        .take(pairs.len())
        .map(|column| Some(Position::Plain { column }))
        .collect();
    let cycles = short_cycles(pairs.len(), pairs);
    // What does not empty a whole group saves nothing.
    for cycle in &cycles[..cycles.len() / depth * depth] {
        let dropped = dropped(cycle);
        positions[dropped.edge] = None;
        for arc in cycle.iter().filter(|arc| **arc != dropped) {
            // The arcs sum to zero, so those that run with the dropped one make up its negative.
            positions[arc.edge] = Some(Position::Folded {
                column: first + arc.edge as u32,
                with: first + dropped.edge as u32,
                minus: arc.forward == dropped.forward,
            });
        }
    }
    let mut positions: Vec<Position> = positions.into_iter().flatten().collect();
    positions.resize(positions.len().next_multiple_of(depth), Position::Padding);
    positions
}

/// Which arc to drop: one of the rarer direction, so that most of the others are added, which needs no correction.
fn dropped(cycle: &[Arc]) -> Arc {
    let forward = cycle.iter().filter(|arc| arc.forward).count();
    let rarer = forward != 0 && 2 * forward <= cycle.len();
    let or_any = cycle[0];
    cycle
        .iter()
        .copied()
        .find(|arc| arc.forward == rarer)
        .unwrap_or(or_any)
}
