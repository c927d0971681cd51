//! What a register tile is given and what it leaves behind: the one interface of all kernels.
//!
//! Packed operands are groups of consecutive columns of `k`, as many (the `depth`) as the instruction sums up. A strip of
//! A' holds, group after group, so many bytes of each of its rows; a panel of B' of each of its columns. (The groups of A' may
//! be longer: [`Geometry::row_depth`].)

/// Words of a jackpot.
pub const WORDS: usize = 16;
/// Most rows, and most columns, of any kernel's register tile.
pub const MAX_ROWS: usize = 8;
/// See [`MAX_ROWS`].
pub const MAX_COLS: usize = 48;

/// The geometry of a kernel's register tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Rows of A' in a strip.
    pub rows: usize,
    /// Columns of B' in a full panel, and the distance of two words in the jackpots.
    pub cols: usize,
    /// The width of a panel is a multiple of this.
    pub lanes: usize,
    /// Columns of `k` in a group: bytes of a column of B' that lie together.
    pub depth: usize,
    /// Bytes of a row of A' that lie together: the depth, or more where a kernel loads more of a row at once.
    pub row_depth: usize,
}

impl Geometry {
    /// Bytes of a row of A' that lie together when each step has so many groups: never more than a step.
    pub fn row_depth_of(self, groups: u16) -> usize {
        self.row_depth.min(self.depth * usize::from(groups))
    }

    /// Bytes of the working space for so many strips, cut into units of rows: what a kernel that goes over `k` in parts keeps
    /// of each strip meanwhile.
    pub fn space_bytes(self, strips: usize, unit: usize) -> usize {
        if self.row_depth == self.depth {
            return size_of::<Folded>();
        }
        let (sums, words) = (self.rows, self.rows / unit * WORDS);
        (self.rows + strips * (sums + words)) * self.cols * size_of::<u32>()
    }
}

/// Vector jackpots of one register tile: word `i` of unit `u` in column `c` is at `(u * 16 + i) * cols + c`.
#[repr(C, align(64))]
pub struct Folded(pub [u32; FOLDED_LEN]);

/// Units of rows x words x columns, at most.
const FOLDED_LEN: usize = MAX_ROWS / 2 * WORDS * MAX_COLS;

impl Folded {
    /// All zero.
    pub fn zeroed() -> Box<Folded> {
        Box::new(Folded([0; FOLDED_LEN]))
    }
}

/// How sums are kept, and what takes off what the packing added to A' to keep it in its operand's range.
#[derive(Clone, Copy, Debug)]
pub enum Form<'a> {
    /// In 32 bits, never wrong. A' and B' lie in [-127, 127], and A' is stored as the kernel's operand says.
    Exact {
        /// What to subtract from every accumulator of a column before the XOR, step by step (`width` each). Empty: nothing
        /// was added.
        corrections: &'a [i32],
    },
    /// In 16 bits within a run, which may wrap: only the end of a run has to fit. B' lies in [-63, 63]. Each column has two
    /// sums, one of the first half of each group and one of the second; their end, with its sign, goes into 32 bits.
    Centred {
        /// What the two sums of each column begin with, run by run (`width` words each, the first sum in the lower half):
        /// less what the packing added. Empty: zero, and A' is signed.
        starts: &'a [i32],
    },
}

impl<'a> Form<'a> {
    /// The corrections, if there are any.
    pub fn corrections(self) -> &'a [i32] {
        match self {
            Form::Exact { corrections } => corrections,
            Form::Centred { .. } => &[],
        }
    }
}

/// Most columns of `k` in a run: a sum of 64 products of noise is six standard deviations away from wrapping.
const RUN_LEN: usize = 128;

/// Most groups in a run, for a kernel of this depth.
pub const fn run_groups(depth: usize) -> usize {
    RUN_LEN / depth
}

/// Runs that a step of so many groups is cut into.
pub const fn runs(groups: u16, depth: usize) -> usize {
    (groups as usize).div_ceil(run_groups(depth))
}

/// One register tile over the whole of `k`: `rows` x `width` accumulators that never leave the registers except
/// for the XOR of each unit of rows after each step.
pub struct Tile<'a> {
    /// A strip of A', `depth * rows * sum(groups)` bytes.
    pub a: &'a [u8],
    /// A panel of B', `depth * width * sum(groups)` bytes.
    pub b: &'a [u8],
    /// Columns in the panel: a multiple of the kernel's lanes, at most its columns.
    pub width: usize,
    /// Groups of columns of `k` in each step.
    pub groups: &'a [u16],
    /// How sums are kept.
    pub form: Form<'a>,
    /// Rows XORed together, 2, 4 or 8, a divisor of the strip's rows.
    pub unit: usize,
    /// XOR into the jackpots that are there (the same tickets' rows above) rather than start from zero.
    pub accumulate: bool,
    /// What will be read later: a part of the next panel, to be brought into the second-level cache meanwhile.
    pub prefetch: &'a [u8],
}

impl Tile<'_> {
    /// Panics unless every slice is as long as the geometry needs; the kernels' `unsafe` relies on this.
    pub fn check(&self, geometry: Geometry) {
        let runs_of = |groups| runs(groups, geometry.depth);
        let groups: usize = self.groups.iter().map(|&groups| usize::from(groups)).sum();
        assert!(self.width > 0 && self.width <= geometry.cols);
        assert!(self.width.is_multiple_of(geometry.lanes));
        assert_eq!(self.a.len(), geometry.depth * geometry.rows * groups);
        assert_eq!(self.b.len(), geometry.depth * self.width * groups);
        let (words, blocks) = match self.form {
            Form::Exact { corrections } => (corrections, self.groups.len()),
            Form::Centred { starts } => (starts, self.groups.iter().copied().map(runs_of).sum()),
        };
        assert!(words.is_empty() || words.len() == self.width * blocks);
        assert!(matches!(self.unit, 2 | 4 | 8) && geometry.rows.is_multiple_of(self.unit));
    }
}

/// By how much the word of `step` is still rotated by the steps that come after it: the jackpot is linear under XOR and
/// rotation, so each contribution is rotated once and never touched again.
#[inline(always)]
pub fn rotation(step: usize, steps: usize) -> u32 {
    ((steps - 1 - step) / WORDS * 13 % 32) as u32
}

/// Deals out a stretch of memory to be prefetched: an equal part to each step, a cache line with each group until the part
/// is done. Spreading a part thinner, so that lines are asked for again and again, costs 3 % of the speed.
pub struct Ahead {
    /// What to prefetch with the next group.
    pub next: *const u8,
    /// How far to go in this step.
    pub end: *const u8,
    part: usize,
}

impl Ahead {
    /// For all steps of the tile.
    pub fn new(tile: &Tile<'_>) -> Ahead {
        let start = tile.prefetch.as_ptr();
        Ahead {
            next: start,
            end: start,
            part: (tile.prefetch.len() / tile.groups.len()).next_multiple_of(64),
        }
    }

    /// Goes on to the next step's part.
    pub fn begin_step(&mut self) {
        self.end = self.end.wrapping_add(self.part);
    }

    /// Prefetches the step's part at once, for a loop that has no instruction to spare for it.
    #[cfg(target_arch = "x86_64")]
    #[inline]
    pub fn prefetch_step(&mut self) {
        use std::arch::x86_64::{_MM_HINT_T1, _mm_prefetch};
        while self.next < self.end {
            // SAFETY: prefetches of any address are harmless.
            unsafe { _mm_prefetch::<_MM_HINT_T1>(self.next.cast()) };
            self.next = self.next.wrapping_add(64);
        }
    }
}
