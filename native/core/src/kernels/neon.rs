//! What the ARM kernels share: sixteen BLAKE3 blocks in four times four lanes, byte look-ups by table, the XOR of
//! accumulators after a step.

use super::lanes::compress_lanes;
use super::tile::{Folded, Tile, WORDS, rotation};
use super::{Blocks, TicketHashes, Words};
use std::arch::aarch64::*;

#[target_feature(enable = "neon")]
#[inline]
fn set1(word: i32) -> uint32x4_t {
    vdupq_n_u32(word as u32)
}

macro_rules! rotations {
    ($($name:ident $right:literal $left:literal)*) => {$(
        #[target_feature(enable = "neon")]
        #[inline]
        fn $name(x: uint32x4_t) -> uint32x4_t {
            vsriq_n_u32::<$right>(vshlq_n_u32::<$left>(x), x)
        }
    )*};
}
rotations!(rotr16 16 16 rotr12 12 20 rotr8 8 24 rotr7 7 25);

compress_lanes!(
    "neon", uint32x4_t, set1, vaddq_u32, veorq_u32, rotr16, rotr12, rotr8, rotr7
);

#[target_feature(enable = "neon")]
#[inline]
fn load(words: &[u32]) -> uint32x4_t {
    let words = &words[..4];
    // SAFETY: four words are 16 bytes, and the load needs no alignment.
    unsafe { vld1q_u32(words.as_ptr()) }
}

#[target_feature(enable = "neon")]
#[inline]
fn store(words: &mut [u32], x: uint32x4_t) {
    let words = &mut words[..4];
    // SAFETY: four words are 16 bytes, and the store needs no alignment.
    unsafe { vst1q_u32(words.as_mut_ptr(), x) }
}

/// Rows become columns.
#[target_feature(enable = "neon")]
#[inline]
fn transpose(rows: [uint32x4_t; 4]) -> [uint32x4_t; 4] {
    let pair = |low, high| {
        vreinterpretq_u64_u32(if low {
            vtrn1q_u32(rows[high], rows[high + 1])
        } else {
            vtrn2q_u32(rows[high], rows[high + 1])
        })
    };
    let (even01, odd01, even23, odd23) =
        (pair(true, 0), pair(false, 0), pair(true, 2), pair(false, 2));
    [
        vreinterpretq_u32_u64(vtrn1q_u64(even01, even23)),
        vreinterpretq_u32_u64(vtrn1q_u64(odd01, odd23)),
        vreinterpretq_u32_u64(vtrn2q_u64(even01, even23)),
        vreinterpretq_u32_u64(vtrn2q_u64(odd01, odd23)),
    ]
}

/// See [`Kernel::random_blocks`](super::Kernel::random_blocks).
#[target_feature(enable = "neon")]
pub fn random_blocks(key: &Words<8>, label: &Words<8>, slot: usize, indices: &Words<16>) -> Blocks {
    let mut blocks = [[0; 32]; 16];
    for quarter in [0, 4, 8, 12] {
        let mut message = [set1(0); 16];
        message[slot] = vaddq_u32(load(&indices[quarter..]), set1(1));
        for (words, &word) in message[8..].iter_mut().zip(label) {
            *words = vdupq_n_u32(word);
        }
        let hash = compress(key, message);
        for half in [0, 4] {
            let columns = transpose([hash[half], hash[half + 1], hash[half + 2], hash[half + 3]]);
            for (block, column) in blocks[quarter..].iter_mut().zip(columns) {
                let bytes = &mut block[4 * half..4 * half + 16];
                // SAFETY: sixteen bytes, and the store needs no alignment.
                unsafe { vst1q_u8(bytes.as_mut_ptr(), vreinterpretq_u8_u32(column)) };
            }
        }
    }
    blocks
}

/// See [`Kernel::ticket_hashes`](super::Kernel::ticket_hashes).
#[target_feature(enable = "neon")]
pub fn ticket_hashes(key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
    let mut hashes = [[0; 16]; 8];
    for quarter in [0, 4, 8, 12] {
        let mut message = [set1(0); 16];
        for words in [0, 4, 8, 12] {
            let row = |lane: usize| load(&tickets[quarter + lane][words..]);
            let columns = transpose([row(0), row(1), row(2), row(3)]);
            message[words..words + 4].copy_from_slice(&columns);
        }
        for (words, word) in hashes.iter_mut().zip(compress(key, message)) {
            store(&mut words[quarter..], word);
        }
    }
    hashes
}

/// See [`Kernel::add_noise`](super::Kernel::add_noise); `uniform` has at most 128 entries.
///
/// # Safety
/// The three long slices have one length.
#[target_feature(enable = "neon")]
pub unsafe fn add_noise(row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
    let mut entries = [0u8; 128];
    entries[..uniform.len()].copy_from_slice(uniform);
    let whole = row.len() / 16 * 16;
    // SAFETY: the table has 128 bytes; every other access is 16 entries that begin at `at`, below `whole`.
    unsafe {
        let sixteen = |at: usize| vld1q_u8(entries.as_ptr().add(at));
        let low = uint8x16x4_t(sixteen(0), sixteen(16), sixteen(32), sixteen(48));
        let high = uint8x16x4_t(sixteen(64), sixteen(80), sixteen(96), sixteen(112));
        let look_up = |indices: *const u16| {
            let indices = vcombine_u8(
                vmovn_u16(vld1q_u16(indices)),
                vmovn_u16(vld1q_u16(indices.add(8))),
            );
            // An index beyond the table leaves what the first look-up found.
            vqtbx4q_u8(
                vqtbl4q_u8(low, indices),
                high,
                vsubq_u8(indices, vdupq_n_u8(64)),
            )
        };
        for at in (0..whole).step_by(16) {
            let noise = vsubq_u8(
                look_up(add.as_ptr().add(at)),
                look_up(subtract.as_ptr().add(at)),
            );
            let entries = row.as_mut_ptr().add(at);
            vst1q_u8(entries, vaddq_u8(vld1q_u8(entries), noise));
        }
    }
    super::scalar::add_noise(
        &mut row[whole..],
        uniform,
        &add[whole..],
        &subtract[whole..],
    );
}

/// XORs sums of one unit of rows, `V` vectors of four columns, into its word of the jackpots after `step`.
#[target_feature(enable = "neon")]
#[inline]
pub fn fold_unit<const V: usize>(
    sums: [uint32x4_t; V],
    unit: usize,
    step: usize,
    tile: &Tile<'_>,
    folded: &mut Folded,
) {
    let cols = 4 * V;
    let rotation = rotation(step, tile.groups.len()) as i32;
    let fresh = step < WORDS && !tile.accumulate;
    let words = &mut folded.0[(unit * WORDS + step % WORDS) * cols..][..cols];
    for (v, sum) in sums.into_iter().enumerate() {
        // A shift by 32 to the right gives zero, so this also holds for no rotation.
        let mut x = vorrq_u32(
            vshlq_u32(sum, vdupq_n_s32(rotation)),
            vshlq_u32(sum, vdupq_n_s32(rotation - 32)),
        );
        if !fresh {
            x = veorq_u32(x, load(&words[4 * v..]));
        }
        store(&mut words[4 * v..], x);
    }
}
