//! The inner loops, one file per instruction set with the same functions in each, and the one place that chooses.
//!
//! A [`Kernel`] exists only where the processor has its instructions: that is what makes calling it safe. All of them
//! give the same integers; `scalar` is the oracle, and [`Kernel::self_test`] compares with it at every start.

#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod avx512vnni;
mod lanes;
mod peak;
pub mod scalar;
mod self_test;
mod tile;

pub use tile::{FOLDED_LEN, Folded, Geometry, MAX_COLS, Tile, WORDS};

/// `N` little-endian words.
pub type Words<const N: usize> = [u32; N];
/// Sixteen blocks of 32 pseudo-random bytes.
pub type Blocks = [[u8; 32]; 16];
/// Sixteen hashes, transposed: word `i` of hash `j` is `[i][j]`; word 7 is the most significant.
pub type TicketHashes = [[u32; 16]; 8];

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// `vpdpbusd zmm`.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// Plain Rust.
    Scalar,
}

/// An instruction set that this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kernel(Isa);

/// How A' is stored for a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Unsigned bytes: constant matrices are 64, general ones are shifted by 128.
    Unsigned,
    /// Signed bytes; the kernel does better with (or needs) entries that are not negative: constant matrices are 64.
    Signed,
    /// Signed bytes, and two of them may be folded together: constant matrices are 0.
    Centred,
}

impl Isa {
    /// Every instruction set of this architecture, fastest first.
    pub const ALL: &[Isa] = &[
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512Vnni,
        Isa::Scalar,
    ];

    /// The name in configuration, output and `PEARLCTL_KERNEL`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => "avx512vnni",
            Isa::Scalar => "scalar",
        }
    }

    /// The instruction set of that name, if this architecture has it.
    pub fn from_name(name: &str) -> Option<Isa> {
        Isa::ALL.iter().copied().find(|isa| isa.name() == name)
    }

    fn is_there(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => avx512::is_there() && is_x86_feature_detected!("avx512vnni"),
            Isa::Scalar => true,
        }
    }
}

impl Kernel {
    /// The oracle.
    pub const SCALAR: Kernel = Kernel(Isa::Scalar);

    /// The kernel of an instruction set, if this processor has it.
    pub fn new(isa: Isa) -> Option<Kernel> {
        isa.is_there().then_some(Kernel(isa))
    }

    /// Every kernel that this processor has, fastest first; the last is the scalar one.
    pub fn all() -> impl Iterator<Item = Kernel> {
        Isa::ALL.iter().copied().filter_map(Kernel::new)
    }

    /// The instruction set.
    pub fn isa(self) -> Isa {
        self.0
    }

    /// The name in configuration and output.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Rows and columns of the register tile.
    pub fn geometry(self) -> Geometry {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => avx512vnni::GEOMETRY,
            Isa::Scalar => scalar::GEOMETRY,
        }
    }

    /// How A' is stored.
    pub fn operand(self) -> Operand {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => Operand::Unsigned,
            Isa::Scalar => Operand::Signed,
        }
    }

    /// May two columns of constant matrices be folded into one (cycle elimination)?
    pub fn folds(self) -> bool {
        !matches!(self.operand(), Operand::Signed)
    }

    /// Multiplies one strip by one panel and leaves the jackpots of the sub-tiles.
    ///
    /// # Panics
    /// When a slice does not fit the geometry.
    #[inline]
    pub fn tile(self, tile: &Tile<'_>, folded: &mut Folded) {
        tile.check(self.geometry());
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the instructions are there, or this value would not be; `check` has seen the lengths.
            Isa::Avx512Vnni => unsafe { avx512vnni::tile(tile, folded) },
            Isa::Scalar => scalar::tile(tile, folded),
        }
    }

    /// `R(index, label, key, slot)` of protocol section 6 for sixteen indices.
    pub fn random_blocks(
        self,
        key: &Words<8>,
        label: &Words<8>,
        slot: usize,
        indices: &Words<16>,
    ) -> Blocks {
        assert!(slot < 8, "the label begins at word 8");
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the instructions are there, or this value would not be.
            Isa::Avx512Vnni => unsafe { avx512::random_blocks(key, label, slot, indices) },
            Isa::Scalar => scalar::random_blocks(key, label, slot, indices),
        }
    }

    /// `B3k(key, ticket)` of sixteen tickets.
    #[inline]
    pub fn ticket_hashes(self, key: &Words<8>, tickets: [&Words<16>; 16]) -> TicketHashes {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the instructions are there, or this value would not be.
            Isa::Avx512Vnni => unsafe { avx512::ticket_hashes(key, tickets) },
            Isa::Scalar => scalar::ticket_hashes(key, tickets),
        }
    }

    /// `row[i] += uniform[add[i]] - uniform[subtract[i]]`, modulo 256.
    ///
    /// # Panics
    /// When an index is beyond `uniform` (in the vector versions: may give a wrong entry instead).
    #[inline]
    pub fn add_noise(self, row: &mut [u8], uniform: &[u8], add: &[u16], subtract: &[u16]) {
        assert!(row.len() == add.len() && row.len() == subtract.len());
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni if uniform.len() <= 128 && avx512::has_byte_permutes() => {
                // SAFETY: the instructions are there, and the three slices have one length.
                unsafe { avx512::add_noise(row, uniform, add, subtract) }
            }
            _ => scalar::add_noise(row, uniform, add, subtract),
        }
    }

    /// XORs `width` columns of jackpots that begin at `folded[0]`, words `stride` apart, into one ticket.
    #[inline]
    pub fn fold_columns(self, folded: &[u32], stride: usize, width: usize, ticket: &mut Words<16>) {
        assert!(width <= stride && folded.len() >= (WORDS - 1) * stride + width);
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni if width.is_multiple_of(16) => {
                // SAFETY: the instructions are there; the assertion covers the last word's columns.
                unsafe { avx512::fold_columns(folded, stride, width, ticket) }
            }
            _ => scalar::fold_columns(folded, stride, width, ticket),
        }
    }

    /// Runs the multiplying instruction alone, about `macs` multiply-accumulates of it; how many exactly. `None`: there
    /// is no such instruction.
    pub fn peak(self, macs: u64) -> Option<u64> {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => {
                let iterations = macs.div_ceil(avx512vnni::PEAK_MACS);
                // SAFETY: the instructions are there, or this value would not be.
                unsafe { avx512vnni::peak(iterations) };
                Some(iterations * avx512vnni::PEAK_MACS)
            }
            Isa::Scalar => None,
        }
    }

    /// Compares every function with the oracle on known operands, in about a millisecond.
    pub fn self_test(self) -> bool {
        self_test::passes(self)
    }
}
