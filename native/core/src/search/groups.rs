//! All tiles of one matrix side, in the order of their offsets. Offsets tile the side without overlap, so a permutation
//! of the rows puts every tile's rows together, whatever the pattern.

use crate::pattern::Pattern;

/// The tiles of one side.
#[derive(Clone, Debug)]
pub struct Groups {
    pattern: Pattern,
    indices: Vec<u32>,
    count: u32,
}

impl Groups {
    /// All tiles of a side of `dim` rows.
    pub fn new(pattern: Pattern, dim: u32) -> Groups {
        let groups = Groups {
            pattern,
            indices: pattern.indices(),
            count: 0,
        };
        // Offsets ascend, so the number of those that leave room for the tile is found by bisection.
        let limit = dim.saturating_sub(pattern.max());
        let (mut low, mut high) = (0, limit);
        while low < high {
            let middle = low + (high - low) / 2;
            if groups.offset(middle) < u64::from(limit) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Groups {
            count: low,
            ..groups
        }
    }

    /// How many tiles.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Rows in a tile.
    pub fn size(&self) -> usize {
        self.indices.len()
    }

    /// Where tile `index` begins: the digits of `index` are the free positions between the pattern's dimensions.
    fn offset(&self, mut index: u32) -> u64 {
        let (mut offset, mut extent) = (0, 1);
        for dim in self.pattern.dims() {
            let free = dim.stride / extent;
            offset += u64::from(index % free * extent);
            index /= free;
            extent = dim.extent();
        }
        offset + u64::from(index) * u64::from(extent)
    }

    /// Where tile `index` begins, as a row number.
    pub fn start(&self, index: u32) -> u32 {
        self.offset(index) as u32
    }

    /// The rows of tile `index`, ascending.
    pub fn rows(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let start = self.start(index);
        self.indices.iter().map(move |row| start + row)
    }

    /// The row at position `packed` when the tiles' rows are put one after the other.
    pub fn row(&self, packed: usize) -> u32 {
        self.start((packed / self.size()) as u32) + self.indices[packed % self.size()]
    }

    /// How many packed rows.
    pub fn packed(&self) -> usize {
        self.count as usize * self.size()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_exactly_the_valid_offsets_in_their_order() {
        let patterns: [&[u32]; 5] = [
            &[0, 8, 64, 72],
            &[0, 1, 8, 9, 32, 33, 40, 41],
            &[0, 1, 2, 3],
            &[0, 5],
            &[0, 1, 4, 5, 16, 17, 20, 21],
        ];
        for indices in patterns {
            let pattern = Pattern::from_indices(indices).unwrap();
            for dim in 0..300 {
                let groups = Groups::new(pattern, dim);
                let starts = (0..groups.count()).map(|index| groups.start(index));
                assert!(starts.eq(pattern.offsets(dim)), "{indices:?} {dim}");
            }
        }
    }
}
