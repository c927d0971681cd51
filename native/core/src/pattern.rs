//! Periodic patterns: which rows (columns) of a matrix make up one tile (protocol section 2).
//!
//! A pattern is `{a*s0 + b*s1 + c*s2 : a<l0, b<l1, c<l2}` with at most three dimensions. Only canonical forms
//! exist as a [`Pattern`], so equal index sets are equal values with equal bytes.

use std::fmt;

/// Most dimensions that a pattern may have.
pub const MAX_DIMS: usize = 3;
/// Largest period, and largest matrix side.
pub const MAX_PERIOD: u32 = 1 << 24;
/// Largest factor and largest length of a dimension: both are serialised as one byte, minus one.
const MAX_BYTE: u32 = 256;

/// One dimension: `length` indices, `stride` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Dim {
    /// Distance between neighbours; a multiple of the extent of the dimension before.
    pub stride: u32,
    /// Number of indices, 2..=256.
    pub length: u32,
}

impl Dim {
    /// `stride * length`: where the next repetition may start.
    pub fn extent(self) -> u32 {
        self.stride * self.length
    }
}

/// A valid, canonical pattern.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pattern {
    dims: [Dim; MAX_DIMS],
    used: usize,
}

/// Why bytes or indices are not a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternError(&'static str);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for PatternError {}

impl Pattern {
    const UNIT: Pattern = Pattern {
        dims: [Dim {
            stride: 1,
            length: 1,
        }; MAX_DIMS],
        used: 0,
    };

    /// `0..length`, the usual pattern; `length` is 1..=256.
    pub fn contiguous(length: u32) -> Result<Pattern, PatternError> {
        if length == 0 {
            return Err(PatternError("a pattern has at least one index"));
        }
        let mut pattern = Pattern::UNIT;
        if length > 1 {
            pattern.push(1, length)?;
        }
        Ok(pattern)
    }

    /// Reads the six bytes `(factor-1, length-1)` of up to three dimensions.
    ///
    /// # Errors
    /// Every form but the canonical one: a length of 1 with a factor, a dimension after an unused one,
    /// two dimensions that could be one, a period above 2^24.
    pub fn from_bytes(bytes: [u8; 6]) -> Result<Pattern, PatternError> {
        let mut pattern = Pattern::UNIT;
        let mut ended = false;
        for pair in bytes.chunks_exact(2) {
            if pair == [0, 0] {
                ended = true;
                continue;
            }
            if ended {
                return Err(PatternError("a dimension follows an unused one"));
            }
            let (factor, length) = (u32::from(pair[0]) + 1, u32::from(pair[1]) + 1);
            if length == 1 {
                return Err(PatternError("a dimension of length 1 has a factor"));
            }
            pattern.push(factor, length)?;
        }
        Ok(pattern)
    }

    /// Recovers the pattern from its ascending list of indices, the first of which is 0.
    ///
    /// The canonical form is unique: within it the next stride differs from the extent so far, so the longest
    /// arithmetic run at the start *is* the first dimension, and so on outwards.
    ///
    /// # Errors
    /// Any list that is not exactly the index set of a valid pattern. Takes time linear in the list, no memory.
    pub fn from_indices(indices: &[u32]) -> Result<Pattern, PatternError> {
        if indices.first() != Some(&0) {
            return Err(PatternError("the indices of a pattern start at 0"));
        }
        let mut pattern = Pattern::UNIT;
        // `block` indices are explained by the dimensions found so far; the next dimension repeats that block.
        let mut block = 1;
        while block < indices.len() {
            let stride = indices[block];
            let extent = pattern.period();
            if stride == 0 || !stride.is_multiple_of(extent) {
                return Err(PatternError(
                    "a stride is not a multiple of the extent before it",
                ));
            }
            let length = indices
                .iter()
                .step_by(block)
                .zip(0u64..)
                .take_while(|&(&index, i)| u64::from(index) == i * u64::from(stride))
                .count();
            let length =
                u32::try_from(length).map_err(|_| PatternError("a length is above 256"))?;
            pattern.push(stride / extent, length)?;
            block *= length as usize;
        }
        if pattern.size() as usize != indices.len() || !pattern.iter().eq(indices.iter().copied()) {
            return Err(PatternError(
                "the indices are not a full product of their dimensions",
            ));
        }
        Ok(pattern)
    }

    /// Adds a dimension outside the present ones, if the result is still canonical and small enough.
    fn push(&mut self, factor: u32, length: u32) -> Result<(), PatternError> {
        if self.used == MAX_DIMS {
            return Err(PatternError("the indices need more than three dimensions"));
        }
        if factor > MAX_BYTE {
            return Err(PatternError("a factor is above 256"));
        }
        if length > MAX_BYTE {
            return Err(PatternError("a length is above 256"));
        }
        if self.used > 0 && factor == 1 {
            return Err(PatternError("two dimensions can be merged into one"));
        }
        // At most 2^24 * 2^8 * 2^8, so 64 bits cannot overflow.
        let stride = u64::from(self.period()) * u64::from(factor);
        let period = stride * u64::from(length);
        if period > u64::from(MAX_PERIOD) {
            return Err(PatternError("the period is above 2^24"));
        }
        self.dims[self.used] = Dim {
            stride: stride as u32,
            length,
        };
        self.used += 1;
        Ok(())
    }

    /// The six bytes of the mining configuration.
    pub fn to_bytes(&self) -> [u8; 6] {
        let mut bytes = [0; 6];
        let mut extent = 1;
        for (dim, pair) in self.dims().iter().zip(bytes.chunks_exact_mut(2)) {
            pair[0] = (dim.stride / extent - 1) as u8;
            pair[1] = (dim.length - 1) as u8;
            extent = dim.extent();
        }
        bytes
    }

    /// The dimensions, innermost first; none for the pattern `{0}`.
    pub fn dims(&self) -> &[Dim] {
        &self.dims[..self.used]
    }

    /// The indices, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        (0..self.size()).map(|mut position| {
            let mut index = 0;
            for dim in self.dims() {
                index += position % dim.length * dim.stride;
                position /= dim.length;
            }
            index
        })
    }

    /// The indices, ascending, as a list of [`size`](Self::size) numbers (check the size first: it may be 2^24).
    pub fn indices(&self) -> Vec<u32> {
        self.iter().collect()
    }

    /// How many indices: the product of the lengths.
    pub fn size(&self) -> u32 {
        self.dims().iter().map(|dim| dim.length).product()
    }

    /// After how many rows the pattern's offsets repeat: the last `stride * length`.
    pub fn period(&self) -> u32 {
        self.dims().last().map_or(1, |dim| dim.extent())
    }

    /// The largest index.
    pub fn max(&self) -> u32 {
        self.dims()
            .iter()
            .map(|dim| dim.stride * (dim.length - 1))
            .sum()
    }

    /// May a tile start at `offset`? Offsets tile the matrix without overlap.
    pub fn is_valid_offset(&self, offset: u32) -> bool {
        let mut rest = offset;
        self.dims().iter().rev().all(|dim| {
            rest %= dim.extent();
            rest < dim.stride
        })
    }

    /// All valid offsets `t` with `t + max < dim`, ascending: the tiles of a matrix side of `dim` rows.
    pub fn offsets(&self, dim: u32) -> impl Iterator<Item = u32> + '_ {
        (0..dim.saturating_sub(self.max())).filter(|&offset| self.is_valid_offset(offset))
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.dims().iter().map(|dim| (dim.stride, dim.length)))
            .finish()
    }
}
