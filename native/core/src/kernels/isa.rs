//! The instruction sets: their names, which of them this processor has, and what each wants its operands to be.

use super::Geometry;
use super::scalar;
#[cfg(target_arch = "x86_64")]
use super::{avx2maddubs, avx512bw, avx512vnni, avxvnni};
#[cfg(target_arch = "aarch64")]
use super::{neondot, neoni8mm};

/// An instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Isa {
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
    /// Plain Rust.
    Scalar,
}

/// How A' is stored for a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Unsigned bytes: constant matrices are 64, general ones are shifted by 128.
    Unsigned,
    /// Signed bytes; the kernel does better with entries that are not negative: constant matrices are 64.
    Signed,
    /// Signed bytes, and two of them may be folded together: constant matrices are 0.
    Centred,
}

impl Isa {
    /// Every instruction set of this architecture, fastest first.
    #[cfg(target_arch = "x86_64")]
    pub const ALL: &[Isa] = &[
        Isa::Avx512Vnni,
        Isa::Avx512Bw,
        Isa::AvxVnni,
        Isa::Avx2,
        Isa::Scalar,
    ];
    /// Every instruction set of this architecture, fastest first.
    #[cfg(target_arch = "aarch64")]
    pub const ALL: &[Isa] = &[Isa::NeonI8mm, Isa::NeonDot, Isa::Scalar];
    /// Every instruction set of this architecture, fastest first.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub const ALL: &[Isa] = &[Isa::Scalar];

    /// The name in configuration, output and `PEARLCTL_KERNEL`.
    pub fn name(self) -> &'static str {
        match self {
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
            Isa::Scalar => "scalar",
        }
    }

    /// The instruction set of that name, if this architecture has it.
    pub fn from_name(name: &str) -> Option<Isa> {
        Isa::ALL.iter().copied().find(|isa| isa.name() == name)
    }

    /// Does this processor have it?
    pub fn is_there(self) -> bool {
        match self {
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
            Isa::Scalar => true,
        }
    }

    /// Rows and columns of the register tile.
    pub fn geometry(self) -> Geometry {
        match self {
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
            Isa::Scalar => scalar::GEOMETRY,
        }
    }

    /// How A' is stored.
    pub fn operand(self) -> Operand {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Vnni | Isa::AvxVnni => Operand::Unsigned,
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512Bw | Isa::Avx2 => Operand::Signed,
            #[cfg(target_arch = "aarch64")]
            Isa::NeonI8mm | Isa::NeonDot => Operand::Centred,
            Isa::Scalar => Operand::Signed,
        }
    }
}
