//! What a kernel is asked for: one row block against one panel, in whatever order suits it.

use super::tile::{Folded, Form, Geometry, Tile, WORDS};

/// A row block of A', a panel of B', and what the kernel needs to know of them.
#[derive(Clone, Copy)]
pub struct Block<'a> {
    /// Strips of A' one after the other, `depth * rows * sum(groups)` bytes each; see [`Geometry::row_depth`].
    pub a: &'a [u8],
    /// See [`Tile`].
    pub b: &'a [u8],
    /// See [`Tile`].
    pub width: usize,
    /// See [`Tile`].
    pub groups: &'a [u16],
    /// See [`Tile`].
    pub form: Form<'a>,
    /// See [`Tile`].
    pub unit: usize,
    /// So many neighbouring strips share their jackpots: tiles of that many whole strips.
    pub joined: usize,
    /// What will be read after this block, to be brought into the second-level cache meanwhile: the next panel.
    pub prefetch: &'a [u8],
}

/// Told of jackpots that are complete: the first of the strips that they sum up, and the jackpots of its units as
/// [`Folded`] has them.
pub type Done<'a> = dyn FnMut(usize, &[u32]) + 'a;

/// Working space of a kernel, kept from block to block.
pub struct Space {
    folded: Box<Folded>,
    #[cfg(target_arch = "x86_64")]
    pub(super) kept: super::amx_kept::Kept,
}

impl Default for Space {
    fn default() -> Space {
        Space {
            folded: Folded::zeroed(),
            #[cfg(target_arch = "x86_64")]
            kept: Default::default(),
        }
    }
}

/// The order of the kernels with a register tile: strip after strip, each over the whole of `k`. (As much of `k` at a time as
/// keeps a part of the panel in the first-level cache was tried: what it saves is less than what keeping the sums costs.)
#[inline]
pub fn by_strips(
    geometry: Geometry,
    block: &Block<'_>,
    space: &mut Space,
    done: &mut Done<'_>,
    multiply: impl Fn(&Tile<'_>, &mut Folded),
) {
    let groups: usize = block.groups.iter().map(|&groups| usize::from(groups)).sum();
    let strip_bytes = geometry.depth * geometry.rows * groups;
    assert!(strip_bytes > 0 && block.a.len().is_multiple_of(strip_bytes));
    let strips = block.a.chunks_exact(strip_bytes);
    let ahead = (block.prefetch.len().div_ceil(strips.len().max(1)))
        .next_multiple_of(64)
        .max(64);
    let mut prefetch = block.prefetch.chunks(ahead);
    let length = geometry.rows / block.unit * WORDS * geometry.cols;
    for (strip, a) in strips.enumerate() {
        let tile = Tile {
            a,
            b: block.b,
            width: block.width,
            groups: block.groups,
            form: block.form,
            unit: block.unit,
            accumulate: !strip.is_multiple_of(block.joined),
            prefetch: prefetch.next().unwrap_or(&[]),
        };
        if strip == 0 {
            // The others differ in nothing that is checked; checking each costs some per cent.
            tile.check(geometry);
        }
        if block.groups.len() < WORDS && !tile.accumulate {
            // The words that no step reaches.
            space.folded.0[..length].fill(0);
        }
        multiply(&tile, &mut space.folded);
        if (strip + 1).is_multiple_of(block.joined) {
            done(strip + 1 - block.joined, &space.folded.0[..length]);
        }
    }
}
