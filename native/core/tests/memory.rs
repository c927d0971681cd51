//! The bound on memory: counted by a global allocator and the process's own resident size, so it is alone in its process.

use pearl_core::kernels::Kernel;
use pearl_core::pattern::Pattern;
use pearl_core::search::bench::{BenchOptions, bench};
use pearl_core::search::{Matrices, Shape};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
/// The tests measure the whole process, so they run one after the other.
static ALONE: Mutex<()> = Mutex::new(());

// SAFETY: everything is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn options(shape: Shape, memory_bytes: u64, seconds: f64) -> BenchOptions {
    BenchOptions {
        kernel: Kernel::all().next().unwrap(),
        threads: 2,
        shape,
        matrices: Matrices::Constant,
        memory_bytes,
        block_rows: None,
        eliminate: true,
        seconds,
        scalar: false,
    }
}

fn contiguous(length: u32) -> Pattern {
    Pattern::contiguous(length).unwrap()
}

#[test]
fn the_hot_loop_allocates_nothing() {
    let _alone = ALONE.lock();
    // One attempt lasts longer than either run, so that they differ in panels searched only.
    let shape = Shape::new(65536, 16384, 2048, 128, contiguous(16), contiguous(16));
    let count = |seconds| {
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        let result = bench(&options(shape, 1 << 30, seconds), &|| false)
            .unwrap()
            .unwrap();
        (
            ALLOCATIONS.load(Ordering::Relaxed) - before,
            result.attempts,
        )
    };
    let (short, _) = count(0.05);
    let (long, attempts) = count(0.4);
    assert!(attempts < 1.0);
    // The harness's own threads may allocate a little; a panel of 5000 would show.
    assert!(
        long.abs_diff(short) < 50,
        "{short} allocations, then {long}"
    );
}

/// Largest resident size so far, in bytes.
#[cfg(target_os = "linux")]
fn peak_resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

#[cfg(target_os = "linux")]
#[test]
fn the_pool_shape_stays_within_a_quarter_of_its_panels() {
    let _alone = ALONE.lock();
    let shape = Shape::new(131_072, 131_072, 4096, 128, contiguous(8), contiguous(16));
    let bound = 128 << 20;
    let result = bench(&options(shape, bound, 0.2), &|| false)
        .unwrap()
        .unwrap();
    assert!(result.memory_bytes <= bound);
    assert!(result.macs_per_second > 0.0);
    let resident = peak_resident();
    assert!(resident <= bound + (96 << 20), "{} MiB", resident >> 20);
}
