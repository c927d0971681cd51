//! What the 256-bit kernels share: sixteen BLAKE3 blocks in two times eight lanes, byte look-ups by shuffles, the XOR of
//! accumulators after a step, and the fold across lanes.

use super::lanes::compress_lanes;
use super::tile::{Folded, Tile, WORDS, rotation};
use super::{Blocks, TicketHashes, Words};
use std::arch::x86_64::*;

compress_lanes!(
    "avx2",
    __m256i,
    _mm256_set1_epi32,
    _mm256_add_epi32,
    _mm256_xor_si256,
    rotr16,
    rotr12,
    rotr8,
    rotr7
);

#[target_feature(enable = "avx2")]
#[inline]
fn rotr16(x: __m256i) -> __m256i {
    let order = _mm256_set1_epi64x(0x0504_0706_0100_0302);
    let upper = _mm256_set1_epi64x(0x0d0c_0f0e_0908_0b0a);
    _mm256_shuffle_epi8(x, _mm256_unpacklo_epi64(order, upper))
}

#[target_feature(enable = "avx2")]
#[inline]
fn rotr8(x: __m256i) -> __m256i {
    let order = _mm256_set1_epi64x(0x0407_0605_0003_0201);
    let upper = _mm256_set1_epi64x(0x0c0f_0e0d_080b_0a09);
    _mm256_shuffle_epi8(x, _mm256_unpacklo_epi64(order, upper))
}

#[target_feature(enable = "avx2")]
#[inline]
fn rotr12(x: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_srli_epi32::<12>(x), _mm256_slli_epi32::<20>(x))
}

#[target_feature(enable = "avx2")]
#[inline]
fn rotr7(x: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_srli_epi32::<7>(x), _mm256_slli_epi32::<25>(x))
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(words: &[u32]) -> __m256i {
    let words = &words[..8];
    // SAFETY: eight words are 32 bytes, and the load needs no alignment.
    unsafe { _mm256_loadu_si256(words.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(words: &mut [u32], x: __m256i) {
    let words = &mut words[..8];
    // SAFETY: eight words are 32 bytes, and the store needs no alignment.
    unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), x) }
}

/// Rows become columns.
#[target_feature(enable = "avx2")]
#[inline]
fn transpose(rows: [__m256i; 8]) -> [__m256i; 8] {
    let mut a = rows;
    for i in 0..4 {
        a[2 * i] = _mm256_unpacklo_epi32(rows[2 * i], rows[2 * i + 1]);
        a[2 * i + 1] = _mm256_unpackhi_epi32(rows[2 * i], rows[2 * i + 1]);
    }
    let mut b = a;
    for q in 0..2 {
        b[4 * q] = _mm256_unpacklo_epi64(a[4 * q], a[4 * q + 2]);
        b[4 * q + 1] = _mm256_unpackhi_epi64(a[4 * q], a[4 * q + 2]);
        b[4 * q + 2] = _mm256_unpacklo_epi64(a[4 * q + 1], a[4 * q + 3]);
        b[4 * q + 3] = _mm256_unpackhi_epi64(a[4 * q + 1], a[4 * q + 3]);
    }
    let mut out = b;
    for c in 0..4 {
        out[c] = _mm256_permute2x128_si256::<0x20>(b[c], b[4 + c]);
        out[4 + c] = _mm256_permute2x128_si256::<0x31>(b[c], b[4 + c]);
    }
    out
}

/// See [`Kernel::random_blocks`](super::Kernel::random_blocks).
#[target_feature(enable = "avx2")]
pub fn random_blocks(key: &Words<8>, label: &Words<8>, slot: usize, indices: &Words<16>) -> Blocks {
    let mut blocks = [[0; 32]; 16];
    for half in [0, 8] {
        let mut message = [_mm256_setzero_si256(); 16];
        message[slot] = _mm256_add_epi32(load(&indices[half..]), _mm256_set1_epi32(1));
        for (words, &word) in message[8..].iter_mut().zip(label) {
            *words = _mm256_set1_epi32(word as i32);
        }
        for (block, column) in blocks[half..]
            .iter_mut()
            .zip(transpose(compress(key, message)))
        {
            // SAFETY: a block is 32 bytes, and the store needs no alignment.
            unsafe { _mm256_storeu_si256(block.as_mut_ptr().cast(), column) };
        }
    }
    blocks
}

/// See [`Kernel::ticket_hashes`](super::Kernel::ticket_hashes).
#[target_feature(enable = "avx2")]
pub fn ticket_hashes(key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
    let mut hashes = [[0; 16]; 8];
    for half in [0, 8] {
        let mut message = [_mm256_setzero_si256(); 16];
        for words in [0, 8] {
            let mut rows = [_mm256_setzero_si256(); 8];
            for (row, ticket) in rows.iter_mut().zip(&tickets[half..]) {
                *row = load(&ticket[words..]);
            }
            message[words..words + 8].copy_from_slice(&transpose(rows));
        }
        for (words, word) in hashes.iter_mut().zip(compress(key, message)) {
            store(&mut words[half..], word);
        }
    }
    hashes
}

/// Looks 32 bytes up in a table of 128, which is eight shuffles of 16 entries each: adding 0x70 with saturation sets the
/// top bit, and so makes zero, of every index outside the sixteen that a shuffle knows.
#[target_feature(enable = "avx2")]
#[inline]
fn look_up(table: &[__m256i; 8], indices: __m256i) -> __m256i {
    let mut found = _mm256_setzero_si256();
    let mut indices = indices;
    for sixteen in table {
        let known = _mm256_adds_epu8(indices, _mm256_set1_epi8(0x70));
        found = _mm256_or_si256(found, _mm256_shuffle_epi8(*sixteen, known));
        indices = _mm256_sub_epi8(indices, _mm256_set1_epi8(16));
    }
    found
}

/// See [`Kernel::add_noise`](super::Kernel::add_noise); `uniform` has at most 128 entries.
///
/// # Safety
/// The three long slices have one length.
#[target_feature(enable = "avx2")]
pub unsafe fn add_noise(row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
    let mut entries = [0u8; 128];
    entries[..uniform.len()].copy_from_slice(uniform);
    let mut table = [_mm256_setzero_si256(); 8];
    for (sixteen, entries) in table.iter_mut().zip(entries.chunks_exact(16)) {
        // SAFETY: sixteen bytes, and the load needs no alignment.
        let entries = unsafe { _mm_loadu_si128(entries.as_ptr().cast()) };
        *sixteen = _mm256_broadcastsi128_si256(entries);
    }
    let whole = row.len() / 32 * 32;
    for at in (0..whole).step_by(32) {
        // SAFETY: every access is 32 entries that begin at `at`, below `whole`, which all three slices have.
        unsafe {
            let indices = |indices: *const u16| {
                let first = _mm256_loadu_si256(indices.cast());
                let second = _mm256_loadu_si256(indices.add(16).cast());
                // Packing works within 128-bit lanes; put the quarters back in order.
                _mm256_permute4x64_epi64::<0xd8>(_mm256_packus_epi16(first, second))
            };
            let added = look_up(&table, indices(add.as_ptr().add(at)));
            let subtracted = look_up(&table, indices(subtract.as_ptr().add(at)));
            let entries = row.as_mut_ptr().add(at);
            let sum = _mm256_add_epi8(_mm256_loadu_si256(entries.cast()), added);
            _mm256_storeu_si256(entries.cast(), _mm256_sub_epi8(sum, subtracted));
        }
    }
    super::scalar::add_noise(
        &mut row[whole..],
        uniform,
        &add[whole..],
        &subtract[whole..],
    );
}

/// See [`Kernel::fold_columns`](super::Kernel::fold_columns); `width` is a multiple of 8.
#[target_feature(enable = "avx2")]
pub fn fold_columns(folded: &[u32], stride: usize, width: usize, ticket: &mut Words<16>) {
    for half in [0, 8] {
        let mut rows = [_mm256_setzero_si256(); 8];
        for column in (0..width).step_by(8) {
            for (word, row) in rows.iter_mut().enumerate() {
                *row = _mm256_xor_si256(*row, load(&folded[(half + word) * stride + column..]));
            }
        }
        // A transpose whose every stage XORs the two halves it would have kept apart.
        let mut fours = [rows[0]; 4];
        for (i, four) in fours.iter_mut().enumerate() {
            let (even, odd) = (rows[2 * i], rows[2 * i + 1]);
            let (low, high) = (
                _mm256_unpacklo_epi32(even, odd),
                _mm256_unpackhi_epi32(even, odd),
            );
            *four = _mm256_xor_si256(low, high);
        }
        let mut eights = [rows[0]; 2];
        for (i, eight) in eights.iter_mut().enumerate() {
            let (even, odd) = (fours[2 * i], fours[2 * i + 1]);
            let (low, high) = (
                _mm256_unpacklo_epi64(even, odd),
                _mm256_unpackhi_epi64(even, odd),
            );
            *eight = _mm256_xor_si256(low, high);
        }
        let low = _mm256_permute2x128_si256::<0x20>(eights[0], eights[1]);
        let high = _mm256_permute2x128_si256::<0x31>(eights[0], eights[1]);
        let words = _mm256_xor_si256(load(&ticket[half..]), _mm256_xor_si256(low, high));
        store(&mut ticket[half..], words);
    }
}

/// XORs each unit of `UNIT` rows into the jackpots after `step`, less the step's corrections if there are any:
/// `accumulators` are four rows of `V` vectors, eight times `V` the columns of the kernel. Callers have one call of it in
/// code of its own for each case, so that it is inlined and the accumulators stay in their registers.
#[target_feature(enable = "avx2")]
#[inline]
pub fn fold_step<const V: usize, const UNIT: usize, const CORRECTED: bool>(
    accumulators: &[[__m256i; V]; 4],
    step: usize,
    tile: &Tile<'_>,
    folded: &mut Folded,
) {
    let cols = 8 * V;
    let corrections = if CORRECTED {
        &tile.form.corrections()[step * cols..][..cols]
    } else {
        &[]
    };
    let rotation = rotation(step, tile.groups.len());
    let left = _mm_cvtsi32_si128(rotation as i32);
    let right = _mm_cvtsi32_si128(32 - rotation as i32);
    let fresh = step < WORDS && !tile.accumulate;
    for (unit, rows) in accumulators.chunks_exact(UNIT).enumerate() {
        let words = &mut folded.0[(unit * WORDS + step % WORDS) * cols..][..cols];
        for v in 0..V {
            let mut x = _mm256_setzero_si256();
            for row in rows {
                let mut sum = row[v];
                if CORRECTED {
                    // SAFETY: eight corrections for each vector.
                    let correction =
                        unsafe { _mm256_loadu_si256(corrections.as_ptr().add(8 * v).cast()) };
                    sum = _mm256_sub_epi32(sum, correction);
                }
                x = _mm256_xor_si256(x, sum);
            }
            if rotation > 0 {
                x = _mm256_or_si256(_mm256_sll_epi32(x, left), _mm256_srl_epi32(x, right));
            }
            if !fresh {
                x = _mm256_xor_si256(x, load(&words[8 * v..]));
            }
            store(&mut words[8 * v..], x);
        }
    }
}
