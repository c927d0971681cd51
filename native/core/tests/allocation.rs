//! Judging a proof, or reading a pattern, never allocates more than a small multiple of its own length, whatever lengths it
//! claims.

use pearl_core::base64;
use pearl_core::pattern::Pattern;
use pearl_core::proof::PlainProof;
use pearl_core::target::U256;
use pearl_core::verify::verify;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Bytes allocated now, and the most there were since the last reset.
static NOW: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is passed on unchanged to the system's allocator; counting touches atomics only.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`; `alloc` got the pointer from the same allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// The most that `work` had allocated at once.
fn peak<T>(work: impl FnOnce() -> T) -> usize {
    let before = NOW.load(Relaxed);
    PEAK.store(before, Relaxed);
    drop(work());
    PEAK.load(Relaxed) - before
}

/// The most that judging these bytes had allocated at once.
fn peak_of(header: &[u8; 76], cert_version: u32, bytes: &[u8]) -> usize {
    peak(|| verify(header, cert_version, false, U256::MAX, bytes))
}

/// Lists of indices, ascending from zero as patterns are: what a pool or a configuration can send as a shape.
fn patterns_allocate_next_to_nothing() {
    for length in [1usize, 64, 4096, 65_536] {
        for step in [1, 2, 3, 65_537, u32::MAX / 4] {
            let indices: Vec<u32> = (0..length as u32).map(|i| i.wrapping_mul(step)).collect();
            let most = peak(|| Pattern::from_indices(&indices));
            assert!(most < 8 * 4 * length + 4096, "{most} for {length}");
        }
    }
}

// One test alone in this file: the counters are those of the whole process.
#[test]
fn the_most_ever_allocated_is_a_small_multiple_of_what_was_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../test/vectors/proofs.json"
    );
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let valid = file["valid"].as_array().unwrap();
    assert!(valid.len() > 5);
    for entry in valid {
        let header: [u8; 76] = hex::decode(entry["header"].as_str().unwrap())
            .unwrap()
            .try_into()
            .unwrap();
        let cert_version = entry["cert_version"].as_u64().unwrap() as u32;
        let proof = base64::decode(entry["proof"].as_str().unwrap().as_bytes()).unwrap();
        let whole = peak_of(&header, cert_version, &proof);
        assert!(whole > proof.len(), "the counter counts");
        assert!(whole < 8 * proof.len(), "{whole} for {}", proof.len());

        // The wire's form: three quarters of the text are the bytes, and those once more the proof.
        let text = entry["proof"].as_str().unwrap().as_bytes();
        let of_text = peak(|| PlainProof::decode_base64(text));
        assert!(of_text < 3 * text.len(), "{of_text} for {}", text.len());
        for length in [0, 1, 4, 400, text.len() / 8 * 4, text.len() - 1] {
            let cut = peak(|| PlainProof::decode_base64(&text[..length]));
            assert!(cut < 3 * length + 4096, "{cut} for {length}");
        }

        // Claims of all sizes at every eighth byte: lengths, dimensions, indices. The leaves' bytes are sampled.
        for at in (0..proof.len() - 8)
            .step_by(8)
            .filter(|at| at % 1032 < 48 || *at < 64)
        {
            for claim in [
                u64::MAX,
                1 << 63,
                1 << 40,
                u64::from(u32::MAX),
                1 << 24,
                65536,
                proof.len() as u64,
            ] {
                let mut altered = proof.clone();
                altered[at..at + 8].copy_from_slice(&claim.to_le_bytes());
                for bytes in [&altered[..], &altered[..at + 8]] {
                    let peak = peak_of(&header, cert_version, bytes);
                    assert!(
                        peak < 8 * bytes.len() + 4096,
                        "{peak} for {} bytes, {claim} at {at}",
                        bytes.len()
                    );
                }
            }
        }
    }
    patterns_allocate_next_to_nothing();
}
