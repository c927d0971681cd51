//! The AMX instructions that the kernel uses, for processors without them: each is trapped as an illegal instruction, carried
//! out on eight tiles in memory, and stepped over (Intel's manual, volume 2, chapters 2 and 3). One thread's tiles are its own.

use std::arch::x86_64::*;
use std::cell::UnsafeCell;
use std::mem::zeroed;

/// How often each instruction was carried out on this thread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub configure: u64,
    pub release: u64,
    pub zero: u64,
    pub load: u64,
    pub store: u64,
    pub multiply: u64,
}

struct Tiles {
    /// Bytes of a row, and rows, of each tile; none while they are not configured.
    shapes: Option<[(usize, usize); 8]>,
    /// Sixteen rows of 64 bytes.
    bytes: [[[u8; 64]; 16]; 8],
    counts: Counts,
}

thread_local! {
    static TILES: UnsafeCell<Tiles> = const {
        UnsafeCell::new(Tiles {
            shapes: None,
            bytes: [[[0; 64]; 16]; 8],
            counts: Counts { configure: 0, release: 0, zero: 0, load: 0, store: 0, multiply: 0 },
        })
    };
}

/// Emulates from now on, in the whole process.
pub fn install() {
    // SAFETY: a handler with the signature that SA_SIGINFO asks for.
    unsafe {
        let mut action: libc::sigaction = zeroed();
        action.sa_sigaction = step as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
        assert_eq!(
            libc::sigaction(libc::SIGILL, &action, std::ptr::null_mut()),
            0
        );
    }
}

/// What this thread has carried out, and whether its tiles are configured now.
pub fn seen() -> (Counts, bool) {
    // SAFETY: the handler runs on this thread alone, and not now.
    TILES.with(|tiles| unsafe { ((*tiles.get()).counts, (*tiles.get()).shapes.is_some()) })
}

/// Carries out the instruction that the thread stands at; anything else ends the process as it would have.
extern "C" fn step(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel passes the context of the thread that was interrupted, in code that touches no tiles of ours.
    unsafe {
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let at = registers[libc::REG_RIP as usize] as *const u8;
        let length = TILES.with(|tiles| execute(&mut *tiles.get(), at, registers));
        match length {
            Some(length) => registers[libc::REG_RIP as usize] += length as i64,
            None => {
                libc::signal(libc::SIGILL, libc::SIG_DFL);
            }
        }
    }
}

/// The numbers that instructions have for general registers, in order.
const NUMBERED: [libc::c_int; 16] = [
    libc::REG_RAX,
    libc::REG_RCX,
    libc::REG_RDX,
    libc::REG_RBX,
    libc::REG_RSP,
    libc::REG_RBP,
    libc::REG_RSI,
    libc::REG_RDI,
    libc::REG_R8,
    libc::REG_R9,
    libc::REG_R10,
    libc::REG_R11,
    libc::REG_R12,
    libc::REG_R13,
    libc::REG_R14,
    libc::REG_R15,
];

/// The instruction's length, or `None` when it is not one of AMX or breaks one of its rules.
///
/// # Safety
/// `at` is code, and what the instruction reads and writes may be read and written.
unsafe fn execute(tiles: &mut Tiles, at: *const u8, registers: &[i64; 23]) -> Option<usize> {
    // SAFETY: as promised to this function.
    unsafe {
        let code = |index: usize| *at.add(index);
        // VEX, three bytes, map 0F38, 128 bits, W0.
        if code(0) != 0xc4 || code(1) & 0x1f != 2 || code(2) & 0x84 != 0 {
            return None;
        }
        let extended = |bit: u8| usize::from(!code(1) >> bit & 1) << 3;
        let (prefix, opcode, modrm) = (code(2) & 3, code(3), code(4));
        let (mode, reg, rm) = (
            modrm >> 6,
            usize::from(modrm >> 3 & 7),
            usize::from(modrm & 7),
        );
        let register = |number: usize| registers[NUMBERED[number] as usize] as usize;

        let has_sib = mode != 3 && rm == 4;
        let sib = if has_sib { usize::from(code(5)) } else { 0 };
        let base = if has_sib { sib & 7 } else { rm };
        let rest = 5 + usize::from(has_sib);
        let displacement = match mode {
            1 => isize::from(code(rest) as i8),
            2 => at.add(rest).cast::<i32>().read_unaligned() as isize,
            // Without a base, or beside the instruction pointer: nothing that the kernel does.
            0 if base == 5 => return None,
            _ => 0,
        };
        let length = rest + [0, 1, 4, 0][usize::from(mode)];
        let address = register(base | extended(5)).wrapping_add_signed(displacement);
        let index = sib >> 3 & 7 | extended(6);
        let stride = if index == 4 {
            0
        } else {
            register(index) << (sib >> 6)
        };
        let row = |row: usize| address.wrapping_add(row * stride) as *mut [u8; 64];

        match (opcode, prefix, mode) {
            // ldtilecfg
            (0x49, 0, 0..=2) if !has_sib => {
                let bytes = *(address as *const [u8; 64]);
                let shape = |tile: usize| {
                    (
                        usize::from(bytes[16 + 2 * tile]),
                        usize::from(bytes[48 + tile]),
                    )
                };
                let shapes: [_; 8] = std::array::from_fn(shape);
                let legal = shapes
                    .iter()
                    .all(|(width, rows)| (1..=64).contains(width) && (1..=16).contains(rows));
                if bytes[0] != 1 || bytes[1..16].iter().any(|&byte| byte != 0) || !legal {
                    return None;
                }
                tiles.shapes = Some(shapes);
                tiles.bytes = [[[0; 64]; 16]; 8];
                tiles.counts.configure += 1;
            }
            // tilerelease
            (0x49, 0, 3) if modrm == 0xc0 => {
                tiles.shapes = None;
                tiles.bytes = [[[0; 64]; 16]; 8];
                tiles.counts.release += 1;
            }
            // tilezero
            (0x49, 3, 3) if rm == 0 => {
                tiles.shapes?;
                tiles.bytes[reg] = [[0; 64]; 16];
                tiles.counts.zero += 1;
            }
            // tileloadd and tileloaddt1: what lies beyond the tile's shape becomes zero.
            (0x4b, 1 | 3, 0..=2) if has_sib => {
                let (width, rows) = tiles.shapes?[reg];
                tiles.bytes[reg] = [[0; 64]; 16];
                for (number, bytes) in tiles.bytes[reg].iter_mut().take(rows).enumerate() {
                    std::ptr::copy_nonoverlapping(row(number).cast(), bytes.as_mut_ptr(), width);
                }
                tiles.counts.load += 1;
            }
            // tilestored
            (0x4b, 2, 0..=2) if has_sib => {
                let (width, rows) = tiles.shapes?[reg];
                for (number, bytes) in tiles.bytes[reg].iter().take(rows).enumerate() {
                    std::ptr::copy_nonoverlapping(bytes.as_ptr(), row(number).cast(), width);
                }
                tiles.counts.store += 1;
            }
            // tdpbusd
            (0x5e, 1, 3) => {
                let right = usize::from(!code(2) >> 3 & 15);
                multiply(tiles, reg, rm, right)?;
                tiles.counts.multiply += 1;
            }
            _ => return None,
        }
        Some(length)
    }
}

/// `sums += left * right`: four unsigned bytes of a row times four signed ones of a column at a time.
fn multiply(tiles: &mut Tiles, sums: usize, left: usize, right: usize) -> Option<()> {
    let shapes = tiles.shapes?;
    let ((sum_width, sum_rows), (left_width, left_rows)) = (shapes[sums], shapes[left]);
    let (right_width, right_rows) = shapes[right];
    let distinct = sums != left && sums != right && left != right;
    let fits = sum_rows == left_rows && sum_width == right_width && left_width == 4 * right_rows;
    if !distinct || !fits || sum_width % 4 != 0 {
        return None;
    }
    let (a, b) = (tiles.bytes[left], tiles.bytes[right]);
    for (sums, a) in tiles.bytes[sums].iter_mut().zip(&a).take(sum_rows) {
        // SAFETY: the tests run on processors that have it.
        unsafe { multiply_row(sums, a, &b[..right_rows]) };
    }
    Some(())
}

/// One row of sums: `vpdpbusd` does the same to sixteen columns.
#[target_feature(enable = "avx512f,avx512vnni")]
fn multiply_row(sums: &mut [u8; 64], a: &[u8; 64], b: &[[u8; 64]]) {
    // SAFETY: each vector is 64 bytes.
    unsafe {
        let mut words = _mm512_loadu_si512(sums.as_ptr().cast());
        for (a, b) in a.chunks_exact(4).zip(b) {
            let four = _mm512_set1_epi32(a.as_ptr().cast::<i32>().read_unaligned());
            words = _mm512_dpbusd_epi32(words, four, _mm512_loadu_si512(b.as_ptr().cast()));
        }
        _mm512_storeu_si512(sums.as_mut_ptr().cast(), words);
    }
}
