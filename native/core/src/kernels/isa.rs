//! The instruction sets: their names, which of them this processor has, and what each wants its operands to be.

use super::Geometry;
use super::scalar;
#[cfg(target_arch = "x86_64")]
use super::{amx, amx_support, avx2maddubs, avx512bw, avx512vnni, avxvnni};
#[cfg(target_arch = "aarch64")]
use super::{neondot, neoni8mm, neonmlal};

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
    /// `tdpbusd`.
    #[cfg(target_arch = "x86_64")]
    Amx,
    /// `vpdpbusd zmm`.
    #[cfg(target_arch = "x86_64")]
    Avx512Vnni,
    /// `vpmaddubsw zmm`.
    #[cfg(target_arch = "x86_64")]
    Avx512Bw,
    /// `vpdpbusd ymm`.
    #[cfg(target_arch = "x86_64")]
    AvxVnni,
    /// `vpmaddubsw ymm`.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// `smmla`.
    #[cfg(target_arch = "aarch64")]
    NeonI8mm,
    /// `sdot`.
    #[cfg(target_arch = "aarch64")]
    NeonDot,
    /// `smlal`.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// Plain Rust.
    Scalar,
    /// Plain Rust with centred sums, which defines what the kernels with centred sums compute. Tests compare with it; nothing
    /// is mined with it, and no name leads to it.
    ScalarCentred,
}

/// How A' is stored for exact sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Unsigned bytes: entries are raised where they have to be.
    Unsigned,
    /// Signed bytes.
    Signed,
}

/// How A' is stored for centred 16-bit sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Centred {
    /// Unsigned bytes: entries are raised, and the sums begin below zero by as much.
    Raised,
    /// Signed bytes.
    Signed,
}

impl Isa {
    /// Every instruction set of this architecture, fastest first.
    #[cfg(target_arch = "x86_64")]
    pub const ALL: &[Isa] = &[
        Isa::Amx,
        Isa::Avx512Vnni,
        Isa::Avx512Bw,
        Isa::AvxVnni,
        Isa::Avx2,
        Isa::Scalar,
    ];
    /// Every instruction set of this architecture, fastest first.
    #[cfg(target_arch = "aarch64")]
    pub const ALL: &[Isa] = &[Isa::NeonI8mm, Isa::NeonDot, Isa::Neon, Isa::Scalar];
    /// Every instruction set of this architecture, fastest first.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub const ALL: &[Isa] = &[Isa::Scalar];

    /// The name in configuration, output and `PEARLCTL_KERNEL`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => "amx",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => "avx512vnni",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw => "avx512bw",
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => "avxvnni",
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => "avx2",
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => "neoni8mm",
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => "neondot",
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => "neon",
            Isa::Scalar => "scalar",
            Isa::ScalarCentred => "scalar with centred sums",
        }
    }

    /// The instruction set of that name, if this architecture has it.
    pub fn from_name(name: &str) -> Option<Isa> {
        Isa::ALL.iter().copied().find(|isa| isa.name() == name)
    }

    /// Does this processor have it, and may this process use it?
    pub fn is_there(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => Isa::Avx512Vnni.is_there() && amx_support::found().is_ok(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => Isa::Avx512Bw.is_there() && is_x86_feature_detected!("avx512vnni"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw => {
                is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
            }
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => Isa::Avx2.is_there() && is_x86_feature_detected!("avxvnni"),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => is_x86_feature_detected!("avx2"),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => std::arch::is_aarch64_feature_detected!("i8mm"),
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => std::arch::is_aarch64_feature_detected!("dotprod"),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => std::arch::is_aarch64_feature_detected!("neon"),
            Isa::Scalar | Isa::ScalarCentred => true,
        }
    }

    /// Why this process may not use it although the processor has it.
    pub fn refusal(self) -> Option<String> {
        #[cfg(target_arch = "x86_64")]
        if self == Isa::Amx
            && let Err(Some(reason)) = amx_support::found()
        {
            return Some(reason.clone());
        }
        None
    }

    /// Rows and columns of the register tile.
    pub fn geometry(self) -> Geometry {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx => amx::GEOMETRY,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni => avx512vnni::GEOMETRY,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw => avx512bw::GEOMETRY,
            #[cfg(target_arch = "x86_64")]
            Isa::AvxVnni => avxvnni::GEOMETRY,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => avx2maddubs::GEOMETRY,
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm => neoni8mm::GEOMETRY,
            #[cfg(target_arch = "aarch64")]
            Isa::NeonDot => neondot::GEOMETRY,
            #[cfg(target_arch = "aarch64")]
            Isa::Neon => neonmlal::GEOMETRY,
            Isa::Scalar => scalar::GEOMETRY,
            Isa::ScalarCentred => scalar::CENTRED_GEOMETRY,
        }
    }

    /// How A' is stored for exact sums.
    pub fn operand(self) -> Operand {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Amx | Isa::Avx512Vnni | Isa::AvxVnni => Operand::Unsigned,
            _ => Operand::Signed,
        }
    }

    /// How A' is stored for centred sums, where these are faster than exact ones. Constant matrices are then mined with them.
    pub fn centred(self) -> Option<Centred> {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw | Isa::Avx2 => Some(Centred::Raised),
            #[cfg(target_arch = "aarch64")]
            Isa::Neon | Isa::ScalarCentred => Some(Centred::Signed),
            #[cfg(not(target_arch = "aarch64"))]
            Isa::ScalarCentred => Some(Centred::Raised),
            _ => None,
        }
    }

    /// What the entries of A are in constant matrices: 64 makes A' unsigned as it is; 0 leaves room for folds in signed bytes
    /// and keeps sums small.
    pub fn base(self) -> i8 {
        match self {
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm | Isa::NeonDot => 0,
            _ if self.centred().is_some() => 0,
            _ => 64,
        }
    }

    /// May two columns of constant matrices be folded into one (cycle elimination)?
    /// AMX would need its registers configured for each length of a step, which clears the sums.
    pub fn folds(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        if self == Isa::Amx {
            return false;
        }
        self != Isa::Scalar
    }
}
