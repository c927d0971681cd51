//! AVX512BW without VNNI: `vpmaddubsw zmm`, an 8x32 tile in 16 accumulators; otherwise as `avx2maddubs`.

use super::avx512::{clear_rest, fold_units};
use super::tile::{Ahead, Folded, Geometry, MAX_ROWS, Tile};
use std::arch::asm;
use std::arch::x86_64::*;

/// Eight rows by two vectors of sixteen columns.
pub const GEOMETRY: Geometry = Geometry {
    rows: 8,
    cols: 32,
    lanes: 32,
    depth: 4,
};

/// See [`Tile`]; A' is signed.
///
/// # Safety
/// The processor has the instructions, and `tile.check(GEOMETRY)` passed.
#[target_feature(enable = "avx512f,avx512bw")]
pub unsafe fn tile(tile: &Tile<'_>, folded: &mut Folded) {
    // SAFETY: as promised to this function.
    unsafe {
        match tile.unit {
            8 => tile_of_units::<8>(tile, folded),
            4 => tile_of_units::<4>(tile, folded),
            _ => tile_of_units::<2>(tile, folded),
        }
    }
}

/// Each unit has code of its own, into which the fold is inlined: called, it would cost a spill of all accumulators.
///
/// # Safety
/// As [`tile`].
#[target_feature(enable = "avx512f,avx512bw")]
unsafe fn tile_of_units<const UNIT: usize>(tile: &Tile<'_>, folded: &mut Folded) {
    let mut acc = [[_mm512_setzero_si512(); 2]; MAX_ROWS];
    let mut a = tile.a.as_ptr();
    let mut b = tile.b.as_ptr();
    let mut ahead = Ahead::new(tile);
    for (step, &groups) in tile.groups.iter().enumerate() {
        let groups = usize::from(groups);
        ahead.begin_step();
        let pairs = if tile.small { groups / 2 } else { 0 };
        // SAFETY: `check` has seen that the operands have 32 and 128 bytes for each group of each step.
        unsafe {
            if pairs > 0 {
                small(&mut acc, a, b, pairs, &mut ahead);
                a = a.add(64 * pairs);
                b = b.add(256 * pairs);
            }
            for _ in 2 * pairs..groups {
                general(&mut acc, a, b);
                a = a.add(32);
                b = b.add(128);
            }
        }
        fold_units::<2, UNIT, false>(&acc, &[], step, tile, GEOMETRY.cols, folded);
    }
    clear_rest(GEOMETRY.cols, tile, folded);
}

/// Pairs of groups, A' in [0, 127] and B' in [-63, 63]: 4 * 127 * 63 fits 16 bits.
///
/// # Safety
/// `a` and `b` have 64 and 256 bytes for each pair, and there is at least one.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
unsafe fn small(
    acc: &mut [[__m512i; 2]; MAX_ROWS],
    a: *const u8,
    b: *const u8,
    pairs: usize,
    ahead: &mut Ahead,
) {
    macro_rules! row {
        ($first:literal, $second:literal, $x:literal, $y:literal) => {
            concat!(
                "vpbroadcastd zmm20, dword ptr [{a} + ",
                $first,
                "]\n",
                "vpbroadcastd zmm21, dword ptr [{a} + ",
                $second,
                "]\n",
                "vpmaddubsw zmm22, zmm20, zmm16\n",
                "vpmaddubsw zmm23, zmm21, zmm18\n",
                "vpmaddubsw zmm24, zmm20, zmm17\n",
                "vpmaddubsw zmm25, zmm21, zmm19\n",
                "vpaddw zmm22, zmm22, zmm23\n",
                "vpaddw zmm24, zmm24, zmm25\n",
                "vpmaddwd zmm22, zmm22, zmm26\n",
                "vpmaddwd zmm24, zmm24, zmm26\n",
                "vpaddd zmm",
                $x,
                ", zmm",
                $x,
                ", zmm22\n",
                "vpaddd zmm",
                $y,
                ", zmm",
                $y,
                ", zmm24",
            )
        };
    }
    // SAFETY: reads what the caller promises; prefetches of any address are harmless.
    unsafe {
        asm!(
            "2:",
            "vmovdqu64 zmm16, zmmword ptr [{b}]",
            "vmovdqu64 zmm17, zmmword ptr [{b} + 64]",
            "vmovdqu64 zmm18, zmmword ptr [{b} + 128]",
            "vmovdqu64 zmm19, zmmword ptr [{b} + 192]",
            "prefetcht1 [{ahead}]",
            row!("0", "32", "0", "1"),
            row!("4", "36", "2", "3"),
            row!("8", "40", "4", "5"),
            row!("12", "44", "6", "7"),
            row!("16", "48", "8", "9"),
            row!("20", "52", "10", "11"),
            row!("24", "56", "12", "13"),
            row!("28", "60", "14", "15"),
            "add {a}, 64",
            "add {b}, 256",
            "lea {line}, [{ahead} + 64]",
            "cmp {line}, {end}",
            "cmovbe {ahead}, {line}",
            "dec {pairs}",
            "jnz 2b",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            ahead = inout(reg) ahead.next,
            end = in(reg) ahead.end,
            line = out(reg) _,
            pairs = inout(reg) pairs => _,
            inout("zmm0") acc[0][0], inout("zmm1") acc[0][1], inout("zmm2") acc[1][0], inout("zmm3") acc[1][1],
            inout("zmm4") acc[2][0], inout("zmm5") acc[2][1], inout("zmm6") acc[3][0], inout("zmm7") acc[3][1],
            inout("zmm8") acc[4][0], inout("zmm9") acc[4][1], inout("zmm10") acc[5][0], inout("zmm11") acc[5][1],
            inout("zmm12") acc[6][0], inout("zmm13") acc[6][1], inout("zmm14") acc[7][0], inout("zmm15") acc[7][1],
            out("zmm16") _, out("zmm17") _, out("zmm18") _, out("zmm19") _, out("zmm20") _,
            out("zmm21") _, out("zmm22") _, out("zmm23") _, out("zmm24") _, out("zmm25") _,
            in("zmm26") _mm512_set1_epi16(1),
            options(nostack, readonly),
        );
    }
}

/// One group, both operands in [-127, 127]: |A'| is the unsigned operand and B' takes A's sign.
///
/// # Safety
/// `a` and `b` have 32 and 128 bytes.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
unsafe fn general(acc: &mut [[__m512i; 2]; MAX_ROWS], a: *const u8, b: *const u8) {
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
