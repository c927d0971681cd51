//! The hot path: one block of rows of A' against a run of panels of B'. Allocates nothing.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::context::Context;
use super::packing::RowScratch;
use crate::kernels::{Block, Form, Ready, Space, WORDS, Words};
use crate::target;
use std::ops::Range;

/// Told of everything that a sweep finds.
pub trait Sink {
    /// So many more tiles have been searched; false to stop here. Called after each panel.
    fn searched(&mut self, tiles: u64) -> bool;
    /// False to stop here. Called after each panel of B' that was packed.
    fn goes_on(&mut self) -> bool;
    /// A column block is about to be packed.
    fn packing(&mut self) {}
    /// It has been, and serves so many tiles.
    fn packed(&mut self, _tiles: u64) {}
    /// Tile (`row`, `col`) wins with this hash.
    fn won(&mut self, attempt: &Attempt, row: u32, col: u32, hash: [u8; 32]);
}

/// Working space of one thread for one job.
pub struct Scratch {
    /// The packed row block.
    a: Buffer,
    /// This thread's packed column block, where B' is not shared.
    pub b: Buffer,
    /// The kernel's own.
    space: Space,
    /// Tickets of the row block in one panel, tile row after tile row.
    tickets: Vec<Words<16>>,
    /// Tickets that the next panel goes on with, one for each tile row.
    carried: Vec<Words<16>>,
    /// For packing.
    pub rows: RowScratch,
    /// Whose copy of packed B' this thread reads.
    pub node: usize,
}

impl Scratch {
    /// Enough for every block of the job; `b` is kept from the job before.
    ///
    /// # Errors
    /// The system has no memory left.
    pub fn new(context: &Context, mut b: Buffer, node: usize) -> std::io::Result<Scratch> {
        let layout = &context.layout;
        let (h, w) = (context.rows.size(), context.cols.size());
        let strips = (layout.block_groups * h).div_ceil(layout.geometry.rows);
        let mut a = Buffer::empty();
        a.reserve(strips * layout.geometry.rows * context.plan.positions.len())?;
        if layout.is_shared() {
            b = Buffer::empty();
        } else {
            b.reserve(layout.block_panels * layout.panel_bytes)?;
        }
        // A panel may begin and end within a tile.
        let slots = layout.geometry.cols / w + 2;
        Ok(Scratch {
            a,
            b,
            space: Space::default(),
            tickets: vec![[0; WORDS]; layout.block_groups * slots],
            carried: vec![[0; WORDS]; layout.block_groups],
            rows: context.row_scratch(),
            node,
        })
    }
}

/// Packs the tile rows `rows`, no more than a block has, and searches them against `panels`, the bytes of which begin at `packed[0]`. The run begins with
/// a tile. False when the sink asked to stop.
pub fn sweep(
    context: &Context,
    attempt: &Attempt,
    rows: Range<usize>,
    panels: Range<usize>,
    packed: &[u8],
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> bool {
    let layout = &context.layout;
    let lanes = layout.geometry.rows;
    let strip_bytes = lanes * context.plan.positions.len();
    let first_row = rows.start * context.rows.size();
    let strips = (rows.len() * context.rows.size()).div_ceil(lanes);
    let a = &mut scratch.a.bytes_mut()[..strips * strip_bytes];
    for (strip, out) in a.chunks_exact_mut(strip_bytes).enumerate() {
        context.pack_strip(attempt, first_row + strip * lanes, out, &mut scratch.rows);
    }
    let ready = context.kernel.ready(&context.plan.groups);
    for panel in panels.clone() {
        let at = (panel - panels.start) * layout.panel_bytes;
        let next = packed[at..].get(layout.panel_bytes..2 * layout.panel_bytes);
        let bytes = &packed[at..at + layout.panel_bytes];
        let next = if panel + 1 < panels.end { next } else { None };
        let tiles = search_panel(
            context,
            attempt,
            &ready,
            &rows,
            panel,
            bytes,
            next.unwrap_or(&[]),
            scratch,
            sink,
        );
        if !sink.searched(tiles) {
            return false;
        }
    }
    true
}

/// The tickets that a panel of columns touches.
struct Slots {
    /// The first tile column, and how many.
    first: usize,
    count: usize,
    /// How many of them end in this panel.
    complete: usize,
    /// Did the first one begin in the panel before?
    continued: bool,
}

/// Searches the packed row block against one panel; the number of tiles that ended in it.
#[expect(clippy::too_many_arguments, reason = "split for reading only")]
fn search_panel(
    context: &Context,
    attempt: &Attempt,
    ready: &Ready,
    rows: &Range<usize>,
    panel: usize,
    bytes: &[u8],
    next: &[u8],
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> u64 {
    let layout = &context.layout;
    let w = context.cols.size();
    let start = panel * layout.geometry.cols;
    let end = start + layout.columns(panel, context.cols.packed());
    let slots = Slots {
        first: start / w,
        count: end.div_ceil(w) - start / w,
        complete: end / w - start / w,
        continued: !start.is_multiple_of(w),
    };
    let tickets = &mut scratch.tickets[..rows.len() * slots.count];
    tickets.fill([0; WORDS]);
    if slots.continued {
        for (tickets, carried) in tickets.chunks_exact_mut(slots.count).zip(&scratch.carried) {
            tickets[0] = *carried;
        }
    }
    multiply(
        context,
        ready,
        rows.len(),
        panel,
        bytes,
        next,
        scratch,
        |unit_row, folded, kernel_cols, tickets| {
            let tile_row = unit_row / context.rows.size();
            for slot in 0..slots.count {
                let tile = (slots.first + slot) * w;
                let (from, to) = (tile.max(start) - start, (tile + w).min(end) - start);
                let ticket = &mut tickets[tile_row * slots.count + slot];
                context
                    .kernel
                    .fold_columns(&folded[from..], kernel_cols, to - from, ticket);
            }
        },
    );
    let tickets = &scratch.tickets[..rows.len() * slots.count];
    hash_tickets(context, attempt, tickets, rows.start, &slots, sink);
    if slots.complete < slots.count {
        for (tickets, carried) in tickets.chunks_exact(slots.count).zip(&mut scratch.carried) {
            *carried = tickets[slots.complete];
        }
    }
    (rows.len() * slots.complete) as u64
}

/// Multiplies the row block by one panel. `fold` gets each finished unit of rows: its first row within the block and its
/// jackpots.
#[expect(clippy::too_many_arguments, reason = "split for reading only")]
fn multiply(
    context: &Context,
    ready: &Ready,
    tile_rows: usize,
    panel: usize,
    bytes: &[u8],
    next: &[u8],
    scratch: &mut Scratch,
    fold: impl Fn(usize, &[u32], usize, &mut [Words<16>]),
) {
    let layout = &context.layout;
    let geometry = layout.geometry;
    let positions = context.plan.positions.len();
    let width = layout.width(panel, context.cols.packed());
    let (b, words) = bytes.split_at(width * positions);
    // SAFETY: any bytes are valid i32; `align_to` keeps what is aligned, which is all of it.
    let (before, words, _) = unsafe { words.align_to::<i32>() };
    assert!(before.is_empty(), "panels are whole words");
    let words = &words[..width * context.storage.words(&context.plan)];
    let form = if context.storage.is_centred() {
        Form::Centred { starts: words }
    } else {
        Form::Exact { corrections: words }
    };
    let rows = tile_rows * context.rows.size();
    let strips = rows.div_ceil(geometry.rows);
    let block = Block {
        a: &scratch.a.bytes()[..strips * geometry.rows * positions],
        b,
        width,
        groups: &context.plan.groups,
        form,
        unit: layout.unit,
        joined: layout.joined,
        prefetch: next,
    };
    let tickets = &mut scratch.tickets;
    let mut done = |strip: usize, jackpots: &[u32]| {
        let units = jackpots.chunks_exact(WORDS * geometry.cols);
        for (unit, folded) in units.enumerate() {
            let row = strip * geometry.rows + unit * layout.unit;
            if row < rows {
                fold(row, folded, geometry.cols, tickets);
            }
        }
    };
    ready.block(&block, &mut scratch.space, &mut done);
}

/// Hashes the complete tickets, sixteen at a time, and compares them with the bound, the top word first.
fn hash_tickets(
    context: &Context,
    attempt: &Attempt,
    tickets: &[Words<16>],
    first_row: usize,
    slots: &Slots,
    sink: &mut impl Sink,
) {
    let total = tickets.len() / slots.count * slots.complete;
    let top = (context.bound.value.limbs()[3] >> 32) as u32;
    let place = |index: usize| (index / slots.complete, index % slots.complete);
    for first in (0..total).step_by(16) {
        let batch = std::array::from_fn(|lane| {
            let (row, slot) = place((first + lane).min(total - 1));
            &tickets[row * slots.count + slot]
        });
        let hashes = context.kernel.ticket_hashes(&attempt.key, batch);
        for lane in 0..(total - first).min(16) {
            if hashes[7][lane] <= top {
                let mut hash = [0; 32];
                for (bytes, words) in hash.chunks_exact_mut(4).zip(&hashes) {
                    bytes.copy_from_slice(&words[lane].to_le_bytes());
                }
                if target::wins(&hash, &context.bound) {
                    let (row, slot) = place(first + lane);
                    sink.won(
                        attempt,
                        (first_row + row) as u32,
                        (slots.first + slot) as u32,
                        hash,
                    );
                }
            }
        }
    }
}
