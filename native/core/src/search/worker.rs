//! A mining thread: takes parts of attempts until it is told otherwise.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::context::Context;
use super::control::{Control, Current};
use super::event::{Event, OnEvent};
use super::numa::{self, Node};
use super::os;
use super::solution::Solution;
use super::sweep::{Scratch, Sink, sweep};
use std::ops::Range;
use std::time::{Duration, Instant};

/// Work between two rests of a throttled thread.
const DUTY_SLICE: Duration = Duration::from_millis(4);

/// Runs until the miner stops.
pub fn run(
    control: &Control,
    index: usize,
    nodes: &[Node],
    idle_priority: bool,
    on_event: &OnEvent,
) {
    if idle_priority {
        os::yield_to_everything();
    }
    control.counters[index].own();
    let node = numa::node_of(nodes, index, control.counters.len());
    if let Some(node) = nodes.get(node) {
        numa::stay_on(node);
    }
    let mut column_block = Buffer::empty();
    control.lock().resting += 1;
    control.notify();
    loop {
        let taken = control.wait_for(|state| {
            if state.stopping {
                return Some(None);
            }
            let current = state.current.as_ref().filter(|_| !state.paused)?;
            state.resting -= 1;
            // Read under the lock: whatever changes from here on raises it.
            Some(Some((current.clone(), control.epoch())))
        });
        let Some((current, epoch)) = taken else {
            return;
        };
        let own = (column_block, node);
        column_block = mine(control, index, &current, epoch, own, on_event);
        drop(current);
        control.lock().resting += 1;
        control.notify();
    }
}

/// Mines one job until the epoch changes or there is nothing left to do. Gives the large buffer back.
fn mine(
    control: &Control,
    index: usize,
    current: &Current,
    epoch: u64,
    (column_block, node): (Buffer, usize),
    on_event: &OnEvent,
) -> Buffer {
    let context = &*current.context;
    let Ok(mut scratch) = Scratch::new(context, column_block, node) else {
        // No memory for this thread: the others go on, and this one tries again with the next change.
        control.sleep(epoch, Duration::from_secs(60));
        return Buffer::empty();
    };
    let mut sink = Reporter {
        control,
        current,
        index,
        epoch,
        first: true,
        slice: Instant::now(),
        on_event,
    };
    let mut attempt = context.attempt();
    loop {
        if !parts(context, &attempt, &mut scratch, &mut sink) {
            break;
        }
        match context.attempt_after(&attempt) {
            Some(next) => attempt = next,
            None => break,
        }
    }
    scratch.b
}

/// Takes parts of one attempt until none is left. False when the sink asked to stop.
pub fn parts(
    context: &Context,
    attempt: &Attempt,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> bool {
    let layout = &context.layout;
    loop {
        let number = attempt.take();
        let Some(part) = layout.parts.get(number).cloned() else {
            return true;
        };
        if number == 0 {
            // Ahead, so that no thread waits for it at the end of this one.
            context.make_next(attempt);
        }
        let goes_on = if layout.is_shared() {
            let packed = context.shared_panels(scratch.node);
            let panels = 0..layout.panels;
            sweep(context, attempt, part, panels, packed, scratch, sink)
        } else {
            column_block(context, attempt, part, scratch, sink)
        };
        if !goes_on {
            return false;
        }
    }
}

/// Packs some panels for this thread alone, and searches all rows against them. False when the sink asked to stop.
fn column_block(
    context: &Context,
    attempt: &Attempt,
    panels: Range<usize>,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> bool {
    let mut packed = std::mem::replace(&mut scratch.b, Buffer::empty());
    let rows = context.rows.count() as usize;
    let block = context.layout.block_groups;
    let done = pack(context, panels.clone(), &mut packed, scratch, sink)
        && (0..rows).step_by(block).all(|first| {
            let rows = first..(first + block).min(rows);
            sweep(
                context,
                attempt,
                rows,
                panels.clone(),
                packed.bytes(),
                scratch,
                sink,
            )
        });
    scratch.b = packed;
    done
}

/// Packs this thread's column block. False when the sink asked to stop.
fn pack(
    context: &Context,
    panels: Range<usize>,
    packed: &mut Buffer,
    scratch: &mut Scratch,
    sink: &mut impl Sink,
) -> bool {
    sink.packing();
    let columns = panels.len() * context.layout.geometry.cols;
    let tiles = u64::from(context.rows.count()) * (columns / context.cols.size()) as u64;
    let chunks = packed
        .bytes_mut()
        .chunks_exact_mut(context.layout.panel_bytes);
    let complete = panels.zip(chunks).all(|(panel, out)| {
        context.pack_panel(panel, out, &mut scratch.rows);
        sink.goes_on()
    });
    sink.packed(tiles);
    complete
}

/// Counts, reports, throttles and stops one thread's sweeps.
struct Reporter<'a> {
    control: &'a Control,
    current: &'a Current,
    index: usize,
    epoch: u64,
    /// Nothing of this job has been searched by this thread yet.
    first: bool,
    /// When this thread last began to work without a rest.
    slice: Instant,
    on_event: &'a OnEvent,
}

impl Sink for Reporter<'_> {
    fn goes_on(&mut self) -> bool {
        let duty = self.control.duty();
        if duty < 100 {
            let worked = self.slice.elapsed();
            if worked >= DUTY_SLICE {
                self.control.sleep(self.epoch, worked * (100 - duty) / duty);
                self.slice = Instant::now();
            }
        }
        self.control.epoch() == self.epoch
    }

    fn searched(&mut self, tiles: u64) -> bool {
        crate::fault::panic_at("mine");
        self.control.counters[self.index].add(tiles);
        if self.first {
            self.first = false;
            let mut state = self.control.lock();
            // Under the lock: of a job that has been replaced meanwhile nothing is told.
            if state.job_switch.is_none() && self.control.epoch() == self.epoch {
                state.job_switch = Some(self.current.requested.elapsed());
            }
        }
        self.goes_on()
    }

    fn won(&mut self, attempt: &Attempt, row: u32, col: u32, hash: [u8; 32]) {
        // A winner of a job that has been replaced meanwhile would only be thrown away.
        if self.control.epoch() != self.epoch {
            return;
        }
        match Solution::judged(&self.current.context, attempt, row, col, hash) {
            Some(solution) => {
                self.control.lock().wins += 1;
                (self.on_event)(Event::Solution(solution));
            }
            None => self.control.lock().spoiled += 1,
        }
    }
}
