//! In which order, and how combined, the columns of `k` go into the packed operands.

/// One column of the packed operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// Column `column` of A' and of B'.
    Plain {
        /// Below `k - k mod r`.
        column: u32,
    },
    /// Nothing: zero in B', which fills a step up to a multiple of four.
    Padding,
}

/// The columns of each step, padded to groups of four.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Groups of four positions in each step.
    pub groups: Vec<u16>,
    /// All positions, step after step.
    pub positions: Vec<Position>,
}

impl Plan {
    /// Every column in its own place.
    pub fn plain(used_k: u32, rank: u32) -> Plan {
        Plan {
            groups: vec![(rank / 4) as u16; (used_k / rank) as usize],
            positions: (0..used_k)
                .map(|column| Position::Plain { column })
                .collect(),
        }
    }
}
