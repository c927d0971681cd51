//! How a job's operands are cut up: rows of A' into blocks that stay in the second-level cache, columns of B' into
//! panels, and as many panels at a time as the bound on memory allows.

use super::groups::Groups;
use super::numa::Node;
use super::plan::Plan;
use super::schedule;
use super::shape::JobError;
use crate::kernels::Geometry;
use std::ops::Range;

/// Most rows of A' in a block; more gain nothing.
const BLOCK_ROWS: usize = 256;
/// What a thread needs besides its block of A', the kernel's working space and panels of B'.
const THREAD_BYTES: usize = 180 << 10;

/// Sizes and counts; packed rows and columns are those of the tiles, one tile after the other.
#[derive(Clone, Debug)]
pub struct Layout {
    /// Of the kernel.
    pub geometry: Geometry,
    /// Rows that one word of a vector jackpot sums up: what tiles and register tiles have in common.
    pub unit: usize,
    /// Neighbouring strips of one tile, where tiles have whole strips: they go into the same jackpots.
    pub joined: usize,
    /// Tiles below one another in a row block.
    pub block_groups: usize,
    /// What threads take one after the other: tile rows where B' is shared, panels where each thread packs its own.
    pub parts: Vec<Range<usize>>,
    /// Panels of B'.
    pub panels: usize,
    /// Bytes from one panel to the next.
    pub panel_bytes: usize,
    /// Panels that are packed at a time: all of them, once for the job and shared by the threads, or fewer, by each thread
    /// for itself, again and again.
    pub block_panels: usize,
    /// How often all of packed B' is there: once, or for each memory node.
    pub copies: usize,
    /// Bytes that the native buffers take in all.
    pub memory_bytes: u64,
}

/// What the layout depends on besides the plan and the tiles.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Threads that mine.
    pub threads: usize,
    /// Bound on the native buffers.
    pub memory_bytes: u64,
    /// Second-level cache of a core, half of which a block of A' may fill.
    pub cache_bytes: usize,
    /// Rows of A' in a block; `None` takes as many as suit the cache.
    pub block_rows: Option<usize>,
    /// Fold columns where matrices and kernel allow it.
    pub eliminate: bool,
    /// Memory nodes; none where there is only one.
    pub nodes: &'a [Node],
}

impl Layout {
    /// Lays out a job. Behind each panel there are so many `words` for each of its columns. `fixed_bytes` are taken by tables and trees.
    ///
    /// # Errors
    /// `Memory` when not even the smallest column block fits.
    pub fn new(
        geometry: Geometry,
        (rows, cols): (&Groups, &Groups),
        plan: &Plan,
        words: usize,
        fixed_bytes: usize,
        limits: &Limits<'_>,
    ) -> Result<Layout, JobError> {
        let (h, w) = (rows.size(), cols.size());
        let unit = [16, 8, 4, 2]
            .into_iter()
            .find(|unit| h.is_multiple_of(*unit) && geometry.rows.is_multiple_of(*unit))
            .unwrap_or(2);
        let joined = if h.is_multiple_of(geometry.rows) {
            h / geometry.rows
        } else {
            1
        };
        let positions = plan.positions.len();
        // Whole strips, if a block can have them: as many tiles as make a multiple of the strip's rows.
        let step = geometry.rows / gcd(h, geometry.rows);
        let block_rows =
            (limits.block_rows.unwrap_or(BLOCK_ROWS)).min(limits.cache_bytes / 2 / positions);
        let block_groups = (block_rows / h / step * step)
            .max(step)
            .min(rows.count() as usize);
        let strips = (block_groups * h).div_ceil(geometry.rows);
        let panel_bytes = geometry.cols * (positions + 4 * words);
        let panels = cols.packed().div_ceil(geometry.cols);
        let threads = limits.threads;
        let a_block = strips * geometry.rows * positions;
        let space = geometry.space_bytes(strips, unit);
        let fixed = fixed_bytes + threads * (THREAD_BYTES + space + 16 * positions + a_block);
        let budget = (limits.memory_bytes as usize).saturating_sub(fixed);
        // A block of columns must not begin within a tile.
        let panel_step = w / gcd(w, geometry.cols);
        let block_panels = if panels * panel_bytes <= budget {
            panels
        } else {
            let fitting = budget / threads / panel_bytes / panel_step * panel_step;
            if fitting == 0 {
                let needed = (fixed + threads * panel_step * panel_bytes) as u64;
                return Err(JobError::Memory { needed });
            }
            fitting.min(panels)
        };
        let is_shared = block_panels == panels;
        let copies = limits.nodes.len().max(1);
        let copies = if copies * panels * panel_bytes <= budget {
            copies
        } else {
            1
        };
        let shares = if is_shared { copies } else { threads };
        let parts = if is_shared {
            schedule::parts(rows.count() as usize, block_groups, step, threads)
        } else {
            schedule::parts(panels, block_panels, panel_step, threads)
        };
        Ok(Layout {
            geometry,
            unit,
            joined,
            block_groups,
            parts,
            copies,
            panels,
            panel_bytes,
            block_panels,
            memory_bytes: (fixed + shares * block_panels * panel_bytes) as u64,
        })
    }

    /// Is all of B' packed once, for all threads?
    pub fn is_shared(&self) -> bool {
        self.block_panels == self.panels
    }

    /// Columns of panel `panel` that belong to tiles, out of `packed` in all.
    pub fn columns(&self, panel: usize, packed: usize) -> usize {
        (packed - panel * self.geometry.cols).min(self.geometry.cols)
    }

    /// The same, rounded up to what the kernel can take.
    pub fn width(&self, panel: usize, packed: usize) -> usize {
        self.columns(panel, packed)
            .next_multiple_of(self.geometry.lanes)
    }
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
