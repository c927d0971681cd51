//! BLAKE3's compression of one 64-byte block in each of a vector's lanes, over four operations that the instruction
//! sets supply. The messages of this protocol are single blocks: one chunk, one root, no counter.

/// `N` little-endian words.
pub type Words<const N: usize> = [u32; N];
/// Sixteen blocks of 32 pseudo-random bytes.
pub type Blocks = [[u8; 32]; 16];
/// Sixteen hashes, transposed: word `i` of hash `j` is `[i][j]`; word 7 is the most significant.
pub type TicketHashes = [[u32; 16]; 8];

/// Where word `i` of the message goes in the next round.
pub const PERMUTATION: [usize; 16] = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
/// The first four words of BLAKE3's initialisation vector.
pub const IV: [u32; 4] = [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a];
/// `CHUNK_START | CHUNK_END | ROOT | KEYED_HASH`.
pub const FLAGS: u32 = 1 | 2 | 8 | 16;
/// Length of the block.
pub const BLOCK_LEN: u32 = 64;

/// Defines `compress(key: &[u32; 8], message: [V; 16]) -> [V; 8]` for a vector type and its operations.
macro_rules! compress_lanes {
    ($features:literal, $vector:ty, $set1:ident, $add:ident, $xor:ident, $rotr16:ident, $rotr12:ident, $rotr8:ident, $rotr7:ident) => {
        #[target_feature(enable = $features)]
        #[inline]
        fn compress(key: &[u32; 8], mut m: [$vector; 16]) -> [$vector; 8] {
            use crate::kernels::lanes::{BLOCK_LEN, FLAGS, IV, PERMUTATION};
            let set = |word: u32| $set1(word as i32);
            let mut v: [$vector; 16] = [
                set(key[0]),
                set(key[1]),
                set(key[2]),
                set(key[3]),
                set(key[4]),
                set(key[5]),
                set(key[6]),
                set(key[7]),
                set(IV[0]),
                set(IV[1]),
                set(IV[2]),
                set(IV[3]),
                set(0),
                set(0),
                set(BLOCK_LEN),
                set(FLAGS),
            ];
            macro_rules! g {
                ($a:literal, $b:literal, $c:literal, $d:literal, $x:literal) => {
                    v[$a] = $add($add(v[$a], v[$b]), m[$x]);
                    v[$d] = $rotr16($xor(v[$d], v[$a]));
                    v[$c] = $add(v[$c], v[$d]);
                    v[$b] = $rotr12($xor(v[$b], v[$c]));
                    v[$a] = $add($add(v[$a], v[$b]), m[$x + 1]);
                    v[$d] = $rotr8($xor(v[$d], v[$a]));
                    v[$c] = $add(v[$c], v[$d]);
                    v[$b] = $rotr7($xor(v[$b], v[$c]));
                };
            }
            macro_rules! round {
                () => {
                    g!(0, 4, 8, 12, 0);
                    g!(1, 5, 9, 13, 2);
                    g!(2, 6, 10, 14, 4);
                    g!(3, 7, 11, 15, 6);
                    g!(0, 5, 10, 15, 8);
                    g!(1, 6, 11, 12, 10);
                    g!(2, 7, 8, 13, 12);
                    g!(3, 4, 9, 14, 14);
                };
            }
            macro_rules! permute {
                () => {
                    m = [
                        m[PERMUTATION[0]],
                        m[PERMUTATION[1]],
                        m[PERMUTATION[2]],
                        m[PERMUTATION[3]],
                        m[PERMUTATION[4]],
                        m[PERMUTATION[5]],
                        m[PERMUTATION[6]],
                        m[PERMUTATION[7]],
                        m[PERMUTATION[8]],
                        m[PERMUTATION[9]],
                        m[PERMUTATION[10]],
                        m[PERMUTATION[11]],
                        m[PERMUTATION[12]],
                        m[PERMUTATION[13]],
                        m[PERMUTATION[14]],
                        m[PERMUTATION[15]],
                    ];
                };
            }
            round!();
            permute!();
            round!();
            permute!();
            round!();
            permute!();
            round!();
            permute!();
            round!();
            permute!();
            round!();
            permute!();
            round!();
            [
                $xor(v[0], v[8]),
                $xor(v[1], v[9]),
                $xor(v[2], v[10]),
                $xor(v[3], v[11]),
                $xor(v[4], v[12]),
                $xor(v[5], v[13]),
                $xor(v[6], v[14]),
                $xor(v[7], v[15]),
            ]
        }
    };
}
pub(crate) use compress_lanes;
