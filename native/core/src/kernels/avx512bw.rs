//! AVX512BW without VNNI: `vpmaddubsw zmm`, an 8x32 tile in 16 accumulators; otherwise as `avx2maddubs`.

use super::avx512::fold_units;
use super::tile::{Ahead, Folded, Form, Geometry, MAX_ROWS, Tile, run_groups};
use std::arch::asm;
use std::arch::x86_64::*;

/// Eight rows by two vectors of sixteen columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 32,
    lanes: 32,
    depth: 4,
    row_depth: 4,
};

/// The tile's sums in registers.
type Accumulators = [[__m512i; 2]; MAX_ROWS];

/// See [`Tile`]; A' is raised for centred sums, signed otherwise.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx512f,avx512bw")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: as promised to this function.
    unsafe {
        match (tile.form, tile.unit) {
            (Form::Centred { starts }, 8) => centred::<8>(tile, starts, folded),
            (Form::Centred { starts }, 4) => centred::<4>(tile, starts, folded),
            (Form::Centred { starts }, _) => centred::<2>(tile, starts, folded),
            (Form::Exact { .. }, 8) => exact::<8>(tile, folded),
            (Form::Exact { .. }, 4) => exact::<4>(tile, folded),
            (Form::Exact { .. }, _) => exact::<2>(tile, folded),
        }
    }
}

/// Each unit has code of its own, into which the fold is inlined: called, it would cost a spill of all accumulators.
///
/// # Safety
/// As [`tile`]; `starts` are those of the tile, and there are some.
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn centred<const UNIT: usize>(tile: &Tile<'_>, starts: &[i32], folded: &mut Folded) {
    assert!(!starts.is_empty(), "raised entries have starts");
    let mut totals = [[_mm512_setzero_si512(); 2]; MAX_ROWS];
    let mut sums = totals;
    let mut starts = starts.as_ptr();
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in tile.groups.iter().enumerate() {
        let mut left = usize::from(groups);
        ahead.begin_step();
        while left > 0 {
            let groups = left.min(run_groups(GEOMETRY.depth));
            left -= groups;
            // SAFETY: `check` has seen that the operands have 32 and 128 bytes for each group of each step, and the starts
            // 32 words for each run.
            unsafe {
                run(&mut totals, &mut sums, starts, a, b, groups, &mut ahead);
                starts = starts.add(GEOMETRY.cols);
                a = a.add(32 * groups);
                b = b.add(128 * groups);
            }
        }
        fold_units::<2, UNIT, false>(&totals, &[], step, tile, GEOMETRY.cols, folded);
    }
}

/// One run: sums in 16 bits, widened and added to `sums` at its end. `totals` are these sums too, in registers.
///
/// # Safety
/// The processor has the instructions. `a`, `b` and `starts` have 32 bytes, 128 bytes for each of the groups, of which there
/// is at least one, and 32 words.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
unsafe fn run(
    totals: &mut Accumulators,
    sums: &mut Accumulators,
    starts: *const i32,
    a: *const u8,
    b: *const u8,
    groups: usize,
    ahead: &mut Ahead,
) {
    macro_rules! rows {
        ($($at:literal $x:literal $y:literal $a:literal $p:literal $q:literal,)*) => {
            concat!($(
                "vpbroadcastd zmm", $a, ", dword ptr [{a} + ", $at, "]\n",
                "vpmaddubsw zmm", $p, ", zmm", $a, ", zmm16\n",
                "vpmaddubsw zmm", $q, ", zmm", $a, ", zmm17\n",
                "vpaddw zmm", $x, ", zmm", $x, ", zmm", $p, "\n",
                "vpaddw zmm", $y, ", zmm", $y, ", zmm", $q, "\n",
            )*)
        };
    }
    // SAFETY: reads what the caller promises and writes the sums; prefetches of any address are harmless.
    unsafe {
        asm!(
            "vmovdqu64 zmm0, zmmword ptr [{starts}]",
            "vmovdqu64 zmm1, zmmword ptr [{starts} + 64]",
            ".irp x,2,4,6,8,10,12,14",
            "vmovdqa64 zmm\\x, zmm0",
            ".endr",
            ".irp x,3,5,7,9,11,13,15",
            "vmovdqa64 zmm\\x, zmm1",
            ".endr",
            "2:",
            "vmovdqu64 zmm16, zmmword ptr [{b}]",
            "vmovdqu64 zmm17, zmmword ptr [{b} + 64]",
            "prefetcht1 [{ahead}]",
            rows!(
                "0" "0" "1" "18" "20" "21",
                "4" "2" "3" "19" "22" "23",
                "8" "4" "5" "18" "20" "21",
                "12" "6" "7" "19" "22" "23",
                "16" "8" "9" "18" "20" "21",
                "20" "10" "11" "19" "22" "23",
                "24" "12" "13" "18" "20" "21",
                "28" "14" "15" "19" "22" "23",
            ),
            "add {a}, 32",
            "add {b}, 128",
            "lea {line}, [{ahead} + 64]",
            "cmp {line}, {end}",
            "cmovbe {ahead}, {line}",
            "dec {groups}",
            "jnz 2b",
            ".irp x,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15",
            "vpmaddwd zmm\\x, zmm\\x, zmm24",
            "vpaddd zmm\\x, zmm\\x, zmmword ptr [{sums} + 64 * \\x]",
            "vmovdqu64 zmmword ptr [{sums} + 64 * \\x], zmm\\x",
            ".endr",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            starts = in(reg) starts,
            sums = in(reg) sums,
            ahead = inout(reg) ahead.next,
            end = in(reg) ahead.end,
            line = out(reg) _,
            groups = inout(reg) groups => _,
            out("zmm0") totals[0][0], out("zmm1") totals[0][1], out("zmm2") totals[1][0], out("zmm3") totals[1][1],
            out("zmm4") totals[2][0], out("zmm5") totals[2][1], out("zmm6") totals[3][0], out("zmm7") totals[3][1],
            out("zmm8") totals[4][0], out("zmm9") totals[4][1], out("zmm10") totals[5][0], out("zmm11") totals[5][1],
            out("zmm12") totals[6][0], out("zmm13") totals[6][1], out("zmm14") totals[7][0], out("zmm15") totals[7][1],
            out("zmm16") _, out("zmm17") _, out("zmm18") _, out("zmm19") _,
            out("zmm20") _, out("zmm21") _, out("zmm22") _, out("zmm23") _,
            in("zmm24") _mm512_set1_epi16(1),
            options(nostack),
        );
    }
}

/// Sums in 32 bits from the beginning, for general operands.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn exact<const UNIT: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut acc = [[_mm512_setzero_si512(); 2]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    for (step, &groups) in tile.groups.iter().enumerate() {
        for _ in 0..groups {
            // SAFETY: `check` has seen that the operands have 32 and 128 bytes for each group of each step.
            unsafe {
                general(&mut acc, a, b);
                a = a.add(32);
                b = b.add(128);
            }
        }
        fold_units::<2, UNIT, false>(&acc, &[], step, tile, GEOMETRY.cols, folded);
    }
}

/// One group, both operands in [-127, 127]: |A'| is the unsigned operand and B' takes A's sign.
///
/// # Safety
/// `a` and `b` have 32 and 128 bytes.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
unsafe fn general(acc: &mut Accumulators, a: *const u8, b: *const u8) {
    let ones = _mm512_set1_epi16(1);
    for (row, acc) in acc.iter_mut().enumerate() {
        // SAFETY: eight rows of four bytes.
        let a = _mm512_set1_epi32(unsafe { a.add(4 * row).cast::<i32>().read_unaligned() });
        for (v, acc) in acc.iter_mut().enumerate() {
            // SAFETY: two vectors of 64 bytes.
            let b = unsafe { _mm512_loadu_si512(b.add(64 * v).cast()) };
            let b = _mm512_mask_sub_epi8(b, _mm512_movepi8_mask(a), _mm512_setzero_si512(), b);
            let pairs = _mm512_maddubs_epi16(_mm512_abs_epi8(a), b);
            *acc = _mm512_add_epi32(*acc, _mm512_madd_epi16(pairs, ones));
        }
    }
}

/// Multiply-accumulates of one iteration of [`peak`].
pub const PEAK_MACS: u64 = 8 * 64;

/// The plain form on registers alone: `vpmaddubsw`, `vpmaddwd`, `vpaddd`.
///
/// # Safety
/// The processor has the instructions.
#[target_feature(enable = "avx512f,avx512bw")]
pub unsafe fn peak(iterations: u64) {
    super::peak::maddubs_loop!(iterations, "zmm", "0,1,2,3,4,5,6,7");
}
