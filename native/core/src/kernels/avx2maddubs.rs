//! AVX2: `vpmaddubsw`, a 4x16 tile. Constant matrices are mined with centred sums: products of pairs go into 16 bits, which
//! are widened once a run. General operands take the plain form.

use super::avx2::fold_step;
use super::tile::{Ahead, Folded, Form, Geometry, Tile, WORDS, rotation, run_groups};
use super::unrolled::unrolled;
use std::arch::asm;
use std::arch::x86_64::*;

/// Four rows by two vectors of eight columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 4,
    cols: 16,
    lanes: 16,
    depth: 4,
    row_depth: 4,
};

/// The tile's sums in registers.
type Accumulators = [[__m256i; 2]; 4];

/// See [`Tile`]; A' is raised for centred sums, signed otherwise.
///
/// # Safety
/// The processor has AVX2, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx2")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: as promised to this function.
    unsafe {
        match (tile.form, tile.unit) {
            (Form::Centred { starts }, 4) => centred_four(tile, starts, folded),
            (Form::Centred { starts }, _) => centred_two(tile, starts, folded),
            (Form::Exact { .. }, 4) => exact::<4>(tile, folded),
            (Form::Exact { .. }, _) => exact::<2>(tile, folded),
        }
    }
}

/// Where the counts of the two shifts that make up a step's rotation stand, behind the tile's sums: 64 bits each, of which the
/// upper half is zero.
const LEFT: usize = GEOMETRY.rows * GEOMETRY.cols;
const RIGHT: usize = LEFT + 4;
const SUMS_LEN: usize = RIGHT + 4;

/// What the assembly reads and writes besides the operands.
#[repr(C, align(64))]
struct Sums([i32; SUMS_LEN]);

/// The groups of a run in 16 bits, from what is at `starts`. Its end, widened and added to the sums before, is in registers
/// 0 to 7 and in `state`.
macro_rules! run {
    () => {
        concat!(
            "vmovdqu ymm0, ymmword ptr [{starts}]\n",
            "vmovdqu ymm1, ymmword ptr [{starts} + 32]\n",
            "vmovdqa ymm2, ymm0\n",
            "vmovdqa ymm3, ymm1\n",
            "vmovdqa ymm4, ymm0\n",
            "vmovdqa ymm5, ymm1\n",
            "vmovdqa ymm6, ymm0\n",
            "vmovdqa ymm7, ymm1\n",
            unrolled!("16", "64", group!()),
            ".irp x,0,1,2,3,4,5,6,7\n",
            "vpmaddwd ymm\\x, ymm\\x, ymm15\n",
            "vpaddd ymm\\x, ymm\\x, ymmword ptr [{state} + 32 * \\x]\n",
            "vmovdqu ymmword ptr [{state} + 32 * \\x], ymm\\x\n",
            ".endr\n",
        )
    };
}

/// One group: four bytes of each row times eight columns twice. Each sum comes right after its product:
/// two products side by side were 2 to 4 % slower on Intel.
macro_rules! group {
    () => {
        concat!(
            "vmovdqu ymm8, ymmword ptr [{b} + 64 * \\g]\n",
            "vmovdqu ymm9, ymmword ptr [{b} + 64 * \\g + 32]\n",
            row!("0", "0", "1"),
            row!("4", "2", "3"),
            row!("8", "4", "5"),
            row!("12", "6", "7"),
        )
    };
}

/// One row of a group.
macro_rules! row {
    ($at:literal, $x:literal, $y:literal) => {
        concat!(
            "vpbroadcastd ymm12, dword ptr [{a} + 16 * \\g + ",
            $at,
            "]\n",
            "vpmaddubsw ymm13, ymm12, ymm8\n",
            "vpaddw ymm",
            $x,
            ", ymm",
            $x,
            ", ymm13\n",
            "vpmaddubsw ymm14, ymm12, ymm9\n",
            "vpaddw ymm",
            $y,
            ", ymm",
            $y,
            ", ymm14\n",
        )
    };
}

/// Rotates two vectors of sums and XORs them into the words at an offset.
macro_rules! fold {
    ($x:literal, $y:literal, $at:literal) => {
        concat!(
            "cmp dword ptr [{state} + 256], 0\n",
            "je 5f\n",
            "vpslld ymm8, ymm",
            $x,
            ", xmmword ptr [{state} + 256]\n",
            "vpslld ymm9, ymm",
            $y,
            ", xmmword ptr [{state} + 256]\n",
            "vpsrld ymm",
            $x,
            ", ymm",
            $x,
            ", xmmword ptr [{state} + 272]\n",
            "vpsrld ymm",
            $y,
            ", ymm",
            $y,
            ", xmmword ptr [{state} + 272]\n",
            "vpor ymm",
            $x,
            ", ymm8, ymm",
            $x,
            "\n",
            "vpor ymm",
            $y,
            ", ymm9, ymm",
            $y,
            "\n",
            "5:\n",
            "vpxor ymm",
            $x,
            ", ymm",
            $x,
            ", ymmword ptr [{words} + ",
            $at,
            "]\n",
            "vpxor ymm",
            $y,
            ", ymm",
            $y,
            ", ymmword ptr [{words} + ",
            $at,
            " + 32]\n",
            "vmovdqu ymmword ptr [{words} + ",
            $at,
            "], ymm",
            $x,
            "\n",
            "vmovdqu ymmword ptr [{words} + ",
            $at,
            " + 32], ymm",
            $y,
            "\n",
        )
    };
}

/// XORs all four rows into one unit.
macro_rules! fold_four {
    () => {
        concat!(
            "vpxor ymm0, ymm0, ymm2\n",
            "vpxor ymm1, ymm1, ymm3\n",
            "vpxor ymm4, ymm4, ymm6\n",
            "vpxor ymm5, ymm5, ymm7\n",
            "vpxor ymm0, ymm0, ymm4\n",
            "vpxor ymm1, ymm1, ymm5\n",
            fold!("0", "1", "0"),
        )
    };
}

/// XORs each two rows into a unit of their own; units are sixteen words of sixteen columns apart.
macro_rules! fold_two {
    () => {
        concat!(
            "vpxor ymm0, ymm0, ymm2\n",
            "vpxor ymm1, ymm1, ymm3\n",
            "vpxor ymm4, ymm4, ymm6\n",
            "vpxor ymm5, ymm5, ymm7\n",
            fold!("0", "1", "0"),
            fold!("4", "5", "1024"),
        )
    };
}

/// Defines the centred tile for one unit of rows. A whole step is one piece of assembly, its XOR included.
macro_rules! centred_tile {
    ($name:ident, $fold:ident) => {
        /// The tile with centred sums.
        ///
        /// # Safety
        /// As [`tile`]; `starts` are those of the tile, and there are some.
        #[target_feature(enable = "avx2")]
        unsafe fn $name(tile: &Tile<'_>, starts: &[i32], folded: &mut Folded) {
            assert!(!starts.is_empty(), "raised entries have starts");
            if !tile.accumulate {
                folded.0[..GEOMETRY.rows / tile.unit * WORDS * GEOMETRY.cols].fill(0);
            }
            let mut sums = Sums([0; SUMS_LEN]);
            let mut starts = starts.as_ptr();
            let mut a = tile.a.as_ptr();
            let mut b = tile.b.as_ptr();
            let mut ahead = Ahead::new(tile);
            let ones = _mm256_set1_epi16(1);
            for (step, &groups) in tile.groups.iter().enumerate() {
                ahead.begin_step();
                ahead.prefetch_step();
                let mut groups = usize::from(groups);
                // SAFETY: `check` has seen that the operands have 16 and 64 bytes for each group of each step, and the
                // starts sixteen words for each run, which is what is read. Written are the sums and one word of each
                // unit's jackpots. Prefetches of any address are harmless.
                unsafe {
                    while groups > run_groups(GEOMETRY.depth) {
                        let run = run_groups(GEOMETRY.depth);
                        asm!(
                            run!(),
                            a = inout(reg) a,
                            b = inout(reg) b,
                            starts = in(reg) starts,
                            state = in(reg) &mut sums.0,
                            eights = out(reg) _,
                            groups = in(reg) run,
                            out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _, out("ymm4") _,
                            out("ymm5") _, out("ymm6") _, out("ymm7") _, out("ymm8") _, out("ymm9") _,
                            out("ymm12") _, out("ymm13") _, out("ymm14") _,
                            in("ymm15") ones,
                            options(nostack),
                        );
                        starts = starts.add(GEOMETRY.cols);
                        groups -= run;
                    }
                    let rotation = rotation(step, tile.groups.len()) as i32;
                    sums.0[LEFT] = rotation;
                    // A shift by 32 gives zero, so this also holds for no rotation.
                    sums.0[RIGHT] = 32 - rotation;
                    let nothing = [0; GEOMETRY.cols];
                    asm!(
                        run!(),
                        $fold!(),
                        a = inout(reg) a,
                        b = inout(reg) b,
                        starts = in(reg) if groups > 0 { starts } else { nothing.as_ptr() },
                        state = in(reg) &mut sums.0,
                        words = in(reg) folded.0.as_mut_ptr().add(step % WORDS * GEOMETRY.cols),
                        eights = out(reg) _,
                        groups = in(reg) groups,
                        out("ymm0") _, out("ymm1") _, out("ymm2") _, out("ymm3") _, out("ymm4") _,
                        out("ymm5") _, out("ymm6") _, out("ymm7") _, out("ymm8") _, out("ymm9") _,
                        out("ymm12") _, out("ymm13") _, out("ymm14") _,
                        in("ymm15") ones,
                        options(nostack),
                    );
                    if groups > 0 {
                        starts = starts.add(GEOMETRY.cols);
                    }
                }
            }
        }
    };
}
centred_tile!(centred_four, fold_four);
centred_tile!(centred_two, fold_two);

/// Sums in 32 bits from the beginning, for general operands.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx2")]
unsafe fn exact<const UNIT: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut acc = [[_mm256_setzero_si256(); 2]; 4];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    for (step, &groups) in tile.groups.iter().enumerate() {
        for _ in 0..groups {
            // SAFETY: `check` has seen that the operands have 16 and 64 bytes for each group of each step.
            unsafe {
                general(&mut acc, a, b);
                a = a.add(16);
                b = b.add(64);
            }
        }
        fold_step::<2, UNIT, false>(&acc, step, tile, folded);
    }
}

/// One group, both operands in [-127, 127]: |A'| is the unsigned operand and B' takes A's sign, so that a pair sums to at
/// most 2 * 127 * 127.
///
/// # Safety
/// `a` and `b` have 16 and 64 bytes.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn general(acc: &mut Accumulators, a: *const u8, b: *const u8) {
    let ones = _mm256_set1_epi16(1);
    for (row, acc) in acc.iter_mut().enumerate() {
        // SAFETY: four rows of four bytes.
        let a = _mm256_set1_epi32(unsafe { a.add(4 * row).cast::<i32>().read_unaligned() });
        for (v, acc) in acc.iter_mut().enumerate() {
            // SAFETY: two vectors of 32 bytes.
            let b = unsafe { _mm256_loadu_si256(b.add(32 * v).cast()) };
            let pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(a), _mm256_sign_epi8(b, a));
            *acc = _mm256_add_epi32(*acc, _mm256_madd_epi16(pairs, ones));
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 8 * 32;

/// The plain form on registers alone: `vpmaddubsw`, `vpmaddwd`, `vpaddd`, the yardstick of other miners. Summing two
/// products first goes beyond it.
///
/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2")]
pub unsafe fn peak(iterations: u64) {
    super::peak::maddubs_loop!(iterations, "ymm", "0,1,2,3,4,5,6,7");
}
