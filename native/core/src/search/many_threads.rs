//! Tests of what only shows on large machines: many threads, cores of two speeds, several memory nodes.

use super::attempt::Attempt;
use super::buffer::Buffer;
use super::context::Context;
use super::layout::Limits;
use super::matrix::Matrices;
use super::numa::{Node, node_of};
use super::operands::Operands;
use super::parallel::Parallel;
use super::shape::{Job, Shape};
use super::solution::Solution;
use super::sweep::{Scratch, Sink};
use super::worker::parts;
use crate::kernels::Kernel;
use crate::pattern::Pattern;
use crate::target::U256;
use crate::verify::verify;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn context(m: u32, n: u32, threads: usize, nodes: &[Node]) -> Context {
    let tile = Pattern::contiguous(16).unwrap();
    let job = Job {
        id: 1,
        header: [7; 76],
        cert_version: 3,
        target: U256::from_limbs([1, 0, 0, 0]),
        shape: Shape::new(m, n, 2048, 128, tile, tile),
        allow_saturated: false,
    };
    let kernel = Kernel::all().next().unwrap();
    let operands = Operands::of(Matrices::Constant, kernel, 1);
    let limits = Limits {
        threads,
        memory_bytes: 1 << 30,
        cache_bytes: 1 << 20,
        block_rows: None,
        eliminate: true,
        nodes,
    };
    let parallel = Parallel {
        threads: 2,
        idle_priority: false,
        cancelled: &|| false,
    };
    let prepared = Context::prepare(job, kernel, operands, &limits, &mut Vec::new(), &parallel);
    prepared.unwrap().unwrap()
}

/// Counts the tiles of all threads; sleeps after each panel as long as it took, times `rest`.
struct Counted<'a> {
    tiles: &'a AtomicU64,
    rest: f64,
    since: Instant,
}

impl Sink for Counted<'_> {
    fn searched(&mut self, tiles: u64) -> bool {
        self.tiles.fetch_add(tiles, Ordering::Relaxed);
        if self.rest > 0.0 {
            std::thread::sleep(self.since.elapsed().mul_f64(self.rest));
        }
        self.since = Instant::now();
        true
    }

    fn goes_on(&mut self) -> bool {
        true
    }

    fn won(&mut self, _: &Attempt, _: u32, _: u32, _: [u8; 32]) {}
}

/// One thread in one attempt: how many tiles, and for how long.
fn search(context: &Context, attempt: &Attempt, node: usize, rest: f64) -> (u64, Duration) {
    let tiles = AtomicU64::new(0);
    let mut scratch = Scratch::new(context, Buffer::empty(), node).unwrap();
    let started = Instant::now();
    let mut sink = Counted {
        tiles: &tiles,
        rest,
        since: started,
    };
    parts(context, attempt, &mut scratch, &mut sink);
    (tiles.into_inner(), started.elapsed())
}

#[test]
fn threads_go_on_to_an_attempt_made_ahead_whatever_is_locked() {
    const THREADS: usize = 128;
    let context = context(512, 48, THREADS, &[]);
    let attempt = context.attempt();
    context.make_next(&attempt);
    let tiles = AtomicU64::new(0);
    // A thread that waited for this would wait for ever.
    let locked = context.newest();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                tiles.fetch_add(search(&context, &attempt, 0, 0.0).0, Ordering::Relaxed);
                let next = context.attempt_after(&attempt).unwrap();
                assert_eq!(next.nonce, Some(attempt.nonce.unwrap() + 1));
            });
        }
    });
    drop(locked);
    assert_eq!(tiles.into_inner(), 32 * 3);
}

#[test]
fn the_best_of_several_seeds_saves_more_and_its_proofs_verify() {
    let lucky = context(32768, 1040, 2, &[]);
    if !lucky.plan.is_folded() {
        eprintln!("skipped: the kernel of this processor eliminates nothing");
        return;
    }
    assert_eq!(lucky.job.shape.n, 1041);
    // One seed saves 0.053 on average, with a standard deviation of 0.004.
    let saved = lucky.eliminated();
    assert!(saved > 0.056, "{saved}");
    let attempt = lucky.attempt();
    let (row, col) = (lucky.rows.count() - 1, lucky.cols.count() - 1);
    let proof = Solution::new(&lucky, &attempt, row, col, [0; 32]).proof;
    let ticket = verify(&lucky.job.header, 3, true, U256::MAX, &proof).unwrap();
    assert_eq!((ticket.t_rows, ticket.t_cols), (16 * row, 16 * col));
}

#[test]
fn an_attempt_that_is_over_leads_to_the_newest() {
    let context = context(64, 48, 1, &[]);
    let first = context.attempt();
    let mut last = first.clone();
    for _ in 0..5 {
        last = context.attempt_after(&last).unwrap();
    }
    let after = context.attempt_after(&first).unwrap();
    assert_eq!(after.nonce, last.nonce);
    assert_eq!(first.next.get().map(|next| next.strong_count()), Some(0));
}

#[test]
fn each_node_has_a_copy_and_any_copy_gives_the_same() {
    // What the processors are called does not matter to the copies.
    let nodes = [vec![0], vec![0, 1]];
    let context = context(256, 96, 3, &nodes);
    assert_eq!(context.layout.copies, 2);
    let [first, second] = [0, 1].map(|node| context.shared_panels(node));
    assert!(first == second && first.as_ptr() != second.as_ptr());
    assert_eq!([0, 1, 2].map(|index| node_of(&nodes, index, 3)), [0, 1, 1]);
    assert_eq!(search(&context, &context.attempt(), 1, 0.0).0, 16 * 6);
}

/// The real counterpart of the simulation in `schedule.rs`: two threads, one of which rests half of the time. Its figure is that
/// of a quiet machine: `cargo test --release -p pearl-core --lib -- --ignored --nocapture two_speeds`.
#[test]
#[ignore = "a measurement, for a machine with nothing else to do"]
fn a_real_attempt_on_threads_of_two_speeds_ends_within_3_percent_of_the_ideal() {
    let context = context(16384, 12288, 2, &[]);
    let mut late: Vec<f64> = (0..5)
        .map(|_| {
            let attempt = context.attempt_after(&context.attempt()).unwrap();
            let [(fast, quick), (slow, slowly)] = std::thread::scope(|scope| {
                let run = |rest| {
                    let (context, attempt) = (&context, &attempt);
                    scope.spawn(move || search(context, attempt, 0, rest))
                };
                [run(0.0), run(1.0)].map(|thread| thread.join().unwrap())
            });
            let speed = fast as f64 / quick.as_secs_f64() + slow as f64 / slowly.as_secs_f64();
            let late = quick.max(slowly).as_secs_f64() * speed / (fast + slow) as f64;
            println!("{fast} and {slow} tiles, {quick:?} and {slowly:?}: {late:.4}");
            late
        })
        .collect();
    late.sort_by(f64::total_cmp);
    assert!(late[2] < 1.03, "the median is {}", late[2]);
}
